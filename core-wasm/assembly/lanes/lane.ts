/**
 * A lane: a processor, a thread, or the collector, as spans that follow each other without a gap. The spans of a generation
 * are packed in blocks of 2048 as they come (reader and example: common/lane-spans.ts).
 *
 *     span:   duration u64 | id i64 | kind u32 | the thread's lane u32
 *     block:  the kinds that are there, a bit each | the kinds with ids, a bit each
 *             | for each kind there a byte for durations, then, if it has ids, one for them | spans
 *     packed span:  0, or 1 and three bits of kind | duration | id, if the kind has ids
 *
 * 0 stands for the kind that followed last time after the same kind (at first: the kind itself). Durations and ids are Rice
 * codes; an id is the difference to the one before, as zigzag, and an escaped id is the id itself.
 */
import { allocateZeroed } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import {
  LENGTHS,
  beginBlock,
  bestParameter,
  countLength,
  fitsRice,
  putBits,
  putByte,
  putEscaped,
  putRice,
  zigzag,
} from './bits';
import { Buckets, FEW_SPANS, addSums, addToBuckets, handOutLevels, newBuckets, restartBuckets } from './buckets';
import { PROCESSOR, THREAD, handOut } from './outbox';

// Kinds of spans. A processor's and a thread's classes in buckets have the same numbers.
export const RUNNING: u32 = 0;
export const SYSCALL: u32 = 1;
export const SCHEDULING: u32 = 2;
export const IDLE: u32 = 3;
export const UNKNOWN: u32 = 4;
/** Not a span: from here on this thread has the processor. */
const TAKEN_BY: u32 = 5;
// Of a thread.
export const HAS_PROCESSOR: u32 = 2;
export const PARKED: u32 = 3;
export const BLOCKED: u32 = 5;
// Of the collector.
export const ON: u32 = 0;
export const OFF: u32 = 1;

const PROCESSOR_CLASSES: u32 = 5;
const THREAD_CLASSES: u32 = 6;
const COLLECTOR_CLASSES: u32 = 2;

function classesOf(lanes: u32): u32 {
  if (lanes == PROCESSOR) return PROCESSOR_CLASSES;
  return lanes == THREAD ? THREAD_CLASSES : COLLECTOR_CLASSES;
}

/** The kinds whose spans have an id, a bit each. */
function kindsWithIds(lanes: u32): u32 {
  if (lanes == PROCESSOR) return (1 << RUNNING) | (1 << SYSCALL) | (1 << TAKEN_BY);
  return lanes == THREAD ? (1 << HAS_PROCESSOR) | (1 << BLOCKED) : 1 << ON;
}

const spansPerBlock: u32 = 2048;
const mostPerSpan: usize = 64;
/** Differences are taken between ids from 0 up to here. */
const mostNearId: u64 = 1 << 52;

@unmanaged
export class Lane {
  id: i64;
  /** What its blocks are about, and which: outbox.ts. */
  kind: u32;
  number: u32;
  /** The span in progress. */
  current: u32;
  currentId: i64;
  since: i64;
  /** Where the generation begins for it. */
  start: i64;
  /** Where the block being filled begins. */
  blockStart: i64;
  first: i64;
  spans: Column;
  buckets: Buckets;
  /** Time in each class so far: eight u64. */
  totals: usize;
  /** Of a thread: its processor's lane, of a processor: its thread's. */
  partner: usize;
  /** What a thread, or a processor without one, carries: 0 nothing, 1 a goroutine that runs, 2 one in a system call. */
  carries: u8;
  goroutine: i64;
}

const durations: usize = memory.data(8 * 65 * 4, 8);
const ids: usize = memory.data(8 * 65 * 4, 8);
/** By kind: parameters, what follows it, the id before. */
const durationParameters: usize = memory.data(8 * 4, 8);
const idParameters: usize = memory.data(8 * 4, 8);
const followers: usize = memory.data(8 * 4, 8);
const previousIds: usize = memory.data(8 * 8, 8);
let present: u32 = 0;

