/**
 * Goroutines that wait to be packed: those that are over, until a chunk is full, and those alive. They are columns of i64 from the
 * beginning (layout.ts, all but the totals of waiting, which follow from the lists), and it is known of each column whether it
 * has more than one value.
 *
 * The lists of a row are waits and then ranges: varints, key and nanoseconds in turn (common/key-durations.ts).
 */
import { allocate, allocateZeroed, release } from '../memory';
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
  FLAGS,
  FULL_BYTES,
  FULL_ROWS,
  HAS_CREATOR,
  HAS_END,
  HAS_START,
  ID,
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

/** Behind the columns: where the lists of a row begin among those of all. */
const LISTS: u32 = COLUMNS;
const allColumns: usize = <usize>COLUMNS + 1;
/** A key has at most five bytes, nanoseconds at most ten. */
const mostPerCell: usize = 15;
/** Beyond this a 64-bit float is not exact. */
const exactLimit: i64 = 1 << 53;

@unmanaged
export class Gathered {
  /** The columns, `stride` bytes apart. */
  columns: usize;
  stride: usize;
  rows: u32;
  /** Columns with more than one value, a bit each. */
  varying: u32;
  bytes: usize;
  length: u32;
  capacity: u32;
}

function newGathered(): Gathered {
  const gathered = changetype<Gathered>(allocateZeroed(offsetof<Gathered>()));
  gathered.stride = 256 * 8;
  // The totals of waiting stay 0: nothing writes them.
  gathered.columns = allocateZeroed(gathered.stride * allColumns);
  return gathered;
}

export const finished: Gathered = newGathered();
export const alive: Gathered = newGathered();

/** Enough goroutines that are over wait to fill a chunk. */
export function isFinishedFull(): bool {
  return finished.rows >= FULL_ROWS || finished.length >= FULL_BYTES;
}

export function gatheredAlive(): u32 {
  return alive.rows;
}

export function forgetGathered(gathered: Gathered): void {
  gathered.rows = 0;
  gathered.varying = 0;
  gathered.length = 0;
}

/** Room for a row more; returns its distance from the beginnings of the columns. */
function newRow(gathered: Gathered): usize {
  const row = <usize>gathered.rows << 3;
  if (row == gathered.stride) grow(gathered);
  gathered.rows++;
  return row;
}

function grow(gathered: Gathered): void {
  const stride = gathered.stride;
  const columns = allocate(stride * 2 * allColumns);
  for (let column: usize = 0; column < allColumns; column++) {
    memory.copy(columns + column * stride * 2, gathered.columns + column * stride, stride);
  }
  release(gathered.columns, stride * allColumns);
  gathered.columns = columns;
  gathered.stride = stride * 2;
}

// @ts-ignore: decorator
@inline
function put(gathered: Gathered, row: usize, column: u32, value: i64): void {
  const first = gathered.columns + <usize>column * gathered.stride;
  store<i64>(first + row, value);
  gathered.varying |= <u32>(value != load<i64>(first)) << column;
}

/** Gathers a row of the host's own, without lists: the columns of numbers at `values`. */
export function gatherRow(values: usize): void {
  const row = newRow(finished);
  for (let column: u32 = 0; column < COLUMNS; column++) {
    put(finished, row, column, load<i64>(values + (<usize>column << 3)));
  }
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
  const row = newRow(into);
  const hasStart = summary.start != 0;
  const hasEnd = summary.end != 0;
  const hasCreator = summary.creator != -1;
  const flags = (hasStart ? HAS_START : 0) | (hasEnd ? HAS_END : 0) | (hasCreator ? HAS_CREATOR : 0) | plain;
  put(into, row, ID, rounded(summary.id));
  put(into, row, CREATION, rounded(summary.creation - origin));
  put(into, row, TOTAL, rounded(totals.total));
  put(into, row, EXEC, rounded(totals.exec));
  put(into, row, SCHED_WAIT, rounded(totals.schedWait));
  put(into, row, SYSCALL, rounded(totals.syscall));
  put(into, row, SYSCALL_BLOCK, rounded(totals.syscallBlock));
  put(into, row, NAME, <i64>summary.name);
  put(into, row, PC, <i64>summary.pc);
  put(into, row, START, hasStart ? rounded(summary.start - origin) : 0);
  put(into, row, END, hasEnd ? rounded(summary.end - origin) : 0);
  put(into, row, CREATOR, hasCreator ? rounded(summary.creator) : 0);
  put(into, row, CREATION_STACK, <i64>summary.creationStack);
  put(into, row, FLAGS, <i64>flags);
  put(into, row, LISTS, <i64>into.length);
  put(into, row, WAITS_LENGTH, <i64>putList(into, totals.waits));
  put(into, row, RANGES_LENGTH, <i64>putList(into, totals.ranges));
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

// @ts-ignore: decorator
@inline
export function gatheredColumn(gathered: Gathered, column: u32): usize {
  return gathered.columns + <usize>column * gathered.stride;
}

// @ts-ignore: decorator
@inline
export function gatheredValue(gathered: Gathered, column: u32, row: u32): i64 {
  return load<i64>(gatheredColumn(gathered, column) + (<usize>row << 3));
}

/** Where a row's lists lie. */
export function listsOf(gathered: Gathered, row: u32): usize {
  return gathered.bytes + <usize>gatheredValue(gathered, LISTS, row);
}
