/**
 * The columns of goroutines (common/goroutine-columns.ts says what they hold and how they are packed). The first thirteen can be
 * sorted by; those behind the names cannot.
 */
export const ID: u32 = 0;
export const CREATION: u32 = 1;
export const TOTAL: u32 = 2;
export const EXEC: u32 = 3;
export const SCHED_WAIT: u32 = 4;
export const SYSCALL: u32 = 5;
export const SYSCALL_BLOCK: u32 = 6;
/** The first of the six classes of waiting. */
export const FIRST_WAIT: u32 = 7;
export const LAST_WAIT: u32 = 12;
export const NAME: u32 = 13;
export const PC: u32 = 14;
export const START: u32 = 15;
export const END: u32 = 16;
export const CREATOR: u32 = 17;
export const CREATION_STACK: u32 = 18;
export const FLAGS: u32 = 19;
export const WAITS_LENGTH: u32 = 20;
export const RANGES_LENGTH: u32 = 21;
/** Columns of numbers. */
export const COLUMNS: u32 = 22;
/** Behind them the bytes of the lists. */
export const WAITS: u32 = 22;
export const RANGES: u32 = 23;
export const BLOBS: u32 = 24;
/** Columns that have bounds in a chunk's head. */
export const BOUNDED: u32 = 13;

// Flags of a row.
export const HAS_START: u32 = 1;
export const HAS_END: u32 = 2;
export const HAS_CREATOR: u32 = 4;
export const IS_PLAIN: u32 = 8;
/** From here on: of a plain life that no goroutine created, the number of the processor's lane that did, + 1; 0: none is known. */
export const WAKER_SHIFT: u32 = 4;

/** A chunk is packed when this many rows wait. */
export const FULL_ROWS: u32 = 1 << 14;
/** … or when their lists take this many bytes. */
export const FULL_BYTES: u32 = 1 << 22;
/** No chunk has more rows. */
export const MOST_ROWS: u32 = 1 << 16;

// The head: rows u32 | columns that are packed u32, a bit each | constants i64 each | bounds i64 each, least and largest in turn
export const HEAD_CONSTANTS: u32 = 8;
export const HEAD_BOUNDS: u32 = HEAD_CONSTANTS + COLUMNS * 8;
export const HEAD_BYTES: u32 = HEAD_BOUNDS + BOUNDED * 16;
