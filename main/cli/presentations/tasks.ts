import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import type { TaskEvent, TaskGroupRow, TaskRow } from '#common/analyses/task-analysis.ts';
import { exactJson } from '#common/exact-json.ts';
import type { OfflineTrace } from '#main/host/offline-trace.ts';
import { textTable } from '../output.ts';
import { inert, tsvLines, type Presentation } from '../presentation.ts';
import { noContext, onlyTrace } from '../with-trace.ts';
import {
  countCell,
  durationCell,
  figureCells,
  figureColumns,
  figureTitles,
  figureValues,
  histogramCell,
  histogramLines,
  histogramValue,
  moreLine,
  pointCell,
  right,
  stateColumns,
} from './duration-columns.ts';
import { inPages } from './pages.ts';

type Result<Kind> = Extract<AnalysisResult<'tasks'>, { kind: Kind }>;
type Params = AnalysisParams<'tasks'>;

const usualRows = 50;

export const tasks: Presentation<'tasks'> = {
  defaults: (format) => ({ limit: format === 'text' ? usualRows : 0 }),
  *text(result, params) {
    if (result.kind === 'groups') yield* groupText(result, params);
    else if (result.kind === 'tasks') yield* taskText(result, params);
    else yield* detailText(result, params);
  },
  tsv: (result) => {
    if (result.kind === 'groups') return tsvLines(groupColumns, result.groups.map(groupValues));
    if (result.kind === 'tasks') return taskLines(result);
    return tsvLines(eventColumns, result.events.map(eventValues));
  },
  instead: (trace, format, params) => {
    const asked = Object.entries(params).filter(([, value]) => value !== undefined);
    if (format === 'json' && asked.every(([name]) => name === 'limit') && params.limit === 0)
      return everything(trace);
    if (!params.each || format === 'text' || params.limit !== 0) return undefined;
    return inPages(
      format,
      async (page) => (await trace.analyses['analyses.tasks'](page, noContext)) as Result<'tasks'>,
      params,
      {
        rows: ({ tasks: rows }) => rows,
        count: ({ taskCount }) => taskCount,
        head: ({ taskCount }) => `{"kind":"tasks","taskCount":${taskCount},"tasks":[`,
        tsv: taskLines,
      },
    );
  },
};

/** Rows formatted and written together, so that millions neither wait nor pile up. */
const rowsAtOnce = 2000;

/** Types, and all tasks in order of their numbers. */
async function* everything(trace: OfflineTrace): AsyncGenerator<string> {
  const { originNs } = await trace.analyses['trace.facts']({ trace: onlyTrace }, noContext);
  const types = (await trace.analyses['analyses.tasks'](
    { trace: onlyTrace, limit: 0 },
    noContext,
  )) as Result<'groups'>;
  yield `{"originNs":${originNs},"types":${exactJson(types.groups)},"tasks":[`;
  let rows: string[] = [];
  let separator = '\n';
  for (const task of trace.tasks()) {
    rows.push(exactJson(task));
    if (rows.length < rowsAtOnce) continue;
    yield separator + rows.join(',\n');
    separator = ',\n';
    rows = [];
  }
  yield `${rows.length > 0 ? separator : ''}${rows.join(',\n')}\n]}\n`;
}

const typeCell = (type: string): string => (type === '' ? '(no name)' : inert(type));

// --- types ---

function* groupText(
  { groups, groupCount, taskCount, completeCount }: Result<'groups'>,
  params: Params,
): Generator<string> {
  if (groupCount === 0) {
    yield 'No tasks.\n';
    return;
  }
  const head = ['Task', 'Count', 'Incomplete', 'Sum', ...figureTitles, 'Regions', 'Logs', 'Distribution'];
  const rows = groups.map((group) => [
    typeCell(group.type),
    countCell(group.count),
    countCell(group.count - group.completeCount),
    durationCell(group.durationNs),
    ...figureCells(group.durations),
    countCell(group.regions),
    countCell(group.logs),
    histogramCell(group.histogram),
  ]);
  yield textTable([head, ...rows], new Set(right(1, 11)));
  if (groups.length === 1) yield histogramLines('Tasks', groups[0]!.histogram);
  const incomplete = taskCount - completeCount;
  if (incomplete > 0)
    yield `\n${countCell(incomplete)} of ${countCell(taskCount)} tasks begin or end outside of the trace: they have no duration.\n`;
  yield moreLine('types', params, groups.length, groupCount);
}

