import type { ProcessorUse, SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import type { BucketRange, CountsOf, StateCounts } from '#common/analyses/timeline-results.ts';
import { Failure } from '#common/errors.ts';
import { unpackTimes } from '#common/event-times.ts';
import { spanStates, stateClasses } from '#common/goroutine-state.ts';
import { procId } from '#common/ids.ts';
import { addBuckets, bucketGrid } from '#common/lane-buckets.ts';
import { blockKinds, processorStates, schedulerClasses } from '#common/lane-kinds.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import { blockParts, isWithin } from './block-parts.ts';
import { longestDelays } from './longest-delays.ts';
import { selectionOf } from './selection.ts';
import { sumSpans } from './span-sums.ts';
import { finestCounts, stateCountsAt } from './timeline/counters.ts';
import { laneSource, type LaneSource } from './timeline/lane-source.ts';
import { addLevels, levelFor, type Stretch } from './timeline/level-blocks.ts';
import { StoredSpans } from './timeline/stored-spans.ts';
import { sharesOf, windowSums } from './timeline/window-sums.ts';

const defaultColumns = 50;
const defaultDelays = 10;
/** Numbers about processors over time; with very many of those there are fewer steps. */
const mostNumbers = 2_000_000;

const goroutines = { kind: 'goroutines' } as const satisfies CountsOf;
const schedulerBlocks = { kind: blockKinds.scheduler, lane: 0 } as const;
const runnable = stateClasses.indexOf('runnable');
const runnableState = spanStates.indexOf('Runnable');

export const schedulerAnswer: Answer<'scheduler'> = function* (
  inputs,
  params,
): Generator<void, SchedulerAnalysis> {
  const { reader } = inputs;
  const selection = selectionOf(inputs, params);
  const { from, until, isEverybody } = selection;
  if (!isEverybody)
    throw new Failure(
      'bad-parameters',
      'Processors are not told apart by goroutine: scheduler takes a window only. How many goroutines of some kind could run is what counters says.',
    );
  const traceEnd = reader.trace().durationNs;
  const ids = reader
    .lanes()
    .filter(({ kind }) => kind === blockKinds.processor)
    .map(({ id }) => id);
  const window = { from, until };
  const level = levelOf(reader, window, params.columns ?? defaultColumns, ids.length);
  const counts = stateCountsAt(reader, goroutines, window, level);
  yield;
  const { first, count } = counts;
  const { sums, delays } = yield* sumSpans(inputs, {}, selection, { longest: true });
  const waitNs = sums.ns.reduce((so, ns, i) => so + (sums.states[i] === runnableState ? ns : 0), 0);
  return {
    fromNs: traceNs(from),
    untilNs: traceNs(until),
    buckets: { level, first, count },
    coveredNs: covered(counts, traceEnd),
    processors: yield* processorsIn(reader, ids, window, counts, traceEnd),
    queue: queueIn(window, counts, waitNs),
    delays: yield* longestDelays(inputs, delays, window, params.delays ?? defaultDelays),
    ...schedulingIn(reader, window, counts, traceEnd),
  };
};

function levelOf(reader: TraceReader, window: Stretch, columns: number, processors: number): number {
  const most = Math.max(1, Math.floor(mostNumbers / (processorStates.length * Math.max(1, processors))));
  return Math.max(
    levelFor(window.from, window.until, Math.min(columns, most)),
    finestCounts(reader, goroutines, window),
    reader.finestLevel(schedulerBlocks, window.from, window.until),
  );
}

const covered = ({ level, first, count }: BucketRange, traceEnd: number): Float64Array =>
  Float64Array.from({ length: count }, (_, bucket) => {
    const start = (first + bucket) * 2 ** level;
    return Math.max(0, Math.min(traceEnd, start + 2 ** level) - start);
  });

const stretchOf = ({ level, first, count }: BucketRange): Stretch => ({
  from: first * 2 ** level,
  until: (first + count) * 2 ** level,
});

function* processorsIn(
  reader: TraceReader,
  ids: readonly number[],
  window: Stretch,
  range: BucketRange,
  traceEnd: number,
): Generator<void, readonly ProcessorUse[]> {
  const stored = new StoredSpans(reader);
  const found: ProcessorUse[] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const source = laneSource(stored, 'processor', id)!;
    const lane = reader.laneNumber(blockKinds.processor, id)!;
    const finest = reader.laneLevels({ kind: blockKinds.processor, lane })[0];
    const ns =
      finest === undefined
        ? exactly(source, window)
        : windowSums(window, traceEnd, {
            classes: processorStates.length,
            finest,
            buckets: (stretch, level) => filledBy(source, stretch, level),
            rest: (stretch) => exactly(source, stretch),
          });
    found.push({ id: procId(id), ns, overTime: filledBy(source, stretchOf(range), range.level) });
    yield;
  }
  return found;
}

