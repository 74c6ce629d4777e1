import type { TraceVersion } from '#common/trace-format/releases.ts';
import { Core } from '#core-wasm/host/core.ts';
import type { BatchReader } from '#main/trace-file/batch-reader.ts';
import { GenerationReader, type ReadResult } from '#main/trace-file/generation-reader.ts';
import { orderHere, type IsolatedOrder, type Orderer } from './isolated-order.ts';
import { OrderPool } from './order-pool.ts';
import { GenerationRecorder, SpareSegments, type SharedGeneration } from './recorded-generation.ts';

export interface Threads {
  /** Threads that order generations. */
  readonly most: number;
  /** They are started for the generations that begin behind so many bytes. */
  readonly behindBytes: number;
  /** No threads, but each generation by itself all the same. */
  readonly isolateHere?: boolean;
}

export interface ReadGeneration {
  readonly read: ReadResult;
  /** The generation's batches. */
  readonly recorded: SharedGeneration;
  /** Where another thread orders it. */
  readonly order: IsolatedOrder | undefined;
}

/** While so much of the file waits in memory, no further generation is read. */
const mostWaitingBytes = 128 << 20;

/** Reads generations, some of them before they are asked for, and gives them to threads to be ordered. */
export class ReadAhead {
  readonly #reader: GenerationReader;
  readonly #recorder: GenerationRecorder;
  readonly #spare = new SpareSegments();
  readonly #version: TraceVersion;
  readonly #threads: Threads;
  readonly #waiting: Promise<ReadGeneration>[] = [];
  #orderer: Orderer | undefined;
  #generations = 0;
  #waitingBytes = 0;
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(batches: BatchReader, version: TraceVersion, threads: Threads) {
    this.#version = version;
    this.#threads = threads;
    this.#recorder = new GenerationRecorder(new Core(), this.#spare);
    this.#reader = new GenerationReader(batches, version, this.#recorder);
  }

  /** The next generation, to be released; or what the trace ends with, and then not again. */
  async next(): Promise<ReadGeneration> {
    if (this.#waiting.length === 0) this.#begin();
    const next = await this.#waiting[0]!;
    void this.#waiting.shift();
    this.#refill();
    return next;
  }

  /** The generation was delivered. */
  release(generation: SharedGeneration): void {
    this.#spare.give(generation.segments);
    this.#waitingBytes -= sizeOf(generation);
    this.#refill();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#orderer?.close();
  }

  #refill(): void {
    if (this.#waiting.length < this.#threads.most && this.#waitingBytes < mostWaitingBytes) this.#begin();
  }

  #begin(): void {
    if (this.#isOver) return;
    const reading = this.#last.then(() => this.#read());
    this.#waiting.push(reading);
    this.#last = reading;
    void reading.then(
      ({ read }) => (read.kind === 'generation' ? this.#refill() : undefined),
      // Whoever asks for it hears of it.
      () => undefined,
    );
  }

  async #read(): Promise<ReadGeneration> {
    if (this.#isOver) return nothing;
    const read = await this.#reader.next();
    const number = read.kind === 'generation' ? read.number : 0n;
    const { clockSnapshot } = this.#version;
    const recorded = { number, clockSnapshot, segments: this.#recorder.segments };
    if (read.kind !== 'generation') {
      this.#isOver = true;
      return { read, recorded, order: undefined };
    }
    this.#waitingBytes += sizeOf(recorded);
    return { read, recorded, order: this.#order(recorded, read.startByte) };
  }

  /** The first generation is delivered at once, before a thread could have begun with it. */
  #order(recorded: SharedGeneration, startByte: number): IsolatedOrder | undefined {
    const { most, behindBytes, isolateHere = false } = this.#threads;
    if (this.#generations++ === 0 || startByte < behindBytes || (most <= 0 && !isolateHere)) return undefined;
    this.#orderer ??= isolateHere ? orderHere(new Core()) : new OrderPool(most);
    return this.#orderer.order(recorded);
  }
}

const sizeOf = ({ segments }: SharedGeneration): number =>
  segments.reduce((sum, segment) => sum + segment.bytes.byteLength, 0);

const nothing: ReadGeneration = {
  read: { kind: 'end' },
  recorded: { number: 0n, clockSnapshot: false, segments: [] },
  order: undefined,
};
