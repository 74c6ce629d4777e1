/** Takes the core's finished rows and puts them into the database. */
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import { columnNumber } from '#common/goroutine-columns.ts';
import { waitClass } from '#common/goroutine-state.ts';
import { packKeyDurations } from '#common/key-durations.ts';
import { throwIfStopped, type StopFlag } from '#common/stop-flag.ts';
import type { Core } from '#core-wasm/host/core.ts';
import { GoroutinePacker, groupFields, type GoroutineRows } from '#core-wasm/host/goroutine-packer.ts';
import { regionField, regionFields, Summaries } from '#core-wasm/host/summary-rows.ts';
import { TraceNames } from '#core-wasm/host/trace-names.ts';
import { LaneStore } from './lane-store.ts';
import type { TraceStore } from './trace-store.ts';

/** Rows waiting in the core are stored when there are this many. */
const enoughRows = 2048;
/** More of these: what a task gains in between is one row. */
const enoughTasks = 8192;
/** Goroutines alive fill a chunk. */
const enoughAlive = 16_384;

const totalIndex = (column: (typeof totalColumns)[number]): number => totalColumns.indexOf(column);
const firstWaitTotal = totalIndex('networkNs');
const waitTotals: Readonly<Record<string, number>> = {
  network: firstWaitTotal,
  sync: totalIndex('syncNs'),
  sleep: totalIndex('sleepNs'),
  gc: totalIndex('gcNs'),
  other: totalIndex('otherNs'),
  unknown: totalIndex('unknownNs'),
};
const fromNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);

export class RowStore {
  readonly summaries: Summaries;
  readonly #writer: TraceStore['writer'];
  readonly #stop: StopFlag | undefined;
  readonly #names: TraceNames;
  readonly #goroutines: GoroutinePacker;
  readonly #lanes: LaneStore;
  readonly #totals = new Float64Array(totalColumns.length);
  /** Which of the totals a wait reason belongs to. */
  readonly #reasonTotals: number[] = [];
  #stored = { names: 0, reasons: 0, frames: 0, stacks: 1 };

  constructor(core: Core, writer: TraceStore['writer'], stop?: StopFlag) {
    this.#stop = stop;
    this.summaries = new Summaries(core);
    this.#goroutines = new GoroutinePacker(core);
    this.#names = new TraceNames(core);
    this.#writer = writer;
    this.#lanes = new LaneStore(core, writer);
  }

  /** Stores finished rows if enough are waiting. */
  storeSome(generationOrdinal: number): void {
    const { summaries } = this;
    this.#lanes.storeSome();
    if (
      summaries.streamsWaiting >= enoughRows ||
      summaries.regionRowCount >= enoughRows ||
      summaries.taskRowCount >= enoughTasks ||
      summaries.taskMemberCount >= enoughTasks
    )
      this.#storeRows(generationOrdinal);
    if (this.#goroutines.isFull) this.#storeGoroutines('finished');
  }

  /**
   * Stores everything up to the last event taken in: finished rows, those still alive, groups, names and stacks. Returns how
   * many rows were written that the next time will replace.
   */
  storeGeneration(generationOrdinal: number, isLast: boolean): number {
    this.#storeRows(generationOrdinal);
    if (this.#goroutines.isFull) this.#storeGoroutines('finished');
    this.#goroutines.forgetProvisional();
    this.#writer.clearProvisional();
    const provisional =
      this.#storeGoroutines('unfilled') + this.#storeAlive(generationOrdinal, isLast) + this.#storeGroups();
    this.#storeNames();
    return provisional;
  }

  /** Goroutines that are alive have rows and spans up to here. */
  #storeAlive(generationOrdinal: number, isLast: boolean): number {
    const { summaries } = this;
    let rows = 0;
    summaries.beginFlush();
    for (let more = true; more;) {
      more = summaries.flushAlive(enoughRows, isLast);
      this.#storeRows(generationOrdinal);
      if (!more || this.#goroutines.aliveWaiting >= enoughAlive) rows += this.#storeGoroutines('alive');
    }
    rows += this.#lanes.storeGeneration();
    summaries.advanceBase();
    return rows;
  }

  #storeGoroutines(which: GoroutineRows): number {
    this.#learnReasons();
    const chunk = this.#goroutines.pack(which);
    if (!chunk) return 0;
    this.#writer.goroutineChunk({ ...chunk, isProvisional: which !== 'finished' });
    return chunk.rows;
  }

  #storeGroups(): number {
    const groups = this.#goroutines.groups();
    this.#writer.clearGroups();
    for (let at = 0; at < groups.length; at += groupFields)
      this.#writer.group(groups.subarray(at, at + groupFields));
    return groups.length / groupFields;
  }

