/** Typed access to one instance of the core: one trace at a time, generation by generation. */
import { randomBytes } from 'node:crypto';
import { Failure } from '#common/errors.ts';
import type { TraceVersion } from '#common/trace-format/releases.ts';
import { wireEvents } from '#common/trace-format/event-table.ts';
import { EventRecords } from './event-records.ts';
import type { CoreExports } from './exports.ts';
import { describeFault, type Fault } from './faults.ts';
import { GenerationTables } from './generation-tables.ts';
import { coreModule } from './module.ts';

export type Delivery = 'more' | 'finished' | 'broken';
export const deliveries: readonly Delivery[] = ['more', 'finished', 'broken'];

/** A clock snapshot: the trace's clock (nanoseconds), the monotonic clock, and the wall clock since 1970. */
export interface ClockSnapshot {
  readonly traceNs: bigint;
  readonly mono: bigint;
  readonly seconds: bigint;
  readonly nanoseconds: bigint;
}

/** One batch as it lies in the file. */
export interface RawBatch {
  readonly thread: bigint;
  readonly time: bigint;
  readonly experiment: number;
  readonly data: Uint8Array;
  /** Of the data, in the file. */
  readonly fileOffset: number;
}

export const newMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 256, maximum: 65536 });

/** Spreads the core's hash tables differently each time. */
const newSecret = (): WebAssembly.Global =>
  new WebAssembly.Global({ value: 'i64' }, randomBytes(8).readBigUInt64LE());

export class Core {
  readonly memory: WebAssembly.Memory;
  readonly exports: CoreExports;
  /** The events of the last delivery. */
  readonly records: EventRecords;
  /** The strings and stacks of the current generation. */
  readonly tables: GenerationTables;
  #keptData: ((number: number, length: number) => Uint8Array) | undefined;

  /** `memory` must be all zeros. */
  constructor(module = coreModule(), memory = newMemory()) {
    this.memory = memory;
    const fetchBatch = (number: number, to: number, length: number): void => {
      const data = this.#keptData?.(number >>> 0, length);
      if (data) new Uint8Array(this.memory.buffer, to >>> 0, length).set(data);
    };
    const instance = new WebAssembly.Instance(module, {
      env: { memory: this.memory, hashSecret: newSecret(), fetchBatch },
    });
    this.exports = instance.exports as unknown as CoreExports;
    this.records = new EventRecords(this.memory, this.exports);
    this.tables = new GenerationTables(this.memory, this.exports);
    this.#describeEvents();
  }

  /** Hands the core the number of arguments of each event type (255: not an event of a thread). */
  #describeEvents(): void {
    const counts = new Uint8Array(this.memory.buffer, this.exports.argumentCounts.value, 256).fill(255);
    for (const event of wireEvents) if (event.timed) counts[event.type] = event.args.length;
  }

  /** Runs a call; a memory that cannot grow any more is the trace's fault, any other trap is ours. */
  run<T>(call: (core: CoreExports) => T): T {
    try {
      return call(this.exports);
    } catch (error) {
      if (this.exports.exhausted.value !== 0)
        throw new Failure(
          'out-of-memory',
          'A generation of this trace needs more memory than this machine gives.',
        );
      throw error;
    }
  }

  beginGeneration({ clockSnapshot }: Pick<TraceVersion, 'clockSnapshot'>): void {
    this.run((core) => core.beginGeneration(clockSnapshot ? 1 : 0));
  }

  addBatch(batch: RawBatch): Fault | undefined {
    const { data } = batch;
    return this.#faultAfter((core) => {
      const address = core.allocateBatch(data.length) >>> 0;
      new Uint8Array(this.memory.buffer, address, data.length).set(data);
      return core.addBatch(
        batch.thread,
        batch.time,
        batch.experiment,
        address,
        data.length,
        BigInt(batch.fileOffset),
      );
    });
  }

  /**
   * Instead of `addBatch`, for batches of events whose data stay where they are until they are decoded: `keptData` gives those of
   * a number until the next generation begins.
   */
  addKeptBatch(batch: Omit<RawBatch, 'experiment'>, number: number): void {
    const { thread, time, data, fileOffset } = batch;
    this.run((core) => core.addKeptBatch(thread, time, number, data.length, BigInt(fileOffset)));
  }

  keepData(keptData: (number: number, length: number) => Uint8Array): void {
    this.#keptData = keptData;
  }

  /** Instead of `addBatch`, for a batch of events that another core orders. */
  noteBatch(time: bigint): void {
    this.exports.noteBatch(time);
  }

  finishGeneration(): Fault | undefined {
    return this.#faultAfter((core) => core.finishGeneration());
  }

  /** Decodes the first event of each thread. */
  beginDelivery(generation: bigint): Fault | undefined {
    return this.#faultAfter((core) => core.beginDelivery(generation));
  }

  /** Delivers a Sync event: the one that opens the generation, or the one behind everything. */
  deliverSync(place: 'generation start' | 'end'): void {
    this.run((core) => core.deliverSync(place === 'generation start' ? 1 : 0));
    this.records.refresh();
  }

  /** Right after `beginDelivery`: whether the generation has events of threads. */
  get hasEvents(): boolean {
    return this.exports.hasEvents() !== 0;
  }

  /** `deliver` goes on behind the first `count` events of the generation, which were delivered otherwise. */
  resumeBehind(count: number): void {
    this.exports.resumeBehind(BigInt(count));
  }

  /** Delivers the next events, up to a few thousand. After `broken` the records before the fault are there all the same. */
  deliver(): Delivery {
    const result = this.run((core) => core.deliver());
    this.records.refresh();
    return deliveries[result]!;
  }

  get fault(): Fault {
    const { exports } = this;
    const facts = new BigUint64Array(this.memory.buffer, exports.faultFacts(), 6);
    return describeFault(exports.faultCode.value, [...facts], Number(exports.faultByte.value));
  }

  get clockSnapshot(): ClockSnapshot | undefined {
    const { exports } = this;
    if (exports.hasClockSnapshot() === 0) return undefined;
    return {
      traceNs: exports.clockSnapshotTime(),
      mono: BigInt.asUintN(64, exports.clockSnapshotMono()),
      seconds: BigInt.asUintN(64, exports.clockSnapshotSeconds()),
      nanoseconds: BigInt.asUintN(64, exports.clockSnapshotNanoseconds()),
    };
  }

  /** Processors seen so far, in a trace of either family. */
  get processorCount(): number {
    return this.exports.processorCount() + this.exports.v1ProcessorCount();
  }

  get threadCount(): number {
    return this.exports.modelThreadCount() + this.exports.v1ThreadCount();
  }

  /** Delivered events by wire type, over the whole trace. */
  eventCounts(): readonly number[] {
    return Array.from(new BigUint64Array(this.memory.buffer, this.exports.eventCounts.value, 256), Number);
  }

  #faultAfter(call: (core: CoreExports) => number): Fault | undefined {
    return this.run(call) < 0 ? this.fault : undefined;
  }
}
