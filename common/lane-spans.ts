/**
 * Packed spans of processors, threads and the collector, as stored in the cache. A lane's spans follow each other without a
 * gap, so a block gives durations only.
 *
 *     block:  the kinds that are there, a bit each | the kinds with ids, a bit each      (a byte each)
 *             | for each kind there: parameter of durations, then, if it has ids, parameter of ids      (a byte each)
 *             | spans
 *     span:   0, or 1 and three bits of kind | duration | id, if the kind has ids      (the last two as Rice codes)
 *
 * 0 stands for the kind that followed last time after the kind of the span before; at first a kind is followed by itself.
 * Before the first span the kind is 0. An id is the difference to the one before of its kind, as zigzag (`running` and
 * `syscall` share); an escaped code is the id itself; behind one that is negative or 2^52 or more, differences are to 0.
 * Kind 5 of a processor is no span: it says which thread has the processor from here on, whenever one does (−1: it is not
 * known; so it is at first). Kinds by lane:
 *
 *     processor:  `processorStates`; ids of running, syscall: the goroutine; of kind 5: the thread
 *     thread:     2 with a processor (its id), 3 parked, 4 unknown, 5 blocked in a system call (the goroutine)
 *     collector:  0 on (a name, why the world is stopped), 1 off
 *
 * Example: a processor is idle for 5 ns, then thread 2 takes it and runs goroutine 1 for 3 ns: `29 21  01 02  02 00  02`,
 * the parameters of running (1, 2: durations, ids), idle (2) and thread (0, 2), then the bits
 * `1 110 10 10`, `1 101 0 10 00`, `1 000 10 1 0 01`.
 */
import { BitReader, unzigzag } from './packed-bits.ts';

export interface LaneSpans {
  readonly count: number;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly kinds: Uint8Array;
  /** 0 where the kind has none. */
  readonly ids: Float64Array;
  /** Of a processor: the thread that has it; NaN where none does. */
  readonly threads: Float64Array;
}

/** Of a processor: `scheduling`. */
const lastWithThread = 2;
const noThread = -1;
const takenBy = 5;
/** Kinds of threads that have a processor, or are blocked in a system call. */
export const threadKinds = { hasProcessor: 2, blocked: 5 } as const;
const near = 2 ** 52;
/** The largest id, as everywhere in the cache: the next number is 2^63. */
const mostId = 2 ** 63 - 1024;

/** `count` is the number of spans, kept beside the block, as is where it starts. */
export function unpackLaneSpans(
  block: Uint8Array,
  count: number,
  startNs: number,
  lane: 'processor' | 'other',
): LaneSpans {
  const reader = new SpanReader(block);
  const spans = {
    count,
    starts: new Float64Array(count),
    ends: new Float64Array(count),
    kinds: new Uint8Array(count),
    ids: new Float64Array(count),
    threads: new Float64Array(count).fill(NaN),
  };
  let at = startNs;
  let thread = NaN;
  for (let i = 0; i < count;) {
    reader.next();
    const { kind, id } = reader;
    if (lane === 'processor' && kind === takenBy) {
      thread = id === noThread ? NaN : id;
      continue;
    }
    spans.starts[i] = at;
    at += reader.duration;
    spans.ends[i] = at;
    spans.kinds[i] = kind;
    spans.ids[i] = id;
    spans.threads[i] = kind <= lastWithThread ? thread : NaN;
    i++;
  }
  return spans;
}

class SpanReader {
  readonly #bits: BitReader;
  readonly #durations = new Uint8Array(8);
  readonly #ids = new Uint8Array(8);
  readonly #withIds: number;
  readonly #followers = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
  readonly #before = new Float64Array(8);
  kind = 0;
  duration = 0;
  id = 0;

  constructor(block: Uint8Array) {
    this.#bits = new BitReader(block);
    const present = this.#bits.byte();
    this.#withIds = this.#bits.byte();
    for (let kind = 0; kind < 8; kind++) {
      if (((present >> kind) & 1) === 0) continue;
      this.#durations[kind] = this.#bits.byte();
      if ((this.#withIds >> kind) & 1) this.#ids[kind] = this.#bits.byte();
    }
  }

  next(): void {
    const bits = this.#bits;
    if (bits.bits(1) === 0) this.kind = this.#followers[this.kind]!;
    else {
      const kind = bits.bits(3);
      this.#followers[this.kind] = kind;
      this.kind = kind;
    }
    this.duration = bits.rice(this.#durations[this.kind]!);
    this.id = (this.#withIds >> this.kind) & 1 ? this.#readId() : 0;
  }

  #readId(): number {
    const slot = this.kind === 1 ? 0 : this.kind;
    const code = this.#bits.rice(this.#ids[this.kind]!);
    const id = this.#bits.escaped ? this.#bits.signed : this.#before[slot]! + unzigzag(code);
    this.#before[slot] = id >= 0 && id < near ? id : 0;
    return Math.min(id, mostId);
  }
}
