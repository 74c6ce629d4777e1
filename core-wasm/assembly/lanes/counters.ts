/**
 * Values that the trace tells from time to time: every change, in blocks of up to 2048, and buckets of 2^level ns with the
 * least, the greatest and the last value in effect (reader: common/counter-blocks.ts).
 *
 *     change:  time i64 | value u64
 *     block:   parameters of times, pages, bytes | changes: time since the one before (first: since the block's start), value
 *     value:   the difference d to the value before (first of a block: to 0): 0 and d / 8192 where that is whole, else 1 and d,
 *              both as zigzag
 *     bucket:  least u64 | greatest u64 | last u64 | changes u64
 *     block of buckets:  parameters of pages, bytes, last − least, greatest − last | the value before | for each bucket: 0
 *                        where nothing changes in it, else 1, the last as a value, last − least, greatest − last
 *
 * The heap grows by Go's pages of 8192 bytes, so that most differences are short.
 */
import { allocateZeroed, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { LENGTHS, beginBlock, bestParameter, countLength, putBits, putByte, putEscaped, putRice, zigzag } from './bits';
import { FEW_SPANS, FINEST_LEVEL, LEVEL_STEP } from './buckets';
import { COUNTER, handOut } from './outbox';

// common/lane-blocks.ts lists the same.
export const HEAP_ALLOCATED: u32 = 0;
export const HEAP_GOAL: u32 = 1;
export const GOMAXPROCS: u32 = 2;
const COUNTERS: u32 = 3;

const changesPerBlock: u32 = 2048;
const changesPerBucket: u32 = 8;
const leastBuckets: u32 = 64;
const fewBuckets: u32 = 8;
const bucketSize: usize = 32;
const page: i64 = 8192;

@unmanaged
class Counter {
  number: u32;
  changes: Column;
  blockStart: i64;
  start: i64;
  /** The value where the generation begins, and now. */
  startValue: u64;
  value: u64;
  isKnown: bool;
  count: u32;
  level: u32;
  first: i64;
  cells: usize;
  capacity: u32;
  buckets: u32;
}

const counters: usize = memory.data(3 * 4, 4);
const lengths: usize = memory.data(4 * 65 * 4, 8);
/** Of buckets: of last − least. */
const ofTimes: usize = lengths;
const ofPages: usize = lengths + LENGTHS * 4;
const ofBytes: usize = lengths + LENGTHS * 8;
const ofSpreads: usize = lengths + LENGTHS * 12;

function counterAt(number: u32): Counter {
  const slot = counters + (<usize>number << 2);
  if (load<u32>(slot) != 0) return changetype<Counter>(<usize>load<u32>(slot));
  const counter = changetype<Counter>(allocateZeroed(offsetof<Counter>()));
  counter.number = number;
  counter.changes = newColumn(16);
  counter.level = FINEST_LEVEL;
  store<u32>(slot, <u32>changetype<usize>(counter));
  return counter;
}

/** The value now; 0 while none is known. */
export function counterValue(number: u32): u64 {
  return counterAt(number).value;
}

/** `time` counts from the origin. */
export function counterChanges(number: u32, time: i64, value: u64): void {
  const counter = counterAt(number);
  if (counter.isKnown && counter.value == value) return;
  if (!counter.isKnown) {
    counter.isKnown = true;
    counter.start = time;
    counter.blockStart = time;
    counter.first = time >> counter.level;
  }
  const change = columnPush(counter.changes);
  store<i64>(change, time);
  store<u64>(change, value, 8);
  counter.count++;
  sumUp(counter, time, value);
  counter.value = value;
  if (counter.changes.count == changesPerBlock) seal(counter, time);
}

function sumUp(counter: Counter, time: i64, value: u64): void {
  const most = <i64>max<u32>(leastBuckets, counter.count / changesPerBucket);
  while ((time >> counter.level) - counter.first >= most) coarsen(counter);
  const index = <u32>((time >> counter.level) - counter.first);
  while (counter.buckets <= index) openBucket(counter);
  const cell = counter.cells + <usize>index * bucketSize;
  if (load<u64>(cell, 24) == 0) {
    // The value before is in effect until the change, unless the bucket begins with it.
    const isFirst = counter.count == 1 && counter.start == time;
    store<u64>(cell, isFirst ? value : counter.value);
    store<u64>(cell, isFirst ? value : counter.value, 8);
  }
  store<u64>(cell, min<u64>(load<u64>(cell), value));
  store<u64>(cell, max<u64>(load<u64>(cell, 8), value), 8);
  store<u64>(cell, value, 16);
  store<u64>(cell, load<u64>(cell, 24) + 1, 24);
}

function openBucket(counter: Counter): void {
  if (counter.buckets == counter.capacity) {
    const capacity = max<u32>(8, counter.capacity * 2);
    const cells = allocateZeroed(<usize>capacity * bucketSize);
    if (counter.capacity > 0) {
      memory.copy(cells, counter.cells, <usize>counter.buckets * bucketSize);
      release(counter.cells, <usize>counter.capacity * bucketSize);
    }
    counter.cells = cells;
    counter.capacity = capacity;
  }
  memory.fill(counter.cells + <usize>counter.buckets * bucketSize, 0, bucketSize);
  counter.buckets++;
}

function coarsen(counter: Counter): void {
  const first = counter.first >> LEVEL_STEP;
  let count: u32 = 0;
  for (let i: u32 = 0; i < counter.buckets; i++) {
    const target = <u32>(((counter.first + <i64>i) >> LEVEL_STEP) - first);
    const from = counter.cells + <usize>i * bucketSize;
    const to = counter.cells + <usize>target * bucketSize;
    if (target == count) memory.copy(to, from, bucketSize);
    else merge(to, from);
    count = target + 1;
  }
  counter.first = first;
  counter.buckets = count;
  counter.level += LEVEL_STEP;
}

function merge(to: usize, from: usize): void {
  if (load<u64>(from, 24) == 0) return;
  if (load<u64>(to, 24) == 0) {
    memory.copy(to, from, bucketSize);
    return;
  }
  store<u64>(to, min<u64>(load<u64>(to), load<u64>(from)));
  store<u64>(to, max<u64>(load<u64>(to, 8), load<u64>(from, 8)), 8);
  store<u64>(to, load<u64>(from, 16), 16);
  store<u64>(to, load<u64>(to, 24) + load<u64>(from, 24), 24);
}

// --- packing ---

// @ts-ignore: decorator
@inline
function countValue(before: u64, value: u64): void {
  const difference = <i64>(value - before);
  if (difference % page == 0) countLength(ofPages, zigzag(difference / page));
  else countLength(ofBytes, zigzag(difference));
}

let pageK: u32 = 0;
let byteK: u32 = 0;

function putValue(before: u64, value: u64): void {
  const difference = <i64>(value - before);
  const isWhole = difference % page == 0;
  const code = zigzag(isWhole ? difference / page : difference);
  putBits(isWhole ? 0 : 1, 1);
  putRice(code, isWhole ? pageK : byteK);
}

function putValueParameters(): void {
  pageK = bestParameter(ofPages);
  byteK = bestParameter(ofBytes);
  putByte(pageK);
  putByte(byteK);
}

function seal(counter: Counter, until: i64): void {
  const count = counter.changes.count;
  if (count == 0) return;
  memory.fill(lengths, 0, 3 * <usize>LENGTHS * 4);
  let time = counter.blockStart;
  let value: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const change = columnAt(counter.changes, i);
    countLength(ofTimes, <u64>(load<i64>(change) - time));
    countValue(value, load<u64>(change, 8));
    time = load<i64>(change);
    value = load<u64>(change, 8);
  }
  putChanges(counter);
  handOut(COUNTER, 0, counter.number, counter.blockStart, until, count);
  counter.blockStart = until;
  counter.changes.count = 0;
}

