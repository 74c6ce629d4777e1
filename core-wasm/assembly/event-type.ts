/**
 * The numbers of the wire events that the core treats by name. The whole table, with arguments and the releases that
 * brought them, is common/trace-format/event-table.ts; a test compares the two.
 */
export const STACKS: u8 = 2;
export const STACK: u8 = 3;
export const STRINGS: u8 = 4;
export const STRING: u8 = 5;
export const CPU_SAMPLES: u8 = 6;
export const CPU_SAMPLE: u8 = 7;
export const FREQUENCY: u8 = 8;
export const PROCS_CHANGE: u8 = 9;
export const PROC_START: u8 = 10;
export const PROC_STOP: u8 = 11;
export const PROC_STEAL: u8 = 12;
export const PROC_STATUS: u8 = 13;
export const GO_CREATE: u8 = 14;
export const GO_CREATE_SYSCALL: u8 = 15;
export const GO_START: u8 = 16;
export const GO_DESTROY: u8 = 17;
export const GO_DESTROY_SYSCALL: u8 = 18;
export const GO_STOP: u8 = 19;
export const GO_BLOCK: u8 = 20;
export const GO_UNBLOCK: u8 = 21;
export const GO_SYSCALL_BEGIN: u8 = 22;
export const GO_SYSCALL_END: u8 = 23;
export const GO_SYSCALL_END_BLOCKED: u8 = 24;
export const GO_STATUS: u8 = 25;
export const STW_BEGIN: u8 = 26;
export const STW_END: u8 = 27;
export const GC_ACTIVE: u8 = 28;
export const GC_BEGIN: u8 = 29;
export const GC_END: u8 = 30;
export const GC_SWEEP_ACTIVE: u8 = 31;
export const GC_SWEEP_BEGIN: u8 = 32;
export const GC_SWEEP_END: u8 = 33;
export const GC_MARK_ASSIST_ACTIVE: u8 = 34;
export const GC_MARK_ASSIST_BEGIN: u8 = 35;
export const GC_MARK_ASSIST_END: u8 = 36;
export const HEAP_ALLOC: u8 = 37;
export const HEAP_GOAL: u8 = 38;
export const GO_LABEL: u8 = 39;
export const USER_TASK_BEGIN: u8 = 40;
export const USER_TASK_END: u8 = 41;
export const USER_REGION_BEGIN: u8 = 42;
export const USER_REGION_END: u8 = 43;
export const USER_LOG: u8 = 44;
export const GO_SWITCH: u8 = 45;
export const GO_SWITCH_DESTROY: u8 = 46;
export const GO_CREATE_BLOCKED: u8 = 47;
export const GO_STATUS_STACK: u8 = 48;
export const SYNC: u8 = 50;
export const CLOCK_SNAPSHOT: u8 = 51;
export const END_OF_GENERATION: u8 = 52;
/** From here on: experimental events. */
export const FIRST_EXPERIMENTAL: u8 = 128;
/** The first number that is no event at all. */
export const EVENT_TYPE_LIMIT: u8 = 137;
