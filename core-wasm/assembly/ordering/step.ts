/** What every handler works with: the event being tried, its thread, and the context before it. */
import * as fault from '../fault';
import { fail } from '../fault';
import { Cursor } from '../cursor';
import { EventRecord, pushRecord } from '../event-record';
import { ABSENT, stackNumber, stringNumber } from '../tables';
import { NO_GOROUTINE_YET, NO_PROCESSOR_YET } from './claims';
import { NONE, Thread, isolated } from './model';

/** The verdicts on an event. */
export const TAKEN: i32 = 1;
export const NOT_YET: i32 = 0;
export const BROKEN: i32 = -1;

export let cursor: Cursor = changetype<Cursor>(0);
/** 0 for the pseudo-thread −1, which has no state. */
export let thread: Thread = changetype<Thread>(0);
export let threadId: i64 = NONE;
export let processorId: i64 = NONE;
export let goroutineId: i64 = NONE;
/** What the context takes for granted (ordering/claims.ts). */
let contextClaims: u32 = 0;

export function enterStep(tried: Cursor, on: Thread): void {
  cursor = tried;
  thread = on;
  threadId = tried.thread;
  if (changetype<usize>(on) == 0) {
    processorId = NONE;
    goroutineId = NONE;
    contextClaims = 0;
  } else {
    processorId = on.processor;
    goroutineId = on.goroutine;
    if (isolated) contextClaims = claimsOf(on);
  }
}

function claimsOf(thread: Thread): u32 {
  return (thread.processorTouched ? 0 : NO_PROCESSOR_YET) | (thread.goroutineTouched ? 0 : NO_GOROUTINE_YET);
}

/** The event itself, with the context before it. */
export function emit(): EventRecord {
  return emitAs(cursor.type);
}

// @ts-ignore: decorator
@inline
export function emitAs(type: u8): EventRecord {
  const record = pushRecord(cursor.time, threadId, processorId, goroutineId, type);
  record.claims = contextClaims;
  return record;
}

/** Adds a claim to a record of an isolated generation. */
export function claim(record: EventRecord, what: u32): void {
  if (isolated) record.claims |= what;
}

/** Gives a record a stack by its id. An id that is not defined is reported when the event is handed out. */
export function setStack(record: EventRecord, id: u64): void {
  const number = stackNumber(id);
  if (number == ABSENT) markMissing(record, 1, id);
  else record.stack = number;
}

export function setOtherStack(record: EventRecord, id: u64): void {
  const number = stackNumber(id);
  if (number == ABSENT) markMissing(record, 1, id);
  else record.otherStack = number;
}

export function setText(record: EventRecord, id: u64): void {
  const number = stringNumber(id);
  if (number == ABSENT) markMissing(record, 2, id);
  else record.text = number;
}

export function setOtherText(record: EventRecord, id: u64): void {
  const number = stringNumber(id);
  if (number == ABSENT) markMissing(record, 2, id);
  else record.otherText = number;
}

function markMissing(record: EventRecord, kind: u8, id: u64): void {
  if (record.missing != 0) return;
  record.missing = kind;
  record.c = id;
}

// Requirements on the context, asked in the order thread, processor, goroutine. True: not met, the fault is recorded.

export function lacksThread(): bool {
  if (threadId != NONE) return false;
  fail(fault.NEEDS_THREAD);
  return true;
}

export function lacksProcessor(): bool {
  if (lacksThread()) return true;
  if (processorId != NONE) return false;
  fail(fault.NEEDS_PROCESSOR);
  return true;
}

/** Thread, processor and goroutine: what code that a user wrote runs in. */
export function lacksUserContext(): bool {
  if (lacksProcessor()) return true;
  return lacksGoroutineOnly();
}

/** Thread and goroutine; the processor may be there or not. */
export function lacksGoroutine(): bool {
  if (lacksThread()) return true;
  return lacksGoroutineOnly();
}

function lacksGoroutineOnly(): bool {
  if (goroutineId != NONE) return false;
  fail(fault.NEEDS_GOROUTINE);
  return true;
}

export function hasGoroutine(): bool {
  if (goroutineId == NONE) return false;
  fail(fault.MUST_HAVE_NO_GOROUTINE, <u64>goroutineId);
  return true;
}
