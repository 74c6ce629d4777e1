/**
 * Stays that the next stream of their goroutine may go on with, or put an end to.
 *
 *     row:  goroutine i64 | from i64 | until i64 | ns i64 | what u32 | stack u32 | stored what u32 | name u32
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapRemove, idMapSet, newIdMap } from '../id-map';

const SIZE: u32 = 48;
const rows: Column = newColumn(SIZE);
const free: Column = newColumn(4);
const rowOf: IdMap = newIdMap();

export function forgetPending(): void {
  rows.count = 0;
  free.count = 0;
  idMapClear(rowOf);
}

export function pendingCount(): u32 {
  return rowOf.count;
}

/** Room for one. */
export function newPending(goroutine: i64): usize {
  let place = rows.count;
  if (free.count > 0) {
    place = load<u32>(columnAt(free, free.count - 1));
    free.count--;
  } else columnPush(rows);
  idMapSet(rowOf, <u64>goroutine, place + 1);
  const row = columnAt(rows, place);
  store<i64>(row, goroutine);
  return row;
}

/** That of a goroutine; it is not pending any more, but good until the next is made. 0: there is none. */
export function takePending(goroutine: i64): usize {
  if (rowOf.count == 0) return 0;
  const number = idMapGet(rowOf, <u64>goroutine);
  if (number == 0) return 0;
  idMapRemove(rowOf, <u64>goroutine);
  store<u32>(columnPush(free), number - 1);
  return columnAt(rows, number - 1);
}

/** Places of rows are 0 to this, but without it. */
export function pendingPlaces(): u32 {
  return rows.count;
}

/** The row at a place; 0: it is free. */
export function pendingAt(place: u32): usize {
  const row = columnAt(rows, place);
  return idMapGet(rowOf, load<u64>(row)) == place + 1 ? row : 0;
}
