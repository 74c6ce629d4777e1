import { allocate } from './memory';

/**
 * A delivered event, as the host and the accumulators read it. String and stack numbers are entries of the generation's
 * tables (0: empty), except where `TRACE_NAME` is set in a text: then it is a name of the trace.
 *
 *     time i64 | thread i64 | processor i64 | goroutine i64 | a u64 | b u64 | c u64
 *     | type u8 | from u8 | to u8 | missing u8 | stack u32 | otherStack u32 | text u32 | otherText u32 | claims u32
 *
 * `from` and `to` are Go's public states (goroutine: 0 Undetermined, 1 NotExist, 2 Runnable, 3 Running, 4 Waiting,
 * 5 Syscall; processor: 0 Undetermined, 1 NotExist, 2 Running, 3 Idle). What a, b, c hold, by type:
 *
 *     transitions: the subject's id; of a system call's beginning in an old trace also when it blocked | metrics: the value
 *     | sweep end: swept, reclaimed | *Active: the resource | tasks: id, parent | regions, logs: the task
 *     | experimental: its arguments | sync: its number
 */
export const TRACE_NAME: u32 = 0x80000000;

@unmanaged
export class EventRecord {
  time: i64;
  thread: i64;
  processor: i64;
  goroutine: i64;
  a: u64;
  b: u64;
  c: u64;
  type: u8;
  from: u8;
  to: u8;
  /** 1: a stack id, 2: a string id that the generation does not define; the id is in `c`. */
  missing: u8;
  stack: u32;
  otherStack: u32;
  text: u32;
  otherText: u32;
  /** What was taken for granted, where a generation was ordered by itself (ordering/claims.ts); 0 once that is verified. */
  claims: u32;
}

export const RECORD_SIZE: usize = 80;
export const RECORD_CAPACITY: u32 = 4096;
/** An event becomes at most three. */
export const MOST_PER_EVENT: u32 = 3;

const records: usize = allocate(<usize>RECORD_CAPACITY * RECORD_SIZE);
export let recordCount: u32 = 0;

/** The host has put this many records into the buffer. */
export function recordsAre(count: u32): void {
  recordCount = count;
}

export function recordsReset(): void {
  recordCount = 0;
}

/** Takes back the records from `count` on. */
export function recordsTruncate(count: u32): void {
  recordCount = count;
}

// @ts-ignore: decorator
@inline
export function recordAt(index: u32): EventRecord {
  return changetype<EventRecord>(records + <usize>index * RECORD_SIZE);
}

/** A new record at the end, with everything zero but the context. */
export function pushRecord(time: i64, thread: i64, processor: i64, goroutine: i64, type: u8): EventRecord {
  const record = recordAt(recordCount);
  recordCount++;
  record.time = time;
  record.thread = thread;
  record.processor = processor;
  record.goroutine = goroutine;
  record.a = 0;
  record.b = 0;
  record.c = 0;
  store<u64>(changetype<usize>(record), <u64>type, offsetof<EventRecord>('type'));
  store<u64>(changetype<usize>(record), 0, offsetof<EventRecord>('otherStack'));
  store<u64>(changetype<usize>(record), 0, offsetof<EventRecord>('otherText'));
  return record;
}

export function recordsStart(): usize {
  return records;
}
