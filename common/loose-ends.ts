/**
 * The state that each goroutine is in when the trace ends; and goroutines that ended without ever having run, which profiles as Go
 * makes them treat differently.
 *
 *     loose end:  goroutine minus the one before, zigzag | since | reason × 8 + state | stack | name | flags: 1 open, 2 has run
 *
 * All numbers are varints. `since` counts from the origin; where it is before it, it is the origin. Example: goroutine 7, whose start
 * function is name 4, ran, and waits at stack 5 for reason 2 since 300 ns: `0e ac 02 14 05 04 03`.
 */
import { putVarint, VarintReader } from './varint.ts';

export interface LooseEnd {
  readonly goroutine: number;
  readonly since: number;
  readonly state: number;
  readonly reason: number;
  readonly stack: number;
  readonly name: number;
  /** It is alive when the trace ends. */
  readonly isOpen: boolean;
  readonly hasRun: boolean;
}

const rowBytes = 40;
const mostPacked = 6 * 10;

/** From rows as they lie in the core (core-wasm/assembly/summary/loose-ends.ts). */
export function packLooseEnds(bytes: Uint8Array): Uint8Array {
  const rows = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = new Uint8Array((bytes.length / rowBytes) * mostPacked);
  let at = 0;
  let before = 0;
  for (let row = 0; row < bytes.length; row += rowBytes) {
    const goroutine = exact(rows.getBigInt64(row, true));
    const delta = goroutine - before;
    at = putVarint(packed, at, delta < 0 ? -2 * delta - 1 : 2 * delta);
    before = goroutine;
    at = putVarint(packed, at, Math.max(0, Number(rows.getBigInt64(row + 8, true))));
    for (const field of [24, 28, 32, 36]) at = putVarint(packed, at, rows.getUint32(row + field, true));
  }
  return packed.slice(0, at);
}

/** An id beyond 2^53, as only made-up traces have, is rounded everywhere; here to what can be packed. */
const exact = (id: bigint): number => Math.max(-(2 ** 50), Math.min(2 ** 50, Number(id)));

export function* unpackLooseEnds(packed: Uint8Array): Generator<LooseEnd> {
  const reader = new VarintReader(packed);
  let goroutine = 0;
  while (reader.at < packed.length) {
    const delta = reader.next();
    goroutine += delta % 2 === 1 ? -(delta + 1) / 2 : delta / 2;
    const since = reader.next();
    const what = reader.next();
    const stack = reader.next();
    const name = reader.next();
    const flags = reader.next();
    yield {
      goroutine,
      since,
      state: what & 7,
      reason: what >> 3,
      stack,
      name,
      isOpen: (flags & 1) !== 0,
      hasRun: (flags & 2) !== 0,
    };
  }
}
