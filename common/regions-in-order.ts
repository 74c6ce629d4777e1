/**
 * All user regions of a trace in order, from chunks that lie as the regions ended. Of each region only its place and what orders
 * it are kept, 28 bytes, and of the chunks the ones used last.
 */
import { waitTotal, type StateTotals } from './analyses/goroutine-results.ts';
import type { TotalsRow } from './goroutine-table.ts';
import type { KeyDurations } from './key-durations.ts';
import { eachRegion, leastRegionBytes, regionAt, type PackedRegion } from './region-chunk.ts';
import { damagedBlob } from './varint.ts';

/** Points in time count from the trace's origin; null: not in the trace. No duration in the lists is below zero. */
export interface RegionRecord extends TotalsRow {
  readonly goroutineId: number;
  readonly nameIx: number;
  /** A bigint where a number would not be exact. */
  readonly taskId: number | bigint;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly waits: KeyDurations;
  readonly ranges: KeyDurations;
}

export interface StoredRegionChunk {
  readonly ix: number;
  /** Regions in it. */
  readonly count: number;
  readonly bytes: number;
}

export interface BoundedRegionChunk extends StoredRegionChunk {
  readonly firstGoroutine: number;
  readonly lastGoroutine: number;
  /** When its first region begins and its last ends. */
  readonly startNs: number;
  readonly untilNs: number;
}

/** Where the chunks of a trace come from (region-chunk.ts). A chunk never changes. */
export interface RegionChunkSource {
  /** In the order of their `ix`. */
  regionChunks(): readonly StoredRegionChunk[];
  regionChunk(ix: number): Uint8Array | undefined;
  /** The text of each wait reason, by its number. */
  reasons(): readonly string[];
}

/**
 * By goroutine; of each those without a beginning first, then by their beginning, then as they ended. Of two with the same goroutine
 * and ordinal, as there are where a goroutine's number comes twice, only the later one counts.
 */
export function* regionsInOrder(source: RegionChunkSource): Generator<RegionRecord> {
  const stored = source.regionChunks();
  const chunks = new KeptChunks(source);
  const places = placesIn(stored, chunks);
  const waitColumns = source.reasons().map(waitTotal);
  for (const row of inOrder(places)) {
    const chunk = chunks.get(stored[places.chunks[row]!]!.ix);
    yield recordOf(places.goroutines[row]!, regionAt(chunk, places.offsets[row]!), waitColumns);
  }
}

/** By row: regions in the order of their chunks. */
interface Places {
  readonly goroutines: Float64Array;
  /** −∞: the beginning is not in the trace. */
  readonly starts: Float64Array;
  readonly ordinals: Uint32Array;
  /** Places in the list of chunks. */
  readonly chunks: Uint32Array;
  readonly offsets: Uint32Array;
}

function placesIn(stored: readonly StoredRegionChunk[], chunks: KeptChunks): Places {
  const rows = stored.reduce((so, chunk) => so + checkedCount(chunk), 0);
  const places = {
    goroutines: new Float64Array(rows),
    starts: new Float64Array(rows),
    ordinals: new Uint32Array(rows),
    chunks: new Uint32Array(rows),
    offsets: new Uint32Array(rows),
  };
  let row = 0;
  for (const [i, { ix, count }] of stored.entries())
    eachRegion(chunks.get(ix), count, (goroutine, at, region) => {
      places.goroutines[row] = goroutine;
      places.starts[row] = region.startNs ?? -Infinity;
      places.ordinals[row] = region.ordinal;
      places.chunks[row] = i;
      places.offsets[row++] = at;
    });
  return places;
}

/** What is allocated follows from it. */
export function checkedCount({ count, bytes }: StoredRegionChunk): number {
  if (Number.isSafeInteger(count) && count >= 0 && count * leastRegionBytes <= bytes) return count;
  throw damagedBlob();
}

/** The rows that count, in order. */
function inOrder({ goroutines, starts, ordinals }: Places): Uint32Array {
  const rows = Uint32Array.from(goroutines.keys());
  const compare = (column: Float64Array | Uint32Array, a: number, b: number): number =>
    column[a]! < column[b]! ? -1 : Number(column[a]! > column[b]!);
  rows.sort((a, b) => compare(goroutines, a, b) || compare(ordinals, a, b) || a - b);
  return rows
    .filter((row, i) => {
      const next = rows[i + 1];
      return next === undefined || goroutines[row] !== goroutines[next] || ordinals[row] !== ordinals[next];
    })
    .sort((a, b) => compare(goroutines, a, b) || compare(starts, a, b) || compare(ordinals, a, b));
}

function recordOf(
  goroutineId: number,
  region: PackedRegion,
  waitColumns: readonly (keyof StateTotals)[],
): RegionRecord {
  const { nameIx, task, startNs, endNs, waits, ranges } = region;
  return {
    goroutineId,
    nameIx,
    taskId: task <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(task) : task,
    startNs,
    endNs,
    ...totalsOf(region, waitColumns),
    waits: notNegative(waits),
    ranges: notNegative(ranges),
  };
}

const notNegative = (durations: KeyDurations): KeyDurations =>
  durations.map(([key, ns]) => [key, Math.max(0, ns)]);

/** `waitColumns`: by reason, which of the totals its waits belong to. */
function totalsOf(region: PackedRegion, waitColumns: readonly (keyof StateTotals)[]): TotalsRow {
  const { totalNs, execNs, schedWaitNs, syscallNs, syscallBlockNs } = region;
  const states = { totalNs, execNs, schedWaitNs, syscallNs, syscallBlockNs };
  const waits = { networkNs: 0, syncNs: 0, sleepNs: 0, gcNs: 0, otherNs: 0, unknownNs: 0 };
  const totals: Record<keyof StateTotals, number> = { ...states, ...waits };
  for (const [reason, ns] of region.waits) totals[waitColumns[reason] ?? 'unknownNs'] += ns;
  return totals;
}

/** Goroutines that run at the same time have their regions in the same few chunks. */
class KeptChunks {
  static readonly mostBytes = 64 << 20;
  readonly #source: RegionChunkSource;
  /** By `ix`; the one that was used last is the last. */
  readonly #kept = new Map<number, Uint8Array>();
  #bytes = 0;

  constructor(source: RegionChunkSource) {
    this.#source = source;
  }

  get(ix: number): Uint8Array {
    const kept = this.#kept.get(ix);
    const chunk = kept ?? this.#source.regionChunk(ix);
    if (!chunk) throw new RangeError(`there is no chunk ${ix} of regions`);
    if (kept) this.#kept.delete(ix);
    else this.#makeRoom(chunk.length);
    this.#kept.set(ix, chunk);
    return chunk;
  }

  #makeRoom(bytes: number): void {
    this.#bytes += bytes;
    for (const [ix, chunk] of this.#kept) {
      if (this.#bytes <= KeptChunks.mostBytes) return;
      this.#kept.delete(ix);
      this.#bytes -= chunk.length;
    }
  }
}
