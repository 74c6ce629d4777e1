/**
 * Passes over the rows of a chunk that a table shows: by the values of a column between two bounds, by ids between two bounds,
 * by names. A pass counts them by buckets of a column, or collects them. What follows from the bounds of a chunk is not read.
 */
import { allocate, release } from '../memory';
import { BLOCK_ROWS, hasDictionary, matchBlock } from './bit-blocks';
import { isCollected, offerCandidate } from './candidates';
import {
  blockValues,
  chunkRows,
  columnAddress,

  constantOf,
  firstRowFrom,
  idAt,

  largestOf,
  leastOf,
  packedMask,
  sourcesOf,
} from './chunk';
import { BOUNDED, ID, NAME, TOTAL } from './layout';
import { beginTests, columnsTested, failsAll, hasRowTests, passesTests } from './row-tests';

export const BUCKETS: u32 = 1 << 16;
/** Values in the first two times so many buckets are told apart; behind them each power of two has so many buckets. */
const perOctave: u64 = 1024;
const octaveBits: u64 = 10;

const keys: usize = memory.data(128 * 8, 16);
const ids: usize = memory.data(128 * 8, 16);
const names: usize = memory.data(128 * 8, 16);

// What the rows are that count.
let column: u32 = ID;
let least: i64 = 0;
let largest: i64 = 0;
let leastId: i64 = 0;
let largestId: i64 = 0;
/** By name, its rank in the order of names from 1, 0: not shown. No table: all are shown, and names do not matter. */
let ranks: usize = 0;
let rankCount: u32 = 0;
/** Whether only names with a rank are shown. */
let isFiltered: bool = false;

/** Both bounds belong to the range. A column of names is ordered by rank. */
export function setScan(byColumn: u32, from: i64, to: i64, fromId: i64, toId: i64, filtered: bool): void {
  column = byColumn <= NAME ? byColumn : ID;
  least = from;
  largest = to;
  leastId = fromId;
  largestId = toId;
  isFiltered = filtered;
}

/** Room for the ranks of `count` names, u32 each, to be filled. */
export function openRanks(count: u32): usize {
  if (rankCount > 0) release(ranks, <usize>rankCount << 2);
  rankCount = max<u32>(1, count);
  ranks = allocate(<usize>rankCount << 2);
  memory.fill(ranks, 0, <usize>rankCount << 2);
  return ranks;
}

// @ts-ignore: decorator
@inline
function rankOf(name: i64): i64 {
  return <u64>name < <u64>rankCount ? <i64>load<u32>(ranks + (<usize>name << 2)) : 0;
}

// --- what a chunk's head says ---

function isPacked(chunk: usize, columns: u32): bool {
  return (packedMask(chunk) & columns) != 0;
}

function isNameKnown(chunk: usize): bool {
  return !isPacked(chunk, 1 << NAME);
}

/** Nothing in it can count. */
function isOutside(chunk: usize): bool {
  if (leastOf(chunk, ID) > largestId || largestOf(chunk, ID) < leastId || failsAll(chunk)) return true;
  if (isFiltered && isNameKnown(chunk) && rankOf(constantOf(chunk, NAME)) == 0) return true;
  if (column < BOUNDED) return leastOf(chunk, column) > largest || largestOf(chunk, column) < least;
  return isNameKnown(chunk) && isRankOutside(rankOf(constantOf(chunk, NAME)));
}

// @ts-ignore: decorator
@inline
function isRankOutside(rank: i64): bool {
  return rank < least || rank > largest;
}

/** All its rows lie between the bounds of the column. */
function isInside(chunk: usize): bool {
  if (column < BOUNDED) return leastOf(chunk, column) >= least && largestOf(chunk, column) <= largest;
  return isNameKnown(chunk);
}

function isKeyKnown(chunk: usize): bool {
  return column < BOUNDED ? leastOf(chunk, column) == largestOf(chunk, column) : isNameKnown(chunk);
}

function hasAllIds(chunk: usize): bool {
  return leastOf(chunk, ID) >= leastId && largestOf(chunk, ID) <= largestId;
}

function testsNames(chunk: usize): bool {
  return isFiltered && !isNameKnown(chunk);
}

/** What a pass does with the rows. */
export const COUNT_BY_KEY: u32 = 0;
export const COUNT_BY_ID: u32 = 1;
export const COLLECT: u32 = 2;

/** The packed columns that a pass reads, a bit each: they are to be attached before. */
export function columnsNeeded(chunk: usize, pass: u32): u32 {
  if (isOutside(chunk)) return 0;
  let needed: u32 = 0;
  if ((pass != COUNT_BY_ID || !isInside(chunk)) && !isKeyKnown(chunk)) needed |= sourcesOf(column);
  if (pass != COUNT_BY_KEY || !hasAllIds(chunk)) needed |= 1 << ID;
  if (testsNames(chunk)) needed |= 1 << NAME;
  needed |= columnsTested(chunk);
  return needed & packedMask(chunk);
}

// --- buckets ---

let origin: i64 = 0;

/** Values are counted by their difference to `from`, in more and more coarse steps. */
export function setBuckets(from: i64): void {
  origin = from;
}

// @ts-ignore: decorator
@inline
function bucketOf(value: i64): usize {
  const difference = <u64>value - <u64>origin;
  if (difference < perOctave) return <usize>difference;
  const shift = 63 - clz(difference) - octaveBits;
  return <usize>(shift * perOctave + (difference >> shift));
}

