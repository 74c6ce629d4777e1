import type { GridColumn } from '../../widgets/grid-columns.ts';
import type { TypeColumn } from './type-rows.ts';

const figure = (id: TypeColumn, title: string, width: number, leaves: number): GridColumn<TypeColumn> => ({
  id,
  title,
  width,
  align: 'end',
  sortable: true,
  leaves,
});

const durations = [
  figure('durationNs', 'Sum', 84, 3),
  figure('p50Ns', 'p50', 78, 0),
  figure('p90Ns', 'p90', 78, 4),
  figure('p99Ns', 'p99', 78, 2),
  figure('maxNs', 'Longest', 82, 0),
];

const distribution = {
  id: 'bars',
  title: 'Distribution',
  width: 150,
  align: 'start',
  sortable: false,
  leaves: 1,
} as const;

export const taskTypeColumns: readonly GridColumn<TypeColumn>[] = [
  { id: 'type', title: 'Type', width: 150, stretches: true, align: 'start', sortable: true, leaves: 0 },
  figure('count', 'Tasks', 76, 0),
  figure('incomplete', 'Incomplete', 88, 6),
  ...durations,
  distribution,
  figure('regions', 'Regions', 76, 5),
  figure('logs', 'Logs', 70, 5),
];

export const regionTypeColumns: readonly GridColumn<TypeColumn>[] = [
  { id: 'type', title: 'Type', width: 150, align: 'start', sortable: true, leaves: 0 },
  { id: 'place', title: 'Begins in', width: 180, stretches: true, align: 'start', sortable: true, leaves: 0 },
  figure('count', 'Regions', 76, 0),
  figure('incomplete', 'Incomplete', 88, 6),
  ...durations,
  distribution,
  {
    id: 'times',
    title: 'Where the time went',
    width: 140,
    align: 'start',
    sortable: false,
    leaves: 5,
  },
];
