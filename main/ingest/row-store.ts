/** Takes the core's finished rows and puts them into the database. */
import { waitTotal } from '#common/analyses/goroutine-results.ts';
import { columnNumber } from '#common/goroutine-columns.ts';
import { throwIfStopped, type StopFlag } from '#common/stop-flag.ts';
import type { Core } from '#core-wasm/host/core.ts';
import { GoroutinePacker, groupFields, type GoroutineRows } from '#core-wasm/host/goroutine-packer.ts';
import { Summaries } from '#core-wasm/host/summary-rows.ts';
import { TraceNames } from '#core-wasm/host/trace-names.ts';
import { LaneStore } from './lane-store.ts';
import type { TraceStore } from './trace-store.ts';

/** Goroutines that are alive are handed out so many at a time. */
const aliveAtOnce = 2048;
/** Goroutines alive fill a chunk. */
const enoughAlive = 16_384;

export class RowStore {
  readonly summaries: Summaries;
  readonly #writer: TraceStore['writer'];
  readonly #stop: StopFlag | undefined;
  readonly #names: TraceNames;
  readonly #goroutines: GoroutinePacker;
  readonly #lanes: LaneStore;
  #reasons = 0;
  #stored = { names: 0, reasons: 0, frames: 0, stacks: 1 };

  constructor(core: Core, writer: TraceStore['writer'], stop?: StopFlag) {
    this.#stop = stop;
    this.summaries = new Summaries(core);
    this.#goroutines = new GoroutinePacker(core);
    this.#names = new TraceNames(core);
    this.#writer = writer;
    this.#lanes = new LaneStore(core, writer);
  }

  /** Takes in the events of the last delivery, and stores rows whenever enough are waiting. */
  accumulate(generationOrdinal: number): void {
    this.summaries.accumulate(() => this.#storeSome(generationOrdinal));
  }

  #storeSome(generationOrdinal: number): void {
    this.#lanes.storeSome();
    this.#storeRows(generationOrdinal);
    if (this.#goroutines.isFull) this.#storeGoroutines('finished');
  }

  /**
   * Stores everything up to the last event taken in: finished rows, those still alive, groups, names and stacks. Returns how
   * many rows were written that the next time will replace.
   */
  storeGeneration(generationOrdinal: number, isLast: boolean): number {
    const startNs = this.summaries.baseNs;
    const untilNs = this.summaries.lastNs;
    this.#storeRows(generationOrdinal);
    this.#writer.generationEndsAt(untilNs);
    if (this.#goroutines.isFull) this.#storeGoroutines('finished');
    this.#goroutines.forgetProvisional();
    this.#writer.clearProvisional();
    const provisional =
      this.#storeGoroutines('unfilled') + this.#storeAlive(generationOrdinal, isLast) + this.#storeGroups();
    this.#storeNames();
    // These first: gathering them may move the others.
    const { plainStays } = this.summaries;
    const { plainSums, longestDelays } = this.summaries;
    this.#writer.sealSums(startNs, untilNs, plainSums, longestDelays, plainStays);
    this.summaries.forgetPlainSums();
    return provisional;
  }

  /** Goroutines that are alive have rows and spans up to here. */
  #storeAlive(generationOrdinal: number, isLast: boolean): number {
    const { summaries } = this;
    let rows = 0;
    summaries.beginFlush();
    for (let more = true; more;) {
      more = summaries.flushAlive(aliveAtOnce, isLast);
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
    const regions = summaries.regionChunk;
    if (regions) this.#writer.regionChunk(regions);
    const logs = summaries.logChunk;
    if (logs) this.#writer.logChunk(logs);
    if (summaries.taskRowCount > 0)
      this.#writer.tasks(summaries.taskRows, summaries.originNs, summaries.taskMembers);
    const { looseEnds, lateNames } = summaries;
    if (looseEnds.length + lateNames.length > 0) this.#writer.endsAndNames(looseEnds, lateNames);
    summaries.forgetRows();
  }

  #learnReasons(): void {
    for (; this.#reasons < this.#names.reasonCount; this.#reasons++) {
      const name = this.#names.name(this.#names.reason(this.#reasons));
      this.#goroutines.setReasonColumn(this.#reasons, columnNumber(waitTotal(name)));
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
