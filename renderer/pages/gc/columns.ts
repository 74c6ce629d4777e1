import type { GcCycle, GcPause, GcPauseKind } from '#common/analyses/gc-analysis.ts';
import type { GridColumn } from '../../widgets/grid-columns.ts';
import type { CopyColumn } from '../../widgets/table-copy.ts';

const figure = <Id extends string>(id: Id, title: string, width: number, leaves = 0): GridColumn<Id> => ({
  id,
  title,
  width,
  align: 'end',
  sortable: true,
  leaves,
});
const name = <Id extends string>(id: Id, title: string, width: number): GridColumn<Id> => ({
  ...figure(id, title, width),
  align: 'start',
  stretches: true,
});

export const cycleColumns = [
  figure('number', 'Cycle', 86),
  figure('startNs', 'Begins', 140),
  figure('sweepTerminationNs', 'Sweep term.', 104),
  figure('concurrentMarkNs', 'Marking', 96),
  figure('markTerminationNs', 'Mark term.', 100),
  figure('startBytes', 'Heap', 96),
  figure('endBytes', 'After', 96, 1),
  figure('goalBytes', 'Goal', 96),
  figure('dedicatedNs', 'Dedicated', 98, 3),
  figure('fractionalNs', 'Fractional', 98, 3),
  figure('idleNs', 'Idle', 90, 4),
  figure('assistNs', 'Assists', 96),
  { ...name('cut', '', 60), sortable: false },
] as const satisfies readonly GridColumn<string>[];
export type CycleColumn = (typeof cycleColumns)[number]['id'];

export const cycleValue = (cycle: GcCycle, column: CycleColumn): number | null =>
  column === 'cut' ? null : cycle[column];

export const copiedCycle: readonly CopyColumn<GcCycle>[] = (
  [
    'number',
    'startNs',
    'endNs',
    'sweepTerminationNs',
    'concurrentMarkNs',
    'markTerminationNs',
    'startBytes',
    'endBytes',
    'goalBytes',
    'nextGoalBytes',
    'dedicatedNs',
    'fractionalNs',
    'idleNs',
    'assistNs',
  ] as const
).map((one) => ({ name: one, value: (cycle) => cycle[one] }));

export const kindColumns = [
  name('kind', 'Why', 120),
  figure('count', 'Count', 70),
  figure('totalNs', 'Total', 86),
  figure('p50Ns', 'p50', 84, 1),
  figure('p99Ns', 'p99', 84),
  figure('maxNs', 'Longest', 86),
] as const satisfies readonly GridColumn<string>[];
export type KindColumn = (typeof kindColumns)[number]['id'];

export const copiedKind: readonly CopyColumn<GcPauseKind>[] = kindColumns.map(({ id }) => ({
  name: id,
  value: (row) => row[id],
}));

export const pauseColumns = [
  figure('startNs', 'Begins', 140),
  name('kind', 'Why', 120),
  { ...figure('goroutine', 'Stopped by', 180, 1), align: 'start' },
  figure('durationNs', 'Length', 90),
] as const satisfies readonly GridColumn<string>[];
export type PauseColumn = (typeof pauseColumns)[number]['id'];

export const copiedPause: readonly CopyColumn<GcPause>[] = (
  ['startNs', 'durationNs', 'kind', 'goroutine', 'goroutineName'] as const
).map((one) => ({ name: one, value: (pause) => pause[one] }));

export const assistColumns = [
  name('name', 'Start function', 140),
  figure('count', 'Count', 74),
  figure('totalNs', 'Total', 88),
  figure('ranNs', 'Running', 88, 1),
  figure('longestNs', 'Longest', 88),
] as const satisfies readonly GridColumn<string>[];
export type AssistColumn = (typeof assistColumns)[number]['id'];

export const sweepColumns = [
  name('name', 'Start function', 140),
  figure('count', 'Count', 80),
  figure('totalNs', 'Total', 88),
  figure('sweptBytes', 'Swept', 88),
  figure('reclaimedBytes', 'Free again', 92, 1),
] as const satisfies readonly GridColumn<string>[];
export type SweepColumn = (typeof sweepColumns)[number]['id'];

export const waitColumns = [
  name('name', 'Start function', 160),
  figure('goroutines', 'Goroutines', 110),
  figure('waitNs', 'Waited', 100),
] as const satisfies readonly GridColumn<string>[];
export type WaitColumn = (typeof waitColumns)[number]['id'];

export const worstColumns = [
  figure('startNs', 'From', 160),
  figure('endNs', 'Until', 160, 1),
  figure('processor', 'Processor', 100),
  figure('utilization', 'Left', 90),
  { ...name('rest', '', 20), sortable: false },
] as const satisfies readonly GridColumn<string>[];
export type WorstColumn = (typeof worstColumns)[number]['id'];
