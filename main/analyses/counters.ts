import type { CountedStates, CountedValue, CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import type { BucketRange, CountsOf, StateCounts } from '#common/analyses/timeline-results.ts';
import { Failure } from '#common/errors.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { nameIx } from '#common/ids.ts';
import { bucketGrid } from '#common/lane-buckets.ts';
import {
  blockKinds,
  counterNames,
  processorStates,
  type CounterName,
  type ProcessorState,
} from '#common/lane-kinds.ts';
import { traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import type { AnalysisInputs } from './inputs.ts';
import { selectionOf, type Selection } from './selection.ts';
import { finestCounts, stateCountsAt, valueBuckets } from './timeline/counters.ts';
import { goroutineSources } from './timeline/goroutine-source.ts';
import { laneSource } from './timeline/lane-source.ts';
import { levelFor, type Stretch } from './timeline/level-blocks.ts';
import { StoredSpans } from './timeline/stored-spans.ts';

const defaultColumns = 50;
const mostBuckets = 100_000;
/** Goroutines whose own lanes are added up. */
const mostGoroutines = 1000;

export const counterAnswer: Answer<'counters'> = function* (
  inputs,
  params,
): Generator<void, CounterAnalysis> {
  const { reader } = inputs;
  const selection = selectionOf(inputs, params);
  if (selection.intervals)
    throw notCounted('Counters are not told by user tasks or regions; name goroutines or groups instead.');
  const asked = levelOf(selection, params);
  const ofWindow = { fromNs: traceNs(selection.from), untilNs: traceNs(selection.until) };
  if (!selection.isEverybody) {
    const { level, first, count, ...rest } = yield* ofSome(inputs, selection, asked);
    const traceEnd = reader.trace().durationNs;
    const goroutines = counted({ level, first, count, ...rest }, stateClasses, traceEnd);
    return { ...ofWindow, buckets: { level, first, count }, goroutines };
  }
  const level = Math.max(asked, finestCounts(reader, { kind: 'goroutines' }, selection));
  return { ...ofWindow, ...(yield* ofEverybody(inputs, selection, level)) };
};

const notCounted = (sentence: string): Failure => new Failure('bad-parameters', sentence);

/** Of the buckets that are asked for, the widest that are not wider. */
function levelOf(
  { from, until }: Selection,
  { columns, every }: { readonly columns?: number | undefined; readonly every?: number | undefined },
): number {
  if (every === undefined) return levelFor(from, until, columns ?? defaultColumns);
  const level = Math.max(0, Math.floor(Math.log2(every)));
  const steps = Math.ceil((until - from) / 2 ** level);
  if (steps > mostBuckets)
    throw notCounted(`That would be ${steps} steps, and ${mostBuckets} are the most; make them longer.`);
  return level;
}

function* ofEverybody(
  { reader }: AnalysisInputs,
  window: Stretch,
  level: number,
): Generator<void, Omit<CounterAnalysis, 'fromNs' | 'untilNs'>> {
  const traceEnd = reader.trace().durationNs;
  const ofGoroutines = stateCountsAt(reader, { kind: 'goroutines' }, window, level);
  yield;
  const ofProcessors = yield* processorCounts(reader, window, level);
  const values: Partial<Record<CounterName, CountedValue>> = {};
  for (const [lane, name] of counterNames.entries()) {
    values[name] = filled(valueBuckets(reader, lane, window, level));
    yield;
  }
  const goroutines = counted(ofGoroutines, stateClasses, traceEnd);
  return {
    buckets: rangeOf(ofGoroutines),
    goroutines,
    processors: counted(ofProcessors, countedProcessors, traceEnd),
    // A thread is in a system call exactly as long as its goroutine.
    threads: onlyState(goroutines, 'syscall'),
    values: values as Record<CounterName, CountedValue>,
  };
}

const countedProcessors = ['running', 'idle'] as const;
const withThread: readonly ProcessorState[] = ['running', 'syscall', 'scheduling'];

/** The time is that of the processors' lanes, which say it as finely as one likes. */
function* processorCounts(
  reader: TraceReader,
  window: Stretch,
  level: number,
): Generator<void, Omit<StateCounts, 'states'>> {
  const of = { kind: 'processors' } as const;
  const grid = bucketGrid(level, window.from, window.until, processorStates.length);
  const stored = new StoredSpans(reader);
  for (const { kind, id } of reader.lanes()) {
    if (kind !== blockKinds.processor) continue;
    laneSource(stored, 'processor', id)?.fill(grid);
    yield;
  }
  const ns = new Float64Array(grid.count * countedProcessors.length);
  for (const [place, part] of grid.ns.entries()) {
    const bucket = Math.floor(place / processorStates.length);
    const isThere = withThread.includes(processorStates[place % processorStates.length]!);
    const target = bucket * countedProcessors.length + (isThere ? 0 : 1);
    ns[target] = ns[target]! + part;
  }
  const isStored = finestCounts(reader, of, window) <= level;
  const unknown = (): Float64Array => new Float64Array(ns.length).fill(NaN);
  const { least, greatest } = isStored
    ? stateCountsAt(reader, of, window, level)
    : { least: unknown(), greatest: unknown() };
  return { ...rangeOf(grid), ns, least, greatest };
}

const rangeOf = ({ level, first, count }: BucketRange): BucketRange => ({ level, first, count });

/** Nanoseconds as mean numbers. A bucket covers only what of it lies within the trace. */
function counted(
  { level, first, count, ns, least, greatest }: Omit<StateCounts, 'states'>,
  states: readonly string[],
  traceEnd: number,
): CountedStates {
  const mean = new Float64Array(ns.length);
  for (let bucket = 0; bucket < count; bucket++) {
    const start = (first + bucket) * 2 ** level;
    const covered = Math.min(traceEnd, start + 2 ** level) - start;
    for (let state = 0; state < states.length; state++) {
      const place = bucket * states.length + state;
      mean[place] = covered > 0 ? ns[place]! / covered : 0;
    }
  }
  return { states, mean, least, greatest };
}

function onlyState({ states, mean, least, greatest }: CountedStates, name: string): CountedStates {
  const pick = (all: Float64Array): Float64Array =>
    all.filter((_, place) => states[place % states.length] === name);
  return { states: [name], mean: pick(mean), least: pick(least), greatest: pick(greatest) };
}

/** Where nothing changes, the value before still holds. */
function filled({ before, least, greatest, last }: CountedValue & { readonly before: number }): CountedValue {
  let value = before;
  for (let bucket = 0; bucket < last.length; bucket++) {
    if (Number.isNaN(last[bucket])) least[bucket] = greatest[bucket] = last[bucket] = value;
    value = last[bucket]!;
  }
  return { least, greatest, last };
}

/** The time of some goroutines: of whole groups as it is stored, of single ones from their own lanes. */
function* ofSome(
  inputs: AnalysisInputs,
  selection: Selection,
  asked: number,
): Generator<void, Omit<StateCounts, 'states'>> {
  const { ids } = selection;
  const found = ids ? yield* ofIds(inputs, selection, ids, asked) : yield* ofGroups(inputs, selection, asked);
  const unknown = (): Float64Array => new Float64Array(found.ns.length).fill(NaN);
  return { ...found, least: unknown(), greatest: unknown() };
}

type Times = BucketRange & { readonly ns: Float64Array };

function* ofGroups(
  { reader }: AnalysisInputs,
  { from, until, names }: Selection,
  asked: number,
): Generator<void, Times> {
  const groups = Array.from(names!, (name): CountsOf => ({ kind: 'group', group: nameIx(name) }));
  let level = asked;
  for (const group of groups) {
    level = Math.max(level, finestCounts(reader, group, { from, until }));
    yield;
  }
  const { first, count, ns } = bucketGrid(level, from, until, stateClasses.length);
  for (const group of groups) {
    stateCountsAt(reader, group, { from, until }, level).ns.forEach((own, i) => (ns[i] = ns[i]! + own));
    yield;
  }
  return { level, first, count, ns };
}

function* ofIds(
  { reader, orders }: AnalysisInputs,
  selection: Selection,
  ids: ReadonlySet<number>,
  level: number,
): Generator<void, Times> {
  if (ids.size > mostGoroutines)
    throw notCounted(
      `Counters are told of at most ${mostGoroutines} single goroutines; name groups instead.`,
    );
  const grid = bucketGrid(level, selection.from, selection.until, stateClasses.length);
  const { first, count } = grid;
  const known = [...ids].filter((id) => selection.has(id));
  const stretch = { from: first * grid.width, until: (first + count) * grid.width };
  for (const source of goroutineSources(reader, orders.table, known, stretch)) {
    source.fill(grid);
    yield;
  }
  return { level, first, count, ns: grid.ns };
}
