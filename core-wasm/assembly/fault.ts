/**
 * What is wrong with the input: a number from one table (core-wasm/host/faults.ts has the sentences; a test compares the
 * two) and a few facts. One fault at a time: whoever meets one stops.
 */
export const INVALID_STRING_SIZE: u32 = 1;
export const UNEXPECTED_STRING_ENTRY: u32 = 2;
export const STRING_CUT_OFF: u32 = 3;
export const STRING_DEFINED_TWICE: u32 = 4;
export const INVALID_STACK_SIZE: u32 = 5;
export const UNEXPECTED_STACK_ENTRY: u32 = 6;
export const STACK_DEFINED_TWICE: u32 = 7;
export const UNEXPECTED_SAMPLE_ENTRY: u32 = 8;
export const UNEXPECTED_SYNC_ENTRY: u32 = 9;
export const TWO_FREQUENCIES: u32 = 10;
export const TWO_SNAPSHOTS: u32 = 11;
export const TABLE_CUT_OFF: u32 = 12;
/** A table ends exactly where a field should begin. Go's reader takes this for the end of the trace and says nothing. */
export const TABLE_ENDS_EARLY: u32 = 13;
export const NO_FREQUENCY: u32 = 14;
export const NO_SNAPSHOT: u32 = 15;
export const FRAME_WITHOUT_STRING: u32 = 16;
export const MISPLACED_END_OF_GENERATION: u32 = 17;
export const INVALID_EVENT_TYPE: u32 = 20;
export const EVENT_WITHOUT_TIME: u32 = 21;
export const EVENT_CUT_OFF: u32 = 22;
export const INVALID_STACK_ID: u32 = 23;
export const INVALID_STRING_ID: u32 = 24;
export const NOTHING_ADVANCES: u32 = 30;
export const UNORDERABLE_EVENT: u32 = 31;
export const NEEDS_THREAD: u32 = 32;
export const NEEDS_PROCESSOR: u32 = 33;
export const NEEDS_GOROUTINE: u32 = 34;
export const MUST_HAVE_NO_GOROUTINE: u32 = 35;
export const INVALID_PROC_STATUS: u32 = 36;
export const INVALID_GO_STATUS: u32 = 37;
export const PROC_STATUS_DIFFERS: u32 = 38;
export const STOLEN_PROC_WITHOUT_THREAD: u32 = 39;
export const UNKNOWN_PROC: u32 = 40;
export const PROC_NOT_RUNNING: u32 = 41;
export const SELF_STEAL_OF_OTHER_PROC: u32 = 42;
export const STEAL_FROM_UNKNOWN_THREAD: u32 = 43;
export const STEAL_OF_OTHER_PROC: u32 = 44;
export const GO_STATUS_DIFFERS: u32 = 45;
export const GO_STATUS_OF_NEW_GOROUTINE: u32 = 46;
export const SYSCALL_WITHOUT_THREAD: u32 = 47;
export const SYSCALL_ON_OTHER_THREAD: u32 = 48;
export const GOROUTINE_NOT_RUNNING: u32 = 49;
export const GOROUTINE_EXISTS: u32 = 50;
export const GOROUTINE_NOT_IN_SYSCALL: u32 = 51;
export const PROC_NOT_IN_SYSCALL: u32 = 52;
export const SYSCALL_SEQUENCE: u32 = 53;
export const UNKNOWN_GOROUTINE: u32 = 54;
export const RANGE_ALREADY_ACTIVE: u32 = 55;
export const RANGE_NOT_ACTIVE: u32 = 56;
export const ACTIVE_RANGE_MISSING: u32 = 57;
export const GC_ACTIVE_NOT_FIRST: u32 = 58;
export const GC_NOT_RUNNING: u32 = 59;
export const GC_ALREADY_RUNNING: u32 = 60;
export const TASK_EXISTS: u32 = 61;
export const REGION_MISMATCH: u32 = 62;
export const TOO_MANY_RANGES: u32 = 63;
/** Never shown: the generation is ordered again, with what came before. */
export const NOT_ALONE: u32 = 64;

export const V1_EVENT_CUT_OFF: u32 = 70;
export const V1_EVENT_TOO_LONG: u32 = 71;
export const V1_INVALID_TEXT_SIZE: u32 = 72;
export const V1_EVENT_BEFORE_BATCH: u32 = 73;
export const V1_WRONG_ARGUMENTS: u32 = 74;
export const V1_INVALID_PROCESSOR: u32 = 75;
export const V1_INVALID_STACK: u32 = 76;
export const V1_TIMES_OUT_OF_ORDER: u32 = 77;
export const V1_IMPOSSIBLE_TRANSITION: u32 = 78;
export const V1_NO_ORDER: u32 = 79;
export const V1_STRAY_SYSCALL_EXIT: u32 = 80;
export const V1_ILLEGAL_EVENT: u32 = 81;
export const V1_UNEXPECTED_EVENT: u32 = 82;

const factCount: u32 = 6;
const facts: usize = memory.data(48, 8);

/** 0: no fault. */
export let faultCode: u32 = 0;
/** The file offset the fault lies at or after; 0 where only the batch is known. */
export let faultByte: u64 = 0;

/** Records a fault; always returns −1, which stands for "broken" wherever it is returned. */
export function fail(code: u32, a: u64 = 0, b: u64 = 0, c: u64 = 0): i32 {
  faultCode = code;
  faultByte = 0;
  store<u64>(facts, a);
  store<u64>(facts, b, 8);
  store<u64>(facts, c, 16);
  memory.fill(facts + 24, 0, 24);
  return -1;
}

/** Adds where it happened: the thread and type of the event, and the place in the file. */
export function locateFault(thread: i64, type: u32, byte: u64): void {
  store<u64>(facts, <u64>thread, 24);
  store<u64>(facts, <u64>type, 32);
  store<u64>(facts, 1, 40);
  faultByte = byte;
}

export function clearFault(): void {
  faultCode = 0;
  faultByte = 0;
}

export function faultFacts(): usize {
  return facts;
}

export function faultFactCount(): u32 {
  return factCount;
}
