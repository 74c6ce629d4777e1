/** Goroutine analysis of a selection: goroutines one by one, or by start function with percentiles. */
import {
  goroutineSorts,
  windowColumns,
  type GoroutineAnalysis,
  type GoroutineSort,
  type GoroutineWindowRow,
  type GroupFigures,
  type NsByName,
  type Spread,
  type WindowColumn,
} from '#common/analyses/goroutine-analysis.ts';
import { durationHistogram, type DurationHistogram } from '#common/analyses/duration-figures.ts';
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import { Failure } from '#common/errors.ts';
import { spanStates } from '#common/goroutine-state.ts';
import { goId, nameIx } from '#common/ids.ts';
import { durNs, traceNs, type DurNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import { compareText } from './goroutine-order.ts';
import { goroutineValues, isOfWholeLives, summedGoroutines, sumsOfGroups } from './goroutine-values.ts';
import type { GoroutineValues } from './window-columns.ts';
import { GoroutineFacts, type Facts } from './goroutine-facts.ts';
import { pageRows } from './page-rows.ts';
import { totalsOf } from './goroutines.ts';
import type { AnalysisInputs } from './inputs.ts';
import { rangeTimes, rangeTimesByName, type RangeTimes } from './range-times.ts';
import { selectionOf, type Selection } from './selection.ts';
import { sumSpans } from './span-sums.ts';
import type { SummedGoroutines } from './summed-goroutines.ts';
import { noSpread, spreadOf } from './value-spread.ts';

type GoroutineParams = AnalysisParams<'goroutines'>;

export const goroutineAnswer: Answer<'goroutines'> = function* (inputs, params) {
  const selection = selectionOf(inputs, params);
  if (isTablePage(params, selection)) return yield* tablePage(inputs, params, selection);
  const summed = isOfWholeLives(selection)
    ? undefined
    : yield* inputs.kept.of(params, selection, () => summedGoroutines(inputs, selection));
  const values = yield* goroutineValues(inputs, selection, summed);
  const rows =
    params.by === 'group'
      ? yield* groupRows(inputs, params, selection, values)
      : yield* goroutineRows(inputs, params, selection, summed, values);
  return {
    fromNs: traceNs(selection.from),
    untilNs: traceNs(selection.until),
    count: values.count,
    totalNs: yield* sumOf(values, 'totalNs'),
    execNs: yield* sumOf(values, 'execNs'),
    execOfAllNs: yield* execOfAll(inputs, selection, values),
    ...rows,
  };
};

function* sumOf(values: GoroutineValues, name: WindowColumn): Generator<void, DurNs> {
  if (values.sums) return durNs(values.sums[name]);
  return durNs((yield* values.column(name)).reduce((so, ns) => so + ns, 0));
}

function* execOfAll(
  inputs: AnalysisInputs,
  { from, until, isWhole, isEverybody }: Selection,
  values: GoroutineValues,
): Generator<void, DurNs> {
  if (isEverybody) return yield* sumOf(values, 'execNs');
  if (isWhole) return durNs(inputs.reader.groups().reduce((so, group) => so + group.execNs, 0));
  const { sums } = yield* sumSpans(inputs, {}, { from, until });
  const running = spanStates.indexOf('Running');
  return durNs(sums.ns.reduce((so, ns, i) => so + (sums.states[i] === running ? ns : 0), 0));
}

/** The rows of a page. */
function page<T>(rows: readonly T[], { offset = 0, limit = 0 }: GoroutineParams): readonly T[] {
  const shown = rows.slice(offset, limit === 0 ? undefined : offset + limit);
  if (shown.length <= mostRows) return shown;
  throw new Failure(
    'bad-parameters',
    `These are ${shown.length} rows; ask for no more than ${mostRows} at once, with a limit and an offset.`,
    { rows: shown.length },
  );
}

/** An answer is in memory as a whole. */
const mostRows = 1_000_000;

// --- by start function ---

function* groupRows(
  inputs: AnalysisInputs,
  params: GoroutineParams,
  selection: Selection,
  values: GoroutineValues,
): Generator<void, Pick<GoroutineAnalysis, 'rowCount' | 'groups'>> {
  const { reader } = inputs;
  const members = membersOf(values.names);
  const spreads = new Map<WindowColumn, readonly Spread[]>();
  for (const name of windowColumns) {
    const isZero = values.sums?.[name] === 0;
    spreads.set(
      name,
      isZero ? members.names.map(() => noSpread) : yield* spreadsOf(members, yield* values.column(name)),
    );
  }
  const lives = params.lives ? yield* livesOf(members, yield* values.column('totalNs')) : [];
  const waits = yield* waitsByName(inputs, selection);
  const ranges = yield* rangeTimesByName(inputs, selection);
  const groups = members.names.map((group, i): GroupFigures => {
    const figures = windowColumns.map((name) => [name, spreads.get(name)![i]!]);
    return {
      group: nameIx(group),
      name: reader.name(group),
      count: members.starts[i + 1]! - members.starts[i]!,
      figures: Object.fromEntries(figures) as GroupFigures['figures'],
      blockNs: waits.get(group) ?? {},
      rangeNs: ranges.get(group) ?? {},
      ...(lives[i] ? { lives: lives[i] } : {}),
    };
  });
  const by = groupSort(params.sort ?? 'exec');
  const sign = params.reverse ? -1 : 1;
  groups.sort((a, b) => sign * (by(a, b) || compareText(a.name, b.name)));
  return { rowCount: groups.length, groups: page(groups, params) };
}

function groupSort(sort: GoroutineSort): (a: GroupFigures, b: GroupFigures) => number {
  const column = goroutineSorts[sort];
  if (column === 'name' || column === 'id') return () => 0;
  if (column === 'count') return (a, b) => b.count - a.count;
  return (a, b) => b.figures[column].sum - a.figures[column].sum;
}

/** Rows by name: those of `names[i]` are `rows[starts[i]]` up to, but without, `rows[starts[i + 1]]`. */
interface Members {
  readonly names: readonly number[];
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

function membersOf(nameOfRow: Uint32Array): Members {
  const places = new Map<number, number>();
  const counts: number[] = [];
  for (const name of nameOfRow) {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, i) => (starts[i + 1] = starts[i]! + count));
  const next = starts.slice();
  const rows = new Uint32Array(nameOfRow.length);
  for (let row = 0; row < nameOfRow.length; row++) {
    const place = places.get(nameOfRow[row]!)!;
    rows[next[place]!] = row;
    next[place] = next[place]! + 1;
  }
  return { names: [...places.keys()], starts, rows };
}

function* spreadsOf({ names, starts, rows }: Members, values: Float64Array): Generator<void, Spread[]> {
  const spreads: Spread[] = [];
  for (const i of names.keys()) {
    const own = new Float64Array(starts[i + 1]! - starts[i]!);
    for (let at = 0; at < own.length; at++) own[at] = values[rows[starts[i]! + at]!]!;
    spreads.push(spreadOf(own));
    yield;
  }
  return spreads;
}

function* livesOf(
  { names, starts, rows }: Members,
  totals: Float64Array,
): Generator<void, DurationHistogram[]> {
  const lives: DurationHistogram[] = [];
  for (const i of names.keys()) {
    const own = Float64Array.from(rows.subarray(starts[i], starts[i + 1]), (row) => totals[row]!);
    lives.push(durationHistogram(own.sort()));
    yield;
  }
  return lives;
}

const waiting = spanStates.indexOf('Waiting');

/** Waiting by reason, of each start function. */
function* waitsByName(
  inputs: AnalysisInputs,
  selection: Selection,
): Generator<void, ReadonlyMap<number, NsByName>> {
  const { sums } = yield* sumSpans(inputs, { name: true }, selection);
  const reasons = inputs.reader.reasons();
  const found = new Map<number, Record<string, DurNs>>();
  for (let i = 0; i < sums.count; i++) {
    if (sums.states[i] !== waiting) continue;
    const own = found.get(sums.groups[i]!) ?? {};
    const reason = reasons[sums.reasons[i]!] ?? '';
    own[reason] = durNs((own[reason] ?? 0) + sums.ns[i]!);
    found.set(sums.groups[i]!, own);
  }
  return found;
}

// --- one by one ---

const mostOnPage = 1000;

/** Whether the table of goroutines has the rows in the order that is asked for. */
const isTablePage = ({ by, limit = 0, sort }: GoroutineParams, selection: Selection): boolean =>
  by !== 'group' &&
  isOfWholeLives(selection) &&
  !selection.ids &&
  sort !== 'rest' &&
  limit > 0 &&
  limit <= mostOnPage;

/** A page of a table of millions: neither are all rows read, nor are they sorted. */
function* tablePage(
  inputs: AnalysisInputs,
  params: GoroutineParams,
  selection: Selection,
): Generator<void, GoroutineAnalysis> {
  const { sort = 'total', offset = 0, limit = 0, reverse = false } = params;
  const { names } = selection;
  const column = goroutineSorts[sort];
  const { count, sums } = sumsOfGroups(inputs, selection);
  const isByText = column === 'name' || column === 'id' || column === 'count';
  const { rows } = inputs.orders.page(names ? { names } : {}, {
    column: column === 'count' || column === 'restNs' ? 'id' : column,
    descending: isByText === reverse,
    offset,
    limit,
  });
  yield;
  const facts = yield* factsOf(inputs, new Set(rows.map(({ id }) => id)));
  const goroutines = rows.map((row): GoroutineWindowRow => {
    const totals = totalsOf(row);
    const parts = totalColumns.slice(1).reduce((so, name) => so + totals[name], 0);
    return {
      id: goId(row.id),
      group: nameIx(row.nameIx),
      name: inputs.reader.name(row.nameIx),
      ...totals,
      restNs: durNs(Math.max(0, totals.totalNs - parts)),
      ...facts(row.id),
    };
  });
  return {
    fromNs: traceNs(selection.from),
    untilNs: traceNs(selection.until),
    count,
    totalNs: durNs(sums.totalNs),
    execNs: durNs(sums.execNs),
    execOfAllNs: durNs(inputs.reader.groups().reduce((so, group) => so + group.execNs, 0)),
    rowCount: count,
    goroutines,
  };
}

function* goroutineRows(
  inputs: AnalysisInputs,
  params: GoroutineParams,
  selection: Selection,
  summed: SummedGoroutines | undefined,
  values: GoroutineValues,
): Generator<void, Pick<GoroutineAnalysis, 'rowCount' | 'goroutines'>> {
  const shown = yield* shownRows(inputs, params, values);
  const columns = new Map<WindowColumn, Float64Array>();
  for (const name of windowColumns) columns.set(name, yield* values.some(name, shown));
  const ids = new Set(shown.map((row) => values.ids[row]!));
  const ranges = summed && (yield* rangeTimes(inputs, selection, (id) => ids.has(id)));
  const facts = yield* factsOf(inputs, ids, summed, ranges);
  const goroutines = shown.map((row, i): GoroutineWindowRow => {
    const figures = windowColumns.map((name) => [name, durNs(columns.get(name)![i]!)]);
    const id = values.ids[row]!;
    return {
      id: goId(id),
      group: nameIx(values.names[row]!),
      name: inputs.reader.name(values.names[row]!),
      ...(Object.fromEntries(figures) as Pick<GoroutineWindowRow, WindowColumn>),
      ...facts(id),
    };
  });
  return { rowCount: values.count, goroutines };
}

/** Of a page of many not all rows are put in order. */
function* shownRows(
  { reader }: AnalysisInputs,
  params: GoroutineParams,
  values: GoroutineValues,
): Generator<void, readonly number[]> {
  const { sort = 'total', offset = 0, limit = 0, reverse = false } = params;
  const column = goroutineSorts[sort];
  const isByText = column === 'name' || column === 'id' || column === 'count';
  const descending = isByText === reverse;
  const keys = isByText
    ? column === 'name'
      ? ranksOfNames(reader, values.names)
      : values.ids
    : yield* values.column(column);
  if (!values.ascending || limit === 0 || limit > mostOnPage) {
    const { ids } = values;
    const sign = descending ? -1 : 1;
    const rows = Array.from({ length: values.count }, (_, row) => row);
    return page(
      rows.sort((a, b) => sign * (keys[a]! - keys[b]!) || ids[a]! - ids[b]!),
      params,
    );
  }
  const sorted = isByText ? keys.toSorted() : values.ascending(column);
  return pageRows(keys, sorted, { offset, limit, descending });
}

/** By row the place of its name among all in order. */
function ranksOfNames(reader: TraceReader, names: Uint32Array): Float64Array {
  const texts = [...new Set(names)].map((name) => ({ name, text: reader.name(name) }));
  texts.sort((a, b) => compareText(a.text, b.text));
  const ranks = new Map<number, number>();
  let rank = 0;
  for (const [i, { name, text }] of texts.entries()) {
    if (i > 0 && text !== texts[i - 1]!.text) rank++;
    ranks.set(name, rank);
  }
  return Float64Array.from(names, (name) => ranks.get(name)!);
}

/** What is known of some goroutines beside their figures. */
function* factsOf(
  { reader, orders }: AnalysisInputs,
  ids: ReadonlySet<number>,
  summed?: SummedGoroutines,
  ranges?: RangeTimes,
): Generator<void, (id: number) => Facts> {
  const waits = summed?.waits(ids);
  const facts = new GoroutineFacts(reader, orders.table, (id) => ids.has(id));
  yield;
  return (id) => {
    const whole = facts.of(orders.table.goroutine(id)!);
    if (!waits || !ranges) return whole;
    return { ...whole, blockNs: waits.get(id) ?? {}, rangeNs: ranges.get(id) ?? {} };
  };
}
