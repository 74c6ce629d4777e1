/**
 * Traces made to be expensive: each repeats one thing as often as `scale` says. Reading must take time and memory in
 * proportion to the bytes, whatever they say.
 */
import { eventType } from '#common/trace-format/event-table.ts';
import { varint } from '../../fixtures/text-trace.ts';

type Numbers = readonly (number | bigint)[];

const noThread = (1n << 64n) - 1n;
const mostBatchBytes = 65000;

/** Writes events of one thread into batches of the size that is allowed. */
class TraceMaker {
  readonly #pieces: Uint8Array[] = [];
  #data: number[] = [];
  #thread: number | bigint = 5;
  #kind: number | undefined;
  generation = 1;

  constructor(minor: number) {
    this.#pieces.push(Buffer.from(`go 1.${minor} trace\0\0\0`));
  }

  /** Begins a batch of a thread. */
  on(thread: number | bigint): this {
    this.#close();
    this.#kind = undefined;
    this.#thread = thread;
    return this;
  }

  /** Begins a batch of a table. */
  table(name: string): this {
    this.on(noThread);
    this.#kind = eventType[name]!;
    return this;
  }

  add(name: string, ...numbers: Numbers): this {
    return this.bytes([eventType[name]!, ...numbers.flatMap((value) => varint(BigInt(value)))]);
  }

  string(id: number, text: string): this {
    return this.bytes([eventType['String']!, ...varint(BigInt(id)), text.length, ...Buffer.from(text)]);
  }

  bytes(data: readonly number[]): this {
    if (this.#data.length + data.length > mostBatchBytes) this.#close();
    if (this.#data.length === 0 && this.#kind !== undefined) this.#data.push(this.#kind);
    for (const byte of data) this.#data.push(byte);
    return this;
  }

  #close(): void {
    if (this.#data.length === 0) return;
    const header = [this.generation, this.#thread, 10, this.#data.length];
    this.#pieces.push(Uint8Array.from([1, ...header.flatMap((value) => varint(BigInt(value)))]));
    this.#pieces.push(Uint8Array.from(this.#data));
    this.#data = [];
  }

  clock(isNew = false): this {
    if (!isNew) return this.on(noThread).add('Frequency', 1_000_000_000);
    return this.table('Sync').add('Frequency', 1_000_000_000).add('ClockSnapshot', 1, 1, 1, 1);
  }

  endGeneration(): this {
    this.#close();
    this.#pieces.push(Uint8Array.of(eventType['EndOfGeneration']!));
    return this;
  }

  end(): Uint8Array {
    this.#close();
    return Buffer.concat(this.#pieces);
  }
}

/** Thread 5 with processor 0, on which goroutine 1 runs. */
const started = (minor = 22): TraceMaker =>
  new TraceMaker(minor)
    .clock(minor >= 25)
    .on(5)
    .add('ProcStatus', 1, 0, 1)
    .add('GoStatus', 1, 1, 5, 2);

function times(count: number, step: (i: number) => void): void {
  for (let i = 0; i < count; i++) step(i);
}

/** Odd multiplier whose multiples collide in a table that multiplies by 0x9e3779b97f4a7c15 and keeps the low bits. */
const inverse = 0xf1de83e19937733dn;

export const hostileTraces: Readonly<Record<string, (scale: number) => Uint8Array>> = {
  'many threads with an event each': (scale) => {
    const maker = started();
    times(scale, (i) => maker.on(100 + i).add('ProcStatus', 1, 10 + i, 1));
    return maker.end();
  },
  'processors stolen from many threads': (scale) => {
    const maker = started();
    times(scale, (i) => maker.on(100 + i).add('ProcStatus', 1, 10 + i, 3));
    maker.on(7);
    times(scale, (i) => maker.add('ProcStatus', 2 + i, 10 + i, 4));
    return maker.end();
  },
  'many threads that wait for ever': (scale) => {
    const maker = started();
    times(scale / 20, () => maker.add('HeapAlloc', 100, 1));
    times(scale / 20, (i) => maker.on(100 + i).add('GoStart', 1, 999_999, 7));
    return maker.end();
  },
  'many kinds of stopping the world': (scale) => {
    const maker = started();
    times(scale, (i) => maker.add('STWBegin', 1, i + 1, 0));
    maker.table('Strings');
    times(scale, (i) => maker.string(i + 1, `k${i}`));
    return maker.end();
  },
  'many wait reasons, and many regions open at once': (scale) => {
    const maker = started();
    times(scale / 10, (i) =>
      maker
        .add('GoBlock', 1, i + 1, 0)
        .add('GoUnblock', 1, 1, 2 * i + 1, 0)
        .add('GoStart', 1, 1, 2 * i + 2),
    );
    times(scale, () => maker.add('UserRegionBegin', 1, 0, 1, 0));
    maker.table('Strings');
    times(scale / 10, (i) => maker.string(i + 1, `r${i}`));
    return maker.end();
  },
  'many regions open at once, and then many wait reasons': (scale) => {
    const maker = started();
    times(scale, () => maker.add('UserRegionBegin', 1, 0, 1, 0));
    times(scale / 10, (i) =>
      maker
        .add('GoBlock', 1, i + 1, 0)
        .add('GoUnblock', 1, 1, 2 * i + 1, 0)
        .add('GoStart', 1, 1, 2 * i + 2),
    );
    maker.add('GoDestroy', 1);
    maker.table('Strings');
    times(scale / 10, (i) => maker.string(i + 1, `r${i}`));
    return maker.end();
  },
  'many goroutines, and then many generations': (scale) => {
    const maker = started(26);
    times(scale, (i) => maker.add('GoCreate', 1, 2 + i, 0, 0));
    maker.endGeneration();
    times(scale / 10, () => {
      maker.generation++;
      maker.clock(true).endGeneration();
    });
    return maker.end();
  },
  'a large table, and then many generations': (scale) => {
    const maker = started(26).table('Strings');
    times(scale, (i) => maker.string(i + 1, ''));
    maker.endGeneration();
    times(scale / 10, () => {
      maker.generation++;
      maker.clock(true).endGeneration();
    });
    return maker.end();
  },
  'goroutines whose numbers collide': (scale) => {
    const maker = started();
    times(scale, (i) => maker.add('GoCreate', 1, BigInt.asUintN(64, (BigInt(i + 1) << 20n) * inverse), 0, 0));
    return maker.end();
  },
  'goroutines numbered in steps of 2^32': (scale) => {
    const maker = started();
    times(scale, (i) => maker.add('GoCreate', 1, BigInt(i + 1) << 32n, 0, 0));
    return maker.end();
  },
  'many tasks inside of each other': (scale) => {
    const maker = started();
    times(scale, (i) => maker.add('UserTaskBegin', 1, i + 2, i + 1, 0, 0));
    return maker.end();
  },
  'many CPU samples of one moment': (scale) => {
    const maker = started().table('CPUSamples');
    times(scale, () => maker.add('CPUSample', 50, 5, 0, 1, 0));
    return maker.end();
  },
  'many stacks of one frame': (scale) => {
    const maker = started().table('Stacks');
    times(scale, (i) => maker.add('Stack', i + 1, 1, i + 1, 0, 0, i));
    return maker.end();
  },
  'many empty batches': (scale) => {
    const maker = started();
    const data = maker.end();
    const empty = Uint8Array.from([1, 1, 5, 10, 0]);
    return Buffer.concat([data, ...Array.from({ length: scale }, () => empty)]);
  },
};
