/** Values over time, and how many goroutines and processors are in which state. */
import type {
  CountsOf,
  StateCounts,
  TimelineCounters,
  TimelineCounts,
  ValueSeries,
} from '#common/analyses/timeline-results.ts';
import { addValue, addValueBuckets, unpackChanges, valueGrid } from '#common/counter-blocks.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { addBuckets, bucketGrid } from '#common/lane-buckets.ts';
import { blockKinds, counterNames } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { addStateCounts, countGrid } from '#common/state-counts.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { TraceReader } from '#db/reader.ts';
import { addLevels, levelFor, stretchOf, type Stretch } from './level-blocks.ts';

export interface Window {
  readonly from: number;
  readonly until: number;
  readonly columns: number;
}

export const timelineCounters = (
  reader: TraceReader,
  params: Params<'timeline.counters'>,
): TimelineCounters =>
  reader.consistently(() => ({
    revision: reader.trace().revision,
    values: valuesOf(reader, params.names, inTrace(reader, params)),
  }));

export const timelineCounts = (reader: TraceReader, params: Params<'timeline.counts'>): TimelineCounts =>
  reader.consistently(() => ({
    revision: reader.trace().revision,
    counts: params.of.map((of) => stateCounts(reader, of, inTrace(reader, params))),
  }));

function inTrace(reader: TraceReader, { from, until, columns }: Window): Window {
  const start = Math.max(0, from);
  return { from: start, until: Math.max(start, Math.min(reader.trace().durationNs, until)), columns };
}

export function valuesOf(
  reader: TraceReader,
  names: readonly (typeof counterNames)[number][],
  window: Window,
): TimelineCounters['values'] {
  return Object.fromEntries(names.map((name) => [name, values(reader, counterNames.indexOf(name), window)]));
}

function values(reader: TraceReader, lane: number, { from, until, columns }: Window): ValueSeries {
  const ref = { kind: blockKinds.counter, lane };
  if (!hasMore(reader, ref, from, until, columns)) {
    const changes = changesIn(reader, ref, from, until);
    if (changes.times.length <= columns) return { kind: 'changes', ...changes };
  }
  return { kind: 'buckets', ...valueBuckets(reader, lane, { from, until }, levelFor(from, until, columns)) };
}

/** A value in buckets of 2^`level` ns. */
export function valueBuckets(
  reader: TraceReader,
  lane: number,
  { from, until }: Stretch,
  level: number,
): Omit<Extract<ValueSeries, { readonly kind: 'buckets' }>, 'kind'> {
  const ref = { kind: blockKinds.counter, lane };
  const grid = valueGrid(level, from, until);
  const left = addLevels(reader, ref, grid, (block) => addValueBuckets(grid, block));
  for (const stretch of left) addChanges(reader, ref, grid, stretch.from, stretch.until);
  const start = stretchOf(grid).from;
  const before = changesIn(reader, ref, start, start);
  const { first, count, least, greatest, last } = grid;
  return { level, first, count, least, greatest, last, before: before.values[0] ?? NaN };
}

type Ref = { readonly kind: number; readonly lane: number };

function hasMore(reader: TraceReader, ref: Ref, from: number, until: number, most: number): boolean {
  let sum = 0;
  for (const row of reader.laneBlockFacts({ ...ref, level: 0 }, from, until)) {
    if (row.startNs >= from && row.untilNs <= until) sum += row.count;
    if (sum > most) return true;
  }
  return false;
}

/** The changes after `from` and before `until`, and before them the one that holds at `from`. */
function changesIn(
  reader: TraceReader,
  ref: Ref,
  from: number,
  until: number,
): { times: Float64Array; values: Float64Array } {
  const times: number[] = [];
  const values: number[] = [];
  const last = reader.lastLaneBlock({ ...ref, level: 0 }, from);
  const rows = [...(last ? [last] : []), ...reader.laneBlocks({ ...ref, level: 0 }, from, until)];
  for (const row of rows.filter((one, i) => one.startNs !== rows[i - 1]?.startNs))
    for (const part of unpackParts(row.data, row.startNs)) {
      if (part.startNs > until) break;
      const changes = unpackChanges(part.data, part.count, part.startNs);
      for (let i = 0; i < part.count; i++) {
        const time = changes.times[i]!;
        if (time > from && time >= until) break;
        // Only the last one up to the window's beginning still holds there.
        if (time <= from && times.length > 0) times.length = values.length = 0;
        times.push(time);
        values.push(changes.values[i]!);
      }
    }
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}

function addChanges(
  reader: TraceReader,
  ref: Ref,
  grid: ReturnType<typeof valueGrid>,
  from: number,
  until: number,
): void {
  const { times, values } = changesIn(reader, ref, from, until);
  for (let i = 0; i < times.length; i++) {
    if (times[i]! < from) continue;
    const before = values[i - 1] ?? values[i]!;
    const bucket = Math.floor(times[i]! / 2 ** grid.level) - grid.first;
    const value = values[i]!;
    addValue(grid, bucket, Math.min(before, value), Math.max(before, value), value);
  }
}

const countedKinds = {
  group: blockKinds.group,
  goroutines: blockKinds.allGoroutines,
  processors: blockKinds.allProcessors,
} as const;

export function stateCounts(
  reader: TraceReader,
  of: CountsOf,
  { from, until, columns }: Window,
): StateCounts {
  const level = Math.max(levelFor(from, until, columns), finestCounts(reader, of, { from, until }));
  return stateCountsAt(reader, of, { from, until }, level);
}

const countsRef = (of: CountsOf): Ref => ({
  kind: countedKinds[of.kind],
  lane: of.kind === 'group' ? of.group : 0,
});

/** The finest level that there is in all of a window. */
export const finestCounts = (reader: TraceReader, of: CountsOf, { from, until }: Stretch): number =>
  reader.finestLevel(countsRef(of), from, until);

/** Counts in buckets of 2^`level` ns, which are not finer than those that are stored. */
export function stateCountsAt(
  reader: TraceReader,
  of: CountsOf,
  { from, until }: Stretch,
  level: number,
): StateCounts {
  const ref = countsRef(of);
  const states = of.kind === 'processors' ? 2 : stateClasses.length;
  const grid = countGrid(bucketGrid(level, from, until, states));
  const isGroup = of.kind === 'group';
  addLevels(reader, ref, grid, (block) =>
    isGroup ? addBuckets(grid, block, 'group') : addStateCounts(grid, block),
  );
  const { first, count, ns, least, greatest } = grid;
  return { level, first, count, states, ns, least, greatest };
}
