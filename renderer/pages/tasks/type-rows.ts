/** Types of tasks, and types of regions with the place where they begin, as rows of one table. */
import type { AnalysisResult } from '#common/analyses/registry.ts';
import {
  durationHistogram,
  type DurationFigures,
  type DurationHistogram,
} from '#common/analyses/duration-figures.ts';
import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { RegionGroupRow, RegionTimes } from '#common/analyses/region-analysis.ts';
import type { TaskRow } from '#common/analyses/task-analysis.ts';
import type { DurNs } from '#common/units.ts';
import type { Sorting } from '../../widgets/grid-columns.ts';
import type { TypeChoice } from './choices.ts';

export interface TypeRow extends TypeChoice {
  readonly count: number;
  readonly completeCount: number;
  readonly durationNs: DurNs;
  /** Absent where none is complete. */
  readonly durations?: DurationFigures;
  readonly histogram: DurationHistogram;
  /** Of tasks. */
  readonly regions: number;
  readonly logs: number;
  /** Of regions. */
  readonly times?: RegionTimes;
  readonly frame?: StackFrame;
  readonly isInherited: boolean;
}

export interface TypeList {
  readonly rows: readonly TypeRow[];
  /** Tasks or regions in all types, and how many of them are complete. */
  readonly count: number;
  readonly completeCount: number;
  readonly typeCount: number;
}

export function taskTypes(answer: AnalysisResult<'tasks'>): TypeList {
  if (answer.kind === 'task') return oneTask(answer.task);
  if (answer.kind !== 'groups') return { rows: [], count: 0, completeCount: 0, typeCount: 0 };
  return {
    rows: answer.groups.map((group) => ({ ...group, at: '', isInherited: false })),
    count: answer.taskCount,
    completeCount: answer.completeCount,
    typeCount: answer.groupCount,
  };
}

/** Where goroutines are chosen by one task, there is only that. */
function oneTask({ type, durationNs, isComplete, regions, logs }: TaskRow): TypeList {
  const completeCount = isComplete ? 1 : 0;
  const figures = {
    minNs: durationNs,
    meanNs: durationNs,
    p50Ns: durationNs,
    p90Ns: durationNs,
    p99Ns: durationNs,
    maxNs: durationNs,
  };
  const row: TypeRow = {
    ...{ type, at: '', isInherited: false, count: 1, completeCount, durationNs, regions, logs },
    ...(isComplete ? { durations: figures } : {}),
    histogram: durationHistogram(Float64Array.from(isComplete ? [durationNs] : [])),
  };
  return { rows: [row], count: 1, completeCount, typeCount: 1 };
}

export function regionTypes(answer: AnalysisResult<'regions'>): TypeList {
  if (answer.kind !== 'groups') return { rows: [], count: 0, completeCount: 0, typeCount: 0 };
  return {
    rows: answer.groups.map(regionType),
    count: answer.regionCount,
    completeCount: answer.completeCount,
    typeCount: answer.groupCount,
  };
}

const regionType = (group: RegionGroupRow): TypeRow => ({
  ...group,
  at: group.frame ? `${group.frame.function}@${group.frame.file}:${group.frame.line}` : '',
  regions: 0,
  logs: 0,
  times: group,
});

/** What a row is called: also goroutines that were created in a region have one, and types without a name. */
export const typeName = ({ type, isInherited }: Pick<TypeRow, 'type' | 'isInherited'>): string =>
  type === '' ? (isInherited ? '(inherited)' : '(no name)') : type;

export const typeColumnIds = [
  'type',
  'place',
  'count',
  'incomplete',
  'durationNs',
  'p50Ns',
  'p90Ns',
  'p99Ns',
  'maxNs',
  'bars',
  'regions',
  'logs',
  'times',
] as const;
export type TypeColumn = (typeof typeColumnIds)[number];

export function figureOf(row: TypeRow, column: TypeColumn): number {
  switch (column) {
    case 'incomplete':
      return row.count - row.completeCount;
    case 'count':
    case 'durationNs':
    case 'regions':
    case 'logs':
      return row[column];
    case 'p50Ns':
    case 'p90Ns':
    case 'p99Ns':
    case 'maxNs':
      return row.durations?.[column] ?? -1;
    default:
      return 0;
  }
}

export function sorted(
  rows: readonly TypeRow[],
  { column, descending }: Sorting<TypeColumn>,
): readonly TypeRow[] {
  const sign = descending ? -1 : 1;
  const text = (row: TypeRow): string => (column === 'place' ? row.at : row.type);
  const compare = (a: TypeRow, b: TypeRow): number =>
    column === 'type' || column === 'place'
      ? compareText(text(a), text(b))
      : figureOf(a, column) - figureOf(b, column);
  return rows.toSorted((a, b) => sign * compare(a, b) || compareText(a.type, b.type));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
