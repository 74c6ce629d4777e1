/**
 * One generation while it is read: its batches by thread, its tables, CPU samples and clock. The host cuts the file into
 * batches and hands them over; `finishGeneration` checks that everything needed is there.
 *
 *     batch:   next u32 | data address u32 | data length u32 | number with the host u32, from 1 | base time in units u64
 *              | file offset u64
 *     thread:  id i64 | first batch u32 | last batch u32
 *     sample:  time in units u64 | thread i64 | processor i64 | goroutine i64 | stack id u64
 */
import { arenaAllocate, arenaReset } from './arena';
import { setFrequency, toNs } from './clock';
import { Column, columnAt, columnPush, newColumn } from './column';
import * as type from './event-type';
import * as fault from './fault';
import { clearFault, fail } from './fault';
import { goSort } from './go-sort';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from './id-map';
import { readStacks, readStrings, resetTables, resolveFrames } from './tables';
import * as reading from './varint';
import { readByte, readVarint, startReading } from './varint';

const threads: Column = newColumn(16);
const threadNumbers: IdMap = newIdMap();
const samples: Column = newColumn(40);
const sampleOrder: Column = newColumn(16);

let explicitSnapshot: bool = false;
let frequency: u64 = 0;
let hasFrequency: bool = false;
let hasSnapshot: bool = false;
let snapshotTime: u64 = 0;
let snapshotMono: u64 = 0;
let snapshotSeconds: u64 = 0;
let snapshotNanoseconds: u64 = 0;
let minimumTime: u64 = 0;

/** `withSnapshot`: the version's generations begin with a sync batch that holds a clock snapshot. */
export function beginGeneration(withSnapshot: bool): void {
  arenaReset();
  resetTables();
  clearFault();
  threads.count = 0;
  samples.count = 0;
  sampleOrder.count = 0;
  idMapClear(threadNumbers);
  explicitSnapshot = withSnapshot;
  hasFrequency = false;
  hasSnapshot = false;
  minimumTime = 0;
}

/** Room for a batch's data until the next `beginGeneration`. */
export function allocateBatch(length: u32): usize {
  return arenaAllocate(length);
}

/**
 * Takes a batch whose `length` bytes of data lie at `data` (from `allocateBatch`) and at `fileOffset` in the file.
 * Experimental batches are counted for the clock only. 0, or −1 with a fault.
 */
export function addBatch(thread: i64, time: u64, experiment: u32, data: usize, length: u32, fileOffset: u64): i32 {
  noteBatch(time);
  if (experiment != 0) return 0;
  const kind: u8 = length == 0 ? 0 : load<u8>(data);
  startReading(data + 1, data + length);
  if (kind == type.STRINGS) return readStrings();
  if (kind == type.STACKS) return readStacks();
  if (kind == type.CPU_SAMPLES) return readSamples();
  if (kind == type.FREQUENCY && !explicitSnapshot) {
    startReading(data, data + length);
    return readSync(time);
  }
  if (kind == type.SYNC && explicitSnapshot) return readSync(time);
  if (kind == type.END_OF_GENERATION) return fail(fault.MISPLACED_END_OF_GENERATION);
  addEventBatch(thread, time, data, length, fileOffset);
  return 0;
}

/** Instead of `addBatch`, where somebody else reads the events of a batch: its time counts all the same. */
export function noteBatch(time: u64): void {
  if (minimumTime == 0 || time < minimumTime) minimumTime = time;
}

/** A batch of events of which the host keeps the data, under a number, until they are asked for (cursor.ts). */
export function addKeptBatch(thread: i64, time: u64, number: u32, length: u32, fileOffset: u64): void {
  noteBatch(time);
  addEventBatch(thread, time, 0, length, fileOffset);
  store<u32>(lastBatch, number + 1, 12);
}

let lastBatch: usize = 0;

function addEventBatch(thread: i64, time: u64, data: usize, length: u32, fileOffset: u64): void {
  const batch = arenaAllocate(32);
  lastBatch = batch;
  store<u32>(batch, 0);
  store<u32>(batch, <u32>data, 4);
  store<u32>(batch, length, 8);
  store<u32>(batch, 0, 12);
  store<u64>(batch, time, 16);
  store<u64>(batch, fileOffset, 24);
  const known = idMapGet(threadNumbers, <u64>thread);
  if (known != 0) {
    const entry = columnAt(threads, known - 1);
    store<u32>(<usize>load<u32>(entry, 12), <u32>batch);
    store<u32>(entry, <u32>batch, 12);
    return;
  }
  const entry = columnPush(threads);
  store<i64>(entry, thread);
  store<u32>(entry, <u32>batch, 8);
  store<u32>(entry, <u32>batch, 12);
  idMapSet(threadNumbers, <u64>thread, threads.count);
}

