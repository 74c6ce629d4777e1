/**
 * Follows processors and threads through the delivered events: who holds whom, and which goroutine they carry. A thread and
 * its processor point at each other; what a goroutine does is told to its thread, and through it to the processor.
 */
import { EventRecord } from '../event-record';
import {
  GO_IS_IN_SYSCALL,
  GO_IS_RUNNING,
  PROC_IS_IDLE,
  PROC_IS_RUNNING,
  UNDETERMINED,
  WOKEN_BY_NONE,
  WOKEN_ON_EVEN,
  WOKEN_ON_ODD,
} from '../go-states';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapGet, idMapSet, newIdMap } from '../id-map';
import {
  BLOCKED,
  HAS_PROCESSOR,
  IDLE,
  Lane,
  PARKED,
  RUNNING,
  SCHEDULING,
  SYSCALL,
  UNKNOWN,
  cutLane,
  endSpan,
  enterSpan,
  handOutBuckets,
  newLane,
} from './lane';
import { ALL_PROCESSORS, PROCESSOR, THREAD } from './outbox';
import { countIdleAt, lookAtQueue } from './scheduler';
import { NOWHERE, StateCounts, announceMember, moveMember, newStateCounts } from './state-counts';

const NOTHING: u8 = 0;
const A_RUNNING_ONE: u8 = 1;
const ONE_IN_SYSCALL: u8 = 2;
const NONE: i64 = -1;

const processors: IdMap = newIdMap();
const threads: IdMap = newIdMap();
/** Lanes of both kinds in order of appearance, u32 each. */
export const processorLanes: Column = newColumn(4);
export const threadLanes: Column = newColumn(4);

/** Threads that were looked up last, by the low bits of their ids: id i64 | lane u32 | pad. */
const cache: usize = memory.data(256 * 16, 8);

function laneOf(lanes: IdMap, list: Column, kind: u32, id: i64, start: i64): Lane {
  const known = <usize>idMapGet(lanes, <u64>id);
  if (known != 0) return changetype<Lane>(known);
  const lane = newLane(kind, list.count, id, start);
  lane.current = kind == THREAD ? PARKED : UNKNOWN;
  store<u32>(columnPush(list), <u32>changetype<usize>(lane));
  idMapSet(lanes, <u64>id, <u32>changetype<usize>(lane));
  return lane;
}

/** 0 for the pseudo-thread −1. One that is new begins at `start`. */
// @ts-ignore: decorator
@inline
function threadLane(id: i64, start: i64): Lane {
  const slot = cache + ((<usize>id & 255) << 4);
  if (load<i64>(slot) == id && load<u32>(slot, 8) != 0) return changetype<Lane>(<usize>load<u32>(slot, 8));
  return lookUpThread(id, start, slot);
}

function lookUpThread(id: i64, start: i64, slot: usize): Lane {
  if (id == NONE) return changetype<Lane>(0);
  const lane = laneOf(threads, threadLanes, THREAD, id, start);
  store<i64>(slot, id);
  store<u32>(slot, <u32>changetype<usize>(lane), 8);
  return lane;
}

/**
 * Whether the event is of a processor whose thread is not known, and not of its thread's. Old traces name threads by numbers
 * that several processors share.
 */
// @ts-ignore: decorator
@inline
function isElsewhere(thread: Lane, processor: i64): bool {
  if (thread.partner == 0 || changetype<Lane>(thread.partner).id == processor) return false;
  const other = changetype<Lane>(<usize>idMapGet(processors, <u64>processor));
  return changetype<usize>(other) != 0 && other.partner == 0;
}

