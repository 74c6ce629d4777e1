/**
 * Time per class of states in buckets of 2^level ns, counted from the trace's origin: bucket b covers the nanoseconds from
 * b × 2^level up to, but without, (b + 1) × 2^level. A block covers a lane from some point in time to another, and says of
 * each bucket how many of these nanoseconds the lane spent in each class.
 *
 *     block:   a parameter for each class, a byte each | buckets
 *     bucket:  0, or 1 and a bit for each class that is there | a Rice code for each class there but the last
 *
 * 0 stands for the classes of the bucket before. The last class has what the others leave of the time that the block covers
 * in the bucket. In blocks of groups, whose goroutines overlap, it is told like the others. Example of two classes, buckets of 16 ns, a block from 4 to 32: 5 ns of class 0 and 7 of class 1, then 16
 * of class 1 are `02 00  1 11 0 10, 1 01 `, the bits in the order of reading; 5 = 1 × 4 + 1 is `10 10` with k = 2.
 */
import { BitReader } from './packed-bits.ts';

/** Buckets of 2^level ns from the one with number `first` on: `ns[bucket * classes + class]`. */
export interface BucketGrid {
  readonly level: number;
  /** 2^level ns. */
  readonly width: number;
  readonly first: number;
  readonly count: number;
  readonly classes: number;
  readonly ns: Float64Array;
}

export const bucketGrid = (level: number, from: number, until: number, classes: number): BucketGrid => {
  const width = 2 ** level;
  const first = Math.floor(from / width);
  const count = Math.max(0, Math.ceil(until / width) - first);
  return { level, width, first, count, classes, ns: new Float64Array(count * classes) };
};

/** Adds a span's time; what lies outside the grid is left out. */
export function addSpan(grid: BucketGrid, from: number, until: number, which: number): void {
  const { width } = grid;
  const start = Math.max(from / width - grid.first, 0);
  const end = Math.min(until / width - grid.first, grid.count);
  for (let bucket = Math.floor(start); bucket < end; bucket++) {
    const begin = (grid.first + bucket) * width;
    const place = bucket * grid.classes + which;
    grid.ns[place] = grid.ns[place]! + Math.min(until, begin + width) - Math.max(from, begin);
  }
}

export interface BucketBlock {
  readonly level: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/** Adds a block's buckets, which are not wider than the grid's. */
export function addBuckets(grid: BucketGrid, block: BucketBlock, of: 'lane' | 'group' = 'lane'): void {
  const { classes, ns } = grid;
  const bits = new BitReader(block.data);
  const parameters = Array.from({ length: classes }, () => bits.byte());
  const width = 2 ** block.level;
  const ratio = 2 ** (grid.level - block.level);
  const first = Math.floor(block.startNs / width);
  let present = 0;
  for (let i = 0; i < block.count; i++) {
    if (bits.bits(1) === 1) present = bits.bits(classes);
    const begin = (first + i) * width;
    let rest = Math.min(block.untilNs, begin + width) - Math.max(block.startNs, begin);
    const bucket = Math.floor((first + i) / ratio) - grid.first;
    const isInside = bucket >= 0 && bucket < grid.count;
    for (let left = present; left !== 0; left &= left - 1) {
      const which = 31 - Math.clz32(left & -left);
      const isLast = of === 'lane' && (left & (left - 1)) === 0;
      const value = isLast ? rest : bits.rice(parameters[which]!);
      rest -= value;
      if (isInside) ns[bucket * classes + which] = ns[bucket * classes + which]! + value;
    }
  }
}
