/**
 * Packs user logs as they come, one behind the other, for the host to store as one chunk (layout and example:
 * common/log-chunk.ts). Their texts are taken over as they are: most occur once, so nothing of them stays here.
 *
 *     log:  time minus the one before | goroutine minus the one before | task | length | category | length | message
 */
import { ENOUGH_LOG_BYTES, ENOUGH_ROWS, haveEnough } from '../enough';
import { EventRecord, TRACE_NAME } from '../event-record';
import { allocate, release } from '../memory';
import { nameBytes, nameLength } from '../names';
import { stringAddress, stringLength } from '../tables';
import { putVarint } from './span-stream';

/** Three numbers of at most ten bytes, two of five. */
const mostPerLog: usize = 3 * 10 + 2 * 5;

let chunk: usize = 0;
let capacity: usize = 0;
let length: usize = 0;
let count: u32 = 0;
let lastTime: i64 = 0;
let lastGoroutine: i64 = 0;
/** From the origin. */
export let logsStart: i64 = 0;
export let logsUntil: i64 = 0;

export function putLog(record: EventRecord, origin: i64): void {
  const time = record.time - origin;
  makeRoom(mostPerLog + <usize>lengthOf(record.text) + <usize>lengthOf(record.otherText));
  let at = putSigned(chunk + length, time - lastTime);
  at = putSigned(at, record.goroutine - lastGoroutine);
  at = putVarint(at, record.a);
  at = putText(putText(at, record.text), record.otherText);
  lastTime = time;
  lastGoroutine = record.goroutine;
  logsStart = count == 0 ? time : min(logsStart, time);
  logsUntil = count == 0 ? time : max(logsUntil, time);
  length = at - chunk;
  count++;
  if (count >= ENOUGH_ROWS || length >= ENOUGH_LOG_BYTES) haveEnough();
}

function lengthOf(text: u32): u32 {
  return (text & TRACE_NAME) != 0 ? nameLength(text & ~TRACE_NAME) : stringLength(text);
}

function putText(from: usize, text: u32): usize {
  const size = lengthOf(text);
  const at = putVarint(from, size);
  memory.copy(at, (text & TRACE_NAME) != 0 ? nameBytes(text & ~TRACE_NAME) : stringAddress(text), size);
  return at + size;
}

/** Zigzag: 0, −1, 1, −2 … as 0, 1, 2, 3 … */
// @ts-ignore: decorator
@inline
function putSigned(at: usize, value: i64): usize {
  return putVarint(at, <u64>((value << 1) ^ (value >> 63)));
}

function makeRoom(size: usize): void {
  if (length + size <= capacity) return;
  const larger = max<usize>(max<usize>(4096, capacity * 2), length + size);
  const moved = allocate(larger);
  if (capacity > 0) {
    memory.copy(moved, chunk, length);
    release(chunk, capacity);
  }
  chunk = moved;
  capacity = larger;
}

export function forgetLogs(): void {
  length = 0;
  count = 0;
  lastTime = 0;
  lastGoroutine = 0;
}

export function logCount(): u32 {
  return count;
}

export function logsAddress(): usize {
  return chunk;
}

export function logsLength(): u32 {
  return <u32>length;
}
