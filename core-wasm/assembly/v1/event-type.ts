/** The events of the format before Go 1.22, by number (spec: v1 wire). */
export const BATCH: u8 = 1;
export const FREQUENCY: u8 = 2;
export const STACK: u8 = 3;
export const GOMAXPROCS: u8 = 4;
export const PROC_START: u8 = 5;
export const PROC_STOP: u8 = 6;
export const GC_START: u8 = 7;
export const GC_DONE: u8 = 8;
export const STW_START: u8 = 9;
export const STW_DONE: u8 = 10;
export const SWEEP_START: u8 = 11;
export const SWEEP_DONE: u8 = 12;
export const GO_CREATE: u8 = 13;
export const GO_START: u8 = 14;
export const GO_END: u8 = 15;
export const GO_STOP: u8 = 16;
export const GO_SCHED: u8 = 17;
export const GO_PREEMPT: u8 = 18;
export const GO_SLEEP: u8 = 19;
export const GO_BLOCK: u8 = 20;
export const GO_UNBLOCK: u8 = 21;
export const GO_BLOCK_SEND: u8 = 22;
export const GO_BLOCK_NET: u8 = 27;
export const GO_SYSCALL: u8 = 28;
export const GO_SYSEXIT: u8 = 29;
export const GO_SYSBLOCK: u8 = 30;
export const GO_WAITING: u8 = 31;
export const GO_IN_SYSCALL: u8 = 32;
export const HEAP_ALLOC: u8 = 33;
export const HEAP_GOAL: u8 = 34;
export const TIMER_GOROUTINE: u8 = 35;
export const FUTILE_WAKEUP: u8 = 36;
export const STRING: u8 = 37;
export const GO_START_LOCAL: u8 = 38;
export const GO_UNBLOCK_LOCAL: u8 = 39;
export const GO_SYSEXIT_LOCAL: u8 = 40;
export const GO_START_LABEL: u8 = 41;
export const GO_BLOCK_GC: u8 = 42;
export const MARK_ASSIST_START: u8 = 43;
export const MARK_ASSIST_DONE: u8 = 44;
export const TASK_CREATE: u8 = 45;
export const TASK_END: u8 = 46;
export const REGION: u8 = 47;
export const LOG: u8 = 48;
export const CPU_SAMPLE: u8 = 49;
export const LIMIT: u8 = 50;

/** Number of arguments by type, the stack counted in, the time delta not. */
const counts = memory.data<u8>([
  0, 2, 1, 0, 2, 1, 0, 2, 0, 1, 0, 1, 2, 3, 2, 0, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 3, 0, 1, 1, 1, 1, 1, 0, 0, 1, 2, 2,
  3, 1, 1, 0, 4, 2, 4, 3, 4,
]);

export function argumentCount(type: u8): u32 {
  return load<u8>(counts + <usize>type);
}

/** Which of the arguments is the stack, from 0; 255: none. */
export function stackArgument(type: u8): u32 {
  switch (type) {
    case SWEEP_START:
    case GO_STOP:
    case GO_SCHED:
    case GO_PREEMPT:
    case GO_SLEEP:
    case GO_BLOCK:
    case GO_SYSCALL:
    case GO_BLOCK_GC:
    case MARK_ASSIST_START:
      return 0;
    case GOMAXPROCS:
    case GC_START:
    case GO_UNBLOCK_LOCAL:
    case TASK_END:
      return 1;
    case GO_CREATE:
    case GO_UNBLOCK:
    case LOG:
      return 2;
    case TASK_CREATE:
    case REGION:
    case CPU_SAMPLE:
      return 3;
  }
  return type >= GO_BLOCK_SEND && type <= GO_BLOCK_NET ? 0 : 255;
}

/** Whether the first number is a time delta. */
export function hasDelta(type: u8): bool {
  return type != BATCH && type != FREQUENCY && type != TIMER_GOROUTINE && type != STACK;
}
