/** All rows of an answer, asked for page by page, so that millions neither wait nor pile up. */
import { exactJson } from '#common/exact-json.ts';
import type { TraceKey } from '#common/ids.ts';
import { onlyTrace } from '../with-trace.ts';

const rowsAtOnce = 20_000;

interface Paged<Result, Row> {
  readonly rows: (result: Result) => readonly Row[];
  /** Of all pages. */
  readonly count: (result: Result) => number;
  /** The JSON up to the list of rows, which is its last. */
  readonly head: (result: Result) => string;
  /** With its header line. */
  readonly tsv: (result: Result) => Iterable<string>;
}

export async function* inPages<Params extends { readonly offset?: number | undefined }, Result, Row>(
  format: string,
  ask: (params: Params & { readonly trace: TraceKey }) => Promise<Result>,
  params: Params,
  { rows, count, head, tsv }: Paged<Result, Row>,
): AsyncGenerator<string> {
  const { offset: first = 0 } = params;
  for (let offset = first; ;) {
    const page = await ask({ ...params, trace: onlyTrace, offset, limit: rowsAtOnce });
    const own = rows(page);
    const isFirst = offset === first;
    if (format === 'tsv') yield [...tsv(page)].slice(isFirst ? 0 : 1).join('');
    else {
      const start = isFirst ? head(page) : own.length > 0 ? ',' : '';
      yield `${start}${own.length > 0 ? '\n' : ''}${own.map(exactJson).join(',\n')}`;
    }
    offset += own.length;
    if (own.length > 0 && offset < count(page)) continue;
    if (format !== 'tsv') yield '\n]}\n';
    return;
  }
}
