/**
 * Reads packed blocks bit by bit, lowest bit first. Most numbers in them are Rice codes with a parameter k:
 *
 *     value v:  v >> k one-bits | a zero | the low k bits of v
 *     where v >> k is 20 or more:  20 one-bits | 64 bits of v
 *
 * Example: with k = 3 the value 13 is, in the order of reading, `1 0 101` (13 = 1 × 8 + 5).
 */
import { damagedBlob } from './varint.ts';

const mostOnes = 20;
const word = 2 ** 32;

export class BitReader {
  readonly #bytes: Uint8Array;
  /** In bits. */
  #at = 0;
  /** Whether the code read last had all its bits; `low` and `high` hold them. */
  escaped = false;
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** At the beginning of a block, whole bytes. */
  byte(): number {
    return this.bits(8);
  }

  /** Up to 25 bits lie at the bottom of the result. */
  #ahead(): number {
    const bytes = this.#bytes;
    const at = this.#at >>> 3;
    const four = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    return four >>> (this.#at & 7);
  }

  /** Up to 24 bits. */
  bits(count: number): number {
    const value = this.#ahead() & ((1 << count) - 1);
    this.#at += count;
    return value;
  }

  /** Exact below 2^53; the nearest number above. */
  rice(k: number): number {
    const zeros = ~this.#ahead();
    const ones = zeros === 0 ? 32 : 31 - Math.clz32(zeros & -zeros);
    if (ones >= mostOnes) return this.#escaped();
    this.escaped = false;
    this.#at += ones + 1;
    if (k <= 24) return k + ones < 25 ? (ones << k) + this.bits(k) : ones * 2 ** k + this.bits(k);
    const low = this.bits(16);
    return ones * 2 ** k + this.bits(k - 16) * 65536 + low;
  }

  #escaped(): number {
    if (this.#at > this.#bytes.length * 8) throw damagedBlob();
    this.#at += mostOnes;
    this.escaped = true;
    this.low = this.bits(16) + this.bits(16) * 65536;
    this.high = this.bits(16) + this.bits(16) * 65536;
    return this.high * word + this.low;
  }

  /** The number read last, as one with a sign, where it was escaped. */
  get signed(): number {
    return (this.high | 0) * word + this.low;
  }
}

/** 0, 1, 2, 3 … stand for 0, −1, 1, −2 … */
export const unzigzag = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);
