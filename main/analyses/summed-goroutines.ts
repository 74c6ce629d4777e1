/** Figures of goroutines from sums of their spans: millions of them, most with time in a few states only. */
import { windowColumns, type NsByName, type WindowColumn } from '#common/analyses/goroutine-analysis.ts';
import { spanStates } from '#common/goroutine-state.ts';
import type { SpanSums } from '#common/span-sums.ts';
import { durNs, type DurNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import { columnIx, columnOf, type GoroutineValues } from './window-columns.ts';

export interface SummedGoroutines {
  /** In order of id. */
  readonly values: GoroutineValues;
  /** Waiting by reason, of some goroutines. */
  waits(ids: ReadonlySet<number>): ReadonlyMap<number, NsByName>;
  /** Roughly how much memory it takes. */
  readonly bytes: number;
}

/** Sums that are looked at before others get their turn. */
const perStep = 1 << 16;
/** Columns of which less than a part of this size is not 0 are kept by row. */
const sparse = 8;

const total = columnIx('totalNs');
const waiting = spanStates.indexOf('Waiting');

export function* summedUp(reader: TraceReader, sums: SpanSums): Generator<void, SummedGoroutines> {
  const { ids, names, rowOf } = yield* rowsOf(sums);
  const columns = yield* columnsOf(reader.reasons(), sums, rowOf, ids.length);
  const waits = waitsOf(sums);
  const some = (name: WindowColumn, rows: readonly number[]): Float64Array =>
    Float64Array.from(rows, columns[columnIx(name)]!.at);
  let ordered: { readonly name: WindowColumn; readonly values: Float64Array } | undefined;
  const sumsOf = windowColumns.map((name) => [name, columns[columnIx(name)]!.sum] as const);
  return {
    values: {
      count: ids.length,
      ids,
      names,
      // eslint-disable-next-line require-yield
      *column(name) {
        return columns[columnIx(name)]!.all();
      },
      // eslint-disable-next-line require-yield
      *some(name, rows) {
        return some(name, rows);
      },
      ascending(name) {
        if (ordered?.name !== name) ordered = { name, values: columns[columnIx(name)]!.all().slice().sort() };
        return ordered.values;
      },
      sums: Object.fromEntries(sumsOf) as Record<WindowColumn, number>,
    },
    waits: (wanted) => waitsById(reader.reasons(), waits, wanted),
    bytes: columns.reduce((so, { bytes }) => so + bytes, ids.length * 20 + waits.ns.length * 18),
  };
}

interface Rows {
  /** Ascending. */
  readonly ids: Float64Array;
  readonly names: Uint32Array;
  /** By place among the goroutines that were looked at. */
  readonly rowOf: Uint32Array;
}

function* rowsOf({ count, places, groups, names }: SpanSums): Generator<void, Rows> {
  let placeCount = 0;
  for (const place of places) if (place >= placeCount) placeCount = place + 1;
  yield;
  const idOf = new Float64Array(placeCount).fill(NaN);
  const nameOf = new Uint32Array(placeCount);
  for (let i = 0; i < count; i++) {
    idOf[places[i]!] = groups[i]!;
    nameOf[places[i]!] = names[i]!;
    if (i % perStep === 0) yield;
  }
  const ids = idOf.filter((id) => !Number.isNaN(id)).sort();
  yield;
  const rowOf = new Uint32Array(placeCount);
  const namesInOrder = new Uint32Array(ids.length);
  // Most come in order.
  for (let place = 0, row = -1; place < placeCount; place++) {
    const id = idOf[place]!;
    if (Number.isNaN(id)) continue;
    row = ids[row + 1] === id ? row + 1 : placeOf(ids, id);
    rowOf[place] = row;
    namesInOrder[row] = nameOf[place]!;
    if (place % perStep === 0) yield;
  }
  return { ids, names: namesInOrder, rowOf };
}

function placeOf(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface ValueColumn {
  readonly at: (row: number) => number;
  all(): Float64Array;
  readonly sum: number;
  readonly bytes: number;
}

function* columnsOf(
  reasons: readonly string[],
  { count, states, reasons: reasonOf, places, ns }: SpanSums,
  rowOf: Uint32Array,
  rows: number,
): Generator<void, readonly ValueColumn[]> {
  const columnOfSum = new Uint8Array(count);
  for (let i = 0; i < count; i++) columnOfSum[i] = columnOf(states[i]!, reasons[reasonOf[i]!] ?? '');
  yield;
  const entries = new Float64Array(windowColumns.length);
  for (const column of columnOfSum) entries[column]!++;
  const columns = windowColumns.map((_, column) =>
    column === total || entries[column]! > rows / sparse ? denseColumn(rows) : sparseColumn(rows),
  );
  for (let i = 0; i < count; i++) {
    const row = rowOf[places[i]!]!;
    columns[columnOfSum[i]!]!.add(row, ns[i]!);
    columns[total]!.add(row, ns[i]!);
    if (i % perStep === 0) yield;
  }
  return columns.map(({ at, all, state }) => ({ at, all, ...state() }));
}

interface GrowingColumn extends Pick<ValueColumn, 'at' | 'all'> {
  readonly add: (row: number, ns: number) => void;
  readonly state: () => Pick<ValueColumn, 'sum' | 'bytes'>;
}

function denseColumn(rows: number): GrowingColumn {
  const values = new Float64Array(rows);
  let sum = 0;
  return {
    add: (row, ns) => {
      values[row] = values[row]! + ns;
      sum += ns;
    },
    at: (row) => values[row]!,
    all: () => values,
    state: () => ({ sum, bytes: rows * 8 }),
  };
}

function sparseColumn(rows: number): GrowingColumn {
  const values = new Map<number, number>();
  let sum = 0;
  return {
    add: (row, ns) => {
      values.set(row, (values.get(row) ?? 0) + ns);
      sum += ns;
    },
    at: (row) => values.get(row) ?? 0,
    all: () => {
      const all = new Float64Array(rows);
      for (const [row, ns] of values) all[row] = ns;
      return all;
    },
    state: () => ({ sum, bytes: values.size * 40 }),
  };
}

interface Waits {
  readonly ids: Float64Array;
  readonly reasons: Uint16Array;
  readonly ns: Float64Array;
}

function waitsOf({ states, groups, reasons, ns }: SpanSums): Waits {
  const places: number[] = [];
  for (let i = 0; i < states.length; i++) if (states[i] === waiting) places.push(i);
  return {
    ids: Float64Array.from(places, (i) => groups[i]!),
    reasons: Uint16Array.from(places, (i) => reasons[i]!),
    ns: Float64Array.from(places, (i) => ns[i]!),
  };
}

function waitsById(
  names: readonly string[],
  { ids, reasons, ns }: Waits,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, NsByName> {
  const found = new Map<number, Record<string, DurNs>>();
  for (const [i, id] of ids.entries()) {
    if (!wanted.has(id)) continue;
    const own = found.get(id) ?? {};
    const reason = names[reasons[i]!] ?? '';
    own[reason] = durNs((own[reason] ?? 0) + ns[i]!);
    found.set(id, own);
  }
  return found;
}
