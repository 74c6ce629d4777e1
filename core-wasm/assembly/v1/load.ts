/** Finding the batches of every processor, and decoding them one by one. */
import { allocateZeroed } from '../memory';
import { Column, columnPush, newColumn } from '../column';
import * as fault from '../fault';
import { fail, locateFault } from '../fault';
import { goSort } from '../go-sort';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import * as tables from '../tables';
import * as reading from '../varint';
import { readVarint, startReading } from '../varint';
import { EVENT_SIZE, Event } from './event';
import * as type from './event-type';
import * as bytes from './trace-bytes';
import { bytesEnd, bytesStart, fileByte, readEvent } from './trace-bytes';

/** One processor's batches and the events of the batch being merged; or the CPU samples. */
@unmanaged
export class Source {
  /** Linked: next u32 | address of the first event behind the marker u32 | ticks u64. */
  firstBatch: usize;
  lastBatch: usize;
  /** Events decoded and not yet taken. */
  events: Column;
  at: u32;
  processor: i32;
  done: bool;
  /** What runs on the processor at the end of what was decoded. */
  goroutine: u64;
}

/** Addresses of the sources (u32): processors in ascending order, then the samples. */
export const sources: Column = newColumn(4);
const byProcessor: IdMap = newIdMap();
const timerGoroutines: IdMap = newIdMap();
const samples: Column = newColumn(EVENT_SIZE);
const order: Column = newColumn(16);
export let frequency: f64 = 0;
export let hasFrequency: bool = false;

const maxStackFrames: u64 = 1000;
const LARGEST_PROCESSOR: u64 = 0x7fffffff;
const NO_PROCESSOR: u64 = u64.MAX_VALUE;

export function resetLoad(): void {
  sources.count = 0;
  samples.count = 0;
  order.count = 0;
  idMapClear(byProcessor);
  idMapClear(timerGoroutines);
  hasFrequency = false;
}

export function isTimerGoroutine(goroutine: u64): bool {
  return goroutine != 0 && idMapGet(timerGoroutines, goroutine) != 0;
}

function broken(at: usize): i32 {
  locateFault(-1, bytes.eventType, fileByte(at));
  return -1;
}

function newSource(processor: i32): Source {
  const source = changetype<Source>(allocateZeroed(offsetof<Source>()));
  source.processor = processor;
  source.events = newColumn(EVENT_SIZE);
  return source;
}

// Where the first walk is.
let walkAt: usize = 0;
let walkInBatch: bool = false;

export function beginWalk(): void {
  walkAt = bytesStart();
  walkInBatch = false;
}

/** The first walk: batches by processor, and all CPU samples. 1: `most` events were looked at, 0: all, −1: fault. */
export function findBatches(most: u32): i32 {
  for (let i: u32 = 0; i < most; i++) {
    const found = readEvent(walkAt);
    if (found < 0) return broken(walkAt);
    if (found == 0) {
      orderSources();
      return 0;
    }
    const kind = bytes.eventType;
    if (kind == type.BATCH) {
      walkInBatch = true;
      if (addBatch() < 0) return broken(walkAt);
    } else if (!walkInBatch && kind != type.STRING) {
      fail(fault.V1_EVENT_BEFORE_BATCH, kind);
      return broken(walkAt);
    } else if (kind == type.CPU_SAMPLE && addSample() < 0) {
      return broken(walkAt);
    }
    walkAt = bytes.next;
  }
  return 1;
}

function addBatch(): i32 {
  if (bytes.eventCount != 2) return fail(fault.V1_WRONG_ARGUMENTS, type.BATCH, bytes.eventCount);
  const id = readVarint();
  const ticks = readVarint();
  if (id > LARGEST_PROCESSOR && id != NO_PROCESSOR) return fail(fault.V1_INVALID_PROCESSOR, id);
  const processor = id == NO_PROCESSOR ? -1 : <i32>id;
  const known = idMapGet(byProcessor, <u64>processor);
  const source = known == 0 ? newSource(processor) : changetype<Source>(<usize>known);
  if (known == 0) {
    idMapSet(byProcessor, <u64>processor, <u32>changetype<usize>(source));
    const pair = columnPush(order);
    store<i64>(pair, processor);
    store<u32>(pair, <u32>changetype<usize>(source), 8);
  }
  const batch = allocateZeroed(16);
  store<u32>(batch, <u32>bytes.next, 4);
  store<u64>(batch, ticks, 8);
  if (source.lastBatch == 0) source.firstBatch = batch;
  else store<u32>(source.lastBatch, <u32>batch);
  source.lastBatch = batch;
  return 0;
}

/** A sample's time is when it was taken, not when it was written. */
function addSample(): i32 {
  if (bytes.eventCount != 5) return fail(fault.V1_WRONG_ARGUMENTS, type.CPU_SAMPLE, bytes.eventCount);
  readVarint();
  const sample = changetype<Event>(columnPush(samples));
  sample.args = <u32>reading.at;
  sample.type = type.CPU_SAMPLE;
  sample.blocksAt = 0;
  sample.time = <i64>readVarint();
  sample.processor = <i32>readVarint();
  sample.goroutine = readVarint();
  return 0;
}

