/**
 * What is kept of the collector's work: every change of who works for it, and where. A change is
 *
 *     time i64 | goroutine i64 | processor i64 | a u64 | b u64 | kind u32 | pad u32
 *
 * by kind (docs/formats/lanes.md lists the same). Time counts from the origin; −1: none.
 */
export const CHANGE_SIZE: usize = 48;

/** a: GOMAXPROCS. */
export const PROCESSORS: u32 = 0;
/** a: the name of the reason. The goroutine is the one that stops the world. */
export const STOP_BEGINS: u32 = 1;
export const STOP_ENDS: u32 = 2;
export const ASSIST_BEGINS: u32 = 3;
export const ASSIST_ENDS: u32 = 4;
/**
 * The goroutine has been assisting since before the trace. a: bits, `TELLER_RUNS`, `ASSISTANT_RUNS`; b: 1 more than the processor it
 * runs on. The processor is that of the event, which somebody else may tell.
 */
export const ASSIST_IS_ON: u32 = 5;
/** The goroutine that runs is a mark worker from here on. */
export const DEDICATED: u32 = 6;
export const FRACTIONAL: u32 = 7;
export const IDLE: u32 = 8;
/** A goroutine that assists, or was ever a worker, begins to run (or to be in a system call), or ends to. */
export const RUNS: u32 = 9;
export const STOPS: u32 = 10;
/** a: allocated, b: goal, in bytes. */
export const MARK_BEGINS: u32 = 11;
export const MARK_ENDS: u32 = 12;
/** Marking has been going on since before the trace. */
export const MARK_IS_ON: u32 = 13;
// Sweeps are apart from all of these.
export const SWEEP_BEGINS: u32 = 14;
/** a: bytes swept, b: bytes reclaimed. */
export const SWEEP_ENDS: u32 = 15;
/** a: the processor that has been sweeping since before the trace, as zigzag. */
export const SWEEP_IS_ON: u32 = 16;
export const KINDS: u32 = 17;

// Bits of ASSIST_IS_ON.
export const TELLER_RUNS: u64 = 1;
export const ASSISTANT_RUNS: u64 = 2;

// @ts-ignore: decorator
@inline
export function hasGoroutine(kind: u32): bool {
  return kind != PROCESSORS && (kind < MARK_BEGINS || kind > MARK_IS_ON);
}

// @ts-ignore: decorator
@inline
export function hasProcessor(kind: u32): bool {
  return kind > STOP_ENDS && (kind < MARK_BEGINS || kind > MARK_IS_ON);
}

const WITH_VALUE: u32 =
  (1 << PROCESSORS) |
  (1 << STOP_BEGINS) |
  (1 << STOP_ENDS) |
  (1 << ASSIST_IS_ON) |
  (1 << MARK_BEGINS) |
  (1 << MARK_ENDS) |
  (1 << MARK_IS_ON) |
  (1 << SWEEP_ENDS) |
  (1 << SWEEP_IS_ON);
const WITH_SECOND: u32 =
  (1 << ASSIST_IS_ON) | (1 << MARK_BEGINS) | (1 << MARK_ENDS) | (1 << MARK_IS_ON) | (1 << SWEEP_ENDS);

// @ts-ignore: decorator
@inline
export function hasValue(kind: u32): bool {
  return ((WITH_VALUE >> kind) & 1) != 0;
}

// @ts-ignore: decorator
@inline
export function hasSecond(kind: u32): bool {
  return ((WITH_SECOND >> kind) & 1) != 0;
}

/** Sizes are whole pages of Go's, mostly. */
export const PAGE: u64 = 8192;
/** Goroutines seen last on a processor are remembered by the low bits of its id. */
export const REMEMBERED: u32 = 64;
