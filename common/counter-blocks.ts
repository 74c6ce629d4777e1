/**
 * Values that a trace tells from time to time (the heap's size and goal, GOMAXPROCS): every change, and buckets with the
 * least, the greatest and the last value in effect.
 *
 *     changes:  parameters of times, pages, bytes, a byte each
 *               | for each: time since the one before (first: since the block's start), value
 *     buckets:  parameters of pages, bytes, last − least, greatest − last, a byte each | the value before, escaped
 *               | for each: 0 where nothing changes, or 1, the last as a value, last − least, greatest − last
 *     value:    the difference d to the value before (first of a block of changes: to 0): 0 and d / 8192 where that is whole,
 *               else 1 and d, both as zigzag
 *
 * The heap grows by Go's pages of 8192 bytes, so most differences are short. Example: from 0 on the heap has 8192 bytes, 1 ns
 * later 16 more: `00 01 05`, then in the order of reading the bits `0`, `0 10 0` (one page), `10`, `1 10 00000` (16 bytes).
 */
import type { BucketBlock } from './lane-buckets.ts';
import { BitReader, unzigzag } from './packed-bits.ts';

const page = 8192;

class ValueReader {
  readonly #bits: BitReader;
  readonly #pageK: number;
  readonly #byteK: number;
  value = 0;

  constructor(bits: BitReader) {
    this.#bits = bits;
    this.#pageK = bits.byte();
    this.#byteK = bits.byte();
  }

  next(): number {
    const isWhole = this.#bits.bits(1) === 0;
    const code = this.#bits.rice(isWhole ? this.#pageK : this.#byteK);
    this.value = this.value + unzigzag(code) * (isWhole ? page : 1);
    return this.value;
  }
}

export interface Changes {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export function unpackChanges(data: Uint8Array, count: number, startNs: number): Changes {
  const bits = new BitReader(data);
  const timeK = bits.byte();
  const reader = new ValueReader(bits);
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  let time = startNs;
  for (let i = 0; i < count; i++) {
    time += bits.rice(timeK);
    times[i] = time;
    values[i] = reader.next();
  }
  return { times, values };
}

/** Buckets of 2^level ns from number `first` on. A value holds until the next: a bucket begins with the last of the one before. */
export interface ValueGrid {
  readonly level: number;
  readonly first: number;
  readonly count: number;
  /** NaN where nothing changes in the bucket. */
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  readonly last: Float64Array;
}

export function valueGrid(level: number, from: number, until: number): ValueGrid {
  const first = Math.floor(from / 2 ** level);
  const count = Math.max(0, Math.ceil(until / 2 ** level) - first);
  const column = (): Float64Array => new Float64Array(count).fill(NaN);
  return { level, first, count, least: column(), greatest: column(), last: column() };
}

/** Takes in values of time after time; `before` is in effect when the bucket begins, if that is known. */
export function addValue(
  grid: ValueGrid,
  bucket: number,
  least: number,
  greatest: number,
  last: number,
): void {
  if (bucket < 0 || bucket >= grid.count) return;
  if (!(grid.least[bucket]! <= least)) grid.least[bucket] = least;
  if (!(grid.greatest[bucket]! >= greatest)) grid.greatest[bucket] = greatest;
  grid.last[bucket] = last;
}

/** Adds a block's buckets, which are not wider than the grid's. */
export function addValueBuckets(grid: ValueGrid, block: BucketBlock): void {
  const bits = new BitReader(block.data);
  const reader = new ValueReader(bits);
  const [leastK, greatestK] = [bits.byte(), bits.byte()];
  reader.value = bits.rice(0);
  const ratio = 2 ** (grid.level - block.level);
  const first = Math.floor(block.startNs / 2 ** block.level);
  for (let i = 0; i < block.count; i++) {
    if (bits.bits(1) === 0) continue;
    const value = reader.next();
    const least = value - bits.rice(leastK);
    const greatest = value + bits.rice(greatestK);
    addValue(grid, Math.floor((first + i) / ratio) - grid.first, least, greatest, value);
  }
}
