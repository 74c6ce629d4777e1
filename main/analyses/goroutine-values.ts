/** Figures of the goroutines of a selection, in columns: from their rows for a whole trace, else summed up from their spans. */
import type { WindowColumn } from '#common/analyses/goroutine-analysis.ts';
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import type { GoroutineInputs } from './inputs.ts';
import type { Selection } from './selection.ts';
import type { GoroutineValues } from './window-columns.ts';
import { sumSpans } from './span-sums.ts';
import { summedUp, type SummedGoroutines } from './summed-goroutines.ts';

/** Whether figures of whole lives are those of the selection. */
export const isOfWholeLives = ({ isWhole, intervals }: Selection): boolean =>
  isWhole && intervals === undefined;

export function* goroutineValues(
  inputs: GoroutineInputs,
  selection: Selection,
  summed: SummedGoroutines | undefined,
): Generator<void, GoroutineValues> {
  return summed ? summed.values : yield* valuesOfRows(inputs, selection);
}

/** What goroutines did within a selection. */
export function* summedGoroutines(
  inputs: GoroutineInputs,
  selection: Selection,
): Generator<void, SummedGoroutines> {
  const { sums } = yield* sumSpans(inputs, { goroutine: true }, selection);
  return yield* summedUp(inputs.reader, sums);
}

/** Of whole lives, from what is stored of start functions. */
export function sumsOfGroups(
  { reader }: GoroutineInputs,
  { names }: Selection,
): { readonly count: number; readonly sums: Readonly<Record<WindowColumn, number>> } {
  const groups = reader.groups().filter(({ nameIx }) => names?.has(nameIx) ?? true);
  const sum = (name: 'count' | (typeof totalColumns)[number]): number =>
    groups.reduce((so, group) => so + group[name], 0);
  const totals = Object.fromEntries(totalColumns.map((name) => [name, sum(name)]));
  const parts = totalColumns.slice(1).reduce((so, name) => so + totals[name]!, 0);
  const sums = { ...totals, restNs: totals['totalNs']! - parts };
  return { count: sum('count'), sums: sums as unknown as Readonly<Record<WindowColumn, number>> };
}

function* valuesOfRows(inputs: GoroutineInputs, selection: Selection): Generator<void, GoroutineValues> {
  const { ids: wanted, names: wantedNames } = selection;
  const { table } = inputs.orders;
  const allIds = new Float64Array(table.rowCount);
  const allNames = new Uint32Array(table.rowCount);
  yield* fill(table.column('id'), allIds);
  yield* fill(table.column('name'), allNames);
  const isAll = !wanted && !wantedNames;
  const rows = isAll
    ? undefined
    : Uint32Array.from(allIds.keys()).filter(
        (row) => (wanted?.has(allIds[row]!) ?? true) && (wantedNames?.has(allNames[row]!) ?? true),
      );
  const chosen = (values: Float64Array): Float64Array =>
    rows ? Float64Array.from(rows, (row) => values[row]!) : values;
  const read = function* (name: Exclude<WindowColumn, 'restNs'>): Generator<void, Float64Array> {
    const values = new Float64Array(table.rowCount);
    yield* fill(table.column(name), values);
    return chosen(values);
  };
  const columnOfRows = function* (name: WindowColumn): Generator<void, Float64Array> {
    if (name !== 'restNs') return yield* read(name);
    const rest = yield* read('totalNs');
    for (const part of totalColumns.slice(1)) {
      const values = yield* read(part);
      for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - values[i]!;
    }
    return rest.map((ns) => Math.max(0, ns));
  };
  return {
    count: rows?.length ?? table.rowCount,
    ids: chosen(allIds),
    names: rows ? Uint32Array.from(rows, (row) => allNames[row]!) : allNames,
    ...(wanted ? {} : { sums: sumsOfGroups(inputs, selection).sums }),
    column: columnOfRows,
    *some(name, wantedRows) {
      const values = yield* columnOfRows(name);
      return Float64Array.from(wantedRows, (row) => values[row]!);
    },
  };
}

function* fill(pieces: Generator<Float64Array>, into: Float64Array | Uint32Array): Generator<void> {
  let at = 0;
  for (const piece of pieces) {
    into.set(piece, at);
    at += piece.length;
    yield;
  }
}
