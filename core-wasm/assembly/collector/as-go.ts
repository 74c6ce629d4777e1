/**
 * Utilization as Go 1.27 computes it, mistakes included (source: internal/trace/gc.go): a goroutine that was a worker once is one for
 * ever, so that its processor's count climbs with each start; what began before the first GOMAXPROCS ends all the same.
 */
import { Column } from '../column';
import {
  ASSIST_BEGINS,
  ASSIST_ENDS,
  ASSIST_IS_ON,
  DEDICATED,
  FRACTIONAL,
  PROCESSORS,
  RUNS,
  STOPS,
  STOP_BEGINS,
  STOP_ENDS,
  SWEEP_BEGINS,
  SWEEP_ENDS,
  SWEEP_IS_ON,
  TELLER_RUNS,
} from './changes';
import { a, goroutine, kind, processor, time } from './change-reader';
import { ASSIST, BACKGROUND, STW, SWEEP, isCollectorStop, mostProcessors } from './choice';
import { personOf } from './people';
import { addSeries, pushStep, seriesAt, seriesCount, timeAt, valueAt } from './series';
import { columnAt, columnPush, newColumn } from '../column';

/** By processor: how often it is said to work for the collector i32, its series u32. */
let processors: usize = 0;
let count: u32 = 0;
let stops: i32 = 0;
let busy: u32 = 0;
let flags: u32 = 0;
let perProcessor: bool = false;
/** GOMAXPROCS as it changed: time f64, count f64. */
const counts: Column = newColumn(16);

export function beginAsGo(what: u32, each: bool, room: usize): void {
  processors = room;
  count = 0;
  stops = 0;
  busy = 0;
  flags = what;
  perProcessor = each;
  counts.count = 0;
}

/** Takes in the change read last. False: here Go's own code fails. */
export function takeAsGo(): bool {
  if (kind == PROCESSORS) setCount(<u32>min<u64>(a, mostProcessors));
  if (count == 0) return true;
  const on = kind;
  if (on == STOP_BEGINS || on == STOP_ENDS) {
    if ((flags & STW) != 0 && isCollectorStop(a)) stops += on == STOP_BEGINS ? 1 : -1;
    tell(-1);
    return true;
  }
  let change: i32 = 0;
  if (on == ASSIST_BEGINS || on == ASSIST_ENDS || on == ASSIST_IS_ON) {
    if ((flags & ASSIST) == 0) return true;
    if (on == ASSIST_IS_ON && (a & TELLER_RUNS) != 0) sinceTheBeginning();
    change = on == ASSIST_ENDS ? -1 : 1;
  } else if (on == SWEEP_BEGINS || on == SWEEP_ENDS || on == SWEEP_IS_ON) {
    if ((flags & SWEEP) == 0) return true;
    if (on == SWEEP_IS_ON) sinceTheBeginning();
    change = on == SWEEP_ENDS ? -1 : 1;
  } else if (on == RUNS || on == STOPS) {
    const person = personOf(goroutine);
    if (!person.inGc && !person.bgMark) return true;
    change = on == RUNS ? 1 : -1;
  } else if (on == DEDICATED || on == FRACTIONAL) {
    if ((flags & BACKGROUND) == 0 || (perProcessor && on == DEDICATED)) return true;
    change = 1;
  } else {
    if (on == PROCESSORS) tell(-1);
    return true;
  }
  if (!add(change)) return false;
  if (on == ASSIST_BEGINS || on == ASSIST_IS_ON) personOf(goroutine).inGc = true;
  else if (on == ASSIST_ENDS) personOf(goroutine).inGc = false;
  else if (on == DEDICATED || on == FRACTIONAL) personOf(goroutine).bgMark = true;
  tell(processor);
  return true;
}

// @ts-ignore: decorator
@inline
function slotOf(which: i64): usize {
  return processors + (<usize>which << 3);
}

function add(change: i32): bool {
  if (processor < 0 || processor >= <i64>count) return false;
  const slot = slotOf(processor);
  const before = load<i32>(slot);
  store<i32>(slot, before + change);
  if (before <= 0 && before + change > 0) busy++;
  if (before > 0 && before + change <= 0) busy--;
  return true;
}

function setCount(now: u32): void {
  while (count > now) {
    count--;
    const slot = slotOf(count);
    if (load<i32>(slot) > 0) busy--;
    if (perProcessor) addUtilization(load<u32>(slot, 4), 0);
  }
  while (count < now) {
    let series: u32 = 0;
    if (perProcessor || seriesCount() == 0) {
      series = addSeries(count);
      pushStep(seriesAt(series), <f64>time, 1);
    }
    const slot = slotOf(count++);
    store<i32>(slot, 0);
    store<u32>(slot, series, 4);
  }
  if (counts.count > 0 && load<f64>(columnAt(counts, counts.count - 1), 8) == <f64>now) return;
  const change = columnPush(counts);
  store<f64>(change, <f64>time);
  store<f64>(change, <f64>now, 8);
}

/** One processor less from the trace's beginning up to here. */
function sinceTheBeginning(): void {
  if (perProcessor) return;
  const series = seriesAt(0);
  let period: u32 = 0;
  for (let i: u32 = 0; i < series.count; i++) {
    while (period + 1 < counts.count && load<f64>(columnAt(counts, period + 1)) < timeAt(series, i)) period++;
    const less = valueAt(series, i) - 1 / load<f64>(columnAt(counts, period), 8);
    store<f64>(columnAt(series, i), max<f64>(less, 0), 8);
  }
}

/** The utilization from here on, if it has changed; `which`: only this processor may have. */
function tell(which: i64): void {
  if (!perProcessor) {
    const working = stops > 0 ? count : busy;
    return addUtilization(0, 1 - <f64>working / <f64>count);
  }
  const first: u32 = which < 0 ? 0 : <u32>which;
  const end: u32 = which < 0 ? count : first + 1;
  for (let i = first; i < end; i++) {
    const slot = slotOf(i);
    addUtilization(load<u32>(slot, 4), stops > 0 || load<i32>(slot) > 0 ? 0 : 1);
  }
}

/** Of two at the same time the lower one holds. */
function addUtilization(number: u32, value: f64): void {
  addStep(number, <f64>time, value);
}

function addStep(number: u32, at: f64, value: f64): void {
  const series = seriesAt(number);
  const last = columnAt(series, series.count - 1);
  if (load<f64>(last, 8) == value) return;
  if (load<f64>(last) == at) {
    if (value < load<f64>(last, 8)) store<f64>(last, value, 8);
    return;
  }
  pushStep(series, at, value);
}

/** Series end with a step to 0, if they are not there already: Go's may end early. */
export function endAsGo(until: f64): void {
  for (let i: u32 = 0; i < count; i++) addStep(load<u32>(slotOf(i), 4), until, 0);
}
