import { Worker } from 'node:worker_threads';
import type { IsolatedOrder, Orderer, OrderStep } from './isolated-order.ts';
import { RingReader, newRingMemory } from './order-ring.ts';
import type { OrderMessage } from './order-worker.ts';
import type { SharedGeneration } from './recorded-generation.ts';

const broken: OrderStep = { kind: 'broken' };

/** Threads that order generations by themselves, each at most a ring ahead of whoever takes them. */
export class OrderPool implements Orderer {
  readonly #threads: OrderThread[];
  #turn = 0;

  constructor(size: number) {
    this.#threads = Array.from({ length: size }, () => new OrderThread());
  }

  order(generation: SharedGeneration): IsolatedOrder {
    const thread = this.#threads[this.#turn++ % this.#threads.length]!;
    return thread.order(generation);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

class OrderThread {
  readonly #worker: Worker;
  readonly #ring: RingReader;
  readonly #models: BigUint64Array<ArrayBuffer>[] = [];
  #isOver = false;
  #holds = false;
  #wake: () => void = () => undefined;
  /** Resolves once the generation given last was taken to its end. */
  #taken: Promise<void> = Promise.resolve();

  constructor() {
    const memory = newRingMemory();
    this.#ring = new RingReader(memory);
    const script = import.meta.url.endsWith('.ts') ? './order-worker.ts' : './order-worker.js';
    this.#worker = new Worker(new URL(script, import.meta.url), { workerData: memory });
    this.#worker.on('message', (message: OrderMessage) => {
      if (message !== 'wake') this.#models.push(message);
      this.#wake();
    });
    // What it cannot order, for want of memory say, is ordered where it is fitted in.
    this.#worker.on('error', () => this.#end());
    this.#worker.on('exit', () => this.#end());
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  order(generation: SharedGeneration): IsolatedOrder {
    this.#worker.postMessage(generation);
    const before = this.#taken;
    let done: () => void = () => undefined;
    this.#taken = new Promise((resolve) => (done = resolve));
    let isOver = false;
    const next = async (): Promise<OrderStep> => {
      await before;
      const step = await this.#step();
      isOver = step.kind === 'finished' || step.kind === 'broken';
      if (isOver) {
        this.#release();
        done();
      }
      return step;
    };
    const takeRest = async (): Promise<void> => {
      while (!isOver) await next();
    };
    return { next, abandon: () => void takeRest() };
  }

  /** A slot is released when the one behind it is asked for. */
  #release(): void {
    if (this.#holds) this.#ring.release();
    this.#holds = false;
  }

  async #step(): Promise<OrderStep> {
    this.#release();
    for (;;) {
      const step = this.#ring.peek();
      const model = step?.kind === 'finished' ? this.#models[0] : undefined;
      this.#holds = step !== undefined && (step.kind !== 'finished' || model !== undefined);
      if (step && step.kind !== 'finished') return step;
      if (model) {
        this.#models.shift();
        return { kind: 'finished', model };
      }
      if (this.#isOver) return broken;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
