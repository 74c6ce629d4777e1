/**
 * A chunk as it is read: its head, and where those of its packed columns lie that are in memory. What the host attaches may
 * come from a damaged file: it is checked once, and then read without checks.
 *
 *     chunk:  head (layout.ts) | address u32 × 24 | length u32 × 24
 */
import { allocateZeroed, release } from '../memory';
import { BLOCK_ROWS, columnBlock, columnValue, isSound } from './bit-blocks';
import {
  BLOBS,
  COLUMNS,
  CREATION,
  END,
  EXEC,
  FLAGS,
  HAS_CREATOR,
  CREATOR,
  HAS_END,
  HAS_START,
  HEAD_BOUNDS,
  HEAD_BYTES,
  HEAD_CONSTANTS,
  ID,
  LAST_WAIT,
  MOST_ROWS,
  NAME,
  PC,
  SCHED_WAIT,
  START,
  TOTAL,
} from './layout';

const addresses: usize = HEAD_BYTES;
const lengths: usize = HEAD_BYTES + BLOBS * 4;
const chunkBytes: usize = HEAD_BYTES + BLOBS * 8;

/** Room for the head of a chunk, to be filled and then checked with `isSoundHead`. */
export function openChunk(): usize {
  return allocateZeroed(chunkBytes);
}

export function isSoundHead(chunk: usize): bool {
  const rows = chunkRows(chunk);
  return rows > 0 && rows <= MOST_ROWS;
}

export function closeChunk(chunk: usize): void {
  for (let column: u32 = 0; column < BLOBS; column++) detachColumn(chunk, column);
  release(chunk, chunkBytes);
}

/** The chunk takes over a packed column from `allocate`. False if that is damaged: then it is released. */
export function attachColumn(chunk: usize, column: u32, address: usize, length: u32): bool {
  detachColumn(chunk, column);
  if (column < COLUMNS && !isSound(address, length, chunkRows(chunk))) {
    release(address, length);
    return false;
  }
  store<u32>(chunk + addresses + (<usize>column << 2), <u32>address);
  store<u32>(chunk + lengths + (<usize>column << 2), length);
  return true;
}

export function detachColumn(chunk: usize, column: u32): void {
  const address = columnAddress(chunk, column);
  if (address == 0) return;
  release(address, <usize>columnLength(chunk, column));
  store<u32>(chunk + addresses + (<usize>column << 2), 0);
}

// @ts-ignore: decorator
@inline
export function chunkRows(chunk: usize): u32 {
  return load<u32>(chunk);
}

/** The columns that are packed, a bit each. */
// @ts-ignore: decorator
@inline
export function packedMask(chunk: usize): u32 {
  return load<u32>(chunk, 4);
}

// @ts-ignore: decorator
@inline
export function columnAddress(chunk: usize, column: u32): usize {
  return <usize>load<u32>(chunk + addresses + (<usize>column << 2));
}

// @ts-ignore: decorator
@inline
export function columnLength(chunk: usize, column: u32): u32 {
  return load<u32>(chunk + lengths + (<usize>column << 2));
}

// @ts-ignore: decorator
@inline
export function constantOf(chunk: usize, column: u32): i64 {
  return load<i64>(chunk + HEAD_CONSTANTS + (<usize>column << 3));
}

// @ts-ignore: decorator
@inline
export function leastOf(chunk: usize, column: u32): i64 {
  return load<i64>(chunk + HEAD_BOUNDS + (<usize>column << 4));
}

// @ts-ignore: decorator
@inline
export function largestOf(chunk: usize, column: u32): i64 {
  return load<i64>(chunk + HEAD_BOUNDS + 8 + (<usize>column << 4));
}

/** As it is stored; what is not attached counts as constant. */
// @ts-ignore: decorator
@inline
export function stored(chunk: usize, column: u32, row: u32): i64 {
  const address = columnAddress(chunk, column);
  return address == 0 ? constantOf(chunk, column) : columnValue(address, row);
}

export function idAt(chunk: usize, row: u32): i64 {
  return stored(chunk, ID, row) + <i64>row;
}

/** The column of names must be attached. */
export function nameAt(chunk: usize, row: u32): u32 {
  return <u32>stored(chunk, NAME, row);
}

/** The first row whose id is at least `id`; the number of rows if there is none. */
export function firstRowFrom(chunk: usize, id: i64): u32 {
  let from: u32 = 0;
  let until = chunkRows(chunk);
  while (from < until) {
    const middle = (from + until) >> 1;
    if (idAt(chunk, middle) < id) from = middle + 1;
    else until = middle;
  }
  return from;
}

// --- blocks of 128 rows ---

/** Bits of the stored columns that the values of one follow from. */
export function sourcesOf(column: u32): u32 {
  if (column == TOTAL) return ((1 << (LAST_WAIT + 1)) - 1) & ~((1 << TOTAL) - 1);
  return 1 << column;
}

const part: usize = memory.data(128 * 8, 16);

