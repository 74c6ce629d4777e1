/** Spans summed up over a selection: whole generations from what was summed up when they were stored, the rest from the spans. */
import { delaysIn, type Delay, type SpanSelection, type SpanSums, type SumKeys } from '#common/span-sums.ts';
import type { SpanSumsFacts } from '#db/reader.ts';
import type { GoroutineInputs } from './inputs.ts';

export interface SummedSpans {
  readonly sums: SpanSums;
  /** The longest delays, if they were asked for, the longest first; pieces of one that crosses generations are apart. */
  readonly delays: readonly Delay[];
}

/** Of so many goroutines it is looked up in which chunks they may be. */
const fewGoroutines = 100;
/** Bytes of spans between two steps. */
const stepBytes = 1 << 20;

/** Yields at least every few milliseconds. */
export function* sumSpans(
  inputs: GoroutineInputs,
  keys: SumKeys,
  asked: SpanSelection,
  { longest = false } = {},
): Generator<void, SummedSpans> {
  const { reader, orders } = inputs;
  const selection = narrowed(asked);
  const scan = orders.table.spans;
  const { from, until } = selection;
  const isByOne = selection.ids !== undefined || keys.goroutine === true;
  // What a generation adds to stretches of goroutines, or to the longest of some, is not stored.
  const usesStored =
    selection.intervals === undefined && (!longest || (!isByOne && selection.names === undefined));
  const delays: Delay[] = [];
  scan.open(keys, selection, { longest });
  scan.knowNames(reader.lateNames());
  let isFirst = true;
  const edges: SpanSumsFacts[] = [];
  for (const generation of reader.spanSums()) {
    if (generation.untilNs <= from || generation.startNs >= until) continue;
    const isInside = generation.startNs >= from && generation.untilNs <= until;
    if (usesStored && isInside) {
      const { sums, longest: stored } = reader.spanSumsData(generation.ix);
      scan.stored(sums, isFirst, isByOne);
      if (longest) delays.push(...delaysIn(stored));
      if (isByOne) yield* scanChunks(inputs, selection, generation);
      yield;
    } else {
      yield* scanChunks(inputs, selection, generation);
      yield* scanBlocks(inputs, selection, generation);
      edges.push(generation);
    }
    isFirst = false;
  }
  if (isByOne || !usesStored) yield* scan.plainLives(from, until);
  else
    for (const { startNs, untilNs } of edges)
      yield* scan.plainLives(Math.max(from, startNs), Math.min(until, untilNs));
  return { sums: scan.sums(), delays: longest ? [...delays, ...scan.delays()].sort(longestFirst) : [] };
}

/** Only as much of the window as some stretch of a goroutine lies in. */
function narrowed(selection: SpanSelection): SpanSelection {
  const { from, until, intervals } = selection;
  if (!intervals) return selection;
  let [first, last] = [until, from];
  for (const own of intervals.values())
    if (own.length > 0) {
      first = Math.min(first, own[0]!);
      last = Math.max(last, own.at(-1)!);
    }
  return { ...selection, from: Math.max(from, first), until: Math.max(from, first, Math.min(until, last)) };
}

/** Short streams. */
function* scanChunks(
  { reader, orders }: GoroutineInputs,
  selection: SpanSelection,
  generation: SpanSumsFacts,
): Generator<void> {
  const { from, until } = selection;
  const wanted = wantedIds(selection);
  let bytes = 0;
  for (const chunk of reader.spanChunksOf(generation, from, until)) {
    if (wanted && !wanted.some((id) => id >= chunk.firstGoroutine && id <= chunk.lastGoroutine)) continue;
    orders.table.spans.chunk(chunk.spans, chunk.baseNs, generation.untilNs);
    if ((bytes += chunk.spans.length) > stepBytes) yield void (bytes = 0);
  }
}

/** Long ones. */
function* scanBlocks(
  { reader, orders }: GoroutineInputs,
  selection: SpanSelection,
  generation: SpanSumsFacts,
): Generator<void> {
  const { from, until } = selection;
  let bytes = 0;
  for (const block of reader.goroutineBlocksOf(generation, from, until, idTest(selection))) {
    orders.table.spans.blocks(block.lane, block.data, block.startNs, generation.untilNs);
    if ((bytes += block.data.length) > stepBytes) yield void (bytes = 0);
  }
  yield;
}

const idTest =
  ({ ids, intervals }: SpanSelection): ((goroutine: number) => boolean) =>
  (goroutine) =>
    (ids?.has(goroutine) ?? true) && (intervals?.has(goroutine) ?? true);

/** If they are few. */
function wantedIds({ ids, intervals }: SpanSelection): readonly number[] | undefined {
  const all = intervals ?? ids;
  if (!all || all.size > fewGoroutines) return undefined;
  return [...all.keys()].filter((id) => ids?.has(id) ?? true);
}

const longestFirst = (a: Delay, b: Delay): number =>
  b.until - b.from - (a.until - a.from) || a.from - b.from || a.goroutine - b.goroutine;
