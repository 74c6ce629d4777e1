/**
 * Where an ingest puts what it has found: the database's writer, on this thread or on one of its own. Storing then overlaps
 * with ordering and summing up, and at most a bounded amount waits to be stored.
 */
import { Worker } from 'node:worker_threads';
import { askToStop, newStopFlag, type StopFlag } from '#common/stop-flag.ts';
import { CallBatch } from './call-batch.ts';
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

/** Calls that were carried out, or why no more will be. */
export type StoreMessage =
  | { readonly kind: 'done'; readonly calls: number; readonly block: ArrayBuffer }
  | { readonly kind: 'failed'; readonly message: string; readonly code: unknown };

/** In rows (`CallBatch.weight`). */
const mostWaiting = 20_000;

export function storeOnThread(databasePath: string): TraceStore {
  return new ThreadedStore(databasePath);
}

class ThreadedStore implements TraceStore {
  readonly writer: Omit<Storing, 'close'>;
  readonly #worker: Worker;
  readonly #stop = newStopFlag();
  readonly #exited: Promise<void>;
  readonly #batch = new CallBatch();
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
    askToStop(this.#stop);
    this.#worker.postMessage('close');
    await this.#exited;
  }

  #call(name: string, args: readonly unknown[]): void {
    if (this.#error) throw this.#error;
    this.#batch.add(name, args);
    if (this.#batch.isFull || name === 'commit') this.#send();
  }

  #send(): void {
    if (this.#batch.isEmpty) return;
    const { weight, count } = this.#batch;
    this.#weights.push(weight);
    this.#waiting += weight;
    this.#sent += count;
    const sent = this.#batch.take();
    this.#worker.postMessage(sent, [sent.block]);
  }

  #take(message: StoreMessage): void {
    if (message.kind === 'failed') {
      this.#fail(Object.assign(new Error(message.message), { code: message.code }));
      return;
    }
    this.#done += message.calls;
    this.#batch.reuse(message.block);
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
