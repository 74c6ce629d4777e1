/** Packs gathered rows into one chunk: sorted by id, each column on its own, with a head that bounds what can be sorted by. */
import { allocate, release } from '../memory';
import { startReading, at as readingAt, end as readingEnd, readVarint } from '../varint';
import { isConstant, mostPacked, packColumn } from './bit-blocks';
import { Gathered, alive, finished, forgetGathered, gatheredRow, listsOf, rowValue } from './gathered';
import { forgetGroups, lasting, provisional, sumRows } from './group-sums';
import {
  BLOBS,
  BOUNDED,
  COLUMNS,
  CREATION,
  END,
  EXEC,
  FIRST_WAIT,
  FLAGS,
  HAS_END,
  HAS_START,
  HEAD_BOUNDS,
  HEAD_BYTES,
  HEAD_CONSTANTS,
  ID,
  LAST_WAIT,
  RANGES,
  RANGES_LENGTH,
  SCHED_WAIT,
  START,
  TOTAL,
  WAITS,
  WAITS_LENGTH,
} from './layout';
import { sortedOrder } from './row-order';

/** Which rows `packGoroutines` packs. */
export const FINISHED: u32 = 0;
/** Those that are over but do not fill a chunk: they stay, to be packed again. */
export const UNFILLED: u32 = 1;
export const ALIVE: u32 = 2;

/** The column of totals that waiting for a reason belongs to, a byte for each reason; the host fills it. */
export const reasonColumns: usize = memory.data(256);

/** Where each packed column lies: {address u32, length u32}; the length is 0 where it is not packed. */
export const packedColumns: usize = memory.data(BLOBS * 8, 4);
export const packedHead: usize = memory.data(HEAD_BYTES, 8);

/** Columns of the chunk being packed, `stride` bytes apart. */
let columns: usize = 0;
let stride: usize = 0;
/** Places of the gathered rows in the order of their ids, u32 each. */
let order: usize = 0;
let packed: usize = 0;
let packedCapacity: usize = 0;

/** Packs the rows that wait; returns their number. The chunk is to be taken before the core is called again. */
export function packGoroutines(which: u32): u32 {
  const gathered = which == ALIVE ? alive : finished;
  const rows = gathered.rows.count;
  if (rows == 0) return 0;
  makeRoom(rows, gathered.length);
  order = sortedOrder(gathered);
  takeColumns(gathered, rows);
  sumRows(which == FINISHED ? lasting : provisional, columns, stride, rows);
  putHead(rows);
  toResiduals(rows);
  packColumns(gathered, rows);
  if (which != UNFILLED) forgetGathered(gathered);
  return rows;
}

export function forgetProvisional(): void {
  forgetGroups(provisional);
}

function makeRoom(rows: u32, listBytes: u32): void {
  const needed = <usize>rows << 3;
  if (needed > stride) {
    if (stride > 0) release(columns, stride * COLUMNS);
    stride = needed;
    columns = allocate(stride * COLUMNS);
  }
  const most = mostPacked(rows) * COLUMNS + <usize>listBytes;
  if (most <= packedCapacity) return;
  if (packedCapacity > 0) release(packed, packedCapacity);
  packedCapacity = most + (most >> 1);
  packed = allocate(packedCapacity);
}

// @ts-ignore: decorator
@inline
function columnOf(column: u32): usize {
  return columns + <usize>column * stride;
}

function takeColumns(gathered: Gathered, rows: u32): void {
  for (let i: usize = 0; i < <usize>rows; i++) {
    const row = gatheredRow(gathered, load<u32>(order + (i << 2)));
    const place = columns + (i << 3);
    for (let column: u32 = 0; column < COLUMNS; column++) {
      store<i64>(place + <usize>column * stride, rowValue(row, column));
    }
    const waits = rowValue(row, WAITS_LENGTH);
    if (waits != 0) addWaits(listsOf(gathered, row), <usize>waits, place);
  }
}

