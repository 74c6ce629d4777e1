/**
 * How many members (goroutines of a group, all goroutines, processors) are in which state, over time: in buckets of 2^level
 * ns the exact sum of the time they spent there, and the least and the greatest number at once. A bucket counts from its
 * opening as if nothing will change until its end; each change corrects that.
 *
 *     cell, one a state:  sum in ns u64 | least u32 | greatest u32 | announced u32 | pad u32
 *     block:  the states that are there, 16 bits | for each three parameters, a byte each | buckets
 *     packed bucket:  for each state Rice codes of: sum minus the one before, least minus the one before (both as zigzag),
 *                     greatest minus least
 *
 * What is announced was there since the generation began, so it belongs to the buckets before, too: `announced` says to how
 * many of the members that holds, and is worked in once for all of them.
 */
import { allocateZeroed, release } from '../memory';
import { LENGTHS, beginBlock, bestParameter, countLength, putByte, putRice, zigzag } from './bits';
import { FINEST_LEVEL, LEVEL_STEP } from './buckets';
import { handOut } from './outbox';

/** No state: not there yet, or not any more. */
export const NOWHERE: u32 = 255;
export const STATES: u32 = 9;

const cellSize: usize = 24;
const bucketSize: usize = cellSize * <usize>STATES;
const leastBuckets: u32 = 8;
/** Where nobody says otherwise. */
export const CHANGES_PER_BUCKET: u32 = 8;
const fewBuckets: u32 = 16;

@unmanaged
export class StateCounts {
  kind: u32;
  number: u32;
  mostBuckets: u32;
  changesPerBucket: u32;
  level: u32;
  cells: usize;
  capacity: u32;
  count: u32;
  /** The number of the first bucket. */
  first: i64;
  start: i64;
  /** Where the last bucket ends. */
  end: i64;
  changes: u32;
  members: u32;
  /** How many are in each state now, u32 each. */
  now: usize;
  next: usize;
  isListed: bool;
  hasAnnounced: bool;
}

/** Those with members or changes in this generation. */
let firstListed: usize = 0;
/** Where the generation began. */
let base: i64 = 0;

const lengths: usize = memory.data(3 * 65 * 4, 8);
const sumsBefore: usize = memory.data(9 * 8, 8);
const leastBefore: usize = memory.data(9 * 8, 8);

export function newStateCounts(
  kind: u32,
  number: u32,
  mostBuckets: u32,
  changesPerBucket: u32 = CHANGES_PER_BUCKET,
): StateCounts {
  const counts = changetype<StateCounts>(allocateZeroed(offsetof<StateCounts>()));
  counts.kind = kind;
  counts.number = number;
  counts.mostBuckets = mostBuckets;
  counts.changesPerBucket = changesPerBucket;
  counts.now = allocateZeroed(4 * <usize>STATES);
  restart(counts);
  return counts;
}

function restart(counts: StateCounts): void {
  counts.level = FINEST_LEVEL;
  counts.start = base;
  counts.first = base >> FINEST_LEVEL;
  counts.end = base;
  counts.count = 0;
  counts.changes = 0;
}

// @ts-ignore: decorator
@inline
function cellAt(counts: StateCounts, bucket: u32, state: u32): usize {
  return counts.cells + <usize>bucket * bucketSize + <usize>state * cellSize;
}

/** A member changes its state at `time`. */
// @ts-ignore: decorator
@inline
export function moveMember(counts: StateCounts, time: i64, from: u32, to: u32): void {
  if (time >= counts.end || !counts.isListed) reach(counts, time);
  counts.changes++;
  const rest = <u64>(counts.end - time);
  const bucket = counts.cells + <usize>(counts.count - 1) * bucketSize;
  if (from != NOWHERE) {
    const cell = bucket + <usize>from * cellSize;
    const slot = counts.now + (<usize>from << 2);
    const number = load<u32>(slot) - 1;
    store<u32>(slot, number);
    store<u64>(cell, load<u64>(cell) - rest);
    if (number < load<u32>(cell, 8)) store<u32>(cell, number, 8);
  } else {
    counts.members++;
  }
  if (to == NOWHERE) {
    counts.members--;
    return;
  }
  const cell = bucket + <usize>to * cellSize;
  const slot = counts.now + (<usize>to << 2);
  const number = load<u32>(slot) + 1;
  store<u32>(slot, number);
  store<u64>(cell, load<u64>(cell) + rest);
  if (number > load<u32>(cell, 12)) store<u32>(cell, number, 12);
}

