/**
 * Rows of goroutines that wait to be packed: of those that are over, which wait until a chunk is full, and of those alive.
 *
 *     row:  the columns of numbers, i64 each, as they are (layout.ts) | place of its lists u32 | pad u32
 *
 * The totals of waiting are left out: they follow from the lists when a chunk is packed. The lists of a row are waits and then
 * ranges: varints, key and nanoseconds in turn (common/key-durations.ts).
 */
import { allocate, allocateZeroed, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { cellKey, cellNext, cellNs } from '../summary/cells';
import { haveEnough } from '../enough';
import { Summary, Totals } from '../summary/model';
import { putVarint } from '../summary/span-stream';
import {
  COLUMNS,
  CREATION,
  CREATION_STACK,
  CREATOR,
  END,
  EXEC,
  FIRST_WAIT,
  FLAGS,
  FULL_BYTES,
  FULL_ROWS,
  HAS_CREATOR,
  HAS_END,
  HAS_START,
  ID,
  LAST_WAIT,
  NAME,
  PC,
  RANGES_LENGTH,
  SCHED_WAIT,
  START,
  SYSCALL,
  SYSCALL_BLOCK,
  TOTAL,
  WAITS_LENGTH,
} from './layout';

const rowSize: u32 = COLUMNS * 8 + 8;
/** A key has at most five bytes, nanoseconds at most ten. */
const mostPerCell: usize = 15;
/** Beyond this a 64-bit float is not exact. */
const exactLimit: i64 = 1 << 53;

@unmanaged
export class Gathered {
  rows: Column;
  bytes: usize;
  length: u32;
  capacity: u32;
}

function newGathered(): Gathered {
  const gathered = changetype<Gathered>(allocateZeroed(offsetof<Gathered>()));
  gathered.rows = newColumn(rowSize);
  return gathered;
}

export const finished: Gathered = newGathered();
export const alive: Gathered = newGathered();

/** Enough goroutines that are over wait to fill a chunk. */
export function isFinishedFull(): bool {
  return finished.rows.count >= FULL_ROWS || finished.length >= FULL_BYTES;
}

export function gatheredFinished(): u32 {
  return finished.rows.count;
}

export function gatheredAlive(): u32 {
  return alive.rows.count;
}

/** A row of the host's own, without lists: its columns, to be filled. */
export function newFinishedRow(): usize {
  const row = columnPush(finished.rows);
  memory.fill(row, 0, rowSize);
  return row;
}

export function forgetGathered(gathered: Gathered): void {
  gathered.rows.count = 0;
  gathered.length = 0;
}

// @ts-ignore: decorator
@inline
export function rowValue(row: usize, column: u32): i64 {
  return load<i64>(row + (<usize>column << 3));
}

// @ts-ignore: decorator
@inline
function put(row: usize, column: u32, value: i64): void {
  store<i64>(row + (<usize>column << 3), value);
}

/** Readers see 64-bit floats: what these cannot hold is rounded at once, so that what is equal for one is for all. */
// @ts-ignore: decorator
@inline
function rounded(value: i64): i64 {
  if (<u64>(value + exactLimit) <= <u64>(exactLimit * 2)) return value;
  return <i64>(<f64>min<i64>(value, i64.MAX_VALUE - 1023));
}

/** `origin`: what points in time count from. */
export function gatherGoroutine(
  into: Gathered,
  summary: Summary,
  totals: Totals,
  origin: i64,
  plain: u32,
): void {
  const row = columnPush(into.rows);
  const hasStart = summary.start != 0;
  const hasEnd = summary.end != 0;
  const hasCreator = summary.creator != -1;
  const flags = (hasStart ? HAS_START : 0) | (hasEnd ? HAS_END : 0) | (hasCreator ? HAS_CREATOR : 0) | plain;
  put(row, ID, rounded(summary.id));
  put(row, CREATION, rounded(summary.creation - origin));
  put(row, TOTAL, rounded(totals.total));
  put(row, EXEC, rounded(totals.exec));
  put(row, SCHED_WAIT, rounded(totals.schedWait));
  put(row, SYSCALL, rounded(totals.syscall));
  put(row, SYSCALL_BLOCK, rounded(totals.syscallBlock));
  for (let column = FIRST_WAIT; column <= LAST_WAIT; column++) put(row, column, 0);
  put(row, NAME, <i64>summary.name);
  put(row, PC, <i64>summary.pc);
  put(row, START, hasStart ? rounded(summary.start - origin) : 0);
  put(row, END, hasEnd ? rounded(summary.end - origin) : 0);
  put(row, CREATOR, hasCreator ? rounded(summary.creator) : 0);
  put(row, CREATION_STACK, <i64>summary.creationStack);
  put(row, FLAGS, <i64>flags);
  store<u32>(row + COLUMNS * 8, into.length);
  put(row, WAITS_LENGTH, <i64>putList(into, totals.waits));
  put(row, RANGES_LENGTH, <i64>putList(into, totals.ranges));
  if (isFinishedFull()) haveEnough();
}

function putList(into: Gathered, list: usize): u32 {
  const first = into.length;
  for (let cell = list; cell != 0; cell = cellNext(cell)) {
    if (cellNs(cell) == 0) continue;
    makeRoom(into, mostPerCell);
    const from = into.bytes + <usize>into.length;
    const end = putVarint(putVarint(from, cellKey(cell)), <u64>max<i64>(0, cellNs(cell)));
    into.length += <u32>(end - from);
  }
  return into.length - first;
}

function makeRoom(into: Gathered, size: usize): void {
  if (<usize>into.length + size <= <usize>into.capacity) return;
  const capacity = max<u32>(4096, into.capacity * 2);
  const bytes = allocate(capacity);
  if (into.capacity > 0) {
    memory.copy(bytes, into.bytes, into.length);
    release(into.bytes, into.capacity);
  }
  into.bytes = bytes;
  into.capacity = capacity;
}

export function gatheredRow(gathered: Gathered, index: u32): usize {
  return columnAt(gathered.rows, index);
}

/** Where a row's lists lie. */
export function listsOf(gathered: Gathered, row: usize): usize {
  return gathered.bytes + <usize>load<u32>(row + COLUMNS * 8);
}
