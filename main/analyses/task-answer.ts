/** User tasks: types, tasks, or all about one. */
import { durationFigures, durationHistogram } from '#common/analyses/duration-figures.ts';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import type { TaskGroupRow, TaskRow } from '#common/analyses/task-analysis.ts';
import { Failure } from '#common/errors.ts';
import { goId } from '#common/ids.ts';
import { durNs, traceNs } from '#common/units.ts';
import { taskOrders, type StoredTask, type TaskFilter, type TaskOrder } from '#db/task-reader.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import { compareText } from './goroutine-order.ts';
import type { AnalysisInputs } from './inputs.ts';
import { selectionOf } from './selection.ts';
import { taskDetail } from './task-detail.ts';

type Params = AnalysisParams<'tasks'>;
type Result<Kind> = Extract<AnalysisResult<'tasks'>, { kind: Kind }>;

const usualLimit = 1000;
/** Rows between two steps. */
const rowsAtOnce = 100;

export const taskAnswer: Answer<'tasks'> = function* (inputs, params) {
  const { reader } = inputs;
  const { durationNs: traceEnd } = reader.trace();
  const named = params.task === undefined ? undefined : reader.taskIdsCalled(params.task);
  if (named?.length === 0)
    throw new Failure('bad-parameters', `This trace has no user task "${params.task!}".`);
  if (named?.length === 1 && !params.each) {
    const one = reader.tasks.one(BigInt.asUintN(64, named[0]!))!;
    const rowsOf = (tasks: readonly StoredTask[]): TaskRow[] => taskRows(reader, traceEnd, tasks);
    return yield* taskDetail(inputs, params, one, rowsOf, params.limit ?? usualLimit);
  }
  const filter = yield* taskFilter(inputs, params, traceEnd, named);
  if (params.each) return yield* eachTask(reader, params, filter);
  return yield* groups(reader, params, filter);
};

// --- which tasks ---

function* taskFilter(
  inputs: AnalysisInputs,
  params: Params,
  traceEnd: number,
  named: BigInt64Array | undefined,
): Generator<void, TaskFilter> {
  const { reader } = inputs;
  const { from, until, goroutines, groups: startFunctions, text, type, complete } = params;
  const selection = selectionOf(inputs, { from, until, goroutines, groups: startFunctions, text });
  const names = type === undefined ? undefined : reader.namesCalled(type);
  if (names?.length === 0) throw new Failure('bad-parameters', `This trace has no user task "${type!}".`);
  const ids = named ? [named] : [];
  if (!selection.isEverybody) {
    const own = reader.tasks.goroutines().filter((goroutine) => selection.has(goroutine));
    ids.push(withoutNone(reader.tasks.withGoroutines(own)));
    yield;
  }
  if (params.region !== undefined) {
    const regionNames = reader.namesCalled(params.region);
    const found = yield* inputs.userScan.regionTasks({ traceEnd, names: regionNames, isOwn: true });
    if (found.length === 0)
      throw new Failure('bad-parameters', `This trace has no user region "${params.region}".`);
    ids.push(withoutNone(found));
  }
  if (params.logText !== undefined && params.logText !== '')
    ids.push(withoutNone(yield* tasksWith(inputs, params.logText, traceEnd)));
  return {
    traceEnd,
    ids,
    ...(selection.isWhole ? {} : { window: { from: selection.from, until: selection.until } }),
    ...(names ? { names } : {}),
    ...(complete === undefined ? {} : { isComplete: complete === 'yes' }),
    ...(params.latencyMin === undefined ? {} : { least: params.latencyMin }),
    ...(params.latencyMax === undefined ? {} : { most: params.latencyMax }),
  };
}

const withoutNone = (ids: BigInt64Array): BigInt64Array => ids.filter((id) => id !== 0n);

/** Those with a text in their name, the name of a region, or the category or message of a log. */
function* tasksWith(inputs: AnalysisInputs, text: string, traceEnd: number): Generator<void, BigInt64Array> {
  const { reader, userScan } = inputs;
  const found = new Set<bigint>(reader.tasks.named(text));
  yield;
  const names = reader.namesWith(text);
  if (names.length > 0)
    for (const task of yield* userScan.regionTasks({ traceEnd, names, isOwn: true })) found.add(task);
  const logs = yield* userScan.logs({ text });
  for (let i = 0; i < logs.count; i++) found.add(BigInt.asIntN(64, logs.task(i)));
  logs.close();
  return BigInt64Array.from(found);
}

