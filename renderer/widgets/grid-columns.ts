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

/** Where no column stretches all do, by their widths. */
export function tracksOf(columns: readonly GridColumn<string>[]): string {
  const hasStretch = columns.some(({ stretches }) => stretches);
  return columns
    .map(({ width, stretches }) => {
      if (stretches) return 'minmax(0, 1fr)';
      return hasStretch ? `${width}px` : `minmax(${width}px, ${width}fr)`;
    })
    .join(' ');
}

/**
 * A click on a header: descending first, then ascending. `adds`: rows that are the same by the columns chosen before are told apart by this one;
 * of more than `most` the first give way.
 */
export function nextSorting<Id extends string>(
  sorting: readonly Sorting<Id>[],
  column: Id,
  { adds = false, most = 1 } = {},
): readonly Sorting<Id>[] {
  const at = sorting.findIndex((one) => one.column === column);
  const next = { column, descending: at < 0 || !sorting[at]!.descending };
  if (!adds || most === 1) return [at > 0 ? { column, descending: true } : next];
  return at < 0 ? [...sorting, next].slice(-most) : sorting.with(at, next);
}