function orderSources(): void {
  goSort(order.start, <i32>order.count);
  for (let i: u32 = 0; i < order.count; i++) {
    store<u32>(columnPush(sources), load<u32>(order.start + (<usize>i << 4), 8));
  }
  if (samples.count == 0) return;
  const source = newSource(-1);
  sortSamples(source.events);
  store<u32>(columnPush(sources), <u32>changetype<usize>(source));
}

function sortSamples(into: Column): void {
  const pairs = newColumn(16);
  for (let i: u32 = 0; i < samples.count; i++) {
    const pair = columnPush(pairs);
    store<i64>(pair, changetype<Event>(samples.start + <usize>i * EVENT_SIZE).time);
    store<u32>(pair, i, 8);
  }
  goSort(pairs.start, <i32>pairs.count);
  for (let i: u32 = 0; i < pairs.count; i++) {
    const from = samples.start + <usize>load<u32>(pairs.start + (<usize>i << 4), 8) * EVENT_SIZE;
    memory.copy(columnPush(into), from, EVENT_SIZE);
  }
}

/** Decodes the source's next batch. 1: done, 0: there is none, −1: fault. */
export function loadBatch(source: Source): i32 {
  const batch = source.firstBatch;
  if (batch == 0) return 0;
  source.firstBatch = <usize>load<u32>(batch);
  source.events.count = 0;
  source.at = 0;
  let at = <usize>load<u32>(batch, 4);
  let ticks = load<u64>(batch, 8);
  while (true) {
    const found = readEvent(at);
    if (found < 0) return broken(at);
    // A log that runs past the end is where the first walk stopped without a word.
    if (found == 0) return at >= bytesEnd() ? 1 : cutLog(at);
    if (bytes.eventType == type.BATCH) return 1;
    const next = bytes.next;
    if (bytes.eventType == type.STRING) {
      if (defineString() < 0) return broken(at);
    } else {
      ticks = loadEvent(source, ticks);
      if (fault.faultCode != 0) return broken(at);
    }
    at = next;
  }
}

function cutLog(at: usize): i32 {
  fail(fault.V1_EVENT_CUT_OFF, type.LOG);
  return broken(at);
}

function defineString(): i32 {
  const id = bytes.stringId;
  if (id == 0 || tables.stringNumber(id) != tables.ABSENT) return fail(fault.STRING_DEFINED_TWICE, id);
  tables.defineString(id, bytes.textAt, bytes.textLength);
  return 0;
}

/** Takes in one event; the batch's time after it. A fault is left in `faultCode`. */
function loadEvent(source: Source, ticks: u64): u64 {
  const kind = bytes.eventType;
  if (kind == type.STACK) {
    defineStack();
    return ticks;
  }
  const wanted = type.argumentCount(kind) + (type.hasDelta(kind) ? 1 : 0);
  if (bytes.eventCount != wanted) {
    fail(fault.V1_WRONG_ARGUMENTS, kind, bytes.eventCount, wanted);
    return ticks;
  }
  if (kind == type.FREQUENCY) {
    setFrequency(readVarint());
    return ticks;
  }
  if (kind == type.TIMER_GOROUTINE) {
    idMapSet(timerGoroutines, readVarint(), 1);
    return ticks;
  }
  const time = ticks + readVarint();
  if (kind == type.CPU_SAMPLE) return time;
  const event = changetype<Event>(columnPush(source.events));
  event.time = <i64>time;
  event.args = <u32>reading.at;
  event.processor = source.processor;
  event.type = kind;
  event.blocksAt = 0;
  event.goroutine = ownerOf(source, kind);
  return time;
}

function setFrequency(ticksPerSecond: u64): void {
  if (<i64>ticksPerSecond <= 0) {
    fail(fault.V1_TIMES_OUT_OF_ORDER);
    return;
  }
  hasFrequency = true;
  frequency = <f64>(<i64>ticksPerSecond);
}

/** The goroutine an event belongs to; starts and ends change what runs on the processor. */
function ownerOf(source: Source, kind: u8): u64 {
  const current = source.goroutine;
  switch (kind) {
    case type.GO_START:
    case type.GO_START_LOCAL:
    case type.GO_START_LABEL:
      source.goroutine = readVarint();
      return source.goroutine;
    case type.GO_SYSEXIT:
    case type.GO_WAITING:
    case type.GO_IN_SYSCALL:
      return readVarint();
    case type.GO_UNBLOCK:
      return current;
  }
  const leaves =
    (kind >= type.GO_END && kind <= type.GO_BLOCK_NET) || kind == type.GO_SYSBLOCK || kind == type.GO_BLOCK_GC;
  if (leaves) source.goroutine = 0;
  return current;
}

function defineStack(): void {
  if (bytes.eventCount < 2) {
    fail(fault.V1_INVALID_STACK, bytes.eventCount);
    return;
  }
  const id = <u64>(<u32>readVarint());
  const count = readVarint();
  if (count > maxStackFrames || <u64>bytes.eventCount != count * 4 + 2) {
    fail(fault.V1_INVALID_STACK, count);
    return;
  }
  if (id == 0 || count == 0) return;
  tables.defineStack(id, <u32>count);
}
