/** What one goroutine did in a window: exact spans, or shares of slices where there are more than can be told apart. */
import type { SpanPicture } from '#common/analyses/goroutine-results.ts';
import type { GoroutineTable } from '#common/goroutine-table.ts';
import { spanStates, stateClass, stateClasses } from '#common/goroutine-state.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { PackedSpan } from '#common/span-chunk.ts';
import type { TraceReader } from '#db/reader.ts';
import { goroutineSpans } from './goroutine-spans.ts';

export function spans(
  reader: TraceReader,
  table: GoroutineTable,
  params: Params<'goroutines.spans'>,
): SpanPicture {
  const { id, from, until, columns } = params;
  const joined = goroutineSpans(reader, table, id, from, until);
  const reasonNames = reader.reasons();
  const classes = Uint8Array.from(joined, (span) => classIndex(span, reasonNames));
  if (joined.length > columns) return shares(joined, classes, from, until, columns);
  const stacks = Uint32Array.from(joined, (span) => span.stack);
  return {
    kind: 'exact',
    starts: Float64Array.from(joined, (span) => span.start),
    ends: Float64Array.from(joined, (span) => span.end),
    classes,
    reasons: Uint32Array.from(joined, (span) => span.reason),
    reasonNames,
    stacks,
    leaves: Object.fromEntries(
      [...new Set(stacks)].filter((ix) => ix !== 0).map((ix) => [ix, reader.stack(ix)[0]?.function ?? '']),
    ),
  };
}

const classIndex = (span: PackedSpan, reasonNames: readonly string[]): number =>
  stateClasses.indexOf(stateClass(spanStates[span.state] ?? 'Undetermined', reasonNames[span.reason] ?? ''));

function shares(
  all: readonly PackedSpan[],
  classes: Uint8Array,
  from: number,
  until: number,
  columns: number,
): SpanPicture {
  const result = new Float32Array(columns * stateClasses.length);
  const width = (until - from) / columns;
  all.forEach((span, i) => {
    const start = Math.max(0, (span.start - from) / width);
    const end = Math.min(columns, (span.end - from) / width);
    for (let column = Math.floor(start); column < end; column++) {
      const share = Math.min(end, column + 1) - Math.max(start, column);
      const place = column * stateClasses.length + classes[i]!;
      result[place] = result[place]! + share;
    }
  });
  return { kind: 'shares', columns, spanCount: all.length, shares: result };
}