function putChanges(counter: Counter): void {
  const count = counter.changes.count;
  beginBlock(16 + <usize>count * 24);
  const timeK = bestParameter(ofTimes);
  putByte(timeK);
  putValueParameters();
  let time = counter.blockStart;
  // The first of a block is told whole, so that a block can be read alone.
  let value: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const change = columnAt(counter.changes, i);
    const next = load<u64>(change, 8);
    putRice(<u64>(load<i64>(change) - time), timeK);
    putValue(value, next);
    time = load<i64>(change);
    value = next;
  }
}

function packBuckets(counter: Counter): void {
  memory.fill(lengths, 0, 4 * <usize>LENGTHS * 4);
  let value = counter.startValue;
  for (let i: u32 = 0; i < counter.buckets; i++) {
    const cell = counter.cells + <usize>i * bucketSize;
    if (load<u64>(cell, 24) == 0) continue;
    const last = load<u64>(cell, 16);
    countValue(value, last);
    countLength(ofTimes, last - load<u64>(cell));
    countLength(ofSpreads, load<u64>(cell, 8) - last);
    value = last;
  }
  beginBlock(32 + <usize>counter.buckets * 36);
  putValueParameters();
  putBuckets(counter, bestParameter(ofTimes), bestParameter(ofSpreads));
}

function putBuckets(counter: Counter, leastK: u32, greatestK: u32): void {
  putByte(leastK);
  putByte(greatestK);
  putEscaped(counter.startValue);
  let value = counter.startValue;
  for (let i: u32 = 0; i < counter.buckets; i++) {
    const cell = counter.cells + <usize>i * bucketSize;
    if (load<u64>(cell, 24) == 0) {
      putBits(0, 1);
      continue;
    }
    putBits(1, 1);
    const last = load<u64>(cell, 16);
    putValue(value, last);
    putRice(last - load<u64>(cell), leastK);
    putRice(load<u64>(cell, 8) - last, greatestK);
    value = last;
  }
}

/** Hands out what changed in the generation that ends here. */
export function handOutCounters(until: i64): void {
  for (let number: u32 = 0; number < COUNTERS; number++) {
    const counter = counterAt(number);
    if (!counter.isKnown) continue;
    seal(counter, until);
    if (counter.count > FEW_SPANS) handOutLevels(counter, until);
    counter.count = 0;
    counter.buckets = 0;
    counter.level = FINEST_LEVEL;
    counter.start = until;
    counter.blockStart = until;
    counter.startValue = counter.value;
    counter.first = until >> FINEST_LEVEL;
  }
}

function handOutLevels(counter: Counter, until: i64): void {
  while (true) {
    packBuckets(counter);
    handOut(COUNTER, counter.level, counter.number, counter.start, until, counter.buckets);
    if (counter.buckets <= fewBuckets) return;
    coarsen(counter);
  }
}
