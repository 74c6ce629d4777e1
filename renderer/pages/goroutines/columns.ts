import type { GoroutineColumn, GroupColumn } from '#common/analyses/goroutine-results.ts';
import type { GridColumn } from '../../widgets/grid-columns.ts';

export type GroupsColumn = GroupColumn | 'bar';
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

export const groupsColumns: readonly GridColumn<GroupsColumn>[] = [
  {
    id: 'name',
    title: 'Start function',
    width: 280,
    stretches: true,
    align: 'start',
    sortable: true,
    leaves: 0,
  },
  figure('count', 'Count', 76, 0),
  figure('totalNs', 'Total', 82, 2),
  figure('execNs', 'Execution', 92, 0),
  bar,
  figure('schedWaitNs', 'Sched wait', 90, 1),
  figure('networkNs', 'Network', 80, 4),
  figure('syncNs', 'Sync block', 90, 3),
  figure('syscallNs', 'Syscall', 80, 6),
  figure('longestNs', 'Longest', 78, 5),
];

export const eachColumns: readonly GridColumn<EachColumn>[] = [
  { id: 'id', title: 'Goroutine', width: 104, align: 'start', sortable: true, leaves: 0 },
  {
    id: 'name',
    title: 'Start function',
    width: 230,
    stretches: true,
    align: 'start',
    sortable: true,
    leaves: 0,
  },
  figure('creationNs', 'Created', 100, 2),
  figure('totalNs', 'Total', 82, 1),
  figure('execNs', 'Execution', 92, 0),
  bar,
  figure('schedWaitNs', 'Sched wait', 90, 3),
  figure('networkNs', 'Network', 80, 5),
  figure('syncNs', 'Sync block', 90, 4),
  figure('syscallNs', 'Syscall', 80, 6),
];
