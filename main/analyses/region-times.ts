/** What goroutines did in regions, by name; and regions out of their chunks. */
import { totalColumns, waitTotal, type StateTotals } from '#common/analyses/goroutine-results.ts';
import type { RegionTimes } from '#common/analyses/region-analysis.ts';
import type { KeyDurations } from '#common/key-durations.ts';
import { regionAt, type PackedRegion } from '#common/region-chunk.ts';
import { durNs, type DurNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import { rangesOf } from './goroutines.ts';

export function mergedTimes(lists: readonly KeyDurations[]): KeyDurations {
  const sums = new Map<number, number>();
  for (const list of lists) for (const [key, ns] of list) sums.set(key, (sums.get(key) ?? 0) + ns);
  return [...sums].sort(([a], [b]) => a - b);
}

export type RegionFigures = Pick<
  PackedRegion,
  'totalNs' | 'execNs' | 'schedWaitNs' | 'syscallNs' | 'syscallBlockNs'
>;

export function timesOf(
  reader: TraceReader,
  row: RegionFigures & Pick<PackedRegion, 'waits' | 'ranges'>,
): RegionTimes {
  const waits = { networkNs: 0, syncNs: 0, sleepNs: 0, gcNs: 0, otherNs: 0, unknownNs: 0 };
  const totals: Record<keyof StateTotals, number> = { ...pick(row), ...waits };
  const blockNs: Record<string, DurNs> = {};
  const reasons = row.waits.length > 0 ? reader.reasons() : [];
  for (const [reason, ns] of row.waits) {
    const name = reasons[reason] ?? '';
    totals[waitTotal(name)] += ns;
    blockNs[name] = durNs((blockNs[name] ?? 0) + Math.max(0, ns));
  }
  const ranges = rangesOf(
    reader,
    row.ranges.map(([key, ns]) => [key, Math.max(0, ns)] as const),
  );
  return {
    ...(Object.fromEntries(
      totalColumns.map((name) => [name, durNs(totals[name])]),
    ) as unknown as StateTotals),
    blockNs,
    rangeNs: Object.fromEntries(ranges.map(({ name, ns }) => [name, ns])),
  };
}

const pick = ({ totalNs, execNs, schedWaitNs, syscallNs, syscallBlockNs }: RegionFigures): RegionFigures => ({
  totalNs,
  execNs,
  schedWaitNs,
  syscallNs,
  syscallBlockNs,
});

const mostChunks = 200;

export class RegionChunks {
  readonly #reader: TraceReader;
  /** Those used last. */
  readonly #chunks = new Map<number, Uint8Array>();

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  region(ix: number, at: number): PackedRegion {
    let chunk = this.#chunks.get(ix);
    if (!chunk) {
      chunk = this.#reader.regionChunk(ix)!;
      if (this.#chunks.size >= mostChunks) this.#chunks.clear();
      this.#chunks.set(ix, chunk);
    }
    return regionAt(chunk, at);
  }
}
