/**
 * How many goroutines (or processors) are in which state over time: in buckets of 2^level ns, counted from the trace's
 * origin, the exact sum of the nanoseconds that they spent in each state, and the least and the greatest number of them in
 * it at any one time of the bucket.
 *
 *     block:   the states that are there, a bit each, in two bytes | for each three parameters, a byte each | buckets
 *     bucket:  for each state Rice codes of: the sum minus that of the bucket before, the least minus that before (both as
 *              zigzag), the greatest minus the least
 *
 * Example: three goroutines that run from 0 to 32 in buckets of 16 ns, one of them for half of the second: sums 48 and 40,
 * least 3 and 2, greatest 3 and 3.
 */
import { BitReader, unzigzag } from './packed-bits.ts';
import type { BucketBlock, BucketGrid } from './lane-buckets.ts';

/** States are as many as classes of a goroutine's. */
const mostStates = 9;

/** A grid that also says the least and the greatest number; `NaN`: nothing is known of the bucket. */
export interface CountGrid extends BucketGrid {
  readonly least: Float64Array;
  readonly greatest: Float64Array;
}

export const countGrid = (grid: BucketGrid): CountGrid => ({
  ...grid,
  least: new Float64Array(grid.ns.length).fill(NaN),
  greatest: new Float64Array(grid.ns.length).fill(NaN),
});

/** Adds a block's buckets, which are not wider than the grid's. */
export function addStateCounts(grid: CountGrid, block: BucketBlock): void {
  const reader = new CountReader(block.data);
  const ratio = 2 ** (grid.level - block.level);
  const first = Math.floor(block.startNs / 2 ** block.level);
  for (let i = 0; i < block.count; i++) {
    reader.next();
    const bucket = Math.floor((first + i) / ratio) - grid.first;
    if (bucket < 0 || bucket >= grid.count) continue;
    for (let state = 0; state < grid.classes; state++) {
      const place = bucket * grid.classes + state;
      grid.ns[place] = grid.ns[place]! + reader.sums[state]!;
      // The first comparison with NaN is false.
      const least = reader.least[state]!;
      const greatest = reader.greatest[state]!;
      if (!(grid.least[place]! <= least)) grid.least[place] = least;
      if (!(grid.greatest[place]! >= greatest)) grid.greatest[place] = greatest;
    }
  }
}

class CountReader {
  readonly #bits: BitReader;
  readonly #states: readonly { state: number; k: readonly number[] }[];
  readonly sums = new Float64Array(mostStates);
  readonly least = new Float64Array(mostStates);
  readonly greatest = new Float64Array(mostStates);

  constructor(block: Uint8Array) {
    const bits = new BitReader(block);
    this.#bits = bits;
    const there = bits.byte() + bits.byte() * 256;
    this.#states = Array.from({ length: mostStates }, (_, state) => state)
      .filter((state) => (there >> state) & 1)
      .map((state) => ({ state, k: [bits.byte(), bits.byte(), bits.byte()] }));
  }

  next(): void {
    for (const { state, k } of this.#states) {
      this.sums[state] = this.sums[state]! + unzigzag(this.#bits.rice(k[0]!));
      this.least[state] = this.least[state]! + unzigzag(this.#bits.rice(k[1]!));
      this.greatest[state] = this.least[state] + this.#bits.rice(k[2]!);
    }
  }
}