/** The least value that falls into a bucket. */
export function bucketLeast(bucket: u32): i64 {
  const b = <u64>bucket;
  if (b < perOctave * 2) return origin + <i64>b;
  const shift = b / perOctave - 1;
  return origin + <i64>((perOctave + b % perOctave) << shift);
}

/** In which bucket the row with a place in the order lies; `rowsBefore` are in those before. BUCKETS if there is none. */
export function findBucket(histogram: usize, place: u32): u32 {
  let before: u32 = 0;
  for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
    const count = load<u32>(histogram + (<usize>bucket << 2));
    if (place < before + count) {
      rowsBefore = before;
      return bucket;
    }
    before += count;
  }
  return BUCKETS;
}
export let rowsBefore: u32 = 0;

// --- passes ---

/** Goes over a chunk; `histogram` is for passes that count. `number` is what collected rows call the chunk. */
export function scanChunk(chunk: usize, pass: u32, histogram: usize, number: u32): void {
  if (isOutside(chunk)) return;
  const from: u32 = hasAllIds(chunk) ? 0 : firstRowFrom(chunk, leastId);
  const until = hasAllIds(chunk) || largestId == i64.MAX_VALUE ? chunkRows(chunk) : firstRowFrom(chunk, largestId + 1);
  if (from >= until) return;
  if (pass == COUNT_BY_KEY && isKeyKnown(chunk) && !testsNames(chunk) && !hasRowTests(chunk)) {
    addToBucket(histogram + (bucketOf(knownKey(chunk)) << 2), until - from);
    return;
  }
  for (let block = from / BLOCK_ROWS; block * BLOCK_ROWS < until; block++) {
    if (pass == COLLECT && isCollected()) return;
    const first = block * BLOCK_ROWS;
    const begin = max<u32>(from, first) - first;
    const end = min<u32>(until - first, BLOCK_ROWS);
    scanBlock(chunk, pass, histogram, number, block, begin, end);
  }
}

function knownKey(chunk: usize): i64 {
  return column < BOUNDED ? leastOf(chunk, column) : rankOf(constantOf(chunk, NAME));
}

// @ts-ignore: decorator
@inline
function addToBucket(place: usize, count: u32): void {
  store<u32>(place, load<u32>(place) + count);
}

function scanBlock(
  chunk: usize,
  pass: u32,
  histogram: usize,
  number: u32,
  block: u32,
  begin: u32,
  end: u32,
): void {
  const byName = testsNames(chunk);
  const byRow = hasRowTests(chunk);
  if (pass == COUNT_BY_KEY && !byName && !byRow && isInside(chunk)) {
    readKeys(chunk, block);
    countAll(keys, histogram, begin, end);
    return;
  }
  if (pass == COUNT_BY_ID && !byName && !byRow && isInside(chunk)) {
    blockValues(chunk, ID, block, ids);
    countAll(ids, histogram, begin, end);
    return;
  }
  const matched = matchRows(chunk, block);
  if (matched == 0) return;
  if (pass == COUNT_BY_ID) blockValues(chunk, ID, block, ids);
  if (byName) blockValues(chunk, NAME, block, names);
  if (byRow) beginTests(chunk, block);
  for (let i: usize = 0; i < <usize>matched; i++) {
    const row = load<u32>(places + (i << 2));
    if (row < begin || row >= end) continue;
    if (byName && rankOf(load<i64>(names + (<usize>row << 3))) == 0) continue;
    if (byRow && !passesTests(row)) continue;
    const key = load<i64>(found + (i << 3));
    if (pass == COUNT_BY_KEY) addToBucket(histogram + (bucketOf(key) << 2), 1);
    else if (pass == COUNT_BY_ID) addToBucket(histogram + (bucketOf(load<i64>(ids + (<usize>row << 3))) << 2), 1);
    else collect(chunk, key, number, block * BLOCK_ROWS + row);
  }
}

function countAll(values: usize, histogram: usize, begin: u32, end: u32): void {
  for (let i = <usize>begin << 3; i < <usize>end << 3; i += 8) {
    addToBucket(histogram + (bucketOf(load<i64>(values + i)) << 2), 1);
  }
}

const places: usize = memory.data(129 * 4, 16);
const found: usize = memory.data(129 * 8, 16);

/** The rows of a block between the bounds of the column: their numbers at `places`, their values at `found`. */
function matchRows(chunk: usize, block: u32): u32 {
  const address: usize = column == ID || column == TOTAL || column == NAME ? 0 : columnAddress(chunk, column);
  if (address != 0 && !hasDictionary(address)) return matchBlock(address, block, least, largest, places, found);
  const count = readKeys(chunk, block);
  let matched: usize = 0;
  for (let row: u32 = 0; row < count; row++) {
    const key = load<i64>(keys + (<usize>row << 3));
    store<u32>(places + (matched << 2), row);
    store<i64>(found + (matched << 3), key);
    matched += <usize>(key >= least && key <= largest);
  }
  return <u32>matched;
}

function collect(chunk: usize, key: i64, number: u32, row: u32): void {
  offerCandidate(key, idAt(chunk, row), number, row);
}

/** Returns how many there are. */
function readKeys(chunk: usize, block: u32): u32 {
  if (isKeyKnown(chunk)) {
    const key = knownKey(chunk);
    for (let i: usize = 0; i < 128 * 8; i += 8) store<i64>(keys + i, key);
    return min<u32>(BLOCK_ROWS, chunkRows(chunk) - block * BLOCK_ROWS);
  }
  const count = blockValues(chunk, column, block, keys);
  if (column != NAME) return count;
  for (let i: usize = 0; i < <usize>count << 3; i += 8) store<i64>(keys + i, rankOf(load<i64>(keys + i)));
  return count;
}
