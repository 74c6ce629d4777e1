/**
 * Cuts the bytes behind a trace's header into batches, without looking inside them.
 *
 *     batch:               1 | generation | thread | time | length | data
 *     experimental batch:  49 | experiment byte | generation | thread | time | length | data
 *     end of generation:   52
 *
 * Numbers are varints of up to ten bytes. Source: internal/trace/batch.go of Go 1.27.
 */
import type { ByteSource } from './byte-source.ts';

export interface Batch {
  readonly kind: 'batch';
  readonly generation: bigint;
  /** 2^64 − 1 as −1: no thread. */
  readonly thread: bigint;
  /** In units of the generation's clock. */
  readonly time: bigint;
  readonly experiment: number;
  /** Valid until the next `next()`. */
  readonly data: Uint8Array;
  readonly startByte: number;
  readonly dataByte: number;
  readonly untilByte: number;
}

export type BatchItem =
  | Batch
  | { readonly kind: 'end of generation'; readonly startByte: number; readonly untilByte: number }
  | { readonly kind: 'end'; readonly startByte: number }
  | {
      readonly kind: 'malformed';
      readonly startByte: number;
      readonly code: string;
      readonly reason: string;
    };

export const maxBatchBytes = 65536;
const batchType = 1;
const experimentalBatchType = 49;
const endOfGenerationType = 52;
const mostHeaderBytes = 2 + 4 * 10;
const bufferBytes = 1 << 20;

const malformed = (startByte: number, code: string, reason: string): BatchItem => ({
  kind: 'malformed',
  startByte,
  code,
  reason,
});

export class BatchReader {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(bufferBytes);
  /** The unread bytes are `#buffer[#at … #limit)`; `#at` is byte `#offset` of the file. */
  #at = 0;
  #limit = 0;
  #offset = 0;
  #ended = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** How far the file has been consumed. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `count` bytes, or fewer at the end; they stay unread. */
  async peek(count: number): Promise<Uint8Array> {
    await this.#ensure(count);
    return this.#buffer.slice(this.#at, Math.min(this.#limit, this.#at + count));
  }

  /** Passes over bytes that were peeked at. */
  skip(count: number): void {
    this.#skip(Math.min(count, this.#limit - this.#at));
  }

  /** The next bytes as they come, whatever they are; none at the end. Valid until the next call. */
  async readSome(): Promise<Uint8Array> {
    await this.#ensure(1);
    const some = this.#buffer.subarray(this.#at, this.#limit);
    this.#skip(some.length);
    return some;
  }

  async next(): Promise<BatchItem> {
    await this.#ensure(mostHeaderBytes);
    const startByte = this.#offset;
    if (this.#at === this.#limit) return { kind: 'end', startByte };
    const type = this.#buffer[this.#at]!;
    if (type === endOfGenerationType) {
      this.#skip(1);
      return { kind: 'end of generation', startByte, untilByte: this.#offset };
    }
    if (type !== batchType && type !== experimentalBatchType)
      return malformed(startByte, 'not-a-batch', `a batch should begin here, but the byte is ${type}`);
    return this.#batch(type === experimentalBatchType, startByte);
  }

  async #batch(isExperimental: boolean, startByte: number): Promise<BatchItem> {
    let place = this.#at + 1;
    let experiment = 0;
    if (isExperimental) {
      // Go's reader takes a file that stops right here for one that ends.
      if (place === this.#limit) return { kind: 'end', startByte };
      experiment = this.#buffer[place++]!;
    }
    const header: bigint[] = [];
    for (const field of ['generation', 'thread', 'time', 'length']) {
      const value = this.#varint(place);
      if (value === undefined)
        return malformed(
          startByte,
          this.#limit - place < 10 && this.#ended ? 'file-truncated' : 'bad-number',
          this.#limit - place < 10 && this.#ended
            ? 'the file ends inside the header of a batch'
            : `the ${field} of a batch is no valid number`,
        );
      header.push(value.value);
      place = value.next;
    }
    const [generation, thread, time, size] = header as [bigint, bigint, bigint, bigint];
    if (size > BigInt(maxBatchBytes))
      return malformed(
        startByte,
        'invalid-batch-size',
        `a batch announces ${size} bytes, more than the ${maxBatchBytes} allowed`,
      );
    return this.#data(startByte, place, Number(size), {
      generation,
      thread: BigInt.asIntN(64, thread),
      time,
      experiment,
    });
  }

  async #data(
    startByte: number,
    dataAt: number,
    size: number,
    header: Pick<Batch, 'generation' | 'thread' | 'time' | 'experiment'>,
  ): Promise<BatchItem> {
    const headerBytes = dataAt - this.#at;
    await this.#ensure(headerBytes + size);
    const available = this.#limit - this.#at - headerBytes;
    if (available < size)
      return malformed(
        startByte,
        'file-truncated',
        `the file ends inside a batch, of which it holds ${available} of ${size} bytes`,
      );
    const from = this.#at + headerBytes;
    const data = this.#buffer.subarray(from, from + size);
    this.#skip(headerBytes + size);
    return {
      kind: 'batch',
      ...header,
      data,
      startByte,
      dataByte: startByte + headerBytes,
      untilByte: this.#offset,
    };
  }

  #varint(from: number): { value: bigint; next: number } | undefined {
    // Nearly always small; bigint arithmetic only where it has to be.
    let low = 0;
    let value = 0n;
    for (let i = 0; i < 10 && from + i < this.#limit; i++) {
      const byte = this.#buffer[from + i]!;
      if (i === 9 && byte > 1) return undefined;
      if (i < 4) low |= (byte & 0x7f) << (7 * i);
      else value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return { value: value | BigInt(low), next: from + i + 1 };
    }
    return undefined;
  }

  #skip(count: number): void {
    this.#at += count;
    this.#offset += count;
  }

  /** Reads until `count` bytes are there or the source ends. */
  async #ensure(count: number): Promise<void> {
    if (this.#limit - this.#at >= count || this.#ended) return;
    if (this.#at + count > bufferBytes - maxBatchBytes) {
      this.#buffer.copyWithin(0, this.#at, this.#limit);
      this.#limit -= this.#at;
      this.#at = 0;
    }
    while (this.#limit - this.#at < count && !this.#ended) {
      const read = await this.#source.readInto(this.#buffer.subarray(this.#limit));
      if (read === 0) this.#ended = true;
      this.#limit += read;
    }
  }
}