function readSamples(): i32 {
  while (reading.at < reading.end) {
    const kind = readByte();
    if (kind != type.CPU_SAMPLE) return fail(fault.UNEXPECTED_SAMPLE_ENTRY, kind);
    const time = readVarint();
    const thread = readVarint();
    const processor = readVarint();
    const goroutine = readVarint();
    const stack = readVarint();
    if (reading.failed) return fail(reading.ranDry ? fault.TABLE_ENDS_EARLY : fault.TABLE_CUT_OFF);
    const sample = columnPush(samples);
    store<u64>(sample, time);
    store<u64>(sample, thread, 8);
    store<u64>(sample, processor, 16);
    store<i64>(sample, goroutine == 0 ? -1 : <i64>goroutine, 24);
    store<u64>(sample, stack, 32);
  }
  return 0;
}

/** Frequencies and clock snapshots; the snapshot's time is the batch's plus the deltas so far, in units. */
function readSync(base: u64): i32 {
  let time = base;
  while (reading.at < reading.end) {
    const kind = readByte();
    if (kind == type.FREQUENCY) {
      if (hasFrequency) return fail(fault.TWO_FREQUENCIES);
      const value = readVarint();
      if (reading.failed) return fail(reading.ranDry ? fault.TABLE_ENDS_EARLY : fault.TABLE_CUT_OFF);
      hasFrequency = true;
      frequency = value;
    } else if (kind == type.CLOCK_SNAPSHOT && explicitSnapshot) {
      if (hasSnapshot) return fail(fault.TWO_SNAPSHOTS);
      time += readVarint();
      const mono = readVarint();
      const seconds = readVarint();
      const nanoseconds = readVarint();
      if (reading.failed) return fail(reading.ranDry ? fault.TABLE_ENDS_EARLY : fault.TABLE_CUT_OFF);
      hasSnapshot = true;
      snapshotTime = time;
      snapshotMono = mono;
      snapshotSeconds = seconds;
      snapshotNanoseconds = nanoseconds;
    } else {
      return fail(fault.UNEXPECTED_SYNC_ENTRY, kind);
    }
  }
  return 0;
}

/** Checks the generation and makes it ready to be ordered. 0, or −1 with a fault. */
export function finishGeneration(): i32 {
  if (!hasFrequency) return fail(fault.NO_FREQUENCY);
  if (explicitSnapshot && !hasSnapshot) return fail(fault.NO_SNAPSHOT);
  setFrequency(frequency);
  if (resolveFrames() < 0) return -1;
  for (let i: u32 = 0; i < samples.count; i++) {
    const place = columnPush(sampleOrder);
    store<i64>(place, toNs(load<u64>(columnAt(samples, i))));
    store<u32>(place, i, 8);
  }
  goSort(sampleOrder.start, <i32>samples.count);
  return 0;
}

export function generationStart(): i64 {
  return toNs(minimumTime);
}

export function threadCount(): u32 {
  return threads.count;
}

/** Layout at the top of the file. */
export function threadEntry(index: u32): usize {
  return columnAt(threads, index);
}

export function sampleCount(): u32 {
  return samples.count;
}

/** Time in nanoseconds of the n-th sample in order of time. */
export function sampleTime(order: u32): i64 {
  return load<i64>(columnAt(sampleOrder, order));
}

/** The n-th sample in order of time; layout at the top of the file. */
export function sampleEntry(order: u32): usize {
  return columnAt(samples, load<u32>(columnAt(sampleOrder, order), 8));
}

export function hasClockSnapshot(): bool {
  return hasSnapshot;
}

export function clockSnapshotTime(): i64 {
  return toNs(snapshotTime);
}

export function clockSnapshotMono(): u64 {
  return snapshotMono;
}

export function clockSnapshotSeconds(): u64 {
  return snapshotSeconds;
}

export function clockSnapshotNanoseconds(): u64 {
  return snapshotNanoseconds;
}
