/**
 * Delivers the events of a generation in order, into the record buffer: the cursors' events as the scheduler model admits
 * them, CPU samples between them, each at least a nanosecond after the one before.
 */
import * as event from './event-type';
import * as fault from './fault';
import { fail, locateFault } from './fault';
import { Cursor, cursorByte, cursorNext, enterBatch, releaseBuffer } from './cursor';
import {
  MOST_PER_EVENT,
  RECORD_CAPACITY,
  RECORD_SIZE,
  pushRecord,
  recordAt,
  recordCount,
  recordsReset,
  recordsTruncate,
} from './event-record';
import {
  frontierAt,
  frontierInsert,
  frontierRemove,
  frontierReset,
  frontierSort,
  frontierUpdate,
  size as frontierSize,
} from './frontier';
import { generationStart, sampleCount, sampleEntry, sampleTime, threadCount, threadEntry } from './generation';
import { Column, columnAt, columnPush, newColumn } from './column';
import { enterGeneration, isolated, noteEvents } from './ordering/model';
import { advance } from './ordering/advance';
import { NOT_YET, TAKEN } from './ordering/step';
import { ABSENT, stackNumber } from './tables';

/** What `deliver` ended with. */
export const MORE: u32 = 0;
export const FINISHED: u32 = 1;
export const BROKEN: u32 = 2;

const cursorSize: u32 = 112;
const cursors: Column = newColumn(cursorSize);
let lastTime: i64 = 0;
let syncs: u64 = 0;
let nextSample: u32 = 0;
/** So many events of the generation were delivered before, and are passed over. */
let delivered: u64 = 0;

/** Delivered events by type, over the whole trace. */
export const eventCounts: usize = memory.data(256 * 8, 8);
/** How often no cursor at the root could advance, over the whole trace. */
export let retries: u64 = 0;

/** Gives a record its final time, and counts it. */
// @ts-ignore: decorator
@inline
export function stamp(index: u32): void {
  // Times of an isolated generation are adjusted where it is fitted in.
  if (isolated) return;
  const record = recordAt(index);
  if (record.time <= lastTime) record.time = lastTime + 1;
  lastTime = record.time;
  const count = eventCounts + (<usize>record.type << 3);
  store<u64>(count, load<u64>(count) + 1);
}

/** Decodes the first event of every thread. 0, or −1 with a fault: then not even the generation's Sync is delivered. */
export function beginDelivery(generation: u64): i32 {
  enterGeneration(generation);
  const count = threadCount();
  for (let i: u32 = 0; i < cursors.count; i++) releaseBuffer(changetype<Cursor>(columnAt(cursors, i)));
  cursors.count = 0;
  for (let i: u32 = 0; i < count; i++) columnPush(cursors);
  frontierReset(count);
  nextSample = 0;
  delivered = 0;
  for (let i: u32 = 0; i < count; i++) {
    const place = columnAt(cursors, i);
    memory.fill(place, 0, cursorSize);
    const cursor = changetype<Cursor>(place);
    const thread = threadEntry(i);
    cursor.thread = load<i64>(thread);
    enterBatch(cursor, <usize>load<u32>(thread, 8));
    const next = cursorNext(cursor);
    if (next < 0) return -1;
    if (next > 0) frontierInsert(cursor);
  }
  if (frontierSize > 0) noteEvents();
  return 0;
}

/** Whether the generation has events of threads, right after `beginDelivery`. */
export function hasEvents(): bool {
  return frontierSize > 0;
}

/** A Sync event, alone in the record buffer. At a generation's start it has the generation's time, otherwise the next nanosecond. */
export function deliverSync(atGenerationStart: bool): void {
  deliverSyncAt(atGenerationStart ? generationStart() : lastTime);
}

/** What counts as the time of the event before the next one. */
export function startClock(before: i64): void {
  lastTime = before;
}

/** As behind so many Syncs, the last event at that time. */
export function resumeClock(before: i64, syncsSoFar: u64): void {
  lastTime = before;
  syncs = syncsSoFar;
}

export function syncCount(): u64 {
  return syncs;
}