/** Adds a list's durations to the totals of the classes that its reasons belong to. */
function addWaits(list: usize, length: usize, place: usize): void {
  startReading(list, list + length);
  while (readingAt < readingEnd) {
    const column = <u32>load<u8>(reasonColumns + (<usize>readVarint() & 255));
    const ns = <i64>readVarint();
    if (column < FIRST_WAIT || column > LAST_WAIT) continue;
    const total = place + <usize>column * stride;
    store<i64>(total, load<i64>(total) + ns);
  }
}

function putHead(rows: u32): void {
  store<u32>(packedHead, rows);
  for (let column: u32 = 0; column < BOUNDED; column++) {
    const from = columnOf(column);
    let least = load<i64>(from);
    let largest = least;
    for (let i: usize = 8; i < <usize>rows << 3; i += 8) {
      const value = load<i64>(from + i);
      least = min<i64>(least, value);
      largest = max<i64>(largest, value);
    }
    const bounds = packedHead + HEAD_BOUNDS + <usize>column * 16;
    store<i64>(bounds, least);
    store<i64>(bounds, largest, 8);
  }
}

/** What mostly follows from other columns is kept as the difference. */
function toResiduals(rows: u32): void {
  for (let i: usize = 0; i < <usize>rows; i++) {
    const place = columns + (i << 3);
    const creation = rowValueAt(place, CREATION);
    const total = rowValueAt(place, TOTAL);
    const flags = <u32>rowValueAt(place, FLAGS);
    let parts: i64 = 0;
    for (let column = EXEC; column <= LAST_WAIT; column++) parts += rowValueAt(place, column);
    if ((flags & HAS_START) != 0) addAt(place, START, -(creation + rowValueAt(place, SCHED_WAIT)));
    if ((flags & HAS_END) != 0) addAt(place, END, -(creation + total));
    addAt(place, TOTAL, -parts);
    addAt(place, ID, -(<i64>i));
  }
}

// @ts-ignore: decorator
@inline
function rowValueAt(place: usize, column: u32): i64 {
  return load<i64>(place + <usize>column * stride);
}

// @ts-ignore: decorator
@inline
function addAt(place: usize, column: u32, value: i64): void {
  const at = place + <usize>column * stride;
  store<i64>(at, load<i64>(at) + value);
}

function packColumns(gathered: Gathered, rows: u32): void {
  let at = packed;
  let mask: u32 = 0;
  for (let column: u32 = 0; column < COLUMNS; column++) {
    const from = columnOf(column);
    const constant = isConstant(from, rows);
    store<i64>(packedHead + HEAD_CONSTANTS + (<usize>column << 3), constant ? load<i64>(from) : 0);
    const end = constant ? at : packColumn(from, rows, at);
    if (!constant) mask |= 1 << column;
    notePacked(column, at, end);
    at = end;
  }
  const waitsEnd = packLists(gathered, rows, WAITS_LENGTH, at);
  notePacked(WAITS, at, waitsEnd);
  const rangesEnd = packLists(gathered, rows, RANGES_LENGTH, waitsEnd);
  notePacked(RANGES, waitsEnd, rangesEnd);
  if (waitsEnd > at) mask |= 1 << WAITS;
  if (rangesEnd > waitsEnd) mask |= 1 << RANGES;
  store<u32>(packedHead, mask, 4);
}

function notePacked(column: u32, from: usize, end: usize): void {
  store<u32>(packedColumns + (<usize>column << 3), <u32>from);
  store<u32>(packedColumns + (<usize>column << 3), <u32>(end - from), 4);
}

/** The lists of all rows, one behind the other. */
function packLists(gathered: Gathered, rows: u32, lengths: u32, to: usize): usize {
  let at = to;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const length = <usize>rowValueAt(columns + (i << 3), lengths);
    if (length == 0) continue;
    const row = gatheredRow(gathered, load<u32>(order + (i << 2)));
    const behind = lengths == RANGES_LENGTH ? <usize>rowValue(row, WAITS_LENGTH) : 0;
    memory.copy(at, listsOf(gathered, row) + behind, length);
    at += length;
  }
  return at;
}
