/**
 * Turns merged events of the old format into those of the new one, as Go 1.27 does (spec: v1 conversion; source:
 * internal/trace/tracev1.go). Records carry the numbers of the new format's events.
 */
import * as event from '../event-type';
import * as fault from '../fault';
import { fail, locateFault } from '../fault';
import { BROKEN, FINISHED, MORE, deliverSyncAt, stampFrom, startClock } from '../delivery';
import { EventRecord, RECORD_CAPACITY, pushRecord, recordCount, recordsReset } from '../event-record';
import {
  GO_IS_IN_SYSCALL,
  GO_IS_RUNNABLE,
  GO_IS_RUNNING,
  GO_IS_WAITING,
  NOT_EXIST,
  PROC_IS_IDLE,
  PROC_IS_RUNNING,
  UNDETERMINED,
} from '../go-states';
import { allocate, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { goSort } from '../go-sort';
import { IdMap, idMapClear, idMapGet, idMapRemove, idMapSet, newIdMap } from '../id-map';
import { beginGeneration } from '../generation';
import { ABSENT, addString, resolveFramesLeniently, stackNumber, stringNumber } from '../tables';
import * as reading from '../varint';
import { readVarint } from '../varint';
import { beginCheck, checkSome } from './check';
import { Event, argument, merged, mergedAt } from './event';
import * as type from './event-type';
import { beginWalk, findBatches, resetLoad } from './load';
import { beginMerge, mergeSome, settleTimes } from './merge';
import { beginBytes, fileByte } from './trace-bytes';

const NO_TASK: u64 = u64.MAX_VALUE;
/** The most records one event becomes, a burst of statuses apart. */
const mostPerEvent: u32 = 2;

let nextEvent: u32 = 0;
let beforeInit: bool = true;
let stwKind: u32 = 0;
/** The goroutines created before the number of processors was known, waiting for their statuses. */
const created: IdMap = newIdMap();
const createdIds: Column = newColumn(16);
let burstAt: u32 = 0;
let burstTime: i64 = 0;
// {thread i64} by processor.
const threads: IdMap = newIdMap();
const seenProcessors: IdMap = newIdMap();
const seenThreads: IdMap = newIdMap();
// {name u32, pad, parent u64} by task.
const tasks: IdMap = newIdMap();
/** Texts that the host hands over: the reason of each event type, and behind them the kinds of stopping the world. */
const fixedTexts: Column = newColumn(8);
const fixedNumbers: Column = newColumn(4);

/** Begins a trace; `minor` is the NN of `go 1.NN`. */
export function v1Begin(ofMinor: u32, sizeHint: u32): void {
  beginBytes(ofMinor, sizeHint);
  fixedTexts.count = 0;
}

/** Takes the next fixed text, whose bytes stay at `address`. */
export function v1AddText(address: usize, length: u32): void {
  const entry = columnPush(fixedTexts);
  store<u32>(entry, <u32>address);
  store<u32>(entry, length, 4);
}

// What is to be done before the first event is delivered, one after the other.
const FIND: u8 = 0;
const MERGE: u8 = 1;
const SETTLE: u8 = 2;
const CHECK: u8 = 3;
const LOADED: u8 = 4;
let stage: u8 = FIND;
/** Events of a stage for each call: some ten milliseconds. */
const enoughEvents: u32 = 1 << 18;

export function v1BeginLoad(): void {
  beginGeneration(false);
  resetLoad();
  beginWalk();
  stage = FIND;
}

/** Merges and checks some events. 1: there are more, 0: all is done, −1: fault, and nothing is delivered at all. */
export function v1LoadSome(): i32 {
  const result = loadSome();
  if (result != 0) return result;
  stage++;
  if (stage == MERGE) beginMerge();
  if (stage == CHECK) beginCheck();
  if (stage < LOADED) return 1;
  beginDelivery();
  return 0;
}

function loadSome(): i32 {
  switch (stage) {
    case FIND:
      return findBatches(enoughEvents);
    case MERGE:
      return mergeSome(enoughEvents);
    case SETTLE:
      return settleTimes();
  }
  return checkSome(enoughEvents);
}

function beginDelivery(): void {
  resolveFramesLeniently();
  fixedNumbers.count = 0;
  for (let i: u32 = 0; i < fixedTexts.count; i++) {
    const entry = columnAt(fixedTexts, i);
    const length = load<u32>(entry, 4);
    store<u32>(columnPush(fixedNumbers), length == 0 ? 0 : addString(<usize>load<u32>(entry), length));
  }
  lookAhead();
  nextEvent = 0;
  beforeInit = true;
  stwKind = 0;
  burstAt = 0;
  createdIds.count = 0;
  idMapClear(created);
  idMapClear(threads);
  idMapClear(seenProcessors);
  idMapClear(seenThreads);
  idMapClear(tasks);
}

/** Marks the system calls that block: the goroutine's next event says so. */
function lookAhead(): void {
  const following = newIdMap();
  for (let i = merged.count; i > 0; i--) {
    const own = mergedAt(i - 1);
    if (own.type == type.GO_SYSCALL) {
      const next = idMapGet(following, own.goroutine);
      if (next != 0 && mergedAt(next - 1).type == type.GO_SYSBLOCK) own.blocksAt = next;
    }
    idMapSet(following, own.goroutine, i);
  }
  release(following.slots, <usize>(following.mask + 1) << 4);
}

/** The Sync that opens the trace, a nanosecond before its first event. False: there are no events, and the last Sync is at 0. */
export function v1DeliverSync(): bool {
  if (merged.count == 0) {
    recordsReset();
    startClock(-1);
    return false;
  }
  const time = mergedAt(0).time - 1;
  startClock(time - 1);
  deliverSyncAt(time);
  return true;
}

export function v1Deliver(): u32 {
  recordsReset();
  while (recordCount + mostPerEvent <= RECORD_CAPACITY) {
    const first = recordCount;
    if (burstAt < createdIds.count) {
      announceCreated();
    } else if (nextEvent == merged.count) {
      return FINISHED;
    } else {
      const own = mergedAt(nextEvent++);
      if (!convert(own)) {
        fail(fault.V1_UNEXPECTED_EVENT, own.type);
        locateFault(-1, own.type, fileByte(<usize>own.args));
        return BROKEN;
      }
    }
    stampFrom(first);
  }
  return MORE;
}

function announceCreated(): void {
  const id = load<i64>(columnAt(createdIds, burstAt++));
  transition(pushRecord(burstTime, -1, -1, -1, event.GO_STATUS), id, UNDETERMINED, GO_IS_RUNNABLE);
}

// --- the context ---

function threadOn(processor: i64): i64 {
  const place = <usize>idMapGet(threads, <u64>processor);
  return place == 0 ? -1 : load<i64>(place);
}

function contextThread(own: Event): i64 {
  return own.processor == -1 ? -1 : threadOn(own.processor);
}

function emit(own: Event, kind: u8): EventRecord {
  const goroutine: i64 = own.goroutine == 0 ? -1 : <i64>own.goroutine;
  const record = pushRecord(own.time, contextThread(own), own.processor, goroutine, kind);
  const which = type.stackArgument(own.type);
  if (which != 255) record.stack = stackOf(argument(own, which));
  return record;
}

/** Stacks that are unknown or empty are no stacks. */
function stackOf(id: u64): u32 {
  const number = stackNumber(<u64>(<u32>id));
  return number == ABSENT ? 0 : number;
}

function textOf(id: u64): u32 {
  const number = stringNumber(id);
  return number == ABSENT ? 0 : number;
}

function fixedText(index: u32): u32 {
  return index < fixedNumbers.count ? load<u32>(columnAt(fixedNumbers, index)) : 0;
}

function transition(record: EventRecord, id: i64, from: u8, to: u8): bool {
  record.a = <u64>id;
  record.from = from;
  record.to = to;
  return true;
}

// --- one event ---

/** False: there is no such event in the new format. */
function convert(own: Event): bool {
  switch (own.type) {
    case type.GOMAXPROCS:
      return gomaxprocs(own);
    case type.PROC_START:
      return procStart(own);
    case type.PROC_STOP:
      return procStop(own);
    case type.GC_START:
      emit(own, event.GC_BEGIN).a = argument(own, 0);
      return true;
    case type.GC_DONE:
      emit(own, event.GC_END);
      return true;
    case type.STW_START:
      stwKind = fixedText(<u32>type.LIMIT + <u32>min<u64>(argument(own, 0), 1000));
      emit(own, event.STW_BEGIN).text = stwKind;
      return true;
    case type.STW_DONE:
      emit(own, event.STW_END).text = stwKind;
      return true;
    case type.SWEEP_START:
      emit(own, event.GC_SWEEP_BEGIN);
      return true;
    case type.SWEEP_DONE: {
      const record = emit(own, event.GC_SWEEP_END);
      record.a = argument(own, 0);
      record.b = argument(own, 1);
      return true;
    }
    case type.MARK_ASSIST_START:
      emit(own, event.GC_MARK_ASSIST_BEGIN);
      return true;
    case type.MARK_ASSIST_DONE:
      emit(own, event.GC_MARK_ASSIST_END);
      return true;
    case type.GO_CREATE:
      return goCreate(own);
    case type.GO_START:
    case type.GO_START_LOCAL:
      return goStart(own);
    case type.GO_START_LABEL:
      return goStartLabel(own);
    case type.GO_END:
      return transition(emit(own, event.GO_DESTROY), <i64>own.goroutine, GO_IS_RUNNING, NOT_EXIST);
    case type.GO_SCHED:
    case type.GO_PREEMPT:
      return goStop(own, event.GO_STOP, GO_IS_RUNNABLE);
    case type.GO_UNBLOCK:
    case type.GO_UNBLOCK_LOCAL:
      return transition(emit(own, event.GO_UNBLOCK), <i64>argument(own, 0), GO_IS_WAITING, GO_IS_RUNNABLE);
    case type.GO_SYSCALL:
      return goSyscall(own);
    case type.GO_SYSBLOCK:
      return true;
    case type.GO_SYSEXIT:
    case type.GO_SYSEXIT_LOCAL:
      return transition(emit(own, event.GO_SYSCALL_END_BLOCKED), <i64>own.goroutine, GO_IS_IN_SYSCALL, GO_IS_RUNNABLE);
    case type.GO_WAITING:
      return announced(own, GO_IS_WAITING);
    case type.GO_IN_SYSCALL:
      return announced(own, GO_IS_IN_SYSCALL);
    case type.HEAP_ALLOC:
      emit(own, event.HEAP_ALLOC).a = argument(own, 0);
      return true;
    case type.HEAP_GOAL:
      emit(own, event.HEAP_GOAL).a = argument(own, 0);
      return true;
    case type.TASK_CREATE:
      return taskBegin(own);
    case type.TASK_END:
      return taskEnd(own);
    case type.REGION: {
      const record = emit(own, argument(own, 1) == 0 ? event.USER_REGION_BEGIN : event.USER_REGION_END);
      record.a = argument(own, 0);
      record.text = textOf(argument(own, 2));
      return true;
    }
    case type.LOG:
      return userLog(own);
    case type.CPU_SAMPLE:
      return cpuSample(own);
    case type.FUTILE_WAKEUP:
      return false;
  }
  return goStop(own, event.GO_BLOCK, GO_IS_WAITING);
}

/** The first one ends the beginning: all that were created until then are announced. */
function gomaxprocs(own: Event): bool {
  if (!beforeInit) {
    emit(own, event.PROCS_CHANGE).a = argument(own, 0);
    return true;
  }
  beforeInit = false;
  burstTime = own.time;
  goSort(createdIds.start, <i32>createdIds.count);
  // Those that were seen since are not announced.
  let kept: u32 = 0;
  for (let i: u32 = 0; i < createdIds.count; i++) {
    const id = load<i64>(columnAt(createdIds, i));
    if (idMapGet(created, <u64>id) != 0) store<i64>(columnAt(createdIds, kept++), id);
  }
  createdIds.count = kept;
  burstAt = 0;
  return true;
}

function firstMention(processor: i32): bool {
  if (idMapGet(seenProcessors, <u64>processor) != 0) return false;
  idMapSet(seenProcessors, <u64>processor, 1);
  return true;
}

function procStart(own: Event): bool {
  let place = <usize>idMapGet(threads, <u64>own.processor);
  if (place == 0) {
    place = allocate(8);
    idMapSet(threads, <u64>own.processor, <u32>place);
  }
  const thread = argument(own, 0);
  store<i64>(place, <i64>thread);
  idMapSet(seenThreads, thread, 1);
  const first = firstMention(own.processor);
  const record = emit(own, first ? event.PROC_STATUS : event.PROC_START);
  return transition(record, own.processor, first ? UNDETERMINED : PROC_IS_IDLE, PROC_IS_RUNNING);
}

/** Processors and threads seen so far. */
export function v1ProcessorCount(): u32 {
  return seenProcessors.count;
}

export function v1ThreadCount(): u32 {
  return seenThreads.count;
}

function procStop(own: Event): bool {
  const first = firstMention(own.processor);
  const record = emit(own, first ? event.PROC_STATUS : event.PROC_STOP);
  transition(record, own.processor, first ? UNDETERMINED : PROC_IS_RUNNING, PROC_IS_IDLE);
  idMapRemove(threads, <u64>own.processor);
  return true;
}

function goCreate(own: Event): bool {
  const id = argument(own, 0);
  if (beforeInit) {
    idMapSet(created, id, 1);
    store<i64>(columnPush(createdIds), <i64>id);
    burstAt = createdIds.count;
    return true;
  }
  const record = emit(own, event.GO_CREATE);
  record.otherStack = stackOf(argument(own, 1));
  return transition(record, <i64>id, NOT_EXIST, GO_IS_RUNNABLE);
}

function goStart(own: Event): bool {
  if (!beforeInit) return transition(emit(own, event.GO_START), <i64>own.goroutine, GO_IS_RUNNABLE, GO_IS_RUNNING);
  idMapRemove(created, own.goroutine);
  return transition(emit(own, event.GO_STATUS), <i64>own.goroutine, UNDETERMINED, GO_IS_RUNNING);
}

/** The start, and the label as an event of its own; its thread is 0 where none is known. */
function goStartLabel(own: Event): bool {
  transition(emit(own, event.GO_START), <i64>own.goroutine, GO_IS_RUNNABLE, GO_IS_RUNNING);
  const label = emit(own, event.GO_LABEL);
  label.thread = max<i64>(threadOn(own.processor), 0);
  label.text = textOf(argument(own, 2));
  label.time = own.time + 1;
  return true;
}

/** It leaves its processor; the reason follows from the type. */
function goStop(own: Event, kind: u8, to: u8): bool {
  const record = emit(own, kind);
  record.text = fixedText(own.type);
  return transition(record, <i64>own.goroutine, GO_IS_RUNNING, to);
}

/**
 * A call that does not block ends a nanosecond later, without the usual replacements in its context. Of one that does, the
 * record keeps when it began to (in `b`): Go's conversion drops that.
 */
function goSyscall(own: Event): bool {
  const begin = emit(own, event.GO_SYSCALL_BEGIN);
  transition(begin, <i64>own.goroutine, GO_IS_RUNNING, GO_IS_IN_SYSCALL);
  if (own.blocksAt != 0) {
    begin.b = <u64>mergedAt(own.blocksAt - 1).time;
    return true;
  }
  const thread = max<i64>(threadOn(own.processor), 0);
  const end = pushRecord(own.time + 1, thread, own.processor, <i64>own.goroutine, event.GO_SYSCALL_END);
  return transition(end, <i64>own.goroutine, GO_IS_IN_SYSCALL, GO_IS_RUNNING);
}

function announced(own: Event, to: u8): bool {
  if (beforeInit) idMapRemove(created, own.goroutine);
  return transition(emit(own, event.GO_STATUS), <i64>own.goroutine, UNDETERMINED, to);
}

function taskBegin(own: Event): bool {
  const id = argument(own, 0);
  const parent = argument(own, 1);
  const record = emit(own, event.USER_TASK_BEGIN);
  record.a = id;
  record.b = parent == 0 ? NO_TASK : parent;
  record.text = textOf(argument(own, 2));
  const task = allocate(16);
  store<u32>(task, record.text);
  // An end carries the parent as it was written.
  store<u64>(task, parent, 8);
  idMapSet(tasks, id, <u32>task);
  return true;
}

function taskEnd(own: Event): bool {
  const id = argument(own, 0);
  const record = emit(own, event.USER_TASK_END);
  record.a = id;
  record.b = NO_TASK;
  const task = <usize>idMapGet(tasks, id);
  if (task == 0) return true;
  record.text = load<u32>(task);
  record.b = load<u64>(task, 8);
  idMapRemove(tasks, id);
  return true;
}

/** The message stands behind the event's numbers. */
function userLog(own: Event): bool {
  const record = emit(own, event.USER_LOG);
  record.a = argument(own, 0);
  record.text = textOf(argument(own, 1));
  argument(own, 2);
  const length = <u32>readVarint();
  record.otherText = length == 0 ? 0 : addString(reading.at, length);
  return true;
}

function cpuSample(own: Event): bool {
  const record = emit(own, event.CPU_SAMPLE);
  record.thread = -1;
  return true;
}