/** A Sync event with a time of its own, alone in the record buffer. */
export function deliverSyncAt(time: i64): void {
  recordsReset();
  syncs++;
  pushRecord(time, -1, -1, -1, event.SYNC).a = syncs;
  stamp(0);
}

/** Gives the records from `first` on their final times. */
export function stampFrom(first: u32): void {
  for (let i = first; i < recordCount; i++) stamp(i);
}

/** Fills the record buffer with the next events. */
export function deliver(): u32 {
  recordsReset();
  if (delivered > 0) passOver();
  while (recordCount + MOST_PER_EVENT <= RECORD_CAPACITY) {
    if (nextSample < sampleCount() && (frontierSize == 0 || sampleTime(nextSample) < frontierAt(0).time)) {
      deliverSample();
    } else if (frontierSize == 0) {
      return FINISHED;
    } else {
      const first = recordCount;
      if (!advanceFrontier()) {
        recordsTruncate(first);
        return BROKEN;
      }
      for (let i = first; i < recordCount; i++) {
        if (recordAt(i).missing != 0) return lost(i);
        stamp(i);
      }
    }
  }
  return MORE;
}

/** The next `deliver` goes on behind this many events, which were delivered otherwise. */
export function resumeBehind(count: u64): void {
  delivered = count;
}

/** Orders events again that were delivered before; what is too many of the last stays in the buffer. */
function passOver(): void {
  while (delivered > 0) {
    recordsReset();
    if (nextSample < sampleCount() && (frontierSize == 0 || sampleTime(nextSample) < frontierAt(0).time)) {
      nextSample++;
      delivered--;
    } else if (frontierSize == 0 || !advanceFrontier()) {
      // They were all ordered before, so that this cannot be.
      unreachable();
    } else if (<u64>recordCount > delivered) {
      keepLast(recordCount - <u32>delivered);
      delivered = 0;
    } else {
      delivered -= recordCount;
      recordsReset();
    }
  }
}

function keepLast(count: u32): void {
  const first = recordCount - count;
  for (let i: u32 = 0; i < count; i++) {
    memory.copy(changetype<usize>(recordAt(i)), changetype<usize>(recordAt(first + i)), RECORD_SIZE);
    stamp(i);
  }
  recordsTruncate(count);
}

/** The event's effect on the model stays, the event itself is lost: it names a string or stack that is not there. */
function lost(index: u32): u32 {
  const record = recordAt(index);
  fail(record.missing == 1 ? fault.INVALID_STACK_ID : fault.INVALID_STRING_ID, record.c);
  locateFault(record.thread, record.type, 0);
  recordsTruncate(index);
  return BROKEN;
}

function deliverSample(): void {
  const sample = sampleEntry(nextSample);
  const record = pushRecord(
    sampleTime(nextSample),
    load<i64>(sample, 8),
    load<i64>(sample, 16),
    load<i64>(sample, 24),
    event.CPU_SAMPLE,
  );
  const stack = stackNumber(load<u64>(sample, 32));
  record.stack = stack == ABSENT ? 0 : stack;
  nextSample++;
  stamp(recordCount - 1);
}

/** False: broken. */
function advanceFrontier(): bool {
  const root = frontierAt(0);
  let verdict = advance(root);
  if (verdict == TAKEN) return follow(0, root);
  if (verdict != NOT_YET) return located(root);
  retries++;
  frontierSort();
  for (let i: u32 = 1; i < frontierSize; i++) {
    const cursor = frontierAt(i);
    verdict = advance(cursor);
    if (verdict == TAKEN) return follow(i, cursor);
    if (verdict != NOT_YET) return located(cursor);
  }
  fail(fault.NOTHING_ADVANCES, frontierSize);
  return located(frontierAt(0));
}

function located(cursor: Cursor): bool {
  locateFault(cursor.thread, cursor.type, cursorByte(cursor));
  return false;
}

/** Moves on the cursor whose event was taken. */
function follow(index: u32, cursor: Cursor): bool {
  const next = cursorNext(cursor);
  if (next < 0) return false;
  if (next > 0) frontierUpdate(index);
  else frontierRemove(index);
  return true;
}

export function lastDelivered(): i64 {
  return lastTime;
}
