/**
 * A column of 64-bit numbers, packed: blocks of 128 rows, each with its least value and the differences to it in as few bits
 * as the largest of them needs, so that any row can be read alone and an outlier spoils only its own block. Where there are
 * few different values, the blocks hold places in a dictionary.
 *
 *     column:  dictionary entries u32 | rows u32 | dictionary i64 each | directory | bits | 8 zero bytes
 *     directory entry:  base i64 | place of its bits, in bytes behind the directory u32 | width in bits u8 | 0 ×3
 *
 * Widths are 0 to 56 bits or 64, so that one unaligned load reads any value; the zero bytes are what it may read too much.
 */
import { allocateZeroed } from '../memory';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';

export const BLOCK_ROWS: u32 = 128;
const header: usize = 8;
const entrySize: usize = 16;
const slack: usize = 8;
const widestPartial: u32 = 56;
/** Where there are more different values a dictionary is not tried. */
const mostEntries: u32 = 1024;

const entries: IdMap = newIdMap();
const dictionary: usize = allocateZeroed(<usize>mostEntries * 8);
let entryCount: u32 = 0;

// @ts-ignore: decorator
@inline
function widthOf(span: u64): u32 {
  const width: u32 = 64 - <u32>clz(span);
  return width > widestPartial ? 64 : width;
}

