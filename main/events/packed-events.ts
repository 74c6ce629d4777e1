/** Events of a core that outlive its next delivery, and the strings and stacks that they name. */
import { deliveredBytes, recordBytes } from '#core-wasm/host/isolated-order.ts';
import type { Core } from '#core-wasm/host/core.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';
import type { EventFields } from '#main/exporters/event-source.ts';
import { packColumns, wordAt, type PackedColumns } from './packed-columns.ts';

const recordWords = recordBytes / 4;
/** Places of the fields in a record (core-wasm/assembly/event-record.ts). */
const field = {
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

export class PackedEvents implements EventFields {
  readonly #packed: PackedColumns;

  constructor(packed: PackedColumns) {
    this.#packed = packed;
  }

  get count(): number {
    return this.#packed.count;
  }

  get bytes(): number {
    return this.#packed.bytes;
  }

  #word(place: number, i: number): number {
    return wordAt(this.#packed, place, i);
  }

  #i64(place: number, i: number): Integer {
    return joined(this.#word(place + 1, i), this.#word(place, i) >>> 0);
  }

  #u64(place: number, i: number): Integer {
    return joined(this.#word(place + 1, i) >>> 0, this.#word(place, i) >>> 0);
  }

  type(i: number): number {
    return this.#word(field.bytes, i) & 0xff;
  }

  from(i: number): number {
    return (this.#word(field.bytes, i) >>> 8) & 0xff;
  }

  to(i: number): number {
    return (this.#word(field.bytes, i) >>> 16) & 0xff;
  }

  time(i: number): Integer {
    return this.#i64(field.time, i);
  }

  thread(i: number): Integer {
    return this.#i64(field.thread, i);
  }

  processor(i: number): Integer {
    return this.#i64(field.processor, i);
  }

  goroutine(i: number): Integer {
    return this.#i64(field.goroutine, i);
  }

  subject(i: number): Integer {
    return this.#i64(field.a, i);
  }

  a(i: number): Integer {
    return this.#u64(field.a, i);
  }

  b(i: number): Integer {
    return this.#u64(field.b, i);
  }

  c(i: number): Integer {
    return this.#u64(field.c, i);
  }

  stack(i: number): number {
    return this.#word(field.stack, i) >>> 0;
  }

  otherStack(i: number): number {
    return this.#word(field.otherStack, i) >>> 0;
  }

  text(i: number): number {
    return this.#word(field.text, i) >>> 0;
  }

  otherText(i: number): number {
    return this.#word(field.otherText, i) >>> 0;
  }
}

const joined = (high: number, low: number): Integer =>
  high >= -0x200000 && high < 0x200000 ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low);

/** Collects events of deliveries until they are packed. */
export class EventPacker {
  readonly #core: Core;
  readonly #words: Int32Array;
  #count = 0;

  /** `most`: events that it has room for. */
  constructor(core: Core, most: number) {
    this.#core = core;
    this.#words = new Int32Array(most * recordWords);
  }

  get count(): number {
    return this.#count;
  }

  get room(): number {
    return this.#words.length / recordWords - this.#count;
  }

  /** Adds events `from` to `until` of the last delivery. */
  add(from: number, until: number): void {
    const { buffer, byteOffset } = deliveredBytes(this.#core);
    const words = new Int32Array(buffer, byteOffset + from * recordBytes, (until - from) * recordWords);
    this.#words.set(words, this.#count * recordWords);
    this.#count += until - from;
  }

  /** What was collected since the last time. */
  pack(): PackedEvents {
    // The last word, of claims, means nothing here.
    const packed = packColumns(this.#words, this.#count, recordWords);
    this.#count = 0;
    return new PackedEvents(packed);
  }
}
