/** The columns of a chunk while it is packed: a column with one value for all rows holds it once. */
import { allocate, release } from '../memory';
import { COLUMNS } from './layout';

export let rowCount: u32 = 0;
let columns: usize = 0;
let stride: usize = 0;
/** Columns whose values lie in full, a bit each. */
export let varying: u32 = 0;

export function makeColumnsRoom(rows: u32): void {
  rowCount = rows;
  varying = 0;
  const needed = <usize>rows << 3;
  if (needed <= stride) return;
  if (stride > 0) release(columns, stride * COLUMNS);
  stride = needed;
  columns = allocate(stride * COLUMNS);
}

/** Values of a column that varies. */
// @ts-ignore: decorator
@inline
export function columnOf(column: u32): usize {
  return columns + <usize>column * stride;
}

// @ts-ignore: decorator
@inline
export function varies(column: u32): bool {
  return (varying & (1 << column)) != 0;
}

// @ts-ignore: decorator
@inline
export function valueAt(column: u32, row: u32): i64 {
  return load<i64>(columnOf(column) + (varies(column) ? <usize>row << 3 : 0));
}

export function setConstant(column: u32, value: i64): void {
  store<i64>(columnOf(column), value);
}

/** Takes over values in an order of theirs, u32 each. */
export function copyColumn(column: u32, from: usize, order: usize): void {
  varying |= 1 << column;
  const to = columnOf(column);
  for (let i: usize = 0; i < <usize>rowCount; i++) {
    store<i64>(to + (i << 3), load<i64>(from + (<usize>load<u32>(order + (i << 2)) << 3)));
  }
}

/** Writes out a column with one value, so that it may get others. */
export function vary(column: u32): void {
  if (varies(column)) return;
  varying |= 1 << column;
  const to = columnOf(column);
  const value = load<i64>(to);
  for (let i: usize = 8; i < <usize>rowCount << 3; i += 8) store<i64>(to + i, value);
}
