/**
 * What profiles must know of goroutines beyond their spans: the state that each is in when the trace ends, which of them ended
 * without ever having run, and names that came late.
 *
 *     loose end:  goroutine i64 | since i64 | until i64 | what u32 | stack u32 | name u32 | flags u32
 *     late name:  goroutine i64 | name u32 | pad u32
 *
 * Points in time count from the origin; `what` is that of a span.
 */
import { Column, columnPush, newColumn } from '../column';
import { ENOUGH_ROWS, haveEnough } from '../enough';
import { withoutWaker } from '../go-states';
import { Summary } from './model';

/** The goroutine is alive when the trace ends; it has run. */
export const IS_OPEN: u32 = 1;
const HAS_RUN: u32 = 2;

const ends: Column = newColumn(40);
const lateNames: Column = newColumn(16);

export function addLooseEnd(summary: Summary, origin: i64, flags: u32): void {
  const row = columnPush(ends);
  store<i64>(row, summary.id);
  store<i64>(row, summary.since - origin, 8);
  store<i64>(row, summary.spanStart - origin, 16);
  store<u32>(row, withoutWaker(summary.spanWhat), 24);
  store<u32>(row, summary.spanStack, 28);
  store<u32>(row, summary.name, 32);
  store<u32>(row, flags | (summary.start != 0 ? HAS_RUN : 0), 36);
  if (ends.count >= ENOUGH_ROWS) haveEnough();
}

export function addLateName(goroutine: i64, name: u32): void {
  const row = columnPush(lateNames);
  store<i64>(row, goroutine);
  store<u64>(row, <u64>name, 8);
  if (lateNames.count >= ENOUGH_ROWS) haveEnough();
}

export function forgetLooseEnds(): void {
  ends.count = 0;
  lateNames.count = 0;
}

export function looseEndCount(): u32 {
  return ends.count;
}

export function looseEndsStart(): usize {
  return ends.start;
}

export function lateNameCount(): u32 {
  return lateNames.count;
}

export function lateNamesStart(): usize {
  return lateNames.start;
}
