/**
 * The scheduler model: what is known of every goroutine, processor and thread, of open tasks and of the collector. It lives
 * as long as the trace; generations only touch it.
 */
import { allocateZeroed, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapGet, idMapRemove, idMapSet, newIdMap } from '../id-map';

export const NONE: i64 = -1;

// Wire statuses of goroutines.
export const GO_RUNNABLE: u8 = 1;
export const GO_RUNNING: u8 = 2;
export const GO_SYSCALL: u8 = 3;
export const GO_WAITING: u8 = 4;
export const GO_STATUS_LIMIT: u8 = 5;

// Wire statuses of processors.
export const PROC_RUNNING: u8 = 1;
export const PROC_IDLE: u8 = 2;
export const PROC_SYSCALL: u8 = 3;
export const PROC_SYSCALL_ABANDONED: u8 = 4;
export const PROC_STATUS_LIMIT: u8 = 5;

export const GC_UNDETERMINED: u8 = 0;
export const GC_IDLE: u8 = 1;
export const GC_RUNNING: u8 = 2;

/** Ranges in progress, in the order Go keeps them: {type u32, pad u32, kind id u64} each. */
@unmanaged
export class Ranges {
  start: usize;
  count: u32;
  capacity: u32;
}

@unmanaged
export class Goroutine {
  id: i64;
  /** The generation and number of its last sequenced event. */
  sequenceGeneration: u64;
  sequence: u64;
  ranges: Ranges;
  /** Innermost open region: {next u32, name u32, task u64}. */
  regions: usize;
  status: u8;
  alive: bool;
}

@unmanaged
export class Processor {
  id: i64;
  sequenceGeneration: u64;
  sequence: u64;
  ranges: Ranges;
  status: u8;
  /** The thread that took it last; valid only while that still has it. */
  threadHint: usize;
}

@unmanaged
export class Thread {
  id: i64;
  processor: i64;
  goroutine: i64;
  /** Where the goroutine and the processor were found last; valid only if the record there still has that id. */
  goroutineHint: usize;
  processorHint: usize;
}

const goroutines: IdMap = newIdMap();
const processors: IdMap = newIdMap();
const threads: IdMap = newIdMap();
const threadList: Column = newColumn(4);
const tasks: IdMap = newIdMap();

export let gcState: u8 = GC_UNDETERMINED;
export let gcSequence: u64 = 0;
/** The number of the generation being ordered. */
export let generation: u64 = 0;
/** Whether the rules for the beginning of a trace apply: the generation has the number of the first one. */
export let initial: bool = false;
let firstGeneration: u64 = 0;
let hasFirstGeneration: bool = false;

export function enterGeneration(number: u64): void {
  generation = number;
}

/** A generation with events is about to be ordered; the first such one is the initial one. */
export function noteEvents(): void {
  if (!hasFirstGeneration) {
    hasFirstGeneration = true;
    firstGeneration = generation;
  }
  initial = generation == firstGeneration;
}

export function setGc(state: u8, sequence: u64): void {
  gcState = state;
  gcSequence = sequence;
}

// --- goroutines ---

/** 0 (null) where it is not known. */
export function findGoroutine(id: i64): Goroutine {
  return changetype<Goroutine>(<usize>idMapGet(goroutines, <u64>id));
}

/**
 * Records of forgotten goroutines, linked by their first word. They are never used for anything else, so that a hint at one
 * always reads a goroutine.
 */
let freeGoroutines: usize = 0;

function newGoroutine(): Goroutine {
  const record = freeGoroutines;
  if (record == 0) return changetype<Goroutine>(allocateZeroed(offsetof<Goroutine>()));
  freeGoroutines = <usize>load<u32>(record);
  memory.fill(record, 0, offsetof<Goroutine>());
  return changetype<Goroutine>(record);
}

export function addGoroutine(id: i64, status: u8): Goroutine {
  const goroutine = newGoroutine();
  goroutine.id = id;
  goroutine.ranges = newRanges();
  goroutine.status = status;
  goroutine.alive = true;
  goroutine.sequenceGeneration = generation;
  idMapSet(goroutines, <u64>id, <u32>changetype<usize>(goroutine));
  return goroutine;
}

export function forgetGoroutine(goroutine: Goroutine): void {
  idMapRemove(goroutines, <u64>goroutine.id);
  goroutine.alive = false;
  while (goroutine.regions != 0) popRegion(goroutine);
  releaseRanges(goroutine.ranges);
  store<u32>(changetype<usize>(goroutine), <u32>freeGoroutines);
  freeGoroutines = changetype<usize>(goroutine);
}

/** The goroutine that runs on a thread; 0 where there is none or it is not known. */
// @ts-ignore: decorator
@inline
export function goroutineOn(thread: Thread): Goroutine {
  const hint = changetype<Goroutine>(thread.goroutineHint);
  if (thread.goroutineHint != 0 && hint.id == thread.goroutine && hint.alive) return hint;
  return lookUpGoroutine(thread);
}

function lookUpGoroutine(thread: Thread): Goroutine {
  const goroutine = findGoroutine(thread.goroutine);
  thread.goroutineHint = changetype<usize>(goroutine);
  return goroutine;
}

// --- processors ---

export function findProcessor(id: i64): Processor {
  return changetype<Processor>(<usize>idMapGet(processors, <u64>id));
}

export function addProcessor(id: i64, status: u8): Processor {
  const processor = changetype<Processor>(allocateZeroed(offsetof<Processor>()));
  processor.id = id;
  processor.ranges = newRanges();
  processor.status = status;
  processor.sequenceGeneration = generation;
  idMapSet(processors, <u64>id, <u32>changetype<usize>(processor));
  return processor;
}

