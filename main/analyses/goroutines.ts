/** Goroutine analysis: groups by start function, their goroutines, and everything about one of them. */
import {
  totalColumns,
  type GroupColumn,
  type GoroutineDetail,
  type GoroutinePage,
  type GoroutineRow,
  type GroupPage,
  type GroupRow,
  type NamedDuration,
  type StateTotals,
} from '#common/analyses/goroutine-results.ts';
import { Failure } from '#common/errors.ts';
import { waitClass } from '#common/goroutine-state.ts';
import { goId, nameIx, stackIx } from '#common/ids.ts';
import { unpackKeyDurations, type KeyDurations } from '#common/key-durations.ts';
import { pendingSyscallBlock, rangeName } from '#common/range-keys.ts';
import type { Params } from '#common/rpc/contract.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { GoroutineFigures, GoroutineTable, TotalsRow } from '#common/goroutine-table.ts';
import type { GroupRecord, TraceReader } from '#db/reader.ts';
import { compareText, type GoroutineFilter, type GoroutineOrders } from './goroutine-order.ts';

export function totalsOf(row: TotalsRow): StateTotals {
  return Object.fromEntries(totalColumns.map((name) => [name, durNs(row[name])])) as unknown as StateTotals;
}

export const groupRow = (record: GroupRecord): GroupRow => ({
  group: nameIx(record.nameIx),
  name: record.name,
  count: record.count,
  longestNs: durNs(record.longestNs),
  ...totalsOf(record),
});

/** Of the whole trace. */
export const groups = (reader: TraceReader, params: Params<'goroutines.groups'>): GroupPage =>
  groupPage(reader, reader.groups().map(groupRow), params);

/** Those of the rows that are asked for, in order. */
export function groupPage(
  reader: TraceReader,
  all: readonly GroupRow[],
  params: Params<'goroutines.groups'>,
): GroupPage {
  const { sort, descending, then = [], least = [], state, offset, limit } = params;
  const filter = params.filter.toLowerCase();
  const rows = all.filter(
    (row) =>
      row.name.toLowerCase().includes(filter) &&
      (state === undefined || row[state] > 0) &&
      least.every(({ column, value }) => row[column] >= value),
  );
  rows.sort(inOrderOf([{ column: sort, descending }, ...then]));
  const sum = (column: 'count' | 'totalNs' | 'execNs'): number =>
    rows.reduce((so, row) => so + row[column], 0);
  return {
    revision: reader.trace().revision,
    rowCount: rows.length,
    rows: rows.slice(offset, offset + limit),
    sums: { count: sum('count'), totalNs: durNs(sum('totalNs')), execNs: durNs(sum('execNs')) },
  };
}

interface GroupOrder {
  readonly column: GroupColumn;
  readonly descending: boolean;
}

/** Those that are equal in all of it by name. */
const inOrderOf =
  (orders: readonly GroupOrder[]) =>
  (a: GroupRow, b: GroupRow): number => {
    for (const { column, descending } of orders) {
      const order = column === 'name' ? compareText(a.name, b.name) : a[column] - b[column];
      if (order !== 0) return descending ? -order : order;
    }
    return compareText(a.name, b.name);
  };

function goroutineRow(record: GoroutineFigures, name: string): GoroutineRow {
  return {
    id: goId(record.id),
    group: nameIx(record.nameIx),
    name,
    creationNs: traceNs(record.creationNs),
    ...(record.startNs === null ? {} : { startNs: traceNs(record.startNs) }),
    ...(record.endNs === null ? {} : { endNs: traceNs(record.endNs) }),
    ...totalsOf(record),
  };
}

/** `G18231` and `18231` are the goroutine with that number; anything else is part of a name. */
function filterOf(reader: TraceReader, params: Params<'goroutines.list'>): GoroutineFilter {
  const group = params.group ?? groupNamed(reader, params.groupName);
  const text = params.filter.trim();
  const number = /^g?(\d{1,15})$/i.exec(text)?.[1];
  return {
    ...(group === undefined ? {} : { nameIx: group }),
    ...(number === undefined ? (text === '' ? {} : { text }) : { id: Number(number) }),
    ...(params.state === undefined ? {} : { state: params.state }),
    ...(params.task === undefined ? {} : { task: BigInt(params.task) }),
  };
}

/** A name that no group has is that of an empty one. */
const groupNamed = (reader: TraceReader, name: string | undefined): number | undefined =>
  name === undefined ? undefined : (reader.groups().find((group) => group.name === name)?.nameIx ?? -1);

export function list(
  reader: TraceReader,
  orders: GoroutineOrders,
  params: Params<'goroutines.list'>,
): GoroutinePage {
  return reader.consistently(() => {
    const { revision } = reader.trace();
    const { rowCount, rows } = orders.page(filterOf(reader, params), { ...params, column: params.sort });
    return { revision, rowCount, rows: rows.map((row) => goroutineRow(row, reader.name(row.nameIx))) };
  });
}

export const detail = (reader: TraceReader, orders: GoroutineOrders, id: number): GoroutineDetail =>
  reader.consistently(() => detailOf(reader, orders.table, id));

function detailOf(reader: TraceReader, table: GoroutineTable, id: number): GoroutineDetail {
  const record = table.goroutine(id);
  if (!record) throw new Failure('no-such-goroutine', `There is no goroutine ${id} in this trace.`, { id });
  const creator = record.creatorId === null ? undefined : table.goroutine(record.creatorId);
  const row = goroutineRow(record, reader.name(record.nameIx));
  return {
    ...row,
    waits: waitsOf(reader, unpackKeyDurations(record.waits)).map((wait) => ({
      ...wait,
      stateClass: waitClass(wait.name),
    })),
    ranges: rangesOf(reader, unpackKeyDurations(record.ranges)),
    ...(creator ? { creator: { id: goId(creator.id), name: reader.name(creator.nameIx) } } : {}),
    creationStack: stackIx(record.creationStackIx),
    fromNs: row.creationNs,
    untilNs: traceNs(row.creationNs + row.totalNs),
  };
}

const longestFirst = (a: NamedDuration, b: NamedDuration): number => b.ns - a.ns;

/** Waiting by reason, longest first. */
export function waitsOf(reader: TraceReader, waits: KeyDurations): NamedDuration[] {
  if (waits.length === 0) return [];
  const reasons = reader.reasons();
  return waits.map(([reason, ns]) => ({ name: reasons[reason] ?? '', ns: durNs(ns) })).sort(longestFirst);
}

/** Time in special ranges, longest first. */
export const rangesOf = (reader: TraceReader, ranges: KeyDurations): NamedDuration[] =>
  ranges
    .filter(([key]) => key !== pendingSyscallBlock)
    .map(([key, ns]) => ({ name: rangeName(key, (ix) => reader.name(ix)), ns: durNs(ns) }))
    .sort(longestFirst);
