import { VarintReader, putVarint } from './varint.ts';

/**
 * Durations by a small key (a wait reason, a range), packed: varints, key and nanoseconds in turn.
 *
 *     [[1, 200], [3, 70]]  →  01 c8 01 03 46
 */
export type KeyDurations = readonly (readonly [key: number, ns: number])[];

const scratch = new Uint8Array(1 << 16);

/** Packs pairs that lie flat in an array: key, ns, key, ns … */
export function packKeyDurations(pairs: ArrayLike<number>, first: number, count: number): Uint8Array | null {
  if (count === 0) return null;
  const room = count * 18 > scratch.length ? new Uint8Array(count * 18) : scratch;
  let at = 0;
  for (let i = first; i < first + count; i++) {
    at = putVarint(room, at, pairs[i * 2]!);
    at = putVarint(room, at, Math.max(0, pairs[i * 2 + 1]!));
  }
  return room.slice(0, at);
}

export function unpackKeyDurations(packed: Uint8Array | null): KeyDurations {
  if (packed === null) return [];
  const reader = new VarintReader(packed);
  const pairs: [number, number][] = [];
  while (reader.at < packed.length) pairs.push([reader.next(), reader.next()]);
  return pairs;
}
