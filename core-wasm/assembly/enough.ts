/**
 * Whether so much waits for the host that it has to be stored before the next event is taken in. This is looked at after every
 * event, so that what is stored together depends on the trace alone, not on how its events were delivered.
 */
export let enough: bool = false;

export function haveEnough(): void {
  enough = true;
}

/** The host has stored what there was. */
export function beginAnew(): void {
  enough = false;
}

/** Rows, or goroutines with spans. */
export const ENOUGH_ROWS: u32 = 2048;
/** Tasks, or their goroutines. More of these: what a task gains in between is one row. */
export const ENOUGH_TASKS: u32 = 8192;
/** Bytes of logs. */
export const ENOUGH_LOG_BYTES: u32 = 1 << 18;
/** Bytes of lane blocks. */
export const ENOUGH_BYTES: u32 = 4 << 20;
