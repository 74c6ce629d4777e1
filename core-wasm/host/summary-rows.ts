import type { Core } from './core.ts';

/** Fields of a region's row (core-wasm/assembly/summary/rows.ts): 64-bit floats. */
export const regionField = {
  goroutine: 0,
  name: 1,
  task: 2,
  start: 3,
  end: 4,
  exec: 5,
  schedWait: 6,
  syscall: 7,
  syscallBlock: 8,
  total: 9,
  order: 10,
  firstWait: 11,
  waits: 12,
  firstRange: 13,
  ranges: 14,
} as const;
export const regionFields = 15;

/** What a task gained since the rows before (core-wasm/assembly/summary/tasks.ts); points in time count from the origin. */
export interface TaskGain {
  readonly id: bigint;
  readonly parent: bigint | undefined;
  /** Undefined: what is known of its name does not change. */
  readonly name: number | undefined;
  readonly startNs: number | undefined;
  readonly endNs: number | undefined;
  readonly logs: number;
  readonly regions: number;
}

/** Bits and sizes of a task's row. */
const taskBytes = 48;
const known = { parent: 1, name: 2, start: 4, end: 8 } as const;

export function* taskGainsIn(taskRows: Uint8Array, originNs: bigint): Generator<TaskGain> {
  const rows = new DataView(taskRows.buffer, taskRows.byteOffset, taskRows.byteLength);
  for (let at = 0; at < rows.byteLength; at += taskBytes) {
    const has = rows.getUint32(at + 32, true);
    const point = (offset: number): number => Number(rows.getBigInt64(at + offset, true) - originNs);
    yield {
      id: rows.getBigUint64(at, true),
      parent: has & known.parent ? rows.getBigUint64(at + 8, true) : undefined,
      name: has & known.name ? rows.getUint32(at + 36, true) : undefined,
      startNs: has & known.start ? point(16) : undefined,
      endNs: has & known.end ? point(24) : undefined,
      logs: rows.getUint32(at + 40, true),
      regions: rows.getUint32(at + 44, true),
    };
  }
}

export interface SpanChunk {
  readonly baseNs: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly firstGoroutine: number;
  readonly lastGoroutine: number;
  readonly spans: Uint8Array;
}

/** What the core makes of goroutines: regions, tasks, packed spans. Their rows: `GoroutinePacker`. */
export class Summaries {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes in the events of the last delivery. Whenever there is enough to be stored, `store` is called. */
  accumulate(store: () => void): void {
    const { count } = this.#core.records;
    for (let next = 0; next < count;) {
      next = this.#core.run((core) => core.accumulate(next));
      if (this.#core.exports.enough.value !== 0) store();
    }
  }

  /** Starts making rows of the goroutines that are alive; then `flushAlive` until it returns false. */
  beginFlush(): void {
    this.#core.run((core) => core.beginFlush());
  }

  flushAlive(most: number, isLast: boolean): boolean {
    return this.#core.run((core) => core.flushAlive(most, isLast ? 1 : 0)) !== 0;
  }

  /** Spans count from the end of the generation on. */
  advanceBase(): void {
    this.#core.run((core) => core.advanceSpanBase());
  }

  /** Goroutines whose spans wait to be packed. */
  get streamsWaiting(): number {
    return this.#core.exports.streamsWaiting();
  }

  get regionRowCount(): number {
    return this.#core.exports.regionRowCount();
  }

  /** `regionFields` numbers a row; valid until the core is called again. */
  get regionRows(): Float64Array {
    const { exports } = this.#core;
    return this.#floats(exports.regionRowsStart(), exports.regionRowCount() * regionFields);
  }

  /** Key, ns, key, ns …: lists that rows refer to. */
  get pairs(): Float64Array {
    const { exports } = this.#core;
    return this.#floats(exports.pairsStart(), exports.pairCount() * 2);
  }

  get taskRowCount(): number {
    return this.#core.exports.taskRowCount();
  }

  get taskMemberCount(): number {
    return this.#core.exports.taskMemberCount();
  }

  /** Tasks that gained something, each once, for `taskGainsIn`; valid until the core is called again. */
  get taskRows(): Uint8Array {
    const { exports, memory } = this.#core;
    return new Uint8Array(memory.buffer, exports.taskRowsStart() >>> 0, this.taskRowCount * taskBytes);
  }

  /** Task, goroutine, task, goroutine …: who took part in what. Some may have been there before. */
  get taskMembers(): BigInt64Array {
    const { exports, memory } = this.#core;
    return new BigInt64Array(memory.buffer, exports.taskMembersStart() >>> 0, this.taskMemberCount * 2);
  }

  forgetRows(): void {
    this.#core.run((core) => core.forgetRows());
  }

  /** The spans of the rows made so far, packed; undefined if there are none. A copy. */
  sealSpans(): SpanChunk | undefined {
    this.#core.run((core) => core.sealSpans());
    const { exports, memory } = this.#core;
    const length = exports.chunkLength.value;
    if (length === 0) return undefined;
    const address = exports.chunkAddress() >>> 0;
    const origin = exports.origin.value;
    return {
      baseNs: Number(exports.spanBase.value - origin),
      startNs: Number(exports.chunkStart.value - origin),
      untilNs: Number(exports.chunkEnd.value - origin),
      firstGoroutine: Number(exports.chunkFirst.value),
      lastGoroutine: Number(exports.chunkLast.value),
      spans: new Uint8Array(memory.buffer, address, length).slice(),
    };
  }

  /** The trace's clock at its first event, in nanoseconds. */
  get originNs(): bigint {
    return this.#core.exports.origin.value;
  }

  /** Time of the last event, from the origin. */
  get lastNs(): number {
    return Number(this.#core.exports.lastSeen() - this.originNs);
  }

  get goroutinesSeen(): number {
    return this.#core.exports.goroutinesSeen.value;
  }

  #floats(address: number, length: number): Float64Array {
    return new Float64Array(this.#core.memory.buffer, address >>> 0, length);
  }
}
