/** Figures of the goroutines of a selection, in columns: from their rows for a whole trace, else summed up from their spans. */
import { windowColumns, type WindowColumn } from '#common/analyses/goroutine-analysis.ts';
import { totalColumns, waitTotal } from '#common/analyses/goroutine-results.ts';
import { spanStates } from '#common/goroutine-state.ts';
import type { SpanSums } from '#common/span-sums.ts';
import type { GoroutineInputs } from './inputs.ts';
import type { Selection } from './selection.ts';
import { sumSpans } from './span-sums.ts';

/** By row: each goroutine that there is at some time that counts. */
export interface GoroutineValues {
  readonly count: number;
  readonly ids: Float64Array;
  readonly names: Uint32Array;
  /** Made when it is asked for. */
  column(name: WindowColumn): Generator<void, Float64Array>;
  /** The sum of a column, where that is known without making it. No value is below zero. */
  readonly sums?: Readonly<Record<WindowColumn, number>>;
}

/** Whether figures of whole lives are those of the selection. */
export const isOfWholeLives = ({ isWhole, intervals }: Selection): boolean =>
  isWhole && intervals === undefined;

export function* goroutineValues(
  inputs: GoroutineInputs,
  selection: Selection,
  sums: SpanSums | undefined,
): Generator<void, GoroutineValues> {
  return sums ? valuesOfSums(inputs, sums) : yield* valuesOfRows(inputs, selection);
}

/** What goroutines did within a selection; undefined where their rows say it. */
export function* summedGoroutines(
  inputs: GoroutineInputs,
  selection: Selection,
): Generator<void, SpanSums | undefined> {
  if (isOfWholeLives(selection)) return undefined;
  return (yield* sumSpans(inputs, { goroutine: true }, selection)).sums;
}

const column = (name: WindowColumn): number => windowColumns.indexOf(name);

/** The figure that a state belongs to. */
export function columnOf(state: number, reason: string): number {
  switch (spanStates[state]) {
    case 'Running':
      return column('execNs');
    case 'Runnable':
      return column('schedWaitNs');
    case 'Syscall':
      return column('syscallNs');
    case 'BlockedSyscall':
      return column('syscallBlockNs');
    case 'Waiting':
      return column(waitTotal(reason));
    default:
      return column('restNs');
  }
}

function valuesOfSums({ reader }: GoroutineInputs, sums: SpanSums): GoroutineValues {
  const rows = new Map<number, number>();
  for (let i = 0; i < sums.count; i++) if (!rows.has(sums.groups[i]!)) rows.set(sums.groups[i]!, rows.size);
  const ids = Float64Array.from(rows.keys());
  const names = new Uint32Array(rows.size);
  const columns = windowColumns.map(() => new Float64Array(rows.size));
  const total = columns[column('totalNs')]!;
  const reasons = reader.reasons();
  for (let i = 0; i < sums.count; i++) {
    const row = rows.get(sums.groups[i]!)!;
    names[row] = sums.names[i]!;
    const own = columns[columnOf(sums.states[i]!, reasons[sums.reasons[i]!] ?? '')]!;
    own[row] = own[row]! + sums.ns[i]!;
    total[row] = total[row]! + sums.ns[i]!;
  }
  return {
    count: rows.size,
    ids,
    names,
    // eslint-disable-next-line require-yield
    *column(name) {
      return columns[column(name)]!;
    },
  };
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
  return {
    count: rows?.length ?? table.rowCount,
    ids: chosen(allIds),
    names: rows ? Uint32Array.from(rows, (row) => allNames[row]!) : allNames,
    ...(wanted ? {} : { sums: sumsOfGroups(inputs, selection).sums }),
    *column(name) {
      if (name !== 'restNs') return yield* read(name);
      const rest = yield* read('totalNs');
      for (const part of totalColumns.slice(1)) {
        const values = yield* read(part);
        for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - values[i]!;
      }
      return rest.map((ns) => Math.max(0, ns));
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
