/**
 * When something happened, each time, as stored in the cache.
 *
 *     block:  parameter, a byte | of each the time since the one before (first: since the block's start), as a Rice code
 *
 * Example: 3 and 7 ns after the block's start: `02`, then in the order of reading the bits `0 11` and `10 00`.
 */
import { BitReader } from './packed-bits.ts';

/** `count` is kept beside the block, as is where it starts. */
export function unpackTimes(block: Uint8Array, count: number, startNs: number): Float64Array {
  const bits = new BitReader(block);
  const k = bits.byte();
  const times = new Float64Array(count);
  let time = startNs;
  for (let i = 0; i < count; i++) times[i] = time += bits.rice(k);
  return times;
}