// --- types ---

interface Sums {
  count: number;
  regions: number;
  logs: number;
  /** Of complete ones. */
  readonly lengths: number[];
}

function* groups(reader: TraceReader, params: Params, filter: TaskFilter): Generator<void, Result<'groups'>> {
  const { limit = usualLimit, offset = 0 } = params;
  const byName = new Map<number, Sums>();
  for (const rows of reader.tasks.figures(filter)) {
    for (const [nameIx, length, logs, regions] of rows) {
      let sums = byName.get(nameIx);
      if (!sums) byName.set(nameIx, (sums = { count: 0, regions: 0, logs: 0, lengths: [] }));
      sums.count++;
      sums.regions += regions;
      sums.logs += logs;
      if (length !== null) sums.lengths.push(Math.max(0, length));
    }
    yield;
  }
  const rows: TaskGroupRow[] = [];
  for (const [nameIx, sums] of byName) {
    rows.push(groupRow(reader.name(nameIx), sums));
    yield;
  }
  const sum = (column: 'count' | 'completeCount'): number => rows.reduce((so, row) => so + row[column], 0);
  return {
    kind: 'groups',
    taskCount: sum('count'),
    completeCount: sum('completeCount'),
    groupCount: rows.length,
    groups: sortedGroups(rows, params).slice(offset, limit === 0 ? undefined : offset + limit),
  };
}

function groupRow(type: string, { count, regions, logs, lengths }: Sums): TaskGroupRow {
  const sorted = Float64Array.from(lengths).sort();
  const durations = durationFigures(sorted);
  return {
    type,
    count,
    completeCount: sorted.length,
    durationNs: durNs(sorted.reduce((so, ns) => so + ns, 0)),
    ...(durations ? { durations } : {}),
    histogram: durationHistogram(sorted),
    regions,
    logs,
  };
}

function sortedGroups(rows: TaskGroupRow[], { sort = 'duration', reverse = false }: Params): TaskGroupRow[] {
  if (sort === 'start' || sort === 'id')
    throw new Failure('bad-parameters', `Types of tasks cannot be sorted by ${sort}.`);
  const figure = (row: TaskGroupRow): number =>
    sort === 'name' ? 0 : sort === 'duration' ? row.durationNs : row[sort];
  rows.sort((a, b) => figure(b) - figure(a) || compareText(a.type, b.type));
  return reverse ? rows.reverse() : rows;
}

// --- tasks ---

function* eachTask(
  reader: TraceReader,
  params: Params,
  filter: TaskFilter,
): Generator<void, Result<'tasks'>> {
  const { sort = 'duration', reverse = false, limit = usualLimit, offset = 0 } = params;
  if (!isTaskOrder(sort)) throw new Failure('bad-parameters', `Single tasks cannot be sorted by ${sort}.`);
  const taskCount = reader.tasks.count(filter);
  yield;
  const stored = reader.tasks.page(filter, sort, reverse, offset, limit);
  yield;
  const tasks: TaskRow[] = [];
  for (let at = 0; at < stored.length; at += rowsAtOnce * 100) {
    tasks.push(...taskRows(reader, filter.traceEnd, stored.slice(at, at + rowsAtOnce * 100)));
    yield;
  }
  return { kind: 'tasks', taskCount, tasks };
}

const isTaskOrder = (sort: string): sort is TaskOrder => Object.hasOwn(taskOrders, sort);

function taskRows(reader: TraceReader, traceEnd: number, stored: readonly StoredTask[]): TaskRow[] {
  const children = reader.tasks.childCounts(stored.map(({ id }) => id));
  return stored.map(({ id, parent, nameIx, startNs, endNs, logs, regions }) => ({
    id,
    type: reader.name(nameIx),
    ...(parent === null ? {} : { parent }),
    ...(startNs === null ? {} : { startNs: traceNs(startNs) }),
    ...(endNs === null ? {} : { endNs: traceNs(endNs) }),
    durationNs: durNs(Math.max(0, (endNs ?? traceEnd) - (startNs ?? 0))),
    isComplete: startNs !== null && endNs !== null,
    children: children.get(id) ?? 0,
    goroutines: reader.taskGoroutines(id).map(goId),
    regions,
    logs,
  }));
}
