import { storedStays } from '#common/group-stays.ts';
import type { Core } from './core.ts';
import { longestRows, stayRows } from './span-scan.ts';

/** 64 bits with a sign: those of an id beyond 2^63 count as below zero. A number where that is exact. */
export type StoredId = number | bigint;

function idAt(rows: DataView, at: number): StoredId {
  const high = rows.getUint32(at + 4, true);
  return high < 1 << 21 ? high * 2 ** 32 + rows.getUint32(at, true) : rows.getBigInt64(at, true);
}

/** What a task gained since the rows before (core-wasm/assembly/summary/tasks.ts); points in time count from the origin. */
export interface TaskGain {
  readonly id: StoredId;
  readonly parent: StoredId | undefined;
  /** Undefined: what is known of its name does not change. */
  readonly name: number | undefined;
  readonly startNs: number | undefined;
  readonly endNs: number | undefined;
  /** Which goroutine began it, and which ended it. */
  readonly startGoroutine: StoredId | undefined;
  readonly endGoroutine: StoredId | undefined;
  readonly logs: number;
  readonly regions: number;
}

/** Bits and sizes of the rows of tasks and of who took part. */
const taskBytes = 64;
const memberBytes = 16;
const known = { parent: 1, name: 2, start: 4, end: 8 } as const;

export function* taskGainsIn(taskRows: Uint8Array, originNs: bigint): Generator<TaskGain> {
  const rows = viewOf(taskRows);
  for (let at = 0; at < rows.byteLength; at += taskBytes) {
    const has = rows.getUint32(at + 32, true);
    const point = (offset: number): number => Number(rows.getBigInt64(at + offset, true) - originNs);
    yield {
      id: idAt(rows, at),
      parent: has & known.parent ? idAt(rows, at + 8) : undefined,
      name: has & known.name ? rows.getUint32(at + 36, true) : undefined,
      startNs: has & known.start ? point(16) : undefined,
      endNs: has & known.end ? point(24) : undefined,
      startGoroutine: has & known.start ? idAt(rows, at + 48) : undefined,
      endGoroutine: has & known.end ? idAt(rows, at + 56) : undefined,
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

/** Who took part in what, of `Summaries.taskMembers`: task, goroutine, task, goroutine … */
export function taskMembersIn(taskMembers: Uint8Array): StoredId[] {
  const rows = viewOf(taskMembers);
  return Array.from({ length: rows.byteLength / 8 }, (_, i) => idAt(rows, i * 8));
}

/** Of `Summaries.lateNames`: goroutine and name. */
export function* lateNamesIn(bytes: Uint8Array): Generator<readonly [StoredId, number]> {
  const rows = viewOf(bytes);
  for (let at = 0; at < rows.byteLength; at += 16) yield [idAt(rows, at), rows.getUint32(at + 8, true)];
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** common/region-chunk.ts */
export interface RegionChunk {
  readonly count: number;
  readonly firstGoroutine: number;
  readonly lastGoroutine: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly packed: Uint8Array;
}

/** common/log-chunk.ts */
export interface LogChunk {
  readonly count: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly packed: Uint8Array;
}

/** What the core makes of goroutines: regions, tasks, packed spans. Their rows: `GoroutinePacker`. */
export class Summaries {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
    core.run((exports) => exports.openStays(storedStays, 1));
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

  /** The regions that ended since rows were last handed out; undefined if there are none. Valid until the core is called again. */
  get regionChunk(): RegionChunk | undefined {
    const { exports, memory } = this.#core;
    const count = exports.regionCount() >>> 0;
    if (count === 0) return undefined;
    const address = exports.regionsAddress() >>> 0;
    return {
      count,
      firstGoroutine: Number(exports.regionsFirst.value),
      lastGoroutine: Number(exports.regionsLast.value),
      startNs: Number(exports.regionsStart.value),
      untilNs: Number(exports.regionsUntil.value),
      packed: new Uint8Array(memory.buffer, address, exports.regionsLength() >>> 0),
    };
  }

  /** The logs since rows were last handed out; undefined if there are none. Valid until the core is called again. */
  get logChunk(): LogChunk | undefined {
    const { exports, memory } = this.#core;
    const count = exports.logCount() >>> 0;
    if (count === 0) return undefined;
    return {
      count,
      startNs: Number(exports.logsStart.value),
      untilNs: Number(exports.logsUntil.value),
      packed: new Uint8Array(memory.buffer, exports.logsAddress() >>> 0, exports.logsLength() >>> 0),
    };
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

  /** Task and goroutine, for `taskMembersIn`; some may have been there before. Valid until the core is called again. */
  get taskMembers(): Uint8Array {
    const { exports, memory } = this.#core;
    return new Uint8Array(
      memory.buffer,
      exports.taskMembersStart() >>> 0,
      this.taskMemberCount * memberBytes,
    );
  }

  /** Valid until the core is called again, as are the others: core-wasm/assembly/summary/loose-ends.ts. */
  get looseEnds(): Uint8Array {
    const { exports } = this.#core;
    return this.#bytes(exports.looseEndsStart(), exports.looseEndCount() * 40);
  }

  get lateNames(): Uint8Array {
    const { exports } = this.#core;
    return this.#bytes(exports.lateNamesStart(), exports.lateNameCount() * 16);
  }

  /** core-wasm/assembly/summary/plain-sums.ts */
  get plainSums(): Uint8Array {
    const { exports } = this.#core;
    return this.#bytes(exports.plainSumsStart(), exports.plainSumCount() * 40);
  }

  get longestDelays(): Uint8Array {
    return longestRows(this.#core);
  }

  /** The longest stays of plain lives. */
  get plainStays(): Uint8Array {
    return stayRows(this.#core);
  }

  forgetPlainSums(): void {
    this.#core.run((core) => core.openStays(storedStays, 1));
    this.#core.exports.forgetPlainSums();
    this.#core.exports.forgetLongest();
  }

  #bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#core.memory.buffer, address >>> 0, length);
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

  /** Where the spans of the generation begin, from the origin. */
  get baseNs(): number {
    return Number(this.#core.exports.spanBase.value - this.originNs);
  }

  /** Time of the last event, from the origin. */
  get lastNs(): number {
    return Number(this.#core.exports.lastSeen() - this.originNs);
  }

  get goroutinesSeen(): number {
    return this.#core.exports.goroutinesSeen.value;
  }
}
