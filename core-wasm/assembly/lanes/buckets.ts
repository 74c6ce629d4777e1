/**
 * How long a lane was in each class of states, in buckets of 2^level ns that count from the trace's origin. The level adapts:
 * there is at most one bucket for sixteen spans, or 128. Coarser levels are made when the generation is over, each of buckets
 * eight times as wide.
 *
 *     bucket:  one u64 a class
 *     block:   a parameter for each class, a byte each | buckets
 *     packed bucket:  0, or 1 and a bit for each class that is there | Rice code for each class there but the last
 *
 * The first four spans wait: with no more of them, and there are traces with very many threads, no bucket is made.
 *
 *     waiting span:  from i64 | until i64 | class u32 | pad u32
 *
 * 0 stands for the classes of the bucket before (none before the first). The last class has the rest of the time that the
 * block covers in the bucket; of shared buckets it is told like the others.
 */
import { allocateZeroed, release } from '../memory';
import { LENGTHS, beginBlock, bestParameter, countLength, putBits, putByte, putRice } from './bits';
import { handOut } from './outbox';

/** Below this many spans in a generation the spans themselves are as quickly read. */
export const FEW_SPANS: u32 = 64;
const spansPerBucket: u32 = 16;
const leastBuckets: u32 = 128;
/** Where spans are slow to find there are more buckets than spans. */
const mostFineBuckets: i64 = 8192;
const bucketsPerSpan: i64 = 4;
const leastShared: u32 = 8;
const mostShared: i64 = 256;
/** Each stored level is 2^3 times the one below. */
export const LEVEL_STEP: u32 = 3;
export const FINEST_LEVEL: u32 = 4;
/** A level with so few buckets is the last. */
const fewBuckets: u32 = 8;
const mostClasses: u32 = 9;
const mostWaiting: u32 = 4;
const waitingSize: usize = 24;

@unmanaged
export class Buckets {
  cells: usize;
  capacity: u32;
  count: u32;
  /** The number of the first bucket. */
  first: i64;
  start: i64;
  level: u32;
  classes: u32;
  /** Bytes of a bucket: its classes, and in shared ones as many steps. */
  stride: u32;
  spans: u32;
  /** Whether the spans themselves are slow to find. */
  isFine: bool;
  /** Spans of many members overlap: a long one must not cost an addition for each bucket. */
  isShared: bool;
  /** The bucket added to last, and the time it covers. */
  row: usize;
  rowFrom: i64;
  rowUntil: i64;
  waiting: usize;
}

const lengths: usize = memory.data(9 * 65 * 4, 8);

export function newBuckets(classes: u32): Buckets {
  const buckets = changetype<Buckets>(allocateZeroed(offsetof<Buckets>()));
  buckets.waiting = allocateZeroed(<usize>mostWaiting * waitingSize);
  buckets.classes = classes;
  buckets.stride = classes << 3;
  buckets.level = FINEST_LEVEL;
  return buckets;
}

/** Buckets to which many members add their spans. */
export function newSharedBuckets(classes: u32): Buckets {
  const buckets = newBuckets(classes);
  buckets.stride = classes << 4;
  buckets.isShared = true;
  return buckets;
}

/** Empties it; what comes next is not before `start`. */
export function restartBuckets(buckets: Buckets, start: i64): void {
  const used = <usize>buckets.capacity * <usize>buckets.stride;
  if (buckets.capacity > 0) release(buckets.cells, used);
  buckets.capacity = 0;
  buckets.cells = 0;
  buckets.count = 0;
  buckets.level = FINEST_LEVEL;
  buckets.first = start >> FINEST_LEVEL;
  buckets.start = start;
  buckets.spans = 0;
  forgetRow(buckets);
}

function forgetRow(buckets: Buckets): void {
  buckets.rowFrom = i64.MAX_VALUE;
  buckets.rowUntil = i64.MIN_VALUE;
}

export function releaseBuckets(buckets: Buckets): void {
  restartBuckets(buckets, 0);
  release(buckets.waiting, <usize>mostWaiting * waitingSize);
  release(changetype<usize>(buckets), offsetof<Buckets>());
}