/** Takes in a goroutine's transition. `time` counts from the origin, like `generationStart`, which announcements hold from. */
// @ts-ignore: decorator
@inline
export function goroutineMoves(record: EventRecord, time: i64, generationStart: i64): void {
  const to = record.to;
  const from = record.from;
  if (from == to) return;
  const arrives = to == GO_IS_RUNNING || to == GO_IS_IN_SYSCALL;
  if (!arrives && from != GO_IS_RUNNING && from != GO_IS_IN_SYSCALL) return;
  const start = from == UNDETERMINED ? generationStart : time;
  let thread = threadLane(record.thread, start);
  let carrier = thread;
  if (changetype<usize>(thread) == 0 || isElsewhere(thread, record.processor)) {
    thread = changetype<Lane>(0);
    carrier = changetype<Lane>(<usize>idMapGet(processors, <u64>record.processor));
    if (changetype<usize>(carrier) == 0) return;
  }
  carrier.carries = !arrives ? NOTHING : to == GO_IS_RUNNING ? A_RUNNING_ONE : ONE_IN_SYSCALL;
  carrier.goroutine = arrives ? <i64>record.a : 0;
  if (changetype<usize>(thread) == 0) showProcessor(carrier, carrier, start);
  else showThread(thread, start);
}

// How processors are counted: by Go's own two states of them.
const COUNTED_RUNNING: u32 = 0;
const COUNTED_IDLE: u32 = 1;
const mostBuckets: u32 = 1024;
/** They change seldom. */
const changesPerBucket: u32 = 1;
let all: StateCounts = changetype<StateCounts>(0);

function count(record: EventRecord, time: i64, isNew: bool): void {
  if (changetype<usize>(all) == 0) {
    all = newStateCounts(ALL_PROCESSORS, 0, mostBuckets, changesPerBucket);
    countIdleAt(all.now + <usize>(COUNTED_IDLE << 2));
  }
  const to = counted(record.to);
  if (!isNew) moveMember(all, time, counted(record.from), to);
  else if (record.from == UNDETERMINED) announceMember(all, time, to);
  else moveMember(all, time, NOWHERE, to);
  lookAtQueue(time);
}

function counted(state: u8): u32 {
  return state == PROC_IS_RUNNING ? COUNTED_RUNNING : COUNTED_IDLE;
}

/** Takes in a processor's transition. */
export function processorMoves(record: EventRecord, time: i64, generationStart: i64): void {
  const from = record.from;
  const to = record.to;
  const id = <i64>record.a;
  const isNew = idMapGet(processors, <u64>id) == 0;
  if (from == to && !isNew) return;
  count(record, time, isNew);
  const start = from == UNDETERMINED ? generationStart : time;
  const processor = laneOf(processors, processorLanes, PROCESSOR, id, start);
  if (to == PROC_IS_RUNNING) hold(processor, threadLane(record.thread, start), start);
  else letGo(processor, start, to == PROC_IS_IDLE ? IDLE : UNKNOWN);
}

function hold(processor: Lane, thread: Lane, start: i64): void {
  letGo(processor, start, SCHEDULING);
  if (changetype<usize>(thread) == 0) return;
  // What is announced holds from before; but the two can only be together where there are both.
  const time = max<i64>(start, max<i64>(processor.since, thread.since));
  if (thread.partner != 0) loseThread(changetype<Lane>(thread.partner), thread, time);
  endSpan(processor, time);
  processor.partner = changetype<usize>(thread);
  thread.partner = changetype<usize>(processor);
  showThread(thread, time);
}

/** The thread turns up elsewhere: the processor goes on without one that is known. */
function loseThread(processor: Lane, thread: Lane, time: i64): void {
  endSpan(processor, time);
  processor.partner = 0;
  processor.carries = thread.carries;
  processor.goroutine = thread.goroutine;
  thread.partner = 0;
  thread.carries = NOTHING;
}

/** Parts a processor from its thread, if it has one; it shows `kind` from then on. */
function letGo(processor: Lane, start: i64, kind: u32): void {
  const thread = changetype<Lane>(processor.partner);
  enterSpan(processor, start, kind, 0);
  processor.carries = NOTHING;
  if (changetype<usize>(thread) == 0) return;
  endSpan(processor, start);
  processor.partner = 0;
  thread.partner = 0;
  showThread(thread, start);
}

// @ts-ignore: decorator
@inline
function showThread(thread: Lane, start: i64): void {
  if (thread.partner != 0) {
    const processor = changetype<Lane>(thread.partner);
    if (thread.current != HAS_PROCESSOR || thread.currentId != processor.id) {
      enterSpan(thread, start, HAS_PROCESSOR, processor.id);
    }
    showProcessor(processor, thread, start);
  } else if (thread.carries == NOTHING) {
    enterSpan(thread, start, PARKED, 0);
  } else if (thread.carries == ONE_IN_SYSCALL) {
    enterSpan(thread, start, BLOCKED, thread.goroutine);
  } else {
    enterSpan(thread, start, UNKNOWN, 0);
  }
}

