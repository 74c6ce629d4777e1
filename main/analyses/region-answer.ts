/** User regions: groups by type and place, or single ones. */
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { durationFigures, durationHistogram } from '#common/analyses/duration-figures.ts';
import { waitTotal, type StateTotals } from '#common/analyses/goroutine-results.ts';
import type { RegionGroupRow, RegionRow, RegionSort } from '#common/analyses/region-analysis.ts';
import { Failure } from '#common/errors.ts';
import { goId } from '#common/ids.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { RegionFilter, RegionOrder, RegionPlace, RegionSums } from '#common/user-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import { compareText } from './goroutine-order.ts';
import type { AnalysisInputs } from './inputs.ts';
import { frameFits, RegionFrames } from './region-frames.ts';
import { mergedTimes, RegionChunks, timesOf, type RegionFigures } from './region-times.ts';
import { regionFilter, userScopeOf } from './user-scope.ts';

type Params = AnalysisParams<'regions'>;
type Result<Kind> = Extract<AnalysisResult<'regions'>, { kind: Kind }>;

const usualLimit = 1000;
/** Rows between two steps. */
const rowsAtOnce = 100;

export const regionAnswer: Answer<'regions'> = function* (inputs, params) {
  const traceEnd = inputs.reader.trace().durationNs;
  const scope = userScopeOf(inputs, params, params.type);
  const filter: RegionFilter = {
    ...regionFilter(scope, traceEnd),
    ...(params.latencyMin === undefined ? {} : { least: params.latencyMin }),
    ...(params.latencyMax === undefined ? {} : { most: params.latencyMax }),
  };
  if (params.each) return yield* eachRegionAnswer(inputs, params, filter);
  return yield* groupAnswer(inputs, params, filter);
};

// --- groups ---

/** Stacks whose frame reads the same are one group. */
interface Part {
  readonly sums: RegionSums[];
  readonly type: string;
  readonly isInherited: boolean;
  readonly frame: ReturnType<RegionFrames['of']>;
  /** Where its lengths are. */
  readonly number: number;
}

function* groupAnswer(
  inputs: AnalysisInputs,
  params: Params,
  filter: RegionFilter,
): Generator<void, Result<'groups'>> {
  const { reader } = inputs;
  const { asGo = false, limit = usualLimit, offset = 0 } = params;
  const found = yield* inputs.userScan.regionGroups(filter, asGo ? 'all' : 'complete');
  const parts: Part[] = [];
  const partOf = yield* partsOf(reader, found.groups, params, parts);
  const lengths = yield* found.lengths(partOf);
  const rows = parts.map((part) => groupRow(reader, part));
  const shown = sortedGroups(rows, params).slice(offset, limit === 0 ? undefined : offset + limit);
  const groups: RegionGroupRow[] = [];
  for (const { number, row } of shown) {
    const sorted = lengths(number);
    const durations = durationFigures(sorted);
    groups.push({ ...row, ...(durations ? { durations } : {}), histogram: durationHistogram(sorted) });
    yield;
  }
  found.close();
  const sum = (column: 'count' | 'completeCount'): number =>
    rows.reduce((so, { row }) => so + row[column], 0);
  return {
    kind: 'groups',
    regionCount: sum('count'),
    completeCount: sum('completeCount'),
    groupCount: rows.length,
    groups,
  };
}

/** Fills `parts`; the part of each group, −1 for those that do not count. */
function* partsOf(
  reader: TraceReader,
  groups: readonly RegionSums[],
  params: Params,
  parts: Part[],
): Generator<void, Int32Array> {
  const { asGo = false } = params;
  const frames = new RegionFrames(reader, asGo);
  const byKey = new Map<string, Part>();
  const partOf = new Int32Array(groups.length).fill(-1);
  for (const [i, sums] of groups.entries()) {
    if (i % rowsAtOnce === 0) yield;
    const frame = frames.of(sums.stackIx);
    if (!frameFits(frame, params)) continue;
    const type = reader.name(sums.nameIx);
    const isInherited = sums.isInherited && !asGo;
    const key = JSON.stringify([
      type,
      isInherited,
      frame && [frame.function, frame.file, frame.line, asGo && frame.pc],
    ]);
    let part = byKey.get(key);
    if (!part) {
      part = { sums: [], type, isInherited: sums.isInherited, frame, number: parts.length };
      byKey.set(key, part);
      parts.push(part);
    }
    part.sums.push(sums);
    partOf[i] = part.number;
  }
  return partOf;
}

type PlainGroup = Omit<RegionGroupRow, 'durations' | 'histogram'>;

function groupRow(
  reader: TraceReader,
  { sums, type, isInherited, frame, number }: Part,
): { readonly number: number; readonly row: PlainGroup } {
  const sum = (column: 'count' | 'completeCount' | 'lengthNs' | keyof RegionFigures): number =>
    sums.reduce((so, group) => so + group[column], 0);
  const row: PlainGroup = {
    type,
    isInherited,
    ...(frame ? { frame } : {}),
    count: sum('count'),
    completeCount: sum('completeCount'),
    durationNs: durNs(sum('lengthNs')),
    ...timesOf(reader, {
      totalNs: sum('totalNs'),
      execNs: sum('execNs'),
      schedWaitNs: sum('schedWaitNs'),
      syscallNs: sum('syscallNs'),
      syscallBlockNs: sum('syscallBlockNs'),
      waits: mergedTimes(sums.map(({ waits }) => waits)),
      ranges: mergedTimes(sums.map(({ ranges }) => ranges)),
    }),
  };
  return { number, row };
}

