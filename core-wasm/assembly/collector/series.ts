/**
 * Mutator utilization as steps: from a step's time on it has the step's value; the last step is only the end. One series for all
 * processors, or one for each time that a processor is there.
 *
 *     step:  time f64 | utilization f64 | integral up to here f64
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { release } from '../memory';

export const STEP: u32 = 24;

/** Steps u32, its processor u32. */
const all: Column = newColumn(8);

export function forgetSeries(): void {
  for (let i: u32 = 0; i < all.count; i++) {
    const series = seriesAt(i);
    release(series.start, <usize>series.capacity * STEP);
    release(changetype<usize>(series), offsetof<Column>());
  }
  all.count = 0;
}

export function addSeries(processor: u32): u32 {
  const series = columnPush(all);
  store<u32>(series, <u32>changetype<usize>(newColumn(STEP, 64)));
  store<u32>(series, processor, 4);
  return all.count - 1;
}

export function seriesProcessor(number: u32): u32 {
  return load<u32>(columnAt(all, number), 4);
}

export function seriesCount(): u32 {
  return all.count;
}

// @ts-ignore: decorator
@inline
export function seriesAt(number: u32): Column {
  return changetype<Column>(<usize>load<u32>(columnAt(all, number)));
}

// @ts-ignore: decorator
@inline
export function timeAt(series: Column, i: u32): f64 {
  return load<f64>(columnAt(series, i));
}

// @ts-ignore: decorator
@inline
export function valueAt(series: Column, i: u32): f64 {
  return load<f64>(columnAt(series, i), 8);
}

// @ts-ignore: decorator
@inline
export function sumAt(series: Column, i: u32): f64 {
  return load<f64>(columnAt(series, i), 16);
}

export function pushStep(series: Column, time: f64, value: f64): void {
  const step = columnPush(series);
  store<f64>(step, time);
  store<f64>(step, value, 8);
}

/** From `time` on it is `value`. */
// @ts-ignore: decorator
@inline
export function stepTo(series: Column, time: f64, value: f64): void {
  if (series.count > 0) {
    const last = columnAt(series, series.count - 1);
    if (load<f64>(last, 8) == value) return;
    if (load<f64>(last) == time) return store<f64>(last, value, 8);
  }
  pushStep(series, time, value);
}

/** The series ends here. */
export function endSeries(series: Column, time: f64): void {
  if (series.count > 0 && timeAt(series, series.count - 1) == time) return;
  pushStep(series, time, 0);
}

/** Leaves what lies between two points in time, and sums up. */
export function clipSeries(from: f64, until: f64): void {
  for (let i: u32 = 0; i < all.count; i++) {
    const series = seriesAt(i);
    clip(series, from, until);
    sumUp(series);
  }
}

function clip(series: Column, from: f64, until: f64): void {
  let kept: u32 = 0;
  for (let i: u32 = 0; i + 1 < series.count; i++) {
    const start = max(timeAt(series, i), from);
    const end = min(timeAt(series, i + 1), until);
    if (start >= end) continue;
    const value = valueAt(series, i);
    setStep(series, kept++, start, value);
    // What follows begins where this ends; the last one is the end.
    if (end == until || i + 2 == series.count) {
      setStep(series, kept++, end, 0);
      break;
    }
  }
  series.count = kept;
}

function setStep(series: Column, i: u32, time: f64, value: f64): void {
  const step = columnAt(series, i);
  store<f64>(step, time);
  store<f64>(step, value, 8);
}

function sumUp(series: Column): void {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < series.count; i++) {
    if (i > 0) sum += valueAt(series, i - 1) * (timeAt(series, i) - timeAt(series, i - 1));
    store<f64>(columnAt(series, i), sum, 16);
  }
}

export function startOf(series: Column): f64 {
  return series.count == 0 ? 0 : timeAt(series, 0);
}

export function endOf(series: Column): f64 {
  return series.count == 0 ? 0 : timeAt(series, series.count - 1);
}