export function newLane(kind: u32, number: u32, id: i64, start: i64): Lane {
  const lane = changetype<Lane>(allocateZeroed(offsetof<Lane>()));
  lane.id = id;
  lane.kind = kind;
  lane.number = number;
  lane.since = start;
  lane.start = start;
  lane.blockStart = start;
  lane.first = start;
  lane.spans = newColumn(24, 2);
  lane.buckets = newBuckets(classesOf(kind));
  lane.buckets.isFine = kind == THREAD;
  restartBuckets(lane.buckets, start);
  lane.totals = allocateZeroed(64);
  return lane;
}

// @ts-ignore: decorator
@inline
export function enterSpan(lane: Lane, time: i64, kind: u32, id: i64): void {
  if (lane.current == kind && lane.currentId == id) return;
  endSpan(lane, time);
  lane.current = kind;
  lane.currentId = id;
}

export function endSpan(lane: Lane, time: i64): void {
  if (time <= lane.since) return;
  const span = columnPush(lane.spans);
  store<u64>(span, <u64>(time - lane.since));
  store<i64>(span, lane.currentId, 8);
  store<u32>(span, lane.current, 16);
  store<u32>(span, <u32>lane.partner, 20);
  lane.since = time;
  if (lane.spans.count == spansPerBlock) sealSpans(lane);
}

/** The generation ends here: every span is cut, and the lane's blocks are handed out. Processors come before threads. */
export function cutLane(lane: Lane, time: i64): void {
  endSpan(lane, time);
  sealSpans(lane);
}

export function handOutBuckets(lane: Lane): void {
  addSums(lane.buckets, lane.totals);
  // What a thread with a processor does lies in blocks of the processor, each with much else.
  const few: u32 = lane.kind == THREAD ? 1 : FEW_SPANS;
  if (lane.buckets.spans > few) handOutLevels(lane.buckets, lane.kind, lane.number, lane.since);
  lane.start = lane.since;
  restartBuckets(lane.buckets, lane.since);
}

function sealSpans(lane: Lane): void {
  const count = lane.spans.count;
  if (count == 0) return;
  measure(lane);
  beginBlock(<usize>count * mostPerSpan + 32);
  putHeader(lane);
  forgetPredictions();
  let before: u32 = 0;
  let thread: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const span = columnAt(lane.spans, i);
    const kind = load<u32>(span, 16);
    const holder = load<u32>(span, 20);
    if (lane.kind == PROCESSOR && kind <= SCHEDULING && holder != thread) {
      thread = holder;
      before = putSpan(before, TAKEN_BY, 0, holderId(holder));
    }
    before = putSpan(before, kind, load<u64>(span), load<i64>(span, 8));
  }
  handOut(lane.kind, 0, lane.number, lane.blockStart, lane.since, count);
  lane.blockStart = lane.since;
  lane.spans.count = 0;
}

/** −1: no thread is known. */
function holderId(holder: u32): i64 {
  return holder == 0 ? -1 : changetype<Lane>(<usize>holder).id;
}

/** The first spans of a kind decide on its parameters, and of the others every fourth: more would say hardly more. */
const sampledAll: u32 = 16;
const sampledMask: u32 = 3;
/** By kind, how many there were. */
const seen: usize = memory.data(8 * 4, 8);

// @ts-ignore: decorator
@inline
function isSampled(kind: u32): bool {
  const slot = seen + (<usize>kind << 2);
  const number = load<u32>(slot);
  store<u32>(slot, number + 1);
  return number < sampledAll || (number & sampledMask) == 0;
}

