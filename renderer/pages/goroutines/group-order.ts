import type { Sorting } from '../../widgets/grid-columns.ts';
import { entryValue, type GroupEntry } from './group-entries.ts';
import type { GroupsColumn } from './columns.ts';

/** By the first column; what is the same there by the next; at last by name. */
export function ordered(
  entries: readonly GroupEntry[],
  sorting: readonly Sorting<GroupsColumn>[],
): readonly GroupEntry[] {
  const keys = sorting.map(({ column, descending }) => ({
    column: column === 'bar' ? ('execNs' as const) : column,
    sign: descending ? -1 : 1,
  }));
  return entries.toSorted((a, b) => {
    for (const { column, sign } of keys) {
      const difference = compared(entryValue(a, column), entryValue(b, column));
      if (difference !== 0) return sign * difference;
    }
    return compared(a.name, b.name);
  });
}

const compared = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
