/**
 * The scheduler model: what is known of every goroutine, processor and thread, of open tasks and of the collector. It lives
 * as long as the trace; generations only touch it.
 */
import { allocateZeroed, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import {
  IdMap,
  idMapClear,
  idMapGet,
  idMapLastPlace,
  idMapRemove,
  idMapSet,
  idMapValueAt,
  newIdMap,
} from '../id-map';

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
  /** Innermost open region: {next u32, name u32, task u64, text u32, pad u32}. */
  regions: usize;
  /** While a generation is verified: what is left of the regions, valid where the mark is that of the verification. */
  regionsLeft: usize;
  verification: u32;
  status: u8;
  alive: bool;
  /** Of an isolated generation: known by a status, not by its creation; its ranges were announced. */
  announced: bool;
  confirmed: bool;
}

@unmanaged
export class Processor {
  id: i64;
  sequenceGeneration: u64;
  sequence: u64;
  ranges: Ranges;
  status: u8;
  /** Of an isolated generation: its ranges were announced. */
  confirmed: bool;
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
  /** Whether an event of the isolated generation bound or unbound them; until then what the thread has is not known. */
  processorTouched: bool;
  goroutineTouched: bool;
}

const goroutines: IdMap = newIdMap();
const processors: IdMap = newIdMap();
const threads: IdMap = newIdMap();
const threadList: Column = newColumn(4);
const tasks: IdMap = newIdMap();
/** Goroutines that the isolated generation announced and saw end. */
const ended: IdMap = newIdMap();

export let gcState: u8 = GC_UNDETERMINED;
export let gcSequence: u64 = 0;
/** The number of the generation being ordered. */
export let generation: u64 = 0;
/** Whether the rules for the beginning of a trace apply: the generation has the number of the first one. */
export let initial: bool = false;
/** The generation is ordered by itself, by the rules for the beginning of a trace; claims say what has to be verified. */
export let isolated: bool = false;
export let firstGeneration: u64 = 0;
export let hasFirstGeneration: bool = false;
export let highestGeneration: u64 = 0;

export function enterGeneration(number: u64): void {
  generation = number;
  highestGeneration = max(highestGeneration, number);
}

/** Whether what follows from a generation ordered by itself can be told from what is known so far. */
export function canFollowIsolated(number: u64): bool {
  if (!hasFirstGeneration || number <= highestGeneration) return false;
  // Whoever looks for what a thread does not have would find these.
  return idMapGet(goroutines, <u64>NONE) == 0 && idMapGet(processors, <u64>NONE) == 0;
}

/** What was read before ended with these generations. */
export function followGenerations(first: u64, hasFirst: bool, highest: u64): void {
  firstGeneration = first;
  hasFirstGeneration = hasFirst;
  highestGeneration = highest;
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
  if (goroutine.announced) idMapSet(ended, <u64>goroutine.id, 1);
  dispose(goroutine);
}

/** Whether the isolated generation announced a goroutine and saw it end. */
export function hasEnded(id: i64): bool {
  return idMapGet(ended, <u64>id) != 0;
}

function dispose(goroutine: Goroutine): void {
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

export function rangeTypeAt(ranges: Ranges, index: u32): u32 {
  return load<u32>(ranges.start + (<usize>index << 4));
}

export function rangeKindAt(ranges: Ranges, index: u32): u64 {
  return load<u64>(ranges.start + (<usize>index << 4), 8);
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

const regionSize: usize = 24;

/** `text` is the name's entry in the tables of the generation. */
export function pushRegion(goroutine: Goroutine, task: u64, name: u32, text: u32): void {
  const region = allocateZeroed(regionSize);
  store<u32>(region, <u32>goroutine.regions);
  store<u32>(region, name, 4);
  store<u64>(region, task, 8);
  store<u32>(region, text, 16);
  goroutine.regions = region;
}

/** A region below the one at `above`, which is the outermost so far; 0: there is none yet. Its address. */
export function putRegionBelow(goroutine: Goroutine, above: usize, task: u64, name: u32): usize {
  const region = allocateZeroed(regionSize);
  store<u32>(region, name, 4);
  store<u64>(region, task, 8);
  if (above == 0) goroutine.regions = region;
  else store<u32>(above, <u32>region);
  return region;
}

export function popRegion(goroutine: Goroutine): void {
  const region = goroutine.regions;
  goroutine.regions = regionBelow(region);
  release(region, regionSize);
}

/** The region around a region, 0 if it is the outermost. */
export function regionBelow(region: usize): usize {
  return <usize>load<u32>(region);
}

export function regionText(region: usize): u32 {
  return load<u32>(region, 16);
}

export function regionName(region: usize): u32 {
  return load<u32>(region, 4);
}

export function regionTask(region: usize): u64 {
  return load<u64>(region, 8);
}

// --- tasks: {name u32, pad u32, parent u64}; of an isolated generation the name is an entry of its tables ---

export function taskActive(id: u64): bool {
  return idMapGet(tasks, id) != 0;
}

export function addTask(id: u64, name: u32, parent: u64): void {
  const task = allocateZeroed(16);
  store<u32>(task, name);
  store<u64>(task, parent, 8);
  idMapSet(tasks, id, <u32>task);
}

export function taskName(task: usize): u32 {
  return load<u32>(task);
}

export function taskParent(task: usize): u64 {
  return load<u64>(task, 8);
}

export let endedTaskName: u32 = 0;
export let endedTaskParent: u64 = 0;

/** Leaves the facts of a task in `endedTask…`; an unknown one has no name and no parent. Whether it is known. */
export function lookUpTask(id: u64): bool {
  const task = <usize>idMapGet(tasks, id);
  endedTaskName = task == 0 ? 0 : load<u32>(task);
  endedTaskParent = task == 0 ? u64.MAX_VALUE : load<u64>(task, 8);
  return task != 0;
}

/** Forgets a task and leaves its facts in `endedTask…`. Whether it was known. */
export function endTask(id: u64): bool {
  if (!lookUpTask(id)) return false;
  release(<usize>idMapGet(tasks, id), 16);
  idMapRemove(tasks, id);
  return true;
}

// --- a model for each generation ---

/** Forgets everything; what is ordered next is a generation by itself. */
export function isolate(): void {
  forgetModel();
  isolated = true;
  hasFirstGeneration = false;
}

export function forgetModel(): void {
  isolated = false;
  forgetAll(goroutines, disposeAt);
  forgetAll(processors, releaseProcessor);
  forgetAll(threads, releaseThread);
  forgetAll(tasks, releaseTask);
  threadList.count = 0;
  idMapClear(ended);
  setGc(GC_UNDETERMINED, 0);
}

function forgetAll(map: IdMap, forget: (record: usize) => void): void {
  for (let place: u32 = 0; place <= idMapLastPlace(map); place++) {
    const record = <usize>idMapValueAt(map, place);
    if (record != 0) forget(record);
  }
  idMapClear(map);
}

function disposeAt(record: usize): void {
  dispose(changetype<Goroutine>(record));
}

function releaseProcessor(record: usize): void {
  releaseRanges(changetype<Processor>(record).ranges);
  release(record, offsetof<Processor>());
}

function releaseThread(record: usize): void {
  release(record, offsetof<Thread>());
}

function releaseTask(record: usize): void {
  release(record, 16);
}

// The maps themselves, for handing a model over (handover.ts, checkpoint.ts).
export { goroutines, processors, tasks, threads, threadList, ended };
