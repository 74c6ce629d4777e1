/** What is copied of the tables: all columns, with their units in their names. */
import type { GoroutineRow } from '#common/analyses/goroutine-results.ts';
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import type { CopyColumn } from '../../widgets/table-copy.ts';
import { spreadValue, type GroupEntry } from './group-entries.ts';

export const groupCopy: readonly CopyColumn<GroupEntry>[] = [
  { name: 'startFunction', value: ({ name }) => name },
  { name: 'count', value: ({ count }) => count },
  ...totalColumns.map((column): CopyColumn<GroupEntry> => ({ name: column, value: (row) => row[column] })),
  { name: 'longestNs', value: ({ longestNs }) => longestNs },
  ...(['p50Ns', 'p90Ns', 'p99Ns', 'schedP99Ns'] as const).map((column): CopyColumn<GroupEntry> => ({
    name: column,
    value: (row) => spreadValue(row, column) ?? null,
  })),
];

export const goroutineCopy: readonly CopyColumn<GoroutineRow>[] = [
  { name: 'goroutine', value: ({ id }) => id },
  { name: 'startFunction', value: ({ name }) => name },
  { name: 'creationNs', value: ({ creationNs }) => creationNs },
  { name: 'startNs', value: ({ startNs }) => startNs ?? null },
  { name: 'endNs', value: ({ endNs }) => endNs ?? null },
  ...totalColumns.map((column): CopyColumn<GoroutineRow> => ({ name: column, value: (row) => row[column] })),
];