/** Adds a span that is not empty. */
// @ts-ignore: decorator
@inline
export function addToBuckets(buckets: Buckets, from: i64, until: i64, which: u32): void {
  buckets.spans++;
  if (from >= buckets.rowFrom && until <= buckets.rowUntil) {
    const cell = buckets.row + (<usize>which << 3);
    store<u64>(cell, load<u64>(cell) + <u64>(until - from));
    return;
  }
  if (buckets.spans <= mostWaiting) return keepWaiting(buckets, from, until, which);
  if (buckets.count == 0) spreadWaiting(buckets);
  spread(buckets, max<i64>(from, buckets.start), until, which);
}

function keepWaiting(buckets: Buckets, from: i64, until: i64, which: u32): void {
  const span = buckets.waiting + <usize>(buckets.spans - 1) * waitingSize;
  store<i64>(span, max<i64>(from, buckets.start));
  store<i64>(span, until, 8);
  store<u32>(span, which, 16);
}

function spreadWaiting(buckets: Buckets): void {
  const count = min<u32>(buckets.spans, mostWaiting);
  for (let i: u32 = 0; i < count; i++) {
    const span = buckets.waiting + <usize>i * waitingSize;
    spread(buckets, load<i64>(span), load<i64>(span, 8), load<u32>(span, 16));
  }
}

function spread(buckets: Buckets, from: i64, until: i64, which: u32): void {
  makeRoom(buckets, (until - 1) >> buckets.level);
  const level = buckets.level;
  const end = (until - 1) >> level;
  let at = from;
  for (let bucket = from >> level; bucket <= end; bucket++) {
    const next = min<i64>(until, (bucket + 1) << level);
    const cell = rowAt(buckets, bucket - buckets.first) + (<usize>which << 3);
    store<u64>(cell, load<u64>(cell) + <u64>(next - at));
    at = next;
    if (buckets.isShared && end - bucket > 2) {
      passThrough(buckets, bucket + 1, end, which);
      bucket = end - 1;
      at = end << level;
    }
  }
  buckets.row = rowAt(buckets, end - buckets.first);
  buckets.rowFrom = end << level;
  buckets.rowUntil = (end + 1) << level;
}

// @ts-ignore: decorator
@inline
function rowAt(buckets: Buckets, index: i64): usize {
  return buckets.cells + <usize>index * <usize>buckets.stride;
}

/** The span fills the buckets from `first` up to, but without, `end`: that is noted where this begins and ends. */
function passThrough(buckets: Buckets, first: i64, end: i64, which: u32): void {
  const steps = (<usize>buckets.classes + <usize>which) << 3;
  const begin = rowAt(buckets, first - buckets.first) + steps;
  store<i64>(begin, load<i64>(begin) + 1);
  const stop = rowAt(buckets, end - buckets.first) + steps;
  store<i64>(stop, load<i64>(stop) - 1);
}

/** Turns the notes of what fills buckets into time. */
function workInSteps(buckets: Buckets): void {
  for (let which: u32 = 0; which < buckets.classes; which++) {
    let members: i64 = 0;
    for (let i: u32 = 0; i < buckets.count; i++) {
      const cell = rowAt(buckets, i) + (<usize>which << 3);
      const steps = cell + (<usize>buckets.classes << 3);
      members += load<i64>(steps);
      store<i64>(steps, 0);
      store<u64>(cell, load<u64>(cell) + (<u64>members << buckets.level));
    }
  }
}

/** Coarsens until there may be a bucket with this number of the present level, and makes it. */
function makeRoom(buckets: Buckets, bucket: i64): void {
  let most = <i64>max<u32>(buckets.isShared ? leastShared : leastBuckets, buckets.spans / spansPerBucket);
  if (buckets.isShared) most = min<i64>(most, mostShared);
  if (buckets.isFine) most = max<i64>(most, min<i64>(mostFineBuckets, <i64>buckets.spans * bucketsPerSpan));
  let wanted = bucket;
  while (wanted - buckets.first >= most) {
    coarsen(buckets, 1);
    wanted >>= 1;
  }
  const count = <u32>(wanted - buckets.first) + 1;
  if (count > buckets.capacity) grow(buckets, max<u32>(count, buckets.capacity * 2));
  if (count > buckets.count) buckets.count = count;
}

function grow(buckets: Buckets, capacity: u32): void {
  forgetRow(buckets);
  const stride = <usize>buckets.stride;
  const cells = allocateZeroed(<usize>capacity * stride);
  if (buckets.capacity > 0) {
    memory.copy(cells, buckets.cells, <usize>buckets.count * stride);
    release(buckets.cells, <usize>buckets.capacity * stride);
  }
  buckets.cells = cells;
  buckets.capacity = capacity;
}

