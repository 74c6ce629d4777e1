import { Failure } from '#common/errors.ts';
import type {
  CollectorWork,
  CollectorWorkSource,
  OpenCollectorWork,
  SweepTaker,
  Utilization,
  UtilizationChoice,
  UtilizationFlag,
  UtilizationWindow,
  WorkSpan,
} from '#common/collector-work.ts';
import { blockKinds, collectorStreams } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { unpackSweepSums } from '#common/sweep-sums.ts';
import { Core } from './core.ts';

// core-wasm/assembly/collector: choice.ts, replay.ts and changes.ts list the same.
const flagBits: Readonly<Record<UtilizationFlag, number>> = { stw: 1, background: 2, assist: 4, sweep: 8 };
const goals = { spans: 0, utilization: 1, asGo: 2 } as const;
const answers = ['finished', 'more', 'asks', 'damaged', 'go fails'] as const;
const spanKinds: Readonly<Record<number, WorkSpan['kind']>> = {
  2: 'stop',
  4: 'assist',
  6: 'dedicated',
  7: 'fractional',
  8: 'idle',
  12: 'mark',
};
const spanFields = 8;

/** Some milliseconds. */
const changesAtOnce = 1 << 16;
const none = -1;

class PackedCollectorWork implements CollectorWork {
  readonly #source: CollectorWorkSource;
  readonly #isWorker: (goroutine: number) => boolean;

  constructor(source: CollectorWorkSource, isWorker: (goroutine: number) => boolean) {
    this.#source = source;
    this.#isWorker = isWorker;
  }

  *utilization(choice: UtilizationChoice): Generator<void, Utilization | undefined> {
    const { flags, perProcessor, asGo, from, until } = choice;
    const core = new Core();
    this.#begin(core, {
      goal: asGo ? 'asGo' : 'utilization',
      flags: [...flags].reduce((bits, flag) => bits | flagBits[flag], 0),
      perProcessor,
      work: true,
      sweeps: flags.has('sweep') ? [0, Infinity] : undefined,
    });
    for (;;) {
      const answer = this.#some(core);
      if (answer === 'finished') break;
      if (answer === 'go fails') return undefined;
      yield;
    }
    core.exports.finishSeries(from, until);
    return new PackedUtilization(core);
  }

  *spans(take: (span: WorkSpan) => void): Generator<void, void> {
    const core = new Core();
    this.#begin(core, { goal: 'spans', flags: 0, perProcessor: false, work: true, sweeps: undefined });
    yield* this.#rows(core, (rows, at, idOf) => take(spanAt(rows, at, idOf)));
  }

  *sweeps(
    { from, until }: { readonly from: number; readonly until: number },
    take: SweepTaker,
    intervals?: (goroutine: number) => readonly number[],
  ): Generator<void, void> {
    const lane = { kind: blockKinds.collectorWork, lane: collectorStreams.sweepSums, level: 0 };
    const stretches: (readonly [from: number, until: number, since: number])[] = [];
    for (const row of this.#source.laneBlocks(lane, from, until)) {
      const isWhole = row.startNs >= from && row.untilNs <= until;
      if (isWhole && !intervals)
        for (const { count, data } of unpackParts(row.data, row.startNs))
          for (const sums of unpackSweepSums(data, count)) take(sums);
      else stretches.push([Math.max(from, row.startNs), Math.min(until, row.untilNs), row.startNs]);
    }
    for (const stretch of stretches) yield* this.#sweepsIn(stretch, take, intervals);
  }

  /** One by one; what goes on at `since` is taken to begin there. */
  *#sweepsIn(
    [from, until, since]: readonly [from: number, until: number, since: number],
    take: SweepTaker,
    intervals: ((goroutine: number) => readonly number[]) | undefined,
  ): Generator<void, void> {
    const core = new Core();
    this.#begin(core, { goal: 'spans', flags: 0, perProcessor: false, work: false, sweeps: [since, until] });
    yield* this.#rows(core, (rows, at, idOf) => {
      const [startNs, endNs] = [rows[at + 2]!, rows[at + 3]!];
      const goroutine = idOf(rows[at + 1]!);
      const own = intervals?.(goroutine) ?? [from, until];
      const ends = rows[at + 7]! < 2 && endNs > from && endNs <= until && isInside(own, endNs);
      const totalNs = overlap(own, Math.max(from, startNs), Math.min(until, endNs));
      if (!ends && totalNs === 0) return;
      take({
        processor: rows[at + 4]!,
        goroutine,
        count: ends ? 1 : 0,
        totalNs,
        longestNs: ends ? endNs - startNs : 0,
        sweptBytes: ends ? rows[at + 5]! : 0,
        reclaimedBytes: ends ? rows[at + 6]! : 0,
      });
    });
  }

  /** Replays to the end, with every span that there is. */
  *#rows(
    core: Core,
    take: (rows: Float64Array, at: number, idOf: (who: number) => number) => void,
  ): Generator<void, void> {
    const { exports, memory } = core;
    const ids: number[] = [];
    const idOf = (who: number): number => (who < 0 ? none : (ids[who] ??= Number(exports.personId(who))));
    for (;;) {
      const answer = this.#some(core);
      const rows = new Float64Array(
        memory.buffer,
        exports.spansStart() >>> 0,
        exports.spanCount() * spanFields,
      );
      for (let at = 0; at < rows.length; at += spanFields) take(rows, at, idOf);
      exports.forgetSpans();
      if (answer === 'finished') return;
      yield;
    }
  }

  #begin(
    core: Core,
    choice: {
      readonly goal: keyof typeof goals;
      readonly flags: number;
      readonly perProcessor: boolean;
      /** All but sweeps. */
      readonly work: boolean;
      /** From where on, and up to where; absent: none are read. */
      readonly sweeps: readonly [from: number, until: number] | undefined;
    },
  ): void {
    const { durationNs, processors } = this.#source.trace();
    const [first] = this.#source.generations();
    core.run((exports) => exports.forgetWork());
    if (choice.work) this.#addBlocks(core, collectorStreams.work, 0, Infinity);
    let since = none;
    if (choice.sweeps !== undefined) {
      const [from, until] = choice.sweeps;
      this.#addBlocks(core, collectorStreams.sweeps, from, until);
      if (from > 0) since = from;
    }
    const areRead = choice.sweeps === undefined ? 0 : 1;
    core.run((exports) => {
      exports.chooseSweeps(areRead, BigInt(since));
      exports.beginReplay(
        goals[choice.goal],
        choice.flags,
        choice.perProcessor ? 1 : 0,
        BigInt(first?.untilNs ?? durationNs),
        BigInt(durationNs),
        Math.max(1, processors),
      );
    });
  }

  #addBlocks(core: Core, stream: number, from: number, until: number): void {
    const lane = { kind: blockKinds.collectorWork, lane: stream, level: 0 };
    for (const row of this.#source.laneBlocks(lane, from, until))
      for (const { count, data, startNs } of unpackParts(row.data, row.startNs)) {
        const address = core.run((exports) => exports.addWork(stream, data.length, count, BigInt(startNs)));
        new Uint8Array(core.memory.buffer, address >>> 0, data.length).set(data);
      }
  }

  #some(core: Core): 'finished' | 'more' | 'go fails' {
    const { exports } = core;
    for (;;) {
      const answer = answers[core.run(() => exports.replaySome(changesAtOnce))]!;
      if (answer === 'damaged') throw damaged();
      if (answer !== 'asks') return answer;
      const asked = Number(exports.asked());
      const isCollectors =
        exports.asksForName() !== 0 ? this.#source.name(asked).includes('GC') : this.#isWorker(asked);
      exports.answerAsked(isCollectors ? 1 : 0);
    }
  }
}