/** `carrier` is the processor's thread, or where none is known the processor itself. */
// @ts-ignore: decorator
@inline
function showProcessor(processor: Lane, carrier: Lane, start: i64): void {
  if (carrier.carries == NOTHING) enterSpan(processor, start, SCHEDULING, 0);
  else enterSpan(processor, start, carrier.carries == A_RUNNING_ONE ? RUNNING : SYSCALL, carrier.goroutine);
}

// @ts-ignore: decorator
@inline
function laneAt(list: Column, i: u32): Lane {
  return changetype<Lane>(<usize>load<u32>(columnAt(list, i)));
}

/** The processor that a goroutine runs on, or is in a system call on; −1 where none is known. */
export function processorOf(goroutine: i64): i64 {
  for (let i: u32 = 0; i < processorLanes.count; i++) {
    const processor = laneAt(processorLanes, i);
    const carrier = processor.partner == 0 ? processor : changetype<Lane>(processor.partner);
    if (carrier.carries != NOTHING && carrier.goroutine == goroutine) return processor.id;
  }
  return NONE;
}

/**
 * What a span says of its goroutine that is made runnable by an event: the processor of that, and whether the goroutine whose event
 * it is will be found there. Readers find it by its span, which must begin before.
 */
export function wokenBy(record: EventRecord, time: i64): u32 {
  const goroutine = record.goroutine;
  let lane = knownProcessor(record.processor);
  if (changetype<usize>(lane) == 0) {
    // Old traces have the network poller for a processor, also where a goroutine polls.
    lane = goroutine == NONE ? changetype<Lane>(0) : laneWith(goroutine, time);
    if (changetype<usize>(lane) == 0) return WOKEN_BY_NONE;
  }
  if (goroutine == NONE || !shows(lane, goroutine, time)) return ((lane.number + 1) << 3) | WOKEN_BY_NONE;
  return ((lane.number >> 1) << 3) | ((lane.number & 1) == 0 ? WOKEN_ON_EVEN : WOKEN_ON_ODD);
}

/** Processors that were looked up last, as threads are. */
const processorCache: usize = memory.data(64 * 16, 8);

/** 0 where there is none. */
// @ts-ignore: decorator
@inline
function knownProcessor(id: i64): Lane {
  const slot = processorCache + ((<usize>id & 63) << 4);
  if (load<i64>(slot) == id && load<u32>(slot, 8) != 0) return changetype<Lane>(<usize>load<u32>(slot, 8));
  return lookUpProcessor(id, slot);
}

function lookUpProcessor(id: i64, slot: usize): Lane {
  const lane = idMapGet(processors, <u64>id);
  store<i64>(slot, id);
  store<u32>(slot, lane, 8);
  return changetype<Lane>(<usize>lane);
}

// @ts-ignore: decorator
@inline
function shows(lane: Lane, goroutine: i64, time: i64): bool {
  return lane.current == RUNNING && lane.currentId == goroutine && lane.since < time;
}

function laneWith(goroutine: i64, time: i64): Lane {
  for (let i: u32 = 0; i < processorLanes.count; i++) {
    if (shows(laneAt(processorLanes, i), goroutine, time)) return laneAt(processorLanes, i);
  }
  return changetype<Lane>(0);
}

/** Hands out what the generation that ends here has shown. Threads' buckets need the processors' spans. */
export function handOutProcessors(time: i64): void {
  for (let i: u32 = 0; i < processorLanes.count; i++) cutLane(laneAt(processorLanes, i), time);
  for (let i: u32 = 0; i < threadLanes.count; i++) cutLane(laneAt(threadLanes, i), time);
  for (let i: u32 = 0; i < processorLanes.count; i++) handOutBuckets(laneAt(processorLanes, i));
  for (let i: u32 = 0; i < threadLanes.count; i++) handOutBuckets(laneAt(threadLanes, i));
}
