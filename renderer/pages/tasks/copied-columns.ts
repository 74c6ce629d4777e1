/** The tables of tasks and regions as they are copied: numbers plain, 64-bit task numbers as text. */
import { totalColumns, type StateTotals } from '#common/analyses/goroutine-results.ts';
import type { RegionRow } from '#common/analyses/region-analysis.ts';
import type { TaskEvent, TaskRegionRow, TaskRow } from '#common/analyses/task-analysis.ts';
import type { StatePart } from '../../figures/state-parts.ts';
import { copiedAs, type CopyColumn } from '../../widgets/table-copy.ts';
import type { TypeRow } from './type-rows.ts';

const places = (['function', 'file', 'line'] as const).map((name): CopyColumn<Pick<RegionRow, 'frame'>> => ({
  name,
  value: ({ frame }) => frame?.[name] ?? null,
}));
const durations = (['minNs', 'meanNs', 'p50Ns', 'p90Ns', 'p99Ns', 'maxNs'] as const).map(
  (name): CopyColumn<TypeRow> => ({ name, value: ({ durations: figures }) => figures?.[name] ?? null }),
);
const types: readonly CopyColumn<TypeRow>[] = [
  ...copiedAs<TypeRow>('count', 'completeCount', 'durationNs'),
  ...durations,
];
const type = copiedAs<{ readonly type: string }>('type');
const totals = copiedAs<StateTotals>(...totalColumns);

export const copiedTaskType: readonly CopyColumn<TypeRow>[] = [
  ...type,
  ...types,
  ...copiedAs<TypeRow>('regions', 'logs'),
];

export const copiedRegionType: readonly CopyColumn<TypeRow>[] = [
  ...type,
  ...copiedAs<TypeRow>('isInherited'),
  ...places,
  ...types,
  ...totalColumns.map((name): CopyColumn<TypeRow> => ({ name, value: ({ times }) => times?.[name] ?? null })),
];

export const copiedTask: readonly CopyColumn<TaskRow>[] = [
  { name: 'task', value: ({ id }) => id.toString() },
  ...type,
  ...copiedAs<TaskRow>('startNs', 'endNs', 'durationNs', 'isComplete'),
  { name: 'goroutines', value: ({ goroutines }) => goroutines.join(' ') },
  ...copiedAs<TaskRow>('regions', 'logs', 'children'),
  { name: 'parent', value: ({ parent }) => parent?.toString() ?? null },
];

export const copiedRegion: readonly CopyColumn<RegionRow>[] = [
  ...type,
  ...places,
  ...copiedAs<RegionRow>('startNs', 'endNs', 'durationNs', 'goroutine'),
  { name: 'task', value: ({ task }) => (task === 0n ? null : task.toString()) },
  ...totals,
];

export const copiedTaskEvent = copiedAs<TaskEvent>('ns', 'elapsedNs', 'goroutine', 'kind', 'name', 'message');

export const copiedTaskRegion: readonly CopyColumn<TaskRegionRow>[] = [
  ...type,
  ...copiedAs<TaskRegionRow>('count', 'durationNs'),
  ...totals,
];

export const copiedPart = copiedAs<StatePart>('state', 'ns', 'share');
