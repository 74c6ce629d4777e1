/** Columns of a grid, and which of them there is room for. */
export interface GridColumn<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** In CSS pixels; for the column that stretches, the least it needs. */
  readonly width: number;
  readonly stretches?: boolean;
  readonly align: 'start' | 'end';
  readonly sortable: boolean;
  /** Where room is short the column with the highest number leaves first; 0 never does. */
  readonly leaves: number;
}

export interface Sorting<Id extends string> {
  readonly column: Id;
  readonly descending: boolean;
}

export function columnsThatFit<Id extends string>(
  columns: readonly GridColumn<Id>[],
  width: number,
): readonly GridColumn<Id>[] {
  let kept = columns;
  while (kept.reduce((sum, column) => sum + column.width, 0) > width) {
    const weakest = Math.max(...kept.map((column) => column.leaves));
    if (weakest === 0) break;
    kept = kept.filter((column) => column.leaves !== weakest);
  }
  return kept;
}

export const tracksOf = (columns: readonly GridColumn<string>[]): string =>
  columns.map(({ width, stretches }) => (stretches ? 'minmax(0, 1fr)' : `${width}px`)).join(' ');

/** A click on a header: descending first, then ascending. */
export const nextSorting = <Id extends string>(sorting: Sorting<Id>, column: Id): Sorting<Id> =>
  sorting.column === column ? { column, descending: !sorting.descending } : { column, descending: true };
