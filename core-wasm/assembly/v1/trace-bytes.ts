/**
 * The bytes of a whole trace of the format before Go 1.22. Nothing of such a trace is certain before all of it was merged, so
 * all of it stays in memory.
 *
 *     event:  type (6 bits) and k (2 bits) | k < 3: k + 1 varints | k = 3: length in bytes, then varints
 *     string: type | id | length | bytes                 log: an event, then length | bytes
 */
import { allocate, release } from '../memory';
import * as fault from '../fault';
import { fail } from '../fault';
import * as reading from '../varint';
import { readByte, readVarint, skipBytes, startReading } from '../varint';
import * as type from './event-type';

let start: usize = 0;
let length: usize = 0;
let capacity: usize = 0;
/** The NN of the header's `go 1.NN`. */
export let minor: u32 = 0;

const headerLength: usize = 16;
const mostEventBytes: u64 = 2048;
export const maxTextBytes: u64 = 1000000;

/** `sizeHint`: how many bytes will come, 0 if that is not known. */
export function beginBytes(ofMinor: u32, sizeHint: u32): void {
  minor = ofMinor;
  length = 0;
  reserve(max<usize>(sizeHint, 1 << 16));
}

function reserve(size: usize): void {
  if (size <= capacity) return;
  const grown = max<usize>(size, capacity * 2);
  const block = allocate(grown);
  if (capacity > 0) {
    memory.copy(block, start, length);
    release(start, capacity);
  }
  start = block;
  capacity = grown;
}

/** Room for the next `count` bytes of the file, behind the header and what came before. */
export function appendBytes(count: u32): usize {
  reserve(length + count);
  const place = start + length;
  length += count;
  return place;
}

export function bytesStart(): usize {
  return start;
}

export function bytesEnd(): usize {
  return start + length;
}

/** Where an address lies in the file. */
export function fileByte(address: usize): u64 {
  return <u64>(address - start + headerLength);
}

/** The event that `readEvent` found; its numbers begin at `reading.at`, the next event at `next`. */
export let eventType: u8 = 0;
export let eventCount: u32 = 0;
export let eventEnd: usize = 0;
export let next: usize = 0;
/** A log's text. */
export let textAt: usize = 0;
export let textLength: u32 = 0;

/**
 * Reads an event's head at `at` and finds its end. 1: an event, 0: the end of the bytes (also inside a log's text), −1: fault.
 * Strings have no numbers: their text is in `textAt`, their id in `stringId`.
 */
export function readEvent(at: usize): i32 {
  const end = bytesEnd();
  if (at >= end) return 0;
  startReading(at, end);
  const head = readByte();
  eventType = head & 0x3f;
  if (eventType == 0 || eventType >= type.LIMIT || (eventType == type.CPU_SAMPLE && minor < 19)) {
    return fail(fault.INVALID_EVENT_TYPE, eventType);
  }
  if (eventType == type.STRING) return readString();
  const k = head >> 6;
  if (k < 3) return readShort(<u32>k + 1);
  const size = readVarint();
  if (reading.failed) return fail(fault.V1_EVENT_CUT_OFF, eventType);
  if (size > mostEventBytes) return fail(fault.V1_EVENT_TOO_LONG, eventType, size);
  if (size > <u64>(end - reading.at)) return fail(fault.V1_EVENT_CUT_OFF, eventType);
  return readLong(<usize>size);
}

export let stringId: u64 = 0;

function readString(): i32 {
  stringId = readVarint();
  const size = readVarint();
  if (reading.failed) return fail(fault.V1_EVENT_CUT_OFF, eventType);
  if (size == 0 || size > maxTextBytes) return fail(fault.V1_INVALID_TEXT_SIZE, size);
  if (size > <u64>(bytesEnd() - reading.at)) return fail(fault.V1_EVENT_CUT_OFF, eventType);
  textAt = reading.at;
  textLength = <u32>size;
  next = reading.at + textLength;
  return 1;
}

function readShort(count: u32): i32 {
  const first = reading.at;
  eventCount = count;
  for (let i: u32 = 0; i < count; i++) readVarint();
  if (reading.failed) return fail(fault.V1_EVENT_CUT_OFF, eventType);
  return finishEvent(first, reading.at);
}

function readLong(size: usize): i32 {
  const first = reading.at;
  const last = first + size;
  startReading(first, last);
  eventCount = 0;
  while (reading.at < last) {
    readVarint();
    eventCount++;
  }
  if (reading.failed) return fail(fault.V1_EVENT_CUT_OFF, eventType);
  return finishEvent(first, last);
}

function finishEvent(first: usize, last: usize): i32 {
  eventEnd = last;
  next = last;
  if (eventType == type.LOG) {
    const found = readLogText(last);
    if (found <= 0) return found;
  }
  startReading(first, last);
  return 1;
}

function readLogText(at: usize): i32 {
  startReading(at, bytesEnd());
  const size = readVarint();
  if (reading.failed) return 0;
  if (size > maxTextBytes) return fail(fault.V1_INVALID_TEXT_SIZE, size);
  if (size > <u64>(bytesEnd() - reading.at)) return 0;
  textAt = reading.at;
  textLength = <u32>size;
  skipBytes(<usize>size);
  next = reading.at;
  return 1;
}