/** A member is seen first, in a state it had since the generation began. */
export function announceMember(counts: StateCounts, time: i64, state: u32): void {
  reach(counts, time);
  counts.changes++;
  counts.members++;
  counts.hasAnnounced = true;
  const slot = counts.now + (<usize>state << 2);
  store<u32>(slot, load<u32>(slot) + 1);
  const bucket = counts.count - 1;
  const cell = cellAt(counts, bucket, state);
  store<u64>(cell, load<u64>(cell) + <u64>(counts.end - bucketStart(counts, bucket)));
  store<u32>(cell, load<u32>(cell, 8) + 1, 8);
  store<u32>(cell, load<u32>(cell, 12) + 1, 12);
  store<u32>(cell, load<u32>(cell, 16) + 1, 16);
}

function bucketStart(counts: StateCounts, bucket: u32): i64 {
  return max<i64>(counts.start, (counts.first + <i64>bucket) << counts.level);
}

/** Opens buckets up to the one that holds `time`. */
function reach(counts: StateCounts, time: i64): void {
  if (!counts.isListed) {
    counts.isListed = true;
    counts.next = firstListed;
    firstListed = changetype<usize>(counts);
  }
  if (time < counts.end) return;
  const most = <i64>max<u32>(leastBuckets, min<u32>(counts.mostBuckets, counts.changes / counts.changesPerBucket));
  while ((time >> counts.level) - counts.first >= most) widen(counts);
  const last = <u32>((time >> counts.level) - counts.first);
  while (counts.count <= last) openBucket(counts);
}

function openBucket(counts: StateCounts): void {
  if (counts.count == counts.capacity) grow(counts);
  const bucket = counts.count++;
  counts.end = (counts.first + <i64>counts.count) << counts.level;
  const length = <u64>(counts.end - bucketStart(counts, bucket));
  for (let state: u32 = 0; state < STATES; state++) {
    const cell = cellAt(counts, bucket, state);
    const number = load<u32>(counts.now + (<usize>state << 2));
    store<u64>(cell, <u64>number * length);
    store<u32>(cell, number, 8);
    store<u32>(cell, number, 12);
    store<u64>(cell, 0, 16);
  }
}

function grow(counts: StateCounts): void {
  const capacity = max<u32>(leastBuckets, counts.capacity * 2);
  const cells = allocateZeroed(<usize>capacity * bucketSize);
  if (counts.capacity > 0) {
    memory.copy(cells, counts.cells, <usize>counts.count * bucketSize);
    release(counts.cells, <usize>counts.capacity * bucketSize);
  }
  counts.cells = cells;
  counts.capacity = capacity;
}

/** Makes buckets twice as wide while more is to come. */
function widen(counts: StateCounts): void {
  // The last wide bucket must say, too, what holds until its end.
  if (counts.count > 0 && ((counts.first + <i64>counts.count) & 1) != 0) openBucket(counts);
  coarsen(counts);
}

function coarsen(counts: StateCounts): void {
  if (counts.hasAnnounced) workInAnnounced(counts);
  const first = counts.first >> 1;
  let count: u32 = 0;
  for (let i: u32 = 0; i < counts.count; i++) {
    const target = <u32>(((counts.first + <i64>i) >> 1) - first);
    if (target == count) memory.copy(cellAt(counts, target, 0), cellAt(counts, i, 0), bucketSize);
    else mergeBucket(cellAt(counts, target, 0), cellAt(counts, i, 0));
    count = target + 1;
  }
  counts.first = first;
  counts.count = count;
  counts.level++;
  if (count > 0) counts.end = (first + <i64>count) << counts.level;
}

function mergeBucket(into: usize, from: usize): void {
  for (let at: usize = 0; at < bucketSize; at += cellSize) {
    store<u64>(into + at, load<u64>(into + at) + load<u64>(from + at));
    store<u32>(into + at, min<u32>(load<u32>(into + at, 8), load<u32>(from + at, 8)), 8);
    store<u32>(into + at, max<u32>(load<u32>(into + at, 12), load<u32>(from + at, 12)), 12);
  }
}

function workInAnnounced(counts: StateCounts): void {
  counts.hasAnnounced = false;
  for (let state: u32 = 0; state < STATES; state++) {
    let members: u32 = 0;
    for (let bucket = counts.count; bucket > 0; bucket--) {
      const cell = cellAt(counts, bucket - 1, state);
      const end = (counts.first + <i64>bucket) << counts.level;
      store<u64>(cell, load<u64>(cell) + <u64>members * <u64>(end - bucketStart(counts, bucket - 1)));
      store<u32>(cell, load<u32>(cell, 8) + members, 8);
      store<u32>(cell, load<u32>(cell, 12) + members, 12);
      members += load<u32>(cell, 16);
      store<u32>(cell, 0, 16);
    }
  }
}

