/** Whom a goroutine made runnable while it was on processors: the spans of the generations that this touches are scanned for it. */
import type { GoroutineTable } from '#common/goroutine-table.ts';
import type { FoundWake, WakeStretch } from '#common/wake-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import type { StoredStays } from './stored-stays.ts';

/** Bytes of spans between two steps. */
const stepBytes = 1 << 20;

export interface DoneWakes {
  /** The earliest, in order of time. */
  readonly wakes: readonly FoundWake[];
  readonly count: number;
}

/** `stretches`: in order of time; of each wake `most` are told. Another search must not begin before this one is over. */
export function* doneWakes(
  {
    reader,
    table,
    stays,
  }: { readonly reader: TraceReader; readonly table: GoroutineTable; readonly stays: StoredStays },
  goroutine: number,
  stretches: readonly WakeStretch[],
  most: number,
): Generator<void, DoneWakes> {
  if (stretches.length === 0) return { wakes: [], count: 0 };
  const scan = table.wakes;
  const [from, until] = [stretches[0]!.from, stretches.at(-1)!.until];
  scan.open(stretches, most);
  let bytes = 0;
  // What was done last in a generation may lie at the very beginning of the next.
  for (const generation of stays.generationsIn(from, until)) {
    for (const { ix, baseNs } of reader.spanChunkFacts(generation, from, until + 1)) {
      const spans = reader.spansOfChunk(ix);
      scan.chunk(spans, baseNs);
      if ((bytes += spans.length) > stepBytes) yield void (bytes = 0);
    }
    for (const { lane, data, startNs } of reader.goroutineBlocksOf(generation, from, until + 1, () => true)) {
      scan.blocks(lane, data, startNs, generation.startNs);
      if ((bytes += data.length) > stepBytes) yield void (bytes = 0);
    }
    yield;
  }
  yield* scan.creations(goroutine);
  return scan.finish();
}