  #storeRows(generationOrdinal: number): void {
    throwIfStopped(this.#stop);
    const { summaries } = this;
    const chunk = summaries.sealSpans();
    if (chunk) this.#writer.spanChunk({ generationOrdinal, ...chunk });
    this.#learnReasons();
    const pairs = summaries.pairs;
    const regions = summaries.regionRows;
    for (let at = 0; at < regions.length; at += regionFields)
      this.#region(regions.subarray(at, at + regionFields), pairs);
    this.#storeTasks();
    summaries.forgetRows();
  }

  #storeTasks(): void {
    const { summaries } = this;
    if (summaries.taskRowCount === 0) return;
    for (const gain of summaries.taskGains()) this.#writer.taskGain(gain);
    const members = summaries.taskMembers;
    for (let i = 0; i < members.length; i += 2) this.#writer.taskMember(members[i]!, members[i + 1]!);
  }

  #region(row: Float64Array, pairs: Float64Array): void {
    const field = regionField;
    this.#sumUp(row, field.exec, pairs, row[field.firstWait]!, row[field.waits]!);
    this.#writer.region([
      row[field.goroutine]!,
      row[field.order]!,
      row[field.name]!,
      row[field.task]!,
      fromNaN(row[field.start]!),
      fromNaN(row[field.end]!),
      ...this.#totals,
      packKeyDurations(pairs, row[field.firstWait]!, row[field.waits]!),
      packKeyDurations(pairs, row[field.firstRange]!, row[field.ranges]!),
    ]);
  }

  /** Fills `#totals`; in a row exec, sched wait, syscall, syscall block and total stand in this order. */
  #sumUp(row: Float64Array, exec: number, pairs: Float64Array, firstWait: number, waits: number): void {
    const totals = this.#totals;
    totals[0] = row[exec + 4]!;
    for (let i = 0; i < 4; i++) totals[i + 1] = row[exec + i]!;
    totals.fill(0, firstWaitTotal);
    for (let i = firstWait; i < firstWait + waits; i++) {
      const column = this.#reasonTotals[pairs[i * 2]!]!;
      totals[column] = totals[column]! + pairs[i * 2 + 1]!;
    }
  }

  #learnReasons(): void {
    for (let ix = this.#reasonTotals.length; ix < this.#names.reasonCount; ix++) {
      const name = this.#names.name(this.#names.reason(ix));
      const total = waitTotals[waitClass(name)]!;
      this.#reasonTotals.push(total);
      this.#goroutines.setReasonColumn(ix, columnNumber(totalColumns[total]!));
    }
  }

  #storeNames(): void {
    const names = this.#names;
    const stored = this.#stored;
    for (; stored.names < names.nameCount; stored.names++)
      this.#writer.name(stored.names, names.name(stored.names));
    for (; stored.reasons < names.reasonCount; stored.reasons++)
      this.#writer.reason(stored.reasons, names.reason(stored.reasons));
    for (; stored.frames < names.frameCount; stored.frames++) {
      const frame = names.frame(stored.frames);
      this.#writer.frame(stored.frames, frame.pc, frame.functionIx, frame.fileIx, frame.line);
    }
    for (; stored.stacks < names.stackCount; stored.stacks++)
      this.#writer.stack(stored.stacks, names.stack(stored.stacks));
  }
}