/** The processor bound to a thread; 0 where there is none or it is not known. Processors are never forgotten. */
// @ts-ignore: decorator
@inline
export function processorOn(thread: Thread): Processor {
  const hint = changetype<Processor>(thread.processorHint);
  if (thread.processorHint != 0 && hint.id == thread.processor) return hint;
  const processor = findProcessor(thread.processor);
  thread.processorHint = changetype<usize>(processor);
  return processor;
}

export function processorCount(): u32 {
  return processors.count;
}

// --- threads ---

export function findThread(id: i64): Thread {
  return changetype<Thread>(<usize>idMapGet(threads, <u64>id));
}

export function addThread(id: i64): Thread {
  const thread = changetype<Thread>(allocateZeroed(offsetof<Thread>()));
  thread.id = id;
  thread.processor = NONE;
  thread.goroutine = NONE;
  idMapSet(threads, <u64>id, <u32>changetype<usize>(thread));
  store<u32>(columnPush(threadList), <u32>changetype<usize>(thread));
  return thread;
}

/** The thread that holds a processor, 0 if none does. */
export function threadHolding(processor: i64): Thread {
  const record = findProcessor(processor);
  if (changetype<usize>(record) != 0 && record.threadHint != 0) {
    const hint = changetype<Thread>(record.threadHint);
    if (hint.processor == processor) return hint;
  }
  for (let i: u32 = 0; i < threadList.count; i++) {
    const thread = changetype<Thread>(<usize>load<u32>(columnAt(threadList, i)));
    if (thread.processor == processor) return thread;
  }
  return changetype<Thread>(0);
}

export function modelThreadCount(): u32 {
  return threadList.count;
}

// --- sequences ---

// @ts-ignore: decorator
@inline
export function succeeds(number: u64, sequenceGeneration: u64, sequence: u64): bool {
  return sequenceGeneration == generation && number == sequence + 1;
}

// --- ranges ---

function newRanges(): Ranges {
  return changetype<Ranges>(allocateZeroed(offsetof<Ranges>()));
}

function releaseRanges(ranges: Ranges): void {
  if (ranges.capacity > 0) release(ranges.start, <usize>ranges.capacity << 4);
  release(changetype<usize>(ranges), offsetof<Ranges>());
}

export function rangeActive(ranges: Ranges, type: u8, kind: u64): bool {
  for (let i: u32 = 0; i < ranges.count; i++) {
    const entry = ranges.start + (<usize>i << 4);
    if (load<u32>(entry) == type && load<u64>(entry, 8) == kind) return true;
  }
  return false;
}

export function rangePush(ranges: Ranges, type: u8, kind: u64): void {
  if (ranges.count == ranges.capacity) {
    const capacity = max<u32>(2, ranges.capacity * 2);
    const start = allocateZeroed(<usize>capacity << 4);
    if (ranges.capacity > 0) {
      memory.copy(start, ranges.start, <usize>ranges.capacity << 4);
      release(ranges.start, <usize>ranges.capacity << 4);
    }
    ranges.start = start;
    ranges.capacity = capacity;
  }
  const entry = ranges.start + (<usize>ranges.count << 4);
  store<u32>(entry, type);
  store<u64>(entry, kind, 8);
  ranges.count++;
}

/** The kind of the range that `rangeRemove` took away. */
export let removedKind: u64 = 0;

/** More at once than a goroutine can have; what ends them would be slow to find. */
export const MOST_RANGES: u32 = 256;

/** Ends the first range of a type: the last takes its place. Whether there was one. */
export function rangeRemove(ranges: Ranges, type: u8): bool {
  for (let i: u32 = 0; i < ranges.count; i++) {
    const entry = ranges.start + (<usize>i << 4);
    if (load<u32>(entry) != type) continue;
    removedKind = load<u64>(entry, 8);
    ranges.count--;
    memory.copy(entry, ranges.start + (<usize>ranges.count << 4), 16);
    return true;
  }
  return false;
}

// --- regions of a goroutine ---

export function pushRegion(goroutine: Goroutine, task: u64, name: u32): void {
  const region = allocateZeroed(16);
  store<u32>(region, <u32>goroutine.regions);
  store<u32>(region, name, 4);
  store<u64>(region, task, 8);
  goroutine.regions = region;
}

export function popRegion(goroutine: Goroutine): void {
  const region = goroutine.regions;
  goroutine.regions = <usize>load<u32>(region);
  release(region, 16);
}

export function regionName(region: usize): u32 {
  return load<u32>(region, 4);
}

export function regionTask(region: usize): u64 {
  return load<u64>(region, 8);
}

// --- tasks: {name u32, pad u32, parent u64} ---

export function taskActive(id: u64): bool {
  return idMapGet(tasks, id) != 0;
}

export function addTask(id: u64, name: u32, parent: u64): void {
  const task = allocateZeroed(16);
  store<u32>(task, name);
  store<u64>(task, parent, 8);
  idMapSet(tasks, id, <u32>task);
}

export let endedTaskName: u32 = 0;
export let endedTaskParent: u64 = 0;

/** Forgets a task and leaves its facts in `endedTask…`; an unknown one has no name and no parent. */
export function endTask(id: u64): void {
  const task = <usize>idMapGet(tasks, id);
  endedTaskName = 0;
  endedTaskParent = u64.MAX_VALUE;
  if (task == 0) return;
  endedTaskName = load<u32>(task);
  endedTaskParent = load<u64>(task, 8);
  idMapRemove(tasks, id);
  release(task, 16);
}
