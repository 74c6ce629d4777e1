/**
 * What an ordering thread hands over: a ring of slots in shared memory, each with the records of one delivery or a word about
 * the generation. The ordering thread waits where the ring is full, so that memory stays bounded.
 *
 *     control:  slots written | slots taken | the taker sleeps (1)                     (i32, growing; wrap-around is harmless)
 *     slot:     kind i32 | length of the records, or whether there are events i32 | records
 */
import { recordBytes, recordCapacity } from '#core-wasm/host/isolated-order.ts';
import type { OrderStep } from './isolated-order.ts';

const slots = 32;
const slotHeaderBytes = 8;
const slotBytes = slotHeaderBytes + recordCapacity * recordBytes;

const written = 0;
const taken = 1;
const sleeps = 2;

const kinds: readonly OrderStep['kind'][] = ['started', 'records', 'finished', 'broken'];

export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
}

export const newRingMemory = (): RingMemory => ({
  control: new SharedArrayBuffer(3 * 4),
  slots: new SharedArrayBuffer(slots * slotBytes),
});

const slotAt = (count: number): number => ((count >>> 0) % slots) * slotBytes;

export class RingWriter {
  readonly #control: Int32Array;
  readonly #slots: SharedArrayBuffer;
  readonly #wake: () => void;

  /** `wake` sends the taker any message. */
  constructor(memory: RingMemory, wake: () => void) {
    this.#control = new Int32Array(memory.control);
    this.#slots = memory.slots;
    this.#wake = wake;
  }

  /** Blocks while the ring is full. The model of a finished generation is not written. */
  write(step: OrderStep): void {
    const place = this.#awaitRoom();
    const at = slotAt(place);
    const head = new Int32Array(this.#slots, at, 2);
    head[0] = kinds.indexOf(step.kind);
    if (step.kind === 'started') head[1] = step.hasEvents ? 1 : 0;
    if (step.kind === 'records') {
      head[1] = step.records.length;
      new Uint8Array(this.#slots, at + slotHeaderBytes, step.records.length).set(step.records);
    }
    Atomics.add(this.#control, written, 1);
    if (Atomics.exchange(this.#control, sleeps, 0) === 1) this.#wake();
  }

  #awaitRoom(): number {
    const control = this.#control;
    const place = Atomics.load(control, written);
    for (;;) {
      const soFar = Atomics.load(control, taken);
      if (((place - soFar) | 0) < slots) return place;
      Atomics.wait(control, taken, soFar);
    }
  }
}

/** A step as it stands in the ring, without the model. Records are valid until `release`. */
export type RingStep = Exclude<OrderStep, { kind: 'finished' }> | { readonly kind: 'finished' };

export class RingReader {
  readonly #control: Int32Array;
  readonly #slots: SharedArrayBuffer;

  constructor(memory: RingMemory) {
    this.#control = new Int32Array(memory.control);
    this.#slots = memory.slots;
  }

  /** The next step, if there is one. Otherwise the writer wakes the reader with its next. */
  peek(): RingStep | undefined {
    const control = this.#control;
    const place = Atomics.load(control, taken);
    if (Atomics.load(control, written) === place) {
      Atomics.store(control, sleeps, 1);
      // It may have been written right before.
      if (Atomics.load(control, written) === place) return undefined;
      Atomics.store(control, sleeps, 0);
    }
    return this.#step(slotAt(place));
  }

  #step(at: number): RingStep {
    const head = new Int32Array(this.#slots, at, 2);
    const kind = kinds[head[0]!]!;
    if (kind === 'started') return { kind, hasEvents: head[1] === 1 };
    if (kind === 'records')
      return { kind, records: new Uint8Array(this.#slots, at + slotHeaderBytes, head[1]) };
    return { kind };
  }

  release(): void {
    const control = this.#control;
    const soFar = Atomics.add(control, taken, 1) + 1;
    // A writer that waits is woken for many slots at a time.
    if (((Atomics.load(control, written) - soFar) | 0) <= slots / 2) Atomics.notify(control, taken);
  }
}