/** Makes each bucket 2^step times as wide, in place. */
function coarsen(buckets: Buckets, step: u32): void {
  if (buckets.isShared) workInSteps(buckets);
  forgetRow(buckets);
  const classes = buckets.classes;
  const first = buckets.first >> step;
  let count: u32 = 0;
  for (let i: u32 = 0; i < buckets.count; i++) {
    const target = <u32>(((buckets.first + <i64>i) >> step) - first);
    for (let which: u32 = 0; which < classes; which++) {
      const from = rowAt(buckets, i) + (<usize>which << 3);
      const value = load<u64>(from);
      store<u64>(from, 0);
      const to = rowAt(buckets, target) + (<usize>which << 3);
      store<u64>(to, load<u64>(to) + value);
    }
    count = target + 1;
  }
  buckets.first = first;
  buckets.count = count;
  buckets.level += step;
}

/** Hands out every level and leaves the buckets to be restarted. They cover the time from their start until `until`. */
export function handOutLevels(buckets: Buckets, kind: u32, lane: i64, until: i64): void {
  if (buckets.count == 0) spreadWaiting(buckets);
  if (buckets.isShared) workInSteps(buckets);
  while (true) {
    pack(buckets, until);
    handOut(kind, buckets.level, lane, buckets.start, until, buckets.count);
    if (buckets.count <= fewBuckets) return;
    coarsen(buckets, LEVEL_STEP);
  }
}

/** Adds the time in each class to u64 sums. */
export function addSums(buckets: Buckets, sums: usize): void {
  for (let i: u32 = 0; buckets.count == 0 && i < buckets.spans; i++) {
    const span = buckets.waiting + <usize>i * waitingSize;
    const sum = sums + (<usize>load<u32>(span, 16) << 3);
    store<u64>(sum, load<u64>(sum) + <u64>(load<i64>(span, 8) - load<i64>(span)));
  }
  for (let i: u32 = 0; i < buckets.count; i++) {
    for (let which: u32 = 0; which < buckets.classes; which++) {
      const sum = sums + (<usize>which << 3);
      store<u64>(sum, load<u64>(sum) + load<u64>(rowAt(buckets, i) + (<usize>which << 3)));
    }
  }
}

function pack(buckets: Buckets, until: i64): void {
  const classes = buckets.classes;
  beginBlock(<usize>classes + <usize>buckets.count * (2 + <usize>classes * 11));
  measure(buckets);
  let parameters: u64 = 0;
  let more: u64 = 0;
  for (let which: u32 = 0; which < classes; which++) {
    const k = bestParameter(lengths + <usize>(which * LENGTHS * 4));
    putByte(k);
    if (which < 8) parameters |= <u64>k << (which << 3);
    else more = k;
  }
  let before: u32 = 0;
  for (let i: u32 = 0; i < buckets.count; i++) {
    const cells = rowAt(buckets, i);
    const present = classesIn(cells, classes);
    if (present == before) putBits(0, 1);
    else putBits((<u64>present << 1) | 1, classes + 1);
    before = present;
    for (let rest = present; (rest & (rest - 1)) != 0 || (rest != 0 && buckets.isShared); rest &= rest - 1) {
      const which = ctz<u32>(rest);
      const k = <u32>(which < 8 ? (parameters >> (which << 3)) & 0xff : more);
      putRice(load<u64>(cells + (<usize>which << 3)), k);
    }
  }
}

function measure(buckets: Buckets): void {
  memory.fill(lengths, 0, <usize>mostClasses * <usize>LENGTHS * 4);
  for (let i: u32 = 0; i < buckets.count; i++) {
    const cells = rowAt(buckets, i);
    const present = classesIn(cells, buckets.classes);
    for (let rest = present; (rest & (rest - 1)) != 0 || (rest != 0 && buckets.isShared); rest &= rest - 1) {
      const which = ctz<u32>(rest);
      countLength(lengths + <usize>(which * LENGTHS * 4), load<u64>(cells + (<usize>which << 3)));
    }
  }
}

function classesIn(cells: usize, classes: u32): u32 {
  let present: u32 = 0;
  for (let which: u32 = 0; which < classes; which++) {
    if (load<u64>(cells + (<usize>which << 3)) != 0) present |= 1 << which;
  }
  return present;
}