const damaged = (): Failure =>
  new Failure(
    'cache-unusable',
    'What is stored of the collector’s work is damaged; clear the cache and open the trace again.',
  );

function spanAt(rows: Float64Array, at: number, idOf: (who: number) => number): WorkSpan {
  const kind = spanKinds[rows[at]!]!;
  const isMark = kind === 'mark';
  const isStop = kind === 'stop';
  const [a, cut] = [rows[at + 5]!, rows[at + 7]!];
  return {
    kind,
    startNs: rows[at + 2]!,
    endNs: rows[at + 3]!,
    isCutBefore: cut % 2 === 1,
    isCutAfter: cut >= 2,
    goroutine: isMark ? none : idOf(rows[at + 1]!),
    processor: isMark || isStop ? none : rows[at + 4]!,
    nameIx: isStop ? a : 0,
    ranNs: kind === 'assist' ? a : 0,
    ...(isMark ? { heap: heapAt(rows, at) } : {}),
  };
}

const heapAt = (rows: Float64Array, at: number): NonNullable<WorkSpan['heap']> => ({
  startBytes: rows[at + 5]!,
  endBytes: rows[at + 6]!,
  startGoalBytes: rows[at + 1]!,
  endGoalBytes: rows[at + 4]!,
});

const isInside = (intervals: readonly number[], ns: number): boolean =>
  intervals.some((start, i) => i % 2 === 0 && start <= ns && ns <= intervals[i + 1]!);

/** How much of a stretch of time lies in intervals. */
function overlap(intervals: readonly number[], from: number, until: number): number {
  let sum = 0;
  for (let i = 0; i < intervals.length; i += 2)
    sum += Math.max(0, Math.min(until, intervals[i + 1]!) - Math.max(from, intervals[i]!));
  return sum;
}

class PackedUtilization implements Utilization {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  get series(): number {
    return this.#core.exports.seriesCount();
  }

  get firstNs(): number {
    return this.#core.exports.firstTime();
  }

  get lastNs(): number {
    return this.#core.exports.lastTime();
  }

  get mean(): number {
    return this.#core.exports.meanUtilization();
  }

  minimum(windowNs: number): number {
    return this.#core.run((exports) => exports.minimumUtilization(windowNs));
  }

  *worst(windowNs: number, count: number): Generator<UtilizationWindow> {
    const { exports } = this.#core;
    this.#core.run(() => exports.beginWorst(windowNs));
    for (let i = 0; i < count; i++) {
      const utilization = this.#core.run(() => exports.nextWorst(windowNs));
      if (utilization < 0) return;
      yield {
        startNs: exports.foundStart(),
        endNs: exports.foundEnd(),
        utilization,
        processor: exports.seriesProcessor(exports.foundSeries()),
      };
    }
  }

  quantiles(windowNs: number, shares: readonly number[]): readonly number[] {
    const { exports } = this.#core;
    for (const [i, share] of shares.entries()) exports.setQuantile(i, share);
    const isSpread = this.#core.run(() => exports.findQuantiles(windowNs)) !== 0;
    if (!isSpread) return shares.map(() => this.minimum(windowNs));
    return shares.map((_, i) => exports.quantileAt(i));
  }
}

export const openCollectorWork: OpenCollectorWork = (source, isWorker) =>
  new PackedCollectorWork(source, isWorker);