/** The values of an id, a point in time, a total or a name, of one block. Returns their number. */
export function blockValues(chunk: usize, column: u32, block: u32, to: usize): u32 {
  const count = min<u32>(BLOCK_ROWS, chunkRows(chunk) - block * BLOCK_ROWS);
  const last = column == TOTAL ? LAST_WAIT : column;
  let constant: i64 = column == ID ? <i64>(block * BLOCK_ROWS) : 0;
  for (let source = column; source <= last; source++) {
    if (columnAddress(chunk, source) == 0) constant += constantOf(chunk, source);
  }
  let isFirst = true;
  for (let source = column; source <= last; source++) {
    const address = columnAddress(chunk, source);
    if (address == 0) continue;
    columnBlock(address, block, isFirst ? constant : 0, isFirst ? to : part);
    if (!isFirst) addAll(part, count, to);
    isFirst = false;
  }
  if (isFirst) for (let i: usize = 0; i < <usize>count << 3; i += 8) store<i64>(to + i, constant);
  if (column == ID) for (let i: usize = 1; i < <usize>count; i++) add(to + (i << 3), <i64>i);
  return count;
}

// @ts-ignore: decorator
@inline
function add(place: usize, value: i64): void {
  store<i64>(place, load<i64>(place) + value);
}

function addAll(values: usize, count: u32, to: usize): void {
  for (let i: usize = 0; i < <usize>count << 3; i += 8) add(to + i, load<i64>(values + i));
}

/** Writes a column of all rows as 64-bit floats. Returns how many there are. */
export function columnFloats(chunk: usize, column: u32, to: usize): u32 {
  const rows = chunkRows(chunk);
  for (let block: u32 = 0; block * BLOCK_ROWS < rows; block++) {
    const place = to + (<usize>(block * BLOCK_ROWS) << 3);
    const count = blockValues(chunk, column, block, place);
    for (let i: usize = 0; i < <usize>count << 3; i += 8) store<f64>(place + i, <f64>load<i64>(place + i));
  }
  return rows;
}

// --- whole rows ---

/** `FLAGS` and what lies before it: `NaN` stands for what is not in the trace. */
export const ROW_FIELDS: u32 = FLAGS + 1;

/** Writes up to `rows` rows from `first` on, ROW_FIELDS 64-bit floats each. Returns how many there are. */
export function readRows(chunk: usize, first: u32, rows: u32, to: usize): u32 {
  const all = chunkRows(chunk);
  const count = first < all ? min<u32>(rows, all - first) : 0;
  for (let i: u32 = 0; i < count; i++) readRow(chunk, first + i, to + <usize>(i * ROW_FIELDS) * 8);
  return count;
}

// @ts-ignore: decorator
@inline
function putField(row: usize, column: u32, value: f64): void {
  store<f64>(row + (<usize>column << 3), value);
}

function readRow(chunk: usize, row: u32, to: usize): void {
  const creation = stored(chunk, CREATION, row);
  let total = stored(chunk, TOTAL, row);
  for (let column = EXEC; column <= LAST_WAIT; column++) {
    const value = stored(chunk, column, row);
    total += value;
    putField(to, column, <f64>value);
  }
  const flags = <u32>stored(chunk, FLAGS, row);
  const start = creation + stored(chunk, SCHED_WAIT, row) + stored(chunk, START, row);
  putField(to, ID, <f64>idAt(chunk, row));
  putField(to, CREATION, <f64>creation);
  putField(to, TOTAL, <f64>total);
  putField(to, NAME, <f64>stored(chunk, NAME, row));
  putField(to, PC, <f64>(<u64>stored(chunk, PC, row)));
  putField(to, START, (flags & HAS_START) != 0 ? <f64>start : NaN);
  putField(to, END, (flags & HAS_END) != 0 ? <f64>(creation + total + stored(chunk, END, row)) : NaN);
  putField(to, CREATOR, (flags & HAS_CREATOR) != 0 ? <f64>stored(chunk, CREATOR, row) : NaN);
  putField(to, CREATOR + 1, <f64>stored(chunk, CREATOR + 1, row));
  putField(to, FLAGS, <f64>flags);
}

/** Where the lists of a row begin among those of its chunk: `lengths` is their column of lengths. */
export function listStart(chunk: usize, lengthColumn: u32, row: u32): u32 {
  let before: u64 = 0;
  for (let i: u32 = 0; i < min<u32>(row, chunkRows(chunk)); i++) before += <u64>stored(chunk, lengthColumn, i);
  return <u32>before;
}

export function listLength(chunk: usize, lengthColumn: u32, row: u32): u32 {
  return row < chunkRows(chunk) ? <u32>stored(chunk, lengthColumn, row) : 0;
}

/** Whether a chunk's lists are as long as their lengths together, which must be attached. */
export function areListsSound(chunk: usize, lengthColumn: u32, bytes: u32): bool {
  let sum: u64 = 0;
  for (let i: u32 = 0; i < chunkRows(chunk); i++) {
    const length = stored(chunk, lengthColumn, i);
    if (length < 0 || length > <i64>bytes) return false;
    sum += <u64>length;
  }
  return sum == <u64>bytes;
}
