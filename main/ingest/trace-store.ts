/**
 * Where an ingest puts what it has found: the database's writer, on this thread or on one of its own. Storing then overlaps
 * with ordering and summing up, and at most a bounded amount waits to be stored.
 */
import { Worker } from 'node:worker_threads';
import { askToStop, newStopFlag, type StopFlag } from '#common/stop-flag.ts';
import { RowWriter } from './row-writer.ts';

/** The writer's methods. They return nothing, so that it does not matter when they are carried out. */
type Storing = {
  [
    Name in keyof RowWriter as RowWriter[Name] extends (...args: never) => void ? Name : never
  ]: RowWriter[Name];
};

export interface TraceStore {
  readonly writer: Omit<Storing, 'close'>;
  /** So much waits that whoever stores should await `settled`. */
  readonly isBehind: boolean;
  /** Resolves once everything so far is stored. Fails as soon as something could not be. */
  settled(): Promise<void>;
  /** To be awaited; what is not committed by then is dropped. */
  close(): Promise<void>;
}

export function storeHere(databasePath: string): TraceStore {
  const writer = new RowWriter(databasePath);
  return {
    writer,
    isBehind: false,
    settled: () => Promise.resolve(),
    close: () => {
      writer.close();
      return Promise.resolve();
    },
  };
}

export interface StoreWorkerData {
  readonly databasePath: string;
  /** Set when what still waits is not to be stored any more. */
  readonly stop: StopFlag;
}
export type Call = readonly [name: string, args: readonly unknown[]];
/** Calls that were carried out, or why no more will be. */
export type StoreMessage =
  | { readonly kind: 'done'; readonly calls: number }
  | { readonly kind: 'failed'; readonly message: string; readonly code: unknown };

/** Calls that go over at once. */
const batchCalls = 512;
/** Of packed data in a batch. */
const batchBytes = 1 << 20;
/** Calls that wait, where one counts as many as its bytes would make rows. */
const mostWaiting = 20_000;
const bytesPerCall = 512;

export function storeOnThread(databasePath: string): TraceStore {
  return new ThreadedStore(databasePath);
}

class ThreadedStore implements TraceStore {
  readonly writer: Omit<Storing, 'close'>;
  readonly #worker: Worker;
  readonly #stop = newStopFlag();
  readonly #exited: Promise<void>;
  #batch: Call[] = [];
  #batchBytes = 0;
  #sent = 0;
  #done = 0;
  /** In the measure of `mostWaiting`, by batches that are under way. */
  readonly #weights: number[] = [];
  #waiting = 0;
  #error: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(databasePath: string) {
    const script = import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js';
    this.#worker = new Worker(new URL(script, import.meta.url), {
      workerData: { databasePath, stop: this.#stop } satisfies StoreWorkerData,
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (message: StoreMessage) => this.#take(message));
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the storing thread has ended')));
    const call =
      (name: string) =>
      (...args: readonly unknown[]): void =>
        this.#call(name, args);
    this.writer = new Proxy({} as Omit<Storing, 'close'>, { get: (_, name) => call(String(name)) });
  }

  get isBehind(): boolean {
    return this.#waiting > mostWaiting;
  }

  async settled(): Promise<void> {
    this.#send();
    const until = this.#sent;
    while (this.#done < until) {
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before();
          resolve();
        };
      });
    }
    if (this.#error) throw this.#error;
  }

  async close(): Promise<void> {
    this.#batch = [];
    askToStop(this.#stop);
    this.#worker.postMessage('close');
    await this.#exited;
  }

  #call(name: string, args: readonly unknown[]): void {
    if (this.#error) throw this.#error;
    this.#batch.push([name, args.map((arg) => this.#own(arg))]);
    if (this.#batch.length >= batchCalls || this.#batchBytes >= batchBytes || name === 'commit') this.#send();
  }

  /** Packed data may lie in the core's memory, where the next call changes them. */
  #own(arg: unknown): unknown {
    if (ArrayBuffer.isView(arg)) {
      this.#batchBytes += arg.byteLength;
      return arg.byteLength === arg.buffer.byteLength ? arg : (arg as Uint8Array).slice();
    }
    if (Array.isArray(arg)) return arg.map((element: unknown) => this.#own(element));
    if (typeof arg !== 'object' || arg === null) return arg;
    return Object.fromEntries(Object.entries(arg).map(([key, value]) => [key, this.#own(value)]));
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    const weight = this.#batch.length + this.#batchBytes / bytesPerCall;
    this.#weights.push(weight);
    this.#waiting += weight;
    this.#sent += this.#batch.length;
    this.#worker.postMessage(this.#batch);
    this.#batch = [];
    this.#batchBytes = 0;
  }

  #take(message: StoreMessage): void {
    if (message.kind === 'failed') {
      this.#fail(Object.assign(new Error(message.message), { code: message.code }));
      return;
    }
    this.#done += message.calls;
    this.#waiting -= this.#weights.shift() ?? 0;
    this.#wakeAll();
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wakeAll();
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = () => undefined;
    wake();
  }
}
