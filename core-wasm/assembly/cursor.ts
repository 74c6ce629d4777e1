/** One thread's place in its batches of the generation: the next event of that thread, decoded and not yet ordered. */
import { toNs } from './clock';
import * as type from './event-type';
import * as fault from './fault';
import { fail, locateFault } from './fault';
import { allocate, release } from './memory';
import * as reading from './varint';
import { readByte, readVarint, startReading } from './varint';

/** Copies the data of a batch that the host keeps. */
// @ts-ignore: decorator
@external('env', 'fetchBatch')
declare function fetchBatch(number: u32, to: usize, length: u32): void;

/** Number of arguments by event type, filled by the host from the event table; 255: not an event with a time. */
export const argumentCounts: usize = memory.data(256);
const untimed: u32 = 255;

@unmanaged
export class Cursor {
  /** Nanoseconds, before any adjustment: what the heap orders by. */
  time: i64;
  thread: i64;
  a: u64;
  b: u64;
  c: u64;
  d: u64;
  /** The running time inside the batch; 0 stands for "at the batch's base". */
  clock: i64;
  batch: usize;
  at: usize;
  end: usize;
  /** The thread's record in the scheduler model; 0 until its first event is tried. */
  record: usize;
  /** Room for the data of a batch that the host keeps. */
  buffer: usize;
  bufferSize: u32;
  type: u8;
}

/** Decodes the next event. 1: there is one, 0: the thread is finished, −1: fault. */
export function cursorNext(cursor: Cursor): i32 {
  while (cursor.at == cursor.end) {
    const next: usize = cursor.batch == 0 ? 0 : <usize>load<u32>(cursor.batch);
    if (next == 0) return 0;
    enterBatch(cursor, next);
  }
  startReading(cursor.at, cursor.end);
  const kind = readByte();
  if (kind >= type.EVENT_TYPE_LIMIT) return undecodable(cursor, fault.INVALID_EVENT_TYPE, kind);
  const count = <u32>load<u8>(argumentCounts + <usize>kind);
  if (count == untimed) return undecodable(cursor, fault.EVENT_WITHOUT_TIME, kind);
  const delta = readVarint();
  if (count > 0) cursor.a = readVarint();
  if (count > 1) cursor.b = readVarint();
  if (count > 2) cursor.c = readVarint();
  if (count > 3) cursor.d = readVarint();
  if (reading.failed) return undecodable(cursor, fault.EVENT_CUT_OFF, kind);
  let clock = cursor.clock;
  if (clock == 0) clock = toNs(load<u64>(cursor.batch, 16));
  clock += toNs(delta);
  cursor.clock = clock;
  cursor.time = clock;
  cursor.type = kind;
  cursor.at = reading.at;
  return 1;
}

/** The cursor before the first event of a thread whose first batch is `batch`. */
export function enterBatch(cursor: Cursor, batch: usize): void {
  cursor.batch = batch;
  const number = load<u32>(batch, 12);
  if (number != 0) bring(cursor, batch, number - 1);
  cursor.at = <usize>load<u32>(batch, 4);
  cursor.end = cursor.at + <usize>load<u32>(batch, 8);
  cursor.clock = 0;
}

function bring(cursor: Cursor, batch: usize, number: u32): void {
  const length = load<u32>(batch, 8);
  if (length > cursor.bufferSize) {
    releaseBuffer(cursor);
    cursor.buffer = allocate(length);
    cursor.bufferSize = length;
  }
  if (length > 0) fetchBatch(number, cursor.buffer, length);
  store<u32>(batch, <u32>cursor.buffer, 4);
}

export function releaseBuffer(cursor: Cursor): void {
  if (cursor.bufferSize > 0) release(cursor.buffer, cursor.bufferSize);
  cursor.bufferSize = 0;
}

function undecodable(cursor: Cursor, code: u32, kind: u8): i32 {
  fail(code, kind);
  locateFault(cursor.thread, kind, cursorByte(cursor));
  return -1;
}

/** Where in the file the cursor stands: behind the decoded event. */
export function cursorByte(cursor: Cursor): u64 {
  return load<u64>(cursor.batch, 24) + <u64>(cursor.at - <usize>load<u32>(cursor.batch, 4));
}
