/** Go's public states, as events carry them (common/goroutine-state.ts and common/trace-format/event-table.ts name them). */
export const UNDETERMINED: u8 = 0;
export const NOT_EXIST: u8 = 1;

export const GO_IS_RUNNABLE: u8 = 2;
export const GO_IS_RUNNING: u8 = 3;
export const GO_IS_WAITING: u8 = 4;
export const GO_IS_IN_SYSCALL: u8 = 5;
/** Ours, in spans only: in a system call, its processor taken away. */
export const GO_IS_BLOCKED_IN_SYSCALL: u8 = 6;

export const PROC_IS_RUNNING: u8 = 2;
export const PROC_IS_IDLE: u8 = 3;
