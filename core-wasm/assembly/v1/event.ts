/** An event of the old format, merged: what belongs to it, and where its arguments are. */
import { Column, newColumn } from '../column';
import { bytesEnd } from './trace-bytes';
import { readVarint, startReading } from '../varint';

@unmanaged
export class Event {
  /** Ticks while merging, nanoseconds after that. */
  time: i64;
  /** The goroutine it belongs to; 0: none. */
  goroutine: u64;
  /** Address of its first argument behind the time delta. */
  args: u32;
  processor: i32;
  type: u8;
  /** Of a system call whose goroutine next says that it blocks: the place of that event, plus 1; else 0. */
  blocksAt: u32;
}

export const EVENT_SIZE: u32 = 32;

// The processors that Go's conversion makes up.
export const TIMER_P: i32 = 1000001;
export const NETPOLL_P: i32 = 1000002;
export const SYSCALL_P: i32 = 1000003;
export const GC_P: i32 = 1000004;

/** All events, in order once they are merged. */
export const merged: Column = newColumn(EVENT_SIZE);

// @ts-ignore: decorator
@inline
export function mergedAt(index: u32): Event {
  return changetype<Event>(merged.start + <usize>index * EVENT_SIZE);
}

/** The n-th argument behind the time delta, from 0. */
export function argument(event: Event, n: u32): u64 {
  startReading(<usize>event.args, bytesEnd());
  for (let i: u32 = 0; i < n; i++) readVarint();
  return readVarint();
}
