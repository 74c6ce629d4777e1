import type { GoroutineColumn } from '#common/analyses/goroutine-results.ts';
import type { GridColumn } from '../../widgets/grid-columns.ts';
import type { EntryColumn } from './group-entries.ts';

export type GroupsColumn = EntryColumn | 'bar';
export type EachColumn = GoroutineColumn | 'bar';

const figure = <Id extends string>(id: Id, title: string, width: number, leaves: number): GridColumn<Id> => ({
  id,
  title,
  width,
  align: 'end',
  sortable: true,
  leaves,
});

const bar = {
  id: 'bar',
  title: 'Where the time went',
  align: 'start',
  sortable: false,
  width: 140,
  leaves: 0,
} as const;

const name = {
  id: 'name',
  title: 'Start function',
  width: 250,
  stretches: true,
  align: 'start',
  sortable: true,
  leaves: 0,
} as const;

/** Columns that not everybody needs: shown once they are chosen. */
const waits = [
  figure('sleepNs', 'Sleep', 80, 12),
  figure('gcNs', 'GC wait', 80, 13),
  figure('otherNs', 'Other wait', 86, 14),
  figure('unknownNs', 'Before trace', 92, 15),
] as const;

export const groupsColumns: readonly GridColumn<GroupsColumn>[] = [
  name,
  figure('count', 'Count', 76, 0),
  figure('totalNs', 'Total', 82, 5),
  figure('execNs', 'Execution', 92, 0),
  bar,
  figure('p50Ns', 'p50', 76, 4),
  figure('p90Ns', 'p90', 76, 10),
  figure('p99Ns', 'p99', 76, 2),
  figure('longestNs', 'Longest', 80, 3),
  figure('schedWaitNs', 'Sched wait', 90, 1),
  figure('schedP99Ns', 'Sched p99', 88, 9),
  figure('networkNs', 'Network', 80, 7),
  figure('syncNs', 'Sync block', 90, 6),
  figure('syscallNs', 'Syscall', 80, 8),
  ...waits,
];

export const eachColumns: readonly GridColumn<EachColumn>[] = [
  { id: 'id', title: 'Goroutine', width: 104, align: 'start', sortable: true, leaves: 0 },
  { ...name, width: 220 },
  figure('creationNs', 'Created', 100, 2),
  figure('totalNs', 'Total', 82, 1),
  figure('execNs', 'Execution', 92, 0),
  bar,
  figure('schedWaitNs', 'Sched wait', 90, 3),
  figure('networkNs', 'Network', 80, 5),
  figure('syncNs', 'Sync block', 90, 4),
  figure('syscallNs', 'Syscall', 80, 6),
  ...waits,
];

/** Left out until they are chosen. */
export const hiddenGroups: readonly GroupsColumn[] = [
  'p90Ns',
  'schedP99Ns',
  'sleepNs',
  'gcNs',
  'otherNs',
  'unknownNs',
];
export const hiddenEach: readonly EachColumn[] = ['sleepNs', 'gcNs', 'otherNs', 'unknownNs'];
