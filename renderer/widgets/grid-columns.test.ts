import { expect, it } from 'vitest';
import { columnsThatFit, nextSorting, tracksOf, type GridColumn } from './grid-columns.ts';

const column = (id: string, width: number, leaves: number, stretches = false): GridColumn<string> => ({
  id,
  title: id,
  width,
  leaves,
  stretches,
  align: 'start',
  sortable: true,
});
const columns = [
  column('name', 200, 0, true),
  column('count', 80, 0),
  column('sync', 80, 2),
  column('gc', 80, 1),
];
const ids = (width: number): string =>
  columnsThatFit(columns, width)
    .map(({ id }) => id)
    .join(' ');

it('lets the least needed columns leave first', () => {
  expect(ids(440)).toBe('name count sync gc');
  expect(ids(439)).toBe('name count gc');
  expect(ids(300)).toBe('name count');
});

it('keeps what must stay, however narrow it gets', () => expect(ids(10)).toBe('name count'));

it('gives the rest of the width to the column that stretches', () =>
  expect(tracksOf(columns.slice(0, 2))).toBe('minmax(0, 1fr) 80px'));

it('gives the rest of the width to all where no column stretches', () =>
  expect(tracksOf(columns.slice(1, 3))).toBe(
    columns
      .slice(1, 3)
      .map(({ width }) => `minmax(${width}px, ${width}fr)`)
      .join(' '),
  ));

it('sorts descending first, then ascending', () => {
  const first = nextSorting([{ column: 'name', descending: false }], 'count');
  expect(first).toEqual([{ column: 'count', descending: true }]);
  expect(nextSorting(first, 'count')).toEqual([{ column: 'count', descending: false }]);
});

it('sorts by more columns where they are added, and lets the first go when they are too many', () => {
  const two = nextSorting([{ column: 'name', descending: false }], 'count', { adds: true, most: 2 });
  expect(two.map(({ column }) => column)).toEqual(['name', 'count']);
  expect(nextSorting(two, 'name', { adds: true, most: 2 })[0]).toEqual({ column: 'name', descending: true });
  expect(nextSorting(two, 'bar', { adds: true, most: 2 }).map(({ column }) => column)).toEqual([
    'count',
    'bar',
  ]);
  expect(nextSorting(two, 'count')).toEqual([{ column: 'count', descending: true }]);
});