// @ts-ignore: decorator
@inline
export function blocksOf(rows: u32): u32 {
  return (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

// @ts-ignore: decorator
@inline
function bytesOf(width: u32, rows: u32): usize {
  return <usize>((width * rows + 7) >> 3);
}

// @ts-ignore: decorator
@inline
function rowsIn(block: u32, rows: u32): u32 {
  return min<u32>(BLOCK_ROWS, rows - block * BLOCK_ROWS);
}

// --- packing ---

let least: i64 = 0;
let largest: i64 = 0;

function measure(values: usize, count: u32): void {
  least = load<i64>(values);
  largest = least;
  for (let i: u32 = 1; i < count; i++) {
    const value = load<i64>(values + (<usize>i << 3));
    least = min<i64>(least, value);
    largest = max<i64>(largest, value);
  }
}

/** Whether all values are the same. */
export function isConstant(values: usize, rows: u32): bool {
  const first = load<i64>(values);
  for (let i: u32 = 1; i < rows; i++) if (load<i64>(values + (<usize>i << 3)) != first) return false;
  return true;
}

/** Bytes that the blocks of a column without dictionary take, and in `capacity` the first place behind their values. */
function blocksSize(values: usize, rows: u32): usize {
  let size: usize = 0;
  capacity = 0;
  for (let block: u32 = 0; block < blocksOf(rows); block++) {
    const count = rowsIn(block, rows);
    measure(values + <usize>(block * BLOCK_ROWS) * 8, count);
    const width = widthOf(<u64>largest - <u64>least);
    size += entrySize + bytesOf(width, count);
    if (width < 32) capacity = max<u32>(capacity, <u32>least + (<u32>1 << width));
  }
  return size;
}
let capacity: u32 = 0;

/** No column of so many rows gets longer. */
export function mostPacked(rows: u32): usize {
  return header + <usize>blocksOf(rows) * entrySize + <usize>rows * 8 + slack;
}

/** Packs a column to `to`, where there are `mostPacked` bytes. Returns the place behind it. */
export function packColumn(values: usize, rows: u32, to: usize): usize {
  const plain = blocksSize(values, rows);
  if (!fillDictionary(values, rows)) return packBlocks(values, rows, 0, to);
  const indices = indicesOf(rows);
  for (let i: usize = 0; i < <usize>rows; i++) {
    store<i64>(indices + (i << 3), idMapGet(entries, load<u64>(values + (i << 3))) - 1);
  }
  const size = blocksSize(indices, rows) + (<usize>capacity << 3);
  return size < plain ? packBlocks(indices, rows, capacity, to) : packBlocks(values, rows, 0, to);
}

let places: usize = 0;
let placesCapacity: u32 = 0;

function indicesOf(rows: u32): usize {
  if (rows > placesCapacity) {
    places = allocateZeroed(<usize>rows * 8);
    placesCapacity = rows;
  }
  return places;
}

/** False: there are too many different values. */
function fillDictionary(values: usize, rows: u32): bool {
  idMapClear(entries);
  entryCount = 0;
  for (let i: u32 = 0; i < rows; i++) {
    const value = load<u64>(values + (<usize>i << 3));
    if (i > 0 && value == load<u64>(values + (<usize>(i - 1) << 3))) continue;
    if (idMapGet(entries, value) != 0) continue;
    if (entryCount == mostEntries) return false;
    store<u64>(dictionary + (<usize>entryCount << 3), value);
    idMapSet(entries, value, ++entryCount);
  }
  return true;
}

/** `room`: entries of the dictionary, padded so that no difference that fits in its width reaches behind it. */
function packBlocks(values: usize, rows: u32, room: u32, to: usize): usize {
  store<u32>(to, room);
  store<u32>(to, rows, 4);
  const directory = to + header + (<usize>room << 3);
  if (room > 0) {
    memory.fill(to + header, 0, <usize>room << 3);
    memory.copy(to + header, dictionary, <usize>min<u32>(room, entryCount) << 3);
  }
  const bits = directory + <usize>blocksOf(rows) * entrySize;
  let at = bits;
  for (let block: u32 = 0; block < blocksOf(rows); block++) {
    const from = values + <usize>(block * BLOCK_ROWS) * 8;
    const count = rowsIn(block, rows);
    measure(from, count);
    const width = widthOf(<u64>largest - <u64>least);
    const entry = directory + <usize>block * entrySize;
    store<i64>(entry, least);
    store<u32>(entry, <u32>(at - bits), 8);
    store<u32>(entry, width, 12);
    packBits(from, count, least, width, at);
    at += bytesOf(width, count);
  }
  store<u64>(at, 0);
  return at + slack;
}

function packBits(values: usize, count: u32, base: i64, width: u32, to: usize): void {
  if (width == 0) return;
  memory.fill(to, 0, bytesOf(width, count) + slack);
  let bit: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const difference = load<u64>(values + (<usize>i << 3)) - <u64>base;
    const place = to + (bit >> 3);
    store<u64>(place, load<u64>(place) | (difference << (bit & 7)));
    bit += <usize>width;
  }
}

// --- reading ---

/** Whether a packed column of `length` bytes holds `rows` rows, none of which reads outside of it. */
export function isSound(column: usize, length: u32, rows: u32): bool {
  if (length < <u32>header || load<u32>(column, 4) != rows) return false;
  const room = load<u32>(column);
  const bitsAt = <u64>header + (<u64>room << 3) + <u64>blocksOf(rows) * entrySize;
  if (bitsAt + slack > <u64>length) return false;
  const most = <u64>length - bitsAt - slack;
  for (let block: u32 = 0; block < blocksOf(rows); block++) {
    const entry = column + header + (<usize>room << 3) + <usize>block * entrySize;
    const width = load<u32>(entry, 12);
    if (width > widestPartial && width != 64) return false;
    if (<u64>load<u32>(entry, 8) + bytesOf(width, rowsIn(block, rows)) > most) return false;
    if (room == 0) continue;
    const base = load<i64>(entry);
    if (width > 31 || base < 0 || base > <i64>room || <u64>base + (<u64>1 << width) > <u64>room) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function maskOf(width: u32): u64 {
  return width == 64 ? u64.MAX_VALUE : ((<u64>1) << width) - 1;
}

/** One value of a sound column. */
export function columnValue(column: usize, row: u32): i64 {
  const room = load<u32>(column);
  const directory = column + header + (<usize>room << 3);
  const entry = directory + <usize>(row / BLOCK_ROWS) * entrySize;
  const bits = directory + <usize>blocksOf(load<u32>(column, 4)) * entrySize + <usize>load<u32>(entry, 8);
  const width = load<u32>(entry, 12);
  const bit = <usize>((row % BLOCK_ROWS) * width);
  const value = load<i64>(entry) + <i64>((load<u64>(bits + (bit >> 3)) >> (bit & 7)) & maskOf(width));
  return room == 0 ? value : load<i64>(column + header + (<usize>value << 3));
}

// Of a block: what `enterBlock` finds.
let base: i64 = 0;
let width: usize = 0;
let mask: u64 = 0;
let bits: usize = 0;
let count: u32 = 0;
/** 0: there is no dictionary. */
let values: usize = 0;

function enterBlock(column: usize, block: u32): void {
  const rows = load<u32>(column, 4);
  const room = load<u32>(column);
  const directory = column + header + (<usize>room << 3);
  const entry = directory + <usize>block * entrySize;
  base = load<i64>(entry);
  width = <usize>load<u32>(entry, 12);
  mask = maskOf(<u32>width);
  bits = directory + <usize>blocksOf(rows) * entrySize + <usize>load<u32>(entry, 8);
  count = rowsIn(block, rows);
  values = room == 0 ? 0 : column + header;
}

// @ts-ignore: decorator
@inline
function differenceAt(from: usize, bit: usize, among: u64): u64 {
  return (load<u64>(from + (bit >> 3)) >> (bit & 7)) & among;
}

/** Writes the values of a block of a sound column, each with `more` added. */
export function columnBlock(column: usize, block: u32, more: i64, to: usize): void {
  enterBlock(column, block);
  const end = to + (<usize>count << 3);
  const from = bits;
  const step = width;
  const among = mask;
  const first = values;
  let bit: usize = 0;
  if (first == 0) {
    const least = base + more;
    for (let at = to; at < end; at += 8) {
      store<i64>(at, least + <i64>differenceAt(from, bit, among));
      bit += step;
    }
    return;
  }
  const least = first + (<usize>base << 3);
  for (let at = to; at < end; at += 8) {
    store<i64>(at, more + load<i64>(least + (<usize>differenceAt(from, bit, among) << 3)));
    bit += step;
  }
}

/** Whether a column can be searched with `matchBlock`. */
export function hasDictionary(column: usize): bool {
  return load<u32>(column) != 0;
}

/**
 * Finds the values of a block that lie between two bounds, which belong to the range: `places` are their rows in the block, u32
 * each, `found` the values. Returns their number. There must be room for one more than a block has.
 */
export function matchBlock(column: usize, block: u32, least: i64, largest: i64, places: usize, found: usize): u32 {
  enterBlock(column, block);
  const from = bits;
  const step = width;
  const among = mask;
  const own = base;
  // Where base + mask wraps around, values may lie anywhere.
  if (own > largest || (own + <i64>among >= own && own + <i64>among < least)) return 0;
  const span = <u64>largest - <u64>least;
  const start = <u64>own - <u64>least;
  let matched: usize = 0;
  let bit: usize = 0;
  for (let row: u32 = 0; row < count; row++) {
    const beyond = start + differenceAt(from, bit, among);
    store<u32>(places + (matched << 2), row);
    store<u64>(found + (matched << 3), <u64>least + beyond);
    matched += <usize>(beyond <= span);
    bit += step;
  }
  return <u32>matched;
}
