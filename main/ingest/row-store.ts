/** Takes the core's finished rows and puts them into the database. */
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import { waitClass } from '#common/goroutine-state.ts';
import { packKeyDurations } from '#common/key-durations.ts';
import { throwIfStopped, type StopFlag } from '#common/stop-flag.ts';
import type { Core } from '#core-wasm/host/core.ts';
import {
  goroutineField,
  goroutineFields,
  regionField,
  regionFields,
  Summaries,
} from '#core-wasm/host/summary-rows.ts';
import { TraceNames } from '#core-wasm/host/trace-names.ts';
import { GroupSums } from './group-sums.ts';
import type { TraceStore } from './trace-store.ts';

/** Rows waiting in the core are stored when there are this many. */
const enoughRows = 2048;
/** More of these: what a task gains in between is one row. */
const enoughTasks = 8192;

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
  readonly #groups = new GroupSums();
  readonly #totals = new Float64Array(totalColumns.length);
  /** Which of the totals a wait reason belongs to. */
  readonly #reasonTotals: number[] = [];
  #stored = { names: 0, reasons: 0, frames: 0, stacks: 1 };

  constructor(core: Core, writer: TraceStore['writer'], stop?: StopFlag) {
    this.#stop = stop;
    this.summaries = new Summaries(core);
    this.#names = new TraceNames(core);
    this.#writer = writer;
  }

  /** Stores finished rows if enough are waiting. */
  storeSome(generationOrdinal: number): void {
    const { summaries } = this;
    if (
      summaries.goroutineRowCount >= enoughRows ||
      summaries.regionRowCount >= enoughRows ||
      summaries.taskRowCount >= enoughTasks ||
      summaries.taskMemberCount >= enoughTasks
    )
      this.#storeRows(generationOrdinal);
  }

  /**
   * Stores everything up to the last event taken in: finished rows, those still alive, groups, names and stacks. Returns how
   * many rows were written that the next time will replace.
   */
  storeGeneration(generationOrdinal: number, isLast: boolean): number {
    const { summaries } = this;
    let provisional = 0;
    this.#storeRows(generationOrdinal);
    this.#groups.forgetAlive();
    summaries.beginFlush();
    for (let more = true; more;) {
      more = summaries.flushAlive(enoughRows, isLast);
      provisional += summaries.goroutineRowCount;
      this.#storeRows(generationOrdinal);
    }
    summaries.advanceBase();
    this.#writer.clearGroups();
    for (const row of this.#groups.rows()) {
      this.#writer.group(row);
      provisional++;
    }
    this.#storeNames();
    return provisional;
  }

  #storeRows(generationOrdinal: number): void {
    throwIfStopped(this.#stop);
    const { summaries } = this;
    const chunk = summaries.sealSpans();
    if (chunk) this.#writer.spanChunk({ generationOrdinal, ...chunk });
    this.#learnReasons();
    const pairs = summaries.pairs;
    const rows = summaries.goroutineRows;
    for (let at = 0; at < rows.length; at += goroutineFields)
      this.#goroutine(rows.subarray(at, at + goroutineFields), pairs);
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

  #goroutine(row: Float64Array, pairs: Float64Array): void {
    const field = goroutineField;
    const waits = packKeyDurations(pairs, row[field.firstWait]!, row[field.waits]!);
    const ranges = packKeyDurations(pairs, row[field.firstRange]!, row[field.ranges]!);
    this.#sumUp(row, field.exec, pairs, row[field.firstWait]!, row[field.waits]!);
    this.#groups.add(row[field.name]!, row[field.isAlive] === 1, this.#totals);
    this.#writer.goroutine([
      row[field.id]!,
      row[field.name]!,
      row[field.pc]!,
      row[field.creation]!,
      fromNaN(row[field.start]!),
      fromNaN(row[field.end]!),
      ...this.#totals,
      waits,
      ranges,
      fromNaN(row[field.creator]!),
      row[field.creationStack]!,
    ]);
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

  /** Fills `#totals`; in rows of both kinds exec, sched wait, syscall, syscall block and total stand in this order. */
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
      this.#reasonTotals.push(waitTotals[waitClass(name)]!);
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
