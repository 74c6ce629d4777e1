/**
 * Rows below each other in a list that may hold millions: runs of rows of equal height, a few of which are taller.
 *
 *     top 0    ├─ run: 1 row of 22 ─┤
 *        22    ├─ run: 3 rows of 18 ┤
 *        76    ├─ run: 812,402 rows of 20, row 7 taller by 56 …
 */
export interface RowRun<What> {
  readonly what: What;
  readonly count: number;
  readonly height: number;
  /** Rows that are taller, by their place in the run: by how much. */
  readonly taller?: ReadonlyMap<number, number>;
}

export interface PlacedRow<What> {
  readonly what: What;
  /** Its place in the run. */
  readonly index: number;
  /** From the top of the list. */
  readonly top: number;
  readonly height: number;
}

export const runHeight = ({ count, height, taller }: RowRun<unknown>): number =>
  count * height + [...(taller?.values() ?? [])].reduce((sum, more) => sum + more, 0);

export const listHeight = (runs: readonly RowRun<unknown>[]): number =>
  runs.reduce((sum, run) => sum + runHeight(run), 0);

/** The rows that touch the stretch from `top` to `top + viewHeight`, in order. */
export function rowsIn<What>(
  runs: readonly RowRun<What>[],
  top: number,
  viewHeight: number,
): PlacedRow<What>[] {
  const rows: PlacedRow<What>[] = [];
  let at = 0;
  for (const run of runs) {
    const end = at + runHeight(run);
    if (end > top && at < top + viewHeight) addRows(rows, run, at, top, top + viewHeight);
    at = end;
  }
  return rows;
}

function addRows<What>(
  rows: PlacedRow<What>[],
  run: RowRun<What>,
  runTop: number,
  from: number,
  until: number,
): void {
  let index = rowAtOffset(run, from - runTop);
  let top = runTop + rowTop(run, index);
  while (index < run.count && top < until) {
    const height = run.height + (run.taller?.get(index) ?? 0);
    rows.push({ what: run.what, index, top, height });
    top += height;
    index++;
  }
}

/** Where a row begins, from the top of its run. */
export function rowTop(run: RowRun<unknown>, index: number): number {
  let top = index * run.height;
  for (const [place, more] of run.taller ?? []) if (place < index) top += more;
  return top;
}

function rowAtOffset(run: RowRun<unknown>, offset: number): number {
  if (offset <= 0) return 0;
  const tall = [...(run.taller ?? [])].sort(([a], [b]) => a - b);
  let extra = 0;
  for (const [place, more] of tall) {
    if (offset < place * run.height + extra) break;
    if (offset < (place + 1) * run.height + extra + more) return place;
    extra += more;
  }
  return Math.min(run.count, Math.floor((offset - extra) / run.height));
}
