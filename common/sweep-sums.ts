/**
 * Sweeps of a generation summed up by processor and goroutine.
 *
 *     block:  rows
 *     row:    processor, zigzag | goroutine, as the difference to the row before (at first to 0), zigzag | how many ended
 *             | time in this generation | the longest that ended | bytes swept | bytes reclaimed      (varints)
 *
 * A sweep that begins in one generation and ends in another has its time in both, and all else in the later one. Goroutine −1: one
 * goroutine began it and another ended it. Example: on processor 1 goroutine 7 swept 8192 bytes in 100 ns and reclaimed none:
 * `02 0e 01 64 64 80 40 00`.
 */
import { VarintReader } from './varint.ts';

export interface SweepSums {
  readonly processor: number;
  readonly goroutine: number;
  /** How many ended. */
  readonly count: number;
  readonly totalNs: number;
  readonly longestNs: number;
  readonly sweptBytes: number;
  readonly reclaimedBytes: number;
}

export function unpackSweepSums(data: Uint8Array, count: number): readonly SweepSums[] {
  const reader = new VarintReader(data);
  let before = 0;
  return Array.from({ length: count }, () => {
    const processor = reader.nextSigned();
    const goroutine = before + reader.nextSigned();
    before = goroutine;
    return {
      processor,
      goroutine,
      count: reader.next(),
      totalNs: reader.next(),
      longestNs: reader.next(),
      sweptBytes: reader.next(),
      reclaimedBytes: reader.next(),
    };
  });
}
