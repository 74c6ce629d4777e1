/** Go's public states, as events carry them (common/goroutine-state.ts and common/trace-format/event-table.ts name them). */
export const UNDETERMINED: u8 = 0;
export const NOT_EXIST: u8 = 1;

export const GO_IS_RUNNABLE: u8 = 2;
export const GO_IS_RUNNING: u8 = 3;
export const GO_IS_WAITING: u8 = 4;
export const GO_IS_IN_SYSCALL: u8 = 5;
/** Ours, in spans only: in a system call, its processor taken away. */
export const GO_IS_BLOCKED_IN_SYSCALL: u8 = 6;
/**
 * Ours, in spans only: runnable since it was unblocked or created, by the goroutine on a processor whose lane has an even or an odd
 * number, or by no goroutine. What is the reason of other states says which processor that was (common/span-chunk.ts).
 */
export const WOKEN_ON_EVEN: u8 = 7;
export const WOKEN_ON_ODD: u8 = 0;
export const WOKEN_BY_NONE: u8 = 1;
const WOKEN: u32 = (1 << WOKEN_ON_EVEN) | (1 << WOKEN_ON_ODD) | (1 << WOKEN_BY_NONE);

/** Whether a span, its reason × 8 + its state, says who made its goroutine runnable. */
// @ts-ignore: decorator
@inline
export function isWoken(what: u32): bool {
  return ((WOKEN >> (what & 7)) & 1) != 0;
}

/** The span without that. */
// @ts-ignore: decorator
@inline
export function withoutWaker(what: u32): u32 {
  return isWoken(what) ? GO_IS_RUNNABLE : what;
}

export const PROC_IS_RUNNING: u8 = 2;
export const PROC_IS_IDLE: u8 = 3;
