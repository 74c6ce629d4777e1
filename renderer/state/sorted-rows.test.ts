import { expect, it } from 'vitest';
import { SortedRows } from './sorted-rows.svelte.ts';

const rows = [
  { name: 'b', ns: 3 },
  { name: 'a', ns: 3 },
  { name: 'c', ns: null },
  { name: 'd', ns: 7 },
];
const sorted = () =>
  new SortedRows<(typeof rows)[number], 'name' | 'ns'>(
    () => rows,
    (row, column) => row[column],
    { column: 'ns', descending: true },
  );
const names = (list: ReturnType<typeof sorted>) => list.rows.map(({ name }) => name).join('');

it('sorts by one column and then by others, what has no value last', () => {
  const list = sorted();
  expect(names(list)).toBe('dbac');
  list.sort([
    { column: 'ns', descending: false },
    { column: 'name', descending: false },
  ]);
  expect(names(list)).toBe('abdc');
});

it('copies rows as they are sorted', async () => {
  const { rows: copied, rowCount } = await sorted().copied('rows', []).rows(2);
  expect(copied.map(({ name }) => name)).toEqual(['d', 'b']);
  expect(rowCount).toBe(4);
});
