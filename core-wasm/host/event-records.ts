import type { CoreExports } from './exports.ts';

/** Places of the fields in a record of 80 bytes (core-wasm/assembly/event-record.ts), in 32-bit words. */
const words = 20;
const place = {
  time: 0,
  thread: 2,
  processor: 4,
  goroutine: 6,
  a: 8,
  b: 10,
  c: 12,
  bytes: 14,
  stack: 15,
  otherStack: 16,
  text: 17,
  otherText: 18,
} as const;

const syncType = 50;

/** A 64-bit integer: a number where it is exact, else a bigint. Prints the same either way. */
export type Integer = number | bigint;

/** A text of a record with this bit is a name of the trace, not a string of the generation. */
export const traceNameBit = 0x80000000;

/** The events of the last delivery, by their index in it. Valid until the core is called again. */
export class EventRecords {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: CoreExports;
  #signed = new Int32Array();
  #unsigned = new Uint32Array();
  #bytes = new Uint8Array();
  count = 0;

  constructor(memory: WebAssembly.Memory, exports: CoreExports) {
    this.#memory = memory;
    this.#exports = exports;
  }

  /** Makes the views anew: memory that grew detaches them. */
  refresh(): void {
    this.count = this.#exports.recordCount.value;
    const { buffer } = this.#memory;
    const start = this.#exports.recordsStart();
    if (this.#signed.buffer === buffer && this.#signed.byteOffset === start) return;
    this.#signed = new Int32Array(buffer, start);
    this.#unsigned = new Uint32Array(buffer, start);
    this.#bytes = new Uint8Array(buffer, start);
  }

  #i64(word: number): Integer {
    const high = this.#signed[word + 1]!;
    const low = this.#unsigned[word]!;
    if (high >= -0x200000 && high < 0x200000) return high * 0x100000000 + low;
    return (BigInt(high) << 32n) | BigInt(low);
  }

  #u64(word: number): Integer {
    const high = this.#unsigned[word + 1]!;
    const low = this.#unsigned[word]!;
    if (high < 0x200000) return high * 0x100000000 + low;
    return (BigInt(high) << 32n) | BigInt(low);
  }

  type(i: number): number {
    return this.#bytes[(i * words + place.bytes) * 4]!;
  }

  from(i: number): number {
    return this.#bytes[(i * words + place.bytes) * 4 + 1]!;
  }

  to(i: number): number {
    return this.#bytes[(i * words + place.bytes) * 4 + 2]!;
  }

  isSync(i: number): boolean {
    return this.type(i) === syncType;
  }

  /** Nanoseconds on the trace's own clock. */
  time(i: number): Integer {
    return this.#i64(i * words + place.time);
  }

  thread(i: number): Integer {
    return this.#i64(i * words + place.thread);
  }

  processor(i: number): Integer {
    return this.#i64(i * words + place.processor);
  }

  goroutine(i: number): Integer {
    return this.#i64(i * words + place.goroutine);
  }

  /** The subject of a transition, or the resource of an announced range. */
  subject(i: number): Integer {
    return this.#i64(i * words + place.a);
  }

  a(i: number): Integer {
    return this.#u64(i * words + place.a);
  }

  b(i: number): Integer {
    return this.#u64(i * words + place.b);
  }

  c(i: number): Integer {
    return this.#u64(i * words + place.c);
  }

  stack(i: number): number {
    return this.#unsigned[i * words + place.stack]!;
  }

  /** The new goroutine's stack, of creations. */
  otherStack(i: number): number {
    return this.#unsigned[i * words + place.otherStack]!;
  }

  text(i: number): number {
    return this.#unsigned[i * words + place.text]!;
  }

  otherText(i: number): number {
    return this.#unsigned[i * words + place.otherText]!;
  }
}
