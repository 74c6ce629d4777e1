/** How the command of an analysis prints its answer. */
import { inert } from '#common/inert-text.ts';
import type { AnalysisName, AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import type { OfflineTrace } from '#main/host/offline-trace.ts';

export { inert };

/** Pieces of output; nobody keeps all of them. */
export type Output = Iterable<string | Uint8Array>;

export interface Presentation<N extends AnalysisName> {
  /** What is asked where the person said nothing. */
  readonly defaults?: (format: string, params: AnalysisParams<N>) => Partial<AnalysisParams<N>>;
  readonly text: (result: AnalysisResult<N>, params: AnalysisParams<N>) => Output;
  /** A header line unless it is an interface that has none; nanoseconds and integers. */
  readonly tsv: (result: AnalysisResult<N>, params: AnalysisParams<N>) => Output;
  /** Absent: the answer as it is. */
  readonly json?: (result: AnalysisResult<N>, params: AnalysisParams<N>) => Output;
  /** The formats that the registry lists beside. */
  readonly others?: Readonly<
    Record<string, (result: AnalysisResult<N>, params: AnalysisParams<N>) => Output>
  >;
  /** Where the answer is too large to be one: writes it some other way; undefined: it is not. */
  readonly instead?: (
    trace: OfflineTrace,
    format: string,
    params: AnalysisParams<N>,
  ) => AsyncIterable<string> | undefined;
}

/** Tab-separated, a header first. Control characters and tabs inside a text become blanks. */
export function* tsvLines(
  header: readonly string[],
  rows: Iterable<readonly (string | number | bigint | null | undefined)[]>,
): Generator<string> {
  yield `${header.join('\t')}\n`;
  for (const row of rows) yield `${row.map(tsvCell).join('\t')}\n`;
}

const tsvCell = (cell: string | number | bigint | null | undefined): string => inert(String(cell ?? ''));