const groupColumns = [
  'type',
  'count',
  'completeCount',
  'durationNs',
  ...figureColumns,
  'regions',
  'logs',
  'histogram',
] as const;

const groupValues = (group: TaskGroupRow): (string | number | undefined)[] => [
  group.type,
  group.count,
  group.completeCount,
  group.durationNs,
  ...figureValues(group.durations),
  group.regions,
  group.logs,
  histogramValue(group.histogram),
];

// --- tasks ---

const taskHead = ['Task', 'Parent', 'Start', 'Duration', 'Children', 'Goroutines', 'Regions', 'Logs', 'Type'];

const taskCells = (task: TaskRow): string[] => [
  String(task.id),
  task.parent === undefined ? '-' : String(task.parent),
  pointCell(task.startNs),
  `${durationCell(task.durationNs)}${task.isComplete ? '' : ' +'}`,
  countCell(task.children),
  countCell(task.goroutines.length),
  countCell(task.regions),
  countCell(task.logs),
  task.id === 0n ? '(no task)' : typeCell(task.type),
];

const taskTable = (rows: readonly TaskRow[]): string =>
  textTable([taskHead, ...rows.map(taskCells)], new Set(right(0, 8)));

function* taskText({ tasks: rows, taskCount }: Result<'tasks'>, params: Params): Generator<string> {
  if (taskCount === 0) {
    yield 'No tasks.\n';
    return;
  }
  yield taskTable(rows);
  if (rows.some(({ isComplete }) => !isComplete)) yield '\n+  begins before the trace or goes on behind it\n';
  yield moreLine('tasks', params, rows.length, taskCount);
}

const taskLines = ({ tasks: rows }: Pick<Result<'tasks'>, 'tasks'>): Generator<string> =>
  tsvLines(
    [
      'id',
      'parent',
      'type',
      'startNs',
      'endNs',
      'durationNs',
      'complete',
      'children',
      'regions',
      'logs',
      'goroutines',
    ],
    rows.map((task) => [
      task.id,
      task.parent,
      task.type,
      task.startNs,
      task.endNs,
      task.durationNs,
      Number(task.isComplete),
      task.children,
      task.regions,
      task.logs,
      task.goroutines.join(','),
    ]),
  );

// --- one ---

const mostGoroutines = 20;

function* detailText(
  { task, children, regions, events, eventCount }: Result<'task'>,
  params: Params,
): Generator<string> {
  yield taskTable([task]);
  const more = task.goroutines.length - mostGoroutines;
  const names = task.goroutines.slice(0, mostGoroutines).map((id) => `G${id}`);
  yield `\nGoroutines: ${names.join(', ') || 'none'}${more > 0 ? `, and ${countCell(more)} more` : ''}\n`;
  if (regions.length > 0) {
    const states = stateColumns(regions);
    const rows = regions.map((row) => [
      typeCell(row.type),
      countCell(row.count),
      durationCell(row.durationNs),
      ...states.map(([, column]) => durationCell(row[column])),
    ]);
    const head = ['Region', 'Count', 'Sum', ...states.map(([title]) => title)];
    yield `\n${textTable([head, ...rows], new Set(right(1, head.length)))}`;
  }
  if (children.length > 0) yield `\nChildren:\n${taskTable(children)}`;
  if (children.length < task.children) yield `and ${countCell(task.children - children.length)} more\n`;
  const rows = events.map((event) => [
    pointCell(event.ns, 9),
    durationCell(event.elapsedNs),
    `G${event.goroutine}`,
    eventText(event),
  ]);
  yield `\n${textTable([['When', 'Elapsed', 'Goroutine', 'Event'], ...rows], new Set([0, 1, 2]))}`;
  yield moreLine('events', params, events.length, eventCount);
}

function eventText({ kind, name, message = '' }: TaskEvent): string {
  switch (kind) {
    case 'begin':
      return 'task begins';
    case 'end':
      return 'task ends';
    case 'region-begin':
      return `region ${typeCell(name)} begins`;
    case 'region-end':
      return `region ${typeCell(name)} ends`;
    case 'log':
      return inert(`log ${name === '' ? '' : `[${name}] `}${message}`);
  }
}

const eventColumns = ['ns', 'elapsedNs', 'goroutine', 'kind', 'name', 'message'] as const;
const eventValues = (event: TaskEvent): (string | number | undefined)[] =>
  eventColumns.map((column) => event[column]);