function filledBy(source: LaneSource, { from, until }: Stretch, level: number): Float64Array {
  const grid = bucketGrid(level, from, until, processorStates.length);
  source.fill(grid);
  return grid.ns;
}

function exactly(source: LaneSource, { from, until }: Stretch): Float64Array {
  const ns = new Float64Array(processorStates.length);
  source.each(from, until, ({ start, end, state }) => {
    ns[state] = ns[state]! + Math.min(until, end) - Math.max(from, start);
  });
  return ns;
}

function queueIn(
  window: Stretch,
  { states, ns, least, greatest }: StateCounts,
  waitNs: number,
): SchedulerAnalysis['queue'] {
  const ofQueue = (all: Float64Array): Float64Array => all.filter((_, i) => i % states === runnable);
  const overTime = { ns: ofQueue(ns), least: ofQueue(least), greatest: ofQueue(greatest) };
  const known = (all: Float64Array): readonly number[] => [...all].filter((number) => !Number.isNaN(number));
  return {
    waitNs: durNs(waitNs),
    meanGoroutines: window.until > window.from ? waitNs / (window.until - window.from) : 0,
    leastGoroutines: known(overTime.least).reduce((a, b) => Math.min(a, b), known(overTime.least)[0] ?? 0),
    greatestGoroutines: known(overTime.greatest).reduce((a, b) => Math.max(a, b), 0),
    overTime,
  };
}

function schedulingIn(
  reader: TraceReader,
  window: Stretch,
  range: BucketRange,
  traceEnd: number,
): Pick<SchedulerAnalysis, 'idleWhileRunnable' | 'steals'> {
  const classes = schedulerClasses.length;
  const buckets = ({ from, until }: Stretch, level: number): Float64Array => {
    const grid = bucketGrid(level, from, until, classes);
    addLevels(reader, schedulerBlocks, grid, (block) => addBuckets(grid, block, 'group'));
    return grid.ns;
  };
  const finest = reader.finestLevel(schedulerBlocks, window.from, window.until);
  const of = { classes, finest, buckets };
  const [running = 0, stopped = 0] = windowSums(window, traceEnd, {
    ...of,
    rest: (stretch) => sharesOf(stretch, traceEnd, of),
  });
  const overTime = buckets(stretchOf(range), range.level);
  const pick = (which: number): Float64Array => overTime.filter((_, i) => i % classes === which);
  const [whileRunning, whileStopped, steals] = [pick(0), pick(1), pick(2)];
  return {
    idleWhileRunnable: {
      ns: durNs(Math.round(running + stopped)),
      worldStoppedNs: durNs(Math.round(stopped)),
      overTime: whileRunning.map((ns, bucket) => ns + whileStopped[bucket]!),
    },
    steals: { count: stealsIn(reader, window, traceEnd), overTime: steals },
  };
}

/** Of rows that lie in the window whole, their number is enough. */
function stealsIn(reader: TraceReader, { from, until }: Stretch, traceEnd: number): number {
  let steals = 0;
  const isInside = (row: {
    readonly startNs: number;
    readonly untilNs: number;
    readonly count: number;
  }): boolean => {
    if (row.startNs <= from || row.untilNs >= until) return false;
    steals += row.count;
    return true;
  };
  for (const part of blockParts(reader, blockKinds.steals, from, until, isInside))
    for (const time of unpackTimes(part.data, part.count, part.startNs))
      if (isWithin(time, from, until, traceEnd)) steals++;
  return steals;
}