// --- the end of a generation ---

export function handOutStateCounts(time: i64): void {
  let listed = firstListed;
  firstListed = 0;
  base = time;
  while (listed != 0) {
    const counts = changetype<StateCounts>(listed);
    listed = counts.next;
    if (time > counts.start) {
      finish(counts, time);
      handOutLevels(counts, time);
    }
    restart(counts);
    counts.isListed = counts.members > 0;
    if (counts.isListed) {
      counts.next = firstListed;
      firstListed = changetype<usize>(counts);
    } else {
      forget(counts);
    }
  }
}

function forget(counts: StateCounts): void {
  if (counts.capacity == 0) return;
  release(counts.cells, <usize>counts.capacity * bucketSize);
  counts.capacity = 0;
}

function finish(counts: StateCounts, time: i64): void {
  reach(counts, time - 1);
  if (counts.hasAnnounced) workInAnnounced(counts);
  for (let state: u32 = 0; state < STATES; state++) {
    const cell = cellAt(counts, counts.count - 1, state);
    const number = <u64>load<u32>(counts.now + (<usize>state << 2));
    store<u64>(cell, load<u64>(cell) - number * <u64>(counts.end - time));
  }
}

function handOutLevels(counts: StateCounts, until: i64): void {
  while (true) {
    pack(counts);
    handOut(counts.kind, counts.level, counts.number, counts.start, until, counts.count);
    if (counts.count <= fewBuckets) return;
    for (let step: u32 = 0; step < LEVEL_STEP; step++) coarsen(counts);
  }
}

function statesThere(counts: StateCounts): u32 {
  let there: u32 = 0;
  for (let i: u32 = 0; i < counts.count; i++) {
    for (let state: u32 = 0; state < STATES; state++) {
      if (load<u32>(cellAt(counts, i, state), 12) != 0) there |= 1 << state;
    }
  }
  return there;
}

function pack(counts: StateCounts): void {
  const there = statesThere(counts);
  beginBlock(32 + <usize>counts.count * <usize>STATES * 32);
  putByte(there & 255);
  putByte(there >> 8);
  for (let rest = there; rest != 0; rest &= rest - 1) putParameters(counts, ctz<u32>(rest));
  memory.fill(sumsBefore, 0, 8 * <usize>STATES);
  memory.fill(leastBefore, 0, 8 * <usize>STATES);
  for (let i: u32 = 0; i < counts.count; i++) {
    for (let rest = there; rest != 0; rest &= rest - 1) putCell(counts, i, ctz<u32>(rest));
  }
}

/** Parameters of each state's three values. */
const parameters: usize = memory.data(9 * 4, 8);
let sumCode: u64 = 0;
let leastCode: u64 = 0;
let spreadCode: u64 = 0;

function putParameters(counts: StateCounts, state: u32): void {
  memory.fill(lengths, 0, 3 * <usize>LENGTHS * 4);
  store<u64>(sumsBefore + (<usize>state << 3), 0);
  store<u64>(leastBefore + (<usize>state << 3), 0);
  for (let i: u32 = 0; i < counts.count; i++) {
    codesOf(counts, i, state);
    countLength(lengths, sumCode);
    countLength(lengths + LENGTHS * 4, leastCode);
    countLength(lengths + LENGTHS * 8, spreadCode);
  }
  for (let which: u32 = 0; which < 3; which++) {
    const k = bestParameter(lengths + <usize>(which * LENGTHS * 4));
    store<u8>(parameters + <usize>(state * 4 + which), <u8>k);
    putByte(k);
  }
}

function codesOf(counts: StateCounts, bucket: u32, state: u32): void {
  const cell = cellAt(counts, bucket, state);
  const sum = load<i64>(cell);
  const least = load<u32>(cell, 8);
  const sumSlot = sumsBefore + (<usize>state << 3);
  const leastSlot = leastBefore + (<usize>state << 3);
  sumCode = zigzag(sum - load<i64>(sumSlot));
  leastCode = zigzag(<i64>least - load<i64>(leastSlot));
  spreadCode = load<u32>(cell, 12) - least;
  store<i64>(sumSlot, sum);
  store<i64>(leastSlot, least);
}

function putCell(counts: StateCounts, bucket: u32, state: u32): void {
  codesOf(counts, bucket, state);
  const k = parameters + <usize>(state * 4);
  putRice(sumCode, load<u8>(k));
  putRice(leastCode, load<u8>(k, 1));
  putRice(spreadCode, load<u8>(k, 2));
}