/** Counts lengths for the parameters, and adds to the buckets. */
function measure(lane: Lane): void {
  memory.fill(seen, 0, 8 * 4);
  memory.fill(durations, 0, 8 * LENGTHS * 4);
  memory.fill(ids, 0, 8 * LENGTHS * 4);
  forgetPredictions();
  present = 0;
  const withIds = kindsWithIds(lane.kind);
  let at = lane.blockStart;
  let thread: u32 = 0;
  for (let i: u32 = 0; i < lane.spans.count; i++) {
    const span = columnAt(lane.spans, i);
    const duration = load<u64>(span);
    const kind = load<u32>(span, 16);
    const holder = load<u32>(span, 20);
    const until = at + <i64>duration;
    present |= 1 << kind;
    const counts = isSampled(kind);
    if (counts) countLength(durations + <usize>(kind * LENGTHS * 4), duration);
    if ((withIds >> kind) & 1) {
      const code = idCode(kind, load<i64>(span, 8));
      if (counts) countLength(ids + <usize>(kind * LENGTHS * 4), code);
    }
    if (lane.kind == PROCESSOR && kind <= SCHEDULING) {
      if (holder != 0) sumUp(changetype<Lane>(<usize>holder), at, until, kind);
      if (holder != thread) {
        thread = holder;
        present |= 1 << TAKEN_BY;
        countLength(durations + <usize>(TAKEN_BY * LENGTHS * 4), 0);
        countLength(ids + <usize>(TAKEN_BY * LENGTHS * 4), idCode(TAKEN_BY, holderId(holder)));
      }
    }
    // What a thread with a processor does is known from there.
    if (kind != HAS_PROCESSOR || lane.kind != THREAD) sumUp(lane, at, until, kind);
    at = until;
  }
}

// @ts-ignore: decorator
@inline
function sumUp(lane: Lane, from: i64, until: i64, kind: u32): void {
  addToBuckets(lane.buckets, from, until, kind);
}

function putHeader(lane: Lane): void {
  const withIds = kindsWithIds(lane.kind) & present;
  putByte(present);
  putByte(withIds);
  for (let rest = present; rest != 0; rest &= rest - 1) {
    const kind = ctz<u32>(rest);
    const k = bestParameter(durations + <usize>(kind * LENGTHS * 4));
    store<u32>(durationParameters + (<usize>kind << 2), k);
    putByte(k);
    if (((withIds >> kind) & 1) == 0) {
      store<u32>(idParameters + (<usize>kind << 2), NO_IDS);
      continue;
    }
    const idK = bestParameter(ids + <usize>(kind * LENGTHS * 4));
    store<u32>(idParameters + (<usize>kind << 2), idK);
    putByte(idK);
  }
}

const NO_IDS: u32 = 255;

function forgetPredictions(): void {
  for (let kind: u32 = 0; kind < 8; kind++) store<u32>(followers + (<usize>kind << 2), kind);
  memory.fill(previousIds, 0, 64);
}

/** Returns the kind, for the next one. */
// @ts-ignore: decorator
@inline
function putSpan(before: u32, kind: u32, duration: u64, id: i64): u32 {
  const follower = followers + (<usize>before << 2);
  if (load<u32>(follower) == kind) {
    putBits(0, 1);
  } else {
    putBits(<u64>(kind << 1) | 1, 4);
    store<u32>(follower, kind);
  }
  putRice(duration, load<u32>(durationParameters + (<usize>kind << 2)));
  const k = load<u32>(idParameters + (<usize>kind << 2));
  if (k != NO_IDS) {
    const code = idCode(kind, id);
    if (code != u64.MAX_VALUE && fitsRice(code, k)) putRice(code, k);
    else putEscaped(<u64>id);
  }
  return kind;
}

/** The difference to the id before, or the largest number where there is none. Goroutines share what is before them. */
// @ts-ignore: decorator
@inline
function idCode(kind: u32, id: i64): u64 {
  const slot = previousIds + (<usize>(kind == SYSCALL ? RUNNING : kind) << 3);
  const before = load<i64>(slot);
  const near = <u64>id < mostNearId;
  store<i64>(slot, near ? id : 0);
  return near ? zigzag(id - before) : u64.MAX_VALUE;
}
