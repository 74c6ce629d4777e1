import {
  goroutineSorts,
  windowColumns,
  type GoroutineAnalysis,
  type GoroutineSort,
  type GoroutineWindowRow,
  type GroupFigures,
  type NsByName,
  type WindowColumn,
} from '#common/analyses/goroutine-analysis.ts';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import { exactJson } from '#common/exact-json.ts';
import { durationText, plain, shareText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import type { OfflineTrace } from '#main/host/offline-trace.ts';
import { exactCount, shown, textTable } from '../output.ts';
import { inert, tsvLines, type Presentation } from '../presentation.ts';
import { noContext, onlyTrace } from '../with-trace.ts';

type GoroutineParams = AnalysisParams<'goroutines'>;

const titles: Readonly<Record<WindowColumn, string>> = {
  totalNs: 'Total',
  execNs: 'Execution',
  schedWaitNs: 'Sched wait',
  networkNs: 'Network',
  syncNs: 'Sync',
  syscallNs: 'Syscall',
  syscallBlockNs: 'Syscall block',
  sleepNs: 'Sleep',
  gcNs: 'GC',
  otherNs: 'Other wait',
  unknownNs: 'Before trace',
  restNs: 'Unknown',
};
/** What is 0 everywhere has no column. */
const always: readonly WindowColumn[] = ['totalNs', 'execNs', 'schedWaitNs'];

const duration = (ns: number): string => shown(durationText(durNs(Math.round(ns))));
const nameText = (name: string): string => (name === '' ? '(no stack in this trace)' : inert(name));

export const goroutines: Presentation<'goroutines'> = {
  defaults: (format) => (format === 'text' ? { limit: 100 } : {}),
  *text(result, params) {
    yield `${summary(result)}\n\n`;
    if (result.groups) yield groupTable(result.groups, params.sort ?? 'exec');
    if (result.goroutines) yield goroutineTable(result.goroutines);
    const shownRows = (result.groups ?? result.goroutines ?? []).length;
    const left = result.rowCount - (params.offset ?? 0) - shownRows;
    if (left > 0)
      yield `${exactCount(left)} more; --limit 0 for all, --offset ${(params.offset ?? 0) + shownRows} for the next\n`;
  },
  tsv: ({ groups, goroutines: rows }) => (groups ? groupLines(groups) : goroutineLines(rows ?? [])),
  instead: (trace, format, params) => {
    if (!isAboutEverything(params)) return undefined;
    if (format === 'json') return everything(trace);
    return format === 'tsv' ? joined(goroutineLines(trace.goroutineRows())) : undefined;
  },
};

function summary({ count, totalNs, execNs, execOfAllNs, fromNs, untilNs }: GoroutineAnalysis): string {
  const share = execOfAllNs === 0 ? 0 : execNs / execOfAllNs;
  return (
    `${exactCount(count)} ${count === 1 ? 'goroutine' : 'goroutines'} within ${duration(untilNs - fromNs)}: ` +
    `${duration(totalNs)} together, ${duration(execNs)} of execution, ${plain(shareText(share)).replace(/\s/g, ' ')} of all`
  );
}

function shownColumns(ns: (column: WindowColumn) => readonly number[]): readonly WindowColumn[] {
  const known = Object.keys(titles) as WindowColumn[];
  return known.filter((column) => always.includes(column) || ns(column).some((one) => one > 0));
}

const figureColumns = (from: number, until: number): ReadonlySet<number> =>
  new Set(Array.from({ length: until - from }, (_, i) => from + i));

function groupTable(groups: readonly GroupFigures[], sort: GoroutineSort): string {
  const columns = shownColumns((column) => groups.map(({ figures }) => figures[column].sum));
  const sorted = goroutineSorts[sort];
  const spread: WindowColumn = (windowColumns as readonly string[]).includes(sorted)
    ? (sorted as WindowColumn)
    : 'execNs';
  const head = [
    'Count',
    ...columns.map((column) => titles[column]),
    `${titles[spread]}: mean`,
    'p50',
    'p90',
    'p99',
    'max',
    'Start function',
  ];
  const rows = groups.map(({ count, figures, name }) => {
    const { mean, p50, p90, p99, max } = figures[spread];
    return [
      exactCount(count),
      ...columns.map((column) => duration(figures[column].sum)),
      ...[mean, p50, p90, p99, max].map(duration),
      nameText(name),
    ];
  });
  return textTable([head, ...rows], figureColumns(0, head.length - 1));
}

function goroutineTable(rows: readonly GoroutineWindowRow[]): string {
  const columns = shownColumns((column) => rows.map((row) => row[column]));
  const head = [
    'Goroutine',
    ...columns.map((column) => titles[column]),
    'Began',
    'Ended',
    'Created by',
    'Start function',
  ];
  const lines = rows.map((row) => [
    `G${row.id}`,
    ...columns.map((column) => duration(row[column])),
    duration(row.creationNs),
    row.endNs === undefined ? 'alive' : duration(row.endNs),
    row.creator ? `G${row.creator.id}` : '',
    nameText(row.name),
  ]);
  return textTable([head, ...lines], figureColumns(0, columns.length + 4));
}

const spreadFields = ['sum', 'min', 'mean', 'p50', 'p90', 'p99', 'max'] as const;

const groupLines = (groups: readonly GroupFigures[]): Iterable<string> =>
  tsvLines(
    [
      'name',
      'count',
      ...windowColumns.flatMap((column) => spreadFields.map((field) => `${column}_${field}`)),
      'blockNs',
      'rangeNs',
    ],
    groups.map(({ name, count, figures, blockNs, rangeNs }) => [
      name,
      count,
      ...windowColumns.flatMap((column) => spreadFields.map((field) => Math.round(figures[column][field]))),
      listText(blockNs),
      listText(rangeNs),
    ]),
  );

/** `chan receive=1200,select=300` */
const listText = (durations: NsByName): string =>
  Object.entries(durations)
    .map(([name, ns]) => `${name}=${ns}`)
    .join(',');

const goroutineLines = (rows: Iterable<GoroutineWindowRow>): Iterable<string> =>
  tsvLines(
    [
      'id',
      'name',
      'creationNs',
      'startNs',
      'endNs',
      ...windowColumns,
      'lastEventNs',
      'creator',
      'createdAt',
      'blockNs',
      'rangeNs',
    ],
    cells(rows),
  );

function* cells(rows: Iterable<GoroutineWindowRow>): Generator<readonly (string | number | undefined)[]> {
  for (const row of rows)
    yield [
      row.id,
      row.name,
      row.creationNs,
      row.startNs,
      row.endNs,
      ...windowColumns.map((column) => row[column]),
      row.lastEventNs,
      row.creator?.id,
      row.createdAt && `${row.createdAt.function}@${row.createdAt.file}:${row.createdAt.line}`,
      listText(row.blockNs),
      listText(row.rangeNs),
    ];
}

// --- all goroutines of the whole trace, for scripts ---

const isAboutEverything = (params: GoroutineParams): boolean =>
  Object.values({ ...params, by: params.by === 'goroutine' ? undefined : params.by }).every(
    (value) => value === undefined,
  );

/** Lines written together. */
async function* joined(lines: Iterable<string>): AsyncGenerator<string> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < 1 << 16) continue;
    // Whoever reads gets a turn.
    await Promise.resolve();
    yield text;
    text = '';
  }
  yield text;
}

/** Rows formatted and written together, so that millions neither wait nor pile up. */
const rowsAtOnce = 2000;

type Goroutine = ReturnType<OfflineTrace['goroutines']> extends Generator<infer T> ? T : never;

/** Few have numbers that need the slower way. */
const goroutineJson = (goroutine: Goroutine): string =>
  goroutine.regions.some(({ task }) => typeof task === 'bigint')
    ? exactJson(goroutine)
    : JSON.stringify(goroutine);

async function* everything(trace: OfflineTrace): AsyncGenerator<string> {
  const { originNs } = await trace.analyses['trace.facts']({ trace: onlyTrace }, noContext);
  let text = `{"originNs":${originNs},"goroutines":[`;
  let separator = '\n';
  let pending = 0;
  for (const goroutine of trace.goroutines()) {
    text += separator + goroutineJson(goroutine);
    separator = ',\n';
    if (++pending < rowsAtOnce) continue;
    yield text;
    text = '';
    pending = 0;
  }
  yield `${text}\n]}\n`;
}
