/**
 * Packs gathered rows into one chunk: sorted by id, each column on its own, with a head that bounds what can be sorted by. Most
 * columns of most chunks have one value for all rows, or have it once what follows from others is taken off: no pass goes
 * over those.
 */
import { allocate, release } from '../memory';
import { at as readingAt, end as readingEnd, readVarint, startReading } from '../varint';
import { isConstant, mostPacked, packColumn } from './bit-blocks';
import { Gathered, alive, finished, forgetGathered, gatheredColumn, gatheredValue, listsOf } from './gathered';
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
import { columnOf, copyColumn, makeColumnsRoom, rowCount, setConstant, valueAt, varies, vary } from './unpacked';

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

/** Places of the gathered rows in the order of their ids, u32 each. */
let order: usize = 0;
let packed: usize = 0;
let packedCapacity: usize = 0;

/** Packs the rows that wait; returns their number. The chunk is to be taken before the core is called again. */
export function packGoroutines(which: u32): u32 {
  const gathered = which == ALIVE ? alive : finished;
  const rows = gathered.rows;
  if (rows == 0) return 0;
  makeColumnsRoom(rows);
  makePackedRoom(rows, gathered.length);
  order = sortedOrder(gathered);
  takeColumns(gathered);
  sumRows(which == FINISHED ? lasting : provisional);
  putHead();
  toResiduals();
  packColumns(gathered);
  if (which != UNFILLED) forgetGathered(gathered);
  return rows;
}

export function forgetProvisional(): void {
  forgetGroups(provisional);
}

function makePackedRoom(rows: u32, listBytes: u32): void {
  const most = mostPacked(rows) * COLUMNS + <usize>listBytes;
  if (most <= packedCapacity) return;
  if (packedCapacity > 0) release(packed, packedCapacity);
  packedCapacity = most + (most >> 1);
  packed = allocate(packedCapacity);
}

function takeColumns(gathered: Gathered): void {
  for (let column: u32 = 0; column < COLUMNS; column++) {
    if ((gathered.varying & (1 << column)) == 0) setConstant(column, gatheredValue(gathered, column, 0));
    else copyColumn(column, gatheredColumn(gathered, column), order);
  }
  if (gathered.length > 0) addAllWaits(gathered);
}

function addAllWaits(gathered: Gathered): void {
  for (let column = FIRST_WAIT; column <= LAST_WAIT; column++) vary(column);
  for (let i: u32 = 0; i < rowCount; i++) {
    const length = <usize>valueAt(WAITS_LENGTH, i);
    if (length != 0) addWaits(listsOf(gathered, load<u32>(order + (<usize>i << 2))), length, <usize>i << 3);
  }
}

/** Adds a list's durations to the totals of the classes that its reasons belong to. */
function addWaits(list: usize, length: usize, place: usize): void {
  startReading(list, list + length);
  while (readingAt < readingEnd) {
    const column = <u32>load<u8>(reasonColumns + (<usize>readVarint() & 255));
    const ns = <i64>readVarint();
    if (column < FIRST_WAIT || column > LAST_WAIT) continue;
    const total = columnOf(column) + place;
    store<i64>(total, load<i64>(total) + ns);
  }
}

function putHead(): void {
  store<u32>(packedHead, rowCount);
  for (let column: u32 = 0; column < BOUNDED; column++) {
    let least = valueAt(column, 0);
    let largest = least;
    if (varies(column)) {
      const from = columnOf(column);
      for (let i: usize = 8; i < <usize>rowCount << 3; i += 8) {
        const value = load<i64>(from + i);
        least = min<i64>(least, value);
        largest = max<i64>(largest, value);
      }
    }
    const bounds = packedHead + HEAD_BOUNDS + <usize>column * 16;
    store<i64>(bounds, least);
    store<i64>(bounds, largest, 8);
  }
}

// --- what mostly follows from other columns is kept as the difference ---

function toResiduals(): void {
  takeOffWhere(START, HAS_START, CREATION, SCHED_WAIT);
  takeOffWhere(END, HAS_END, CREATION, TOTAL);
  for (let column = EXEC; column <= LAST_WAIT; column++) takeOff(TOTAL, column);
  vary(ID);
  const ids = columnOf(ID);
  for (let i: usize = 0; i < <usize>rowCount; i++) {
    store<i64>(ids + (i << 3), load<i64>(ids + (i << 3)) - <i64>i);
  }
}

/** Takes two columns off a third, in rows that have a flag. */
function takeOffWhere(from: u32, flag: u32, what: u32, andWhat: u32): void {
  if (!varies(FLAGS)) {
    if ((<u32>valueAt(FLAGS, 0) & flag) == 0) return;
    takeOff(from, what);
    takeOff(from, andWhat);
    return;
  }
  vary(from);
  const to = columnOf(from);
  for (let i: u32 = 0; i < rowCount; i++) {
    if ((<u32>valueAt(FLAGS, i) & flag) == 0) continue;
    const place = to + (<usize>i << 3);
    store<i64>(place, load<i64>(place) - valueAt(what, i) - valueAt(andWhat, i));
  }
}

function takeOff(from: u32, what: u32): void {
  if (!varies(what)) {
    const constant = valueAt(what, 0);
    if (constant != 0) addToAll(from, -constant);
    return;
  }
  vary(from);
  const to = columnOf(from);
  const off = columnOf(what);
  for (let i: usize = 0; i < <usize>rowCount << 3; i += 8) store<i64>(to + i, load<i64>(to + i) - load<i64>(off + i));
}

function addToAll(column: u32, value: i64): void {
  if (!varies(column)) {
    setConstant(column, valueAt(column, 0) + value);
    return;
  }
  const to = columnOf(column);
  for (let i: usize = 0; i < <usize>rowCount << 3; i += 8) store<i64>(to + i, load<i64>(to + i) + value);
}

// --- packing ---

function packColumns(gathered: Gathered): void {
  let at = packed;
  let mask: u32 = 0;
  for (let column: u32 = 0; column < COLUMNS; column++) {
    const constant = !varies(column) || isConstant(columnOf(column), rowCount);
    store<i64>(packedHead + HEAD_CONSTANTS + (<usize>column << 3), constant ? valueAt(column, 0) : 0);
    const end = constant ? at : packColumn(columnOf(column), rowCount, at);
    if (!constant) mask |= 1 << column;
    notePacked(column, at, end);
    at = end;
  }
  const waitsEnd = packLists(gathered, WAITS_LENGTH, at);
  notePacked(WAITS, at, waitsEnd);
  const rangesEnd = packLists(gathered, RANGES_LENGTH, waitsEnd);
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
function packLists(gathered: Gathered, lengths: u32, to: usize): usize {
  if (!varies(lengths) && valueAt(lengths, 0) == 0) return to;
  let at = to;
  for (let i: u32 = 0; i < rowCount; i++) {
    const length = <usize>valueAt(lengths, i);
    if (length == 0) continue;
    const behind = lengths == RANGES_LENGTH ? <usize>valueAt(WAITS_LENGTH, i) : 0;
    memory.copy(at, listsOf(gathered, load<u32>(order + (<usize>i << 2))) + behind, length);
    at += length;
  }
  return at;
}
