/**
 * What the scheduler does beside what lanes tell: time during which a goroutine could run and a processor was idle, in
 * buckets, and processors taken from threads in system calls, one by one and in the same buckets (readers: common/lane-buckets.ts
 * as of a group, common/event-times.ts).
 *
 *     classes:  0 idle while runnable | 1 the same while the world is stopped | 2 taken processors, each as 1 ns
 *     block of times:  parameter, a byte | of each the time since the one before (first: since the block's start)
 *
 * A goroutine or processor counts from where the trace first tells of it.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { LENGTHS, beginBlock, bestParameter, countLength, putByte, putRice } from './bits';
import { Buckets, addToBuckets, handOutLevels, newSharedBuckets, restartBuckets } from './buckets';
import { SCHEDULER, STEALS, handOut } from './outbox';

const IDLE_WHILE_RUNNABLE: u32 = 0;
const TAKEN: u32 = 2;
const CLASSES: u32 = 3;
const timesPerBlock: u32 = 2048;

const buckets: Buckets = newSharedBuckets(CLASSES);
// There are no spans that would say it where a bucket is too wide.
buckets.isFine = true;
const times: Column = newColumn(8);
let blockStart: i64 = 0;

const nobody: usize = memory.data(4, 4);
/** Where the numbers of goroutines that could run, and of idle processors, stand: u32 each. */
let runnable: usize = nobody;
let idle: usize = nobody;
/** Both are above zero, since when, and whether the world is stopped: 0 or 1. */
let isOn: bool = false;
let since: i64 = 0;
let stopped: u32 = 0;

export function countRunnableAt(address: usize): void {
  runnable = address;
}

export function countIdleAt(address: usize): void {
  idle = address;
}

/** One of the numbers has changed. */
// @ts-ignore: decorator
@inline
export function lookAtQueue(time: i64): void {
  const on = load<u32>(runnable) != 0 && load<u32>(idle) != 0;
  if (on != isOn) turn(time, on);
}

function turn(time: i64, on: bool): void {
  cut(time);
  isOn = on;
}

function cut(time: i64): void {
  if (isOn && time > since) addToBuckets(buckets, since, time, IDLE_WHILE_RUNNABLE + stopped);
  since = time;
}

export function worldIsStopped(time: i64, isStopped: bool): void {
  cut(time);
  stopped = isStopped ? 1 : 0;
}

export function processorIsTaken(time: i64): void {
  // In the bucket of the nanosecond before, so that none lies behind the end of its generation.
  const from = max<i64>(time - 1, buckets.start);
  addToBuckets(buckets, from, from + 1, TAKEN);
  store<i64>(columnPush(times), time);
  if (times.count == timesPerBlock) sealTimes(time);
}

function sealTimes(until: i64): void {
  if (times.count == 0) return;
  memory.fill(lengths, 0, <usize>LENGTHS * 4);
  let last = blockStart;
  for (let i: u32 = 0; i < times.count; i++) {
    const time = load<i64>(columnAt(times, i));
    countLength(lengths, <u64>(time - last));
    last = time;
  }
  beginBlock(16 + <usize>times.count * 12);
  const k = bestParameter(lengths);
  putByte(k);
  last = blockStart;
  for (let i: u32 = 0; i < times.count; i++) {
    const time = load<i64>(columnAt(times, i));
    putRice(<u64>(time - last), k);
    last = time;
  }
  handOut(STEALS, 0, 0, blockStart, until, times.count);
  blockStart = until;
  times.count = 0;
}

const lengths: usize = memory.data(65 * 4, 8);

/** Hands out what the generation that ends here has shown. */
export function handOutScheduler(until: i64): void {
  cut(until);
  sealTimes(until);
  blockStart = until;
  if (buckets.spans > 0 && until > buckets.start) handOutLevels(buckets, SCHEDULER, 0, until);
  restartBuckets(buckets, until);
}
