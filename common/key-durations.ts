import { VarintReader } from './varint.ts';

/**
 * Durations by a small key (a wait reason, a range), packed: varints, key and nanoseconds in turn.
 *
 *     [[1, 200], [3, 70]]  →  01 c8 01 03 46
 */
export type KeyDurations = readonly (readonly [key: number, ns: number])[];

export function unpackKeyDurations(packed: Uint8Array | null): KeyDurations {
  if (packed === null) return [];
  const reader = new VarintReader(packed);
  const pairs: [number, number][] = [];
  while (reader.at < packed.length) pairs.push([reader.next(), reader.next()]);
  return pairs;
}
