import { totalColumns } from '#common/analyses/goroutine-results.ts';
import type { RegionGroupRow, RegionRow } from '#common/analyses/region-analysis.ts';
import type { AnalysisResult } from '#common/analyses/registry.ts';
import { textTable } from '../output.ts';
import { inert, tsvLines, type Presentation } from '../presentation.ts';
import {
  countCell,
  durationCell,
  figureCells,
  figureColumns,
  figureTitles,
  figureValues,
  frameCell,
  frameColumns,
  frameValues,
  histogramCell,
  histogramLines,
  histogramValue,
  moreLine,
  pointCell,
  right,
  stateColumns,
} from './duration-columns.ts';
import { noContext } from '../with-trace.ts';
import { inPages } from './pages.ts';

type Result<Kind> = Extract<AnalysisResult<'regions'>, { kind: Kind }>;

const usualRows = 50;

export const regions: Presentation<'regions'> = {
  defaults: (format) => ({ limit: format === 'text' ? usualRows : 0 }),
  *text(result, params) {
    if (result.kind === 'groups') yield* groupText(result, params);
    else yield* regionText(result, params);
  },
  tsv: (result) =>
    result.kind === 'groups' ? tsvLines(groupColumns, result.groups.map(groupValues)) : regionLines(result),
  instead: (trace, format, params) => {
    if (!params.each || format === 'text' || params.limit !== 0) return undefined;
    return inPages(
      format,
      async (page) => (await trace.analyses['analyses.regions'](page, noContext)) as Result<'regions'>,
      params,
      {
        rows: ({ regions: rows }) => rows,
        count: ({ regionCount }) => regionCount,
        head: ({ regionCount }) => `{"kind":"regions","regionCount":${regionCount},"regions":[`,
        tsv: regionLines,
      },
    );
  },
};

const typeCell = ({ type, isInherited }: Pick<RegionRow, 'type' | 'isInherited'>): string =>
  isInherited ? '(inherited)' : type === '' ? '(no name)' : inert(type);

function* groupText(
  { groups, groupCount, regionCount, completeCount }: Result<'groups'>,
  params: { readonly offset?: number | undefined; readonly asGo?: boolean | undefined },
): Generator<string> {
  if (groupCount === 0) {
    yield 'No regions.\n';
    return;
  }
  const head = ['Region', 'Count', 'Incomplete', 'Sum', ...figureTitles, 'Distribution', 'Begins in'];
  const rows = groups.map((group) => [
    typeCell(group),
    countCell(group.count),
    countCell(group.count - group.completeCount),
    durationCell(group.durationNs),
    ...figureCells(group.durations),
    histogramCell(group.histogram),
    frameCell(group.frame),
  ]);
  yield textTable([head, ...rows], new Set(right(1, 9)));
  const states = stateColumns(groups);
  const times = groups.map((group) => [
    typeCell(group),
    ...states.map(([, column]) => durationCell(group[column])),
  ]);
  yield `\n${textTable([['Region', ...states.map(([title]) => title)], ...times], new Set(right(1, states.length + 1)))}`;
  if (groups.length === 1) yield histogramLines('Regions', groups[0]!.histogram);
  const incomplete = regionCount - completeCount;
  if (incomplete > 0)
    yield `\n${countCell(incomplete)} of ${countCell(regionCount)} regions begin or end outside of the trace: ${
      params.asGo ? 'they count as far as the trace goes.' : 'their durations count only in the sum.'
    }\n`;
  yield moreLine('groups', params, groups.length, groupCount);
}

function* regionText(
  { regions: rows, regionCount }: Result<'regions'>,
  params: { readonly offset?: number | undefined },
): Generator<string> {
  if (regionCount === 0) {
    yield 'No regions.\n';
    return;
  }
  const states = stateColumns(rows);
  const head = [
    'Goroutine',
    'Task',
    'Start',
    'Duration',
    ...states.map(([title]) => title),
    'Region',
    'Begins in',
  ];
  const cells = rows.map((row) => [
    `G${row.goroutine}`,
    row.task === 0n ? '-' : String(row.task),
    pointCell(row.startNs),
    `${durationCell(row.durationNs)}${row.startNs === undefined || row.endNs === undefined ? ' +' : ''}`,
    ...states.map(([, column]) => durationCell(row[column])),
    typeCell(row),
    frameCell(row.frame),
  ]);
  yield textTable([head, ...cells], new Set(right(0, states.length + 4)));
  if (rows.some(({ startNs, endNs }) => startNs === undefined || endNs === undefined))
    yield '\n+  begins before the trace or goes on behind it\n';
  yield moreLine('regions', params, rows.length, regionCount);
}

const groupColumns = [
  'type',
  'inherited',
  ...frameColumns,
  'count',
  'completeCount',
  'durationNs',
  ...figureColumns,
  ...totalColumns,
  'histogram',
] as const;

const groupValues = (group: RegionGroupRow): (string | number | undefined)[] => [
  group.type,
  Number(group.isInherited),
  ...frameValues(group.frame),
  group.count,
  group.completeCount,
  group.durationNs,
  ...figureValues(group.durations),
  ...totalColumns.map((column) => group[column]),
  histogramValue(group.histogram),
];

const regionLines = ({ regions: rows }: Pick<Result<'regions'>, 'regions'>): Generator<string> =>
  tsvLines(
    [
      'type',
      'inherited',
      ...frameColumns,
      'goroutine',
      'task',
      'startNs',
      'endNs',
      'durationNs',
      ...totalColumns,
    ],
    rows.map((row) => [
      row.type,
      Number(row.isInherited),
      ...frameValues(row.frame),
      row.goroutine,
      row.task,
      row.startNs,
      row.endNs,
      row.durationNs,
      ...totalColumns.map((column) => row[column]),
    ]),
  );
