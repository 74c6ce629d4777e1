/**
 * Finished blocks that wait for the host to store them.
 *
 *     row:  kind u32 | level u32 | lane i64 | start i64 | until i64 | count u32 | address u32 | length u32 | pad u32
 *
 * `level` 0: exact; n: buckets of 2^n ns. Times count from the trace's origin.
 */
import { allocate, release } from '../memory';
import { ENOUGH_BYTES, haveEnough } from '../enough';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { blockStart, endBlock } from './bits';

// What a block is about; common/lane-blocks.ts lists the same.
export const PROCESSOR: u32 = 0;
export const THREAD: u32 = 1;
export const GOROUTINE: u32 = 2;
export const GROUP: u32 = 3;
export const ALL_GOROUTINES: u32 = 4;
export const COLLECTOR: u32 = 5;
export const COUNTER: u32 = 6;
export const ALL_PROCESSORS: u32 = 7;
export const SAMPLES: u32 = 8;
export const SCHEDULER: u32 = 9;
export const STEALS: u32 = 10;
export const COLLECTOR_WORK: u32 = 11;

const rows: Column = newColumn(48);
let waitingBytes: u32 = 0;

/** Ends the block being written and hands it out. */
export function handOut(kind: u32, level: u32, lane: i64, start: i64, until: i64, count: u32): void {
  const length = endBlock();
  const copy = allocate(length);
  memory.copy(copy, blockStart(), length);
  const row = columnPush(rows);
  store<u32>(row, kind);
  store<u32>(row, level, 4);
  store<i64>(row, lane, 8);
  store<i64>(row, start, 16);
  store<i64>(row, until, 24);
  store<u32>(row, count, 32);
  store<u32>(row, <u32>copy, 36);
  store<u32>(row, length, 40);
  waitingBytes += length;
  if (waitingBytes >= ENOUGH_BYTES) haveEnough();
}

export function blockCount(): u32 {
  return rows.count;
}

export function blockRows(): usize {
  return rows.start;
}

export function blockBytes(): u32 {
  return waitingBytes;
}

export function forgetBlocks(): void {
  for (let i: u32 = 0; i < rows.count; i++) {
    const row = columnAt(rows, i);
    release(<usize>load<u32>(row, 36), <usize>load<u32>(row, 40));
  }
  rows.count = 0;
  waitingBytes = 0;
}
