/** Base-128 little-endian varints, for packed blobs: of non-negative integers up to 2^53 where nothing else is said. */
import { Failure } from './errors.ts';

/** Writes `value` at `at`; returns the place behind it. */
export function putVarint(into: Uint8Array, at: number, value: number): number {
  let rest = value;
  let place = at;
  while (rest >= 0x80) {
    into[place++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[place++] = rest;
  return place;
}

/** Packed blobs are read from the database alone. */
export const damagedBlob = (): Failure =>
  new Failure(
    'cache-damaged',
    'What the cache holds of this trace is damaged, so nothing can be said of it; clear the cache and open the trace again.',
  );

/** Reads one varint after the other. Fails with `cache-damaged` where there is none. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw damagedBlob();
      if (byte < 0x80) return value + byte * scale;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    }
  }
  /** One of up to 64 bits, exactly. */
  next64(): bigint {
    const from = this.at;
    const value = this.next();
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    this.at = from;
    return this.#nextLong();
  }

  /** A zigzag number of 64 bits (0, −1, 1, −2 … as 0, 1, 2, 3 …), beyond 2^53 the nearest there is. */
  nextSigned(): number {
    const from = this.at;
    const value = this.next();
    if (value <= Number.MAX_SAFE_INTEGER) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    this.at = from;
    return Number(this.nextSigned64());
  }

  /** The same, exactly. */
  nextSigned64(): bigint {
    const value = this.next64();
    return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
  }

  #nextLong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      // `next` came to the number's end.
      const byte = this.#bytes[this.at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80 && value < 1n << 64n) return value;
    }
    throw damagedBlob();
  }
}
