/**
 * Packed CPU samples, as stored in the cache, in order of time.
 *
 *     block:   parameters of times, processors, threads, goroutines, stacks, a byte each | samples
 *     sample:  time since the one before (first: since the block's start) | processor | thread | goroutine | stack
 *
 * All are Rice codes; behind the time they are of the difference to the sample before (of the first to 0), as zigzag. An escaped
 * processor, thread or goroutine is the id itself; behind one that is below −1 or 2^52 or more, differences are to 0. −1 stands
 * for none, as does stack 0.
 *
 * Example: 3 ns after the block's start thread 2 without a processor ran goroutine 1 at stack 5, 4 ns later goroutine 3 at stack
 * 6: `02 00 01 01 02`, then in the order of reading the bits `0 11, 10, 110 0, 10 0, 110 01` and `10 00, 0, 0 0, 110 0, 0 01`.
 */
import { BitReader, unzigzag } from './packed-bits.ts';

export interface CpuSamples {
  readonly count: number;
  readonly times: Float64Array;
  /** −1: none. */
  readonly processors: Float64Array;
  readonly threads: Float64Array;
  readonly goroutines: Float64Array;
  /** 0: none. */
  readonly stacks: Uint32Array;
}

const near = 2 ** 52;
/** The largest id, as everywhere in the cache: the next number is 2^63. */
const mostId = 2 ** 63 - 1024;

/** `count` is kept beside the block, as is where it starts. */
export function unpackCpuSamples(block: Uint8Array, count: number, startNs: number): CpuSamples {
  const bits = new BitReader(block);
  const timeK = bits.byte();
  const ids = [bits.byte(), bits.byte(), bits.byte()].map((k) => new IdReader(bits, k));
  const stackK = bits.byte();
  const column = (): Float64Array => new Float64Array(count);
  const [times, processors, threads, goroutines] = [column(), column(), column(), column()];
  const columns = [processors, threads, goroutines];
  const stacks = new Uint32Array(count);
  let time = startNs;
  let stack = 0;
  for (let i = 0; i < count; i++) {
    time += bits.rice(timeK);
    times[i] = time;
    for (let id = 0; id < 3; id++) columns[id]![i] = ids[id]!.next();
    stack += unzigzag(bits.rice(stackK));
    stacks[i] = stack;
  }
  return { count, times, processors, threads, goroutines, stacks };
}

class IdReader {
  readonly #bits: BitReader;
  readonly #k: number;
  #before = 0;

  constructor(bits: BitReader, k: number) {
    this.#bits = bits;
    this.#k = k;
  }

  next(): number {
    const code = this.#bits.rice(this.#k);
    const id = this.#bits.escaped ? this.#bits.signed : this.#before + unzigzag(code);
    this.#before = id >= -1 && id < near ? id : 0;
    return Math.min(id, mostId);
  }
}