const figureOf = {
  total: 'totalNs',
  exec: 'execNs',
  'sched-wait': 'schedWaitNs',
  syscall: 'syscallNs',
  'syscall-block': 'syscallBlockNs',
  network: 'networkNs',
  sync: 'syncNs',
  sleep: 'sleepNs',
  gc: 'gcNs',
  other: 'otherNs',
  unknown: 'unknownNs',
} as const satisfies Partial<Record<RegionSort, keyof StateTotals>>;

const cannotSort = (sort: RegionSort, rows: string): Failure =>
  new Failure('bad-parameters', `${rows} of regions cannot be sorted by ${sort}.`);

function sortedGroups<T extends { readonly row: PlainGroup }>(
  rows: T[],
  { sort, asGo, reverse }: Params,
): T[] {
  const by = sort ?? (asGo ? 'name' : 'duration');
  if (by === 'start' || by === 'goroutine') throw cannotSort(by, 'Groups');
  const byName = (a: T, b: T): number =>
    compareText(a.row.type, b.row.type) || (a.row.frame?.pc ?? 0) - (b.row.frame?.pc ?? 0);
  const figure = ({ row }: T): number =>
    by === 'name' ? 0 : by === 'count' ? row.count : row[by === 'duration' ? 'durationNs' : figureOf[by]];
  const sorted = rows.sort((a, b) => figure(b) - figure(a) || byName(a, b));
  return reverse ? sorted.reverse() : sorted;
}

// --- single ones ---

function* eachRegionAnswer(
  inputs: AnalysisInputs,
  params: Params,
  filter: RegionFilter,
): Generator<void, Result<'regions'>> {
  const { reader } = inputs;
  const { sort = 'duration', reverse = false, limit = usualLimit, offset = 0 } = params;
  const list = yield* inputs.userScan.regions(filter, orderOf(reader, sort));
  const frames = new RegionFrames(reader, params.asGo ?? false);
  const counts = (group: number): boolean => frameFits(frames.of(list.groups[group]!.stackIx), params);
  const sorted = yield* list.sort(counts);
  const isAscending = (sort === 'start' || sort === 'goroutine') !== reverse;
  const until = limit === 0 ? sorted.count : Math.min(sorted.count, offset + limit);
  const places: RegionPlace[] = [];
  for (let i = offset; i < until; i++) places.push(sorted.at(isAscending ? i : sorted.count - 1 - i));
  list.close();
  const rows = new RegionRows(reader, frames, filter.traceEnd);
  const regions: RegionRow[] = [];
  for (const [i, place] of places.entries()) {
    if (i % rowsAtOnce === 0) yield;
    regions.push(rows.row(place));
  }
  return { kind: 'regions', regionCount: sorted.count, regions };
}

function orderOf(reader: TraceReader, sort: RegionSort): RegionOrder {
  if (sort === 'count' || sort === 'name') throw cannotSort(sort, 'Single ones');
  if (sort === 'duration') return 'lengthNs';
  if (sort === 'start') return 'startNs';
  if (sort === 'goroutine') return 'goroutine';
  const column = figureOf[sort];
  switch (column) {
    case 'totalNs':
    case 'execNs':
    case 'schedWaitNs':
    case 'syscallNs':
    case 'syscallBlockNs':
      return column;
    default:
      return {
        waits: reader.reasons().flatMap((reason, number) => (waitTotal(reason) === column ? [number] : [])),
      };
  }
}

/** Regions out of their chunks. */
class RegionRows {
  readonly #reader: TraceReader;
  readonly #frames: RegionFrames;
  readonly #traceEnd: number;
  readonly #chunks: RegionChunks;

  constructor(reader: TraceReader, frames: RegionFrames, traceEnd: number) {
    this.#reader = reader;
    this.#frames = frames;
    this.#traceEnd = traceEnd;
    this.#chunks = new RegionChunks(reader);
  }

  row({ goroutine, chunk, at }: RegionPlace): RegionRow {
    const region = this.#chunks.region(chunk, at);
    const { startNs, endNs } = region;
    const frame = this.#frames.of(region.stackIx);
    return {
      type: this.#reader.name(region.nameIx),
      isInherited: region.isInherited,
      ...(frame ? { frame } : {}),
      goroutine: goId(goroutine),
      task: region.task,
      ...(startNs === null ? {} : { startNs: traceNs(startNs) }),
      ...(endNs === null ? {} : { endNs: traceNs(endNs) }),
      durationNs: durNs(Math.max(0, (endNs ?? this.#traceEnd) - (startNs ?? 0))),
      ...timesOf(this.#reader, region),
    };
  }
}
