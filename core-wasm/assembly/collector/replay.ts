/**
 * Goes through the stored changes and says at each moment which processors work for the collector. Out of that come the steps of
 * utilization, or spans of work for whoever sums them up.
 *
 *     span:  kind f64 | who f64 | start f64 | end f64 | processor f64 | a f64 | b f64 | cut f64
 *
 * The kind is that of the change that ends it (of a worker: its own). `who` is a number of people.ts. `cut`: bit 0 it goes on since before the
 * trace, bit 1 it goes on behind its end. a, b of a stop: its reason, –; of an assist: time in which the goroutine ran, –; of a sweep:
 * bytes swept, reclaimed; of marking: allocated at the beginning, and at the end, and in place of `who` and the processor the goals then.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { allocateZeroed } from '../memory';
import { beginAsGo, endAsGo, takeAsGo } from './as-go';
import { a, b, beginReading, goroutine, isDamaged, kind, nextChange, processor, time } from './change-reader';
import {
  ASSISTANT_RUNS,
  ASSIST_BEGINS,
  ASSIST_ENDS,
  ASSIST_IS_ON,
  DEDICATED,
  FRACTIONAL,
  IDLE,
  MARK_BEGINS,
  MARK_ENDS,
  MARK_IS_ON,
  PROCESSORS,
  RUNS,
  STOPS,
  STOP_BEGINS,
  STOP_ENDS,
  SWEEP_BEGINS,
  SWEEP_ENDS,
  SWEEP_IS_ON,
} from './changes';
import {
  ASSIST,
  BACKGROUND,
  STW,
  SWEEP,
  addStopName,
  forgetStopNames,
  isCollectorStop,
  isStopNameKnown,
  mostProcessors,
} from './choice';
import { NOT_ASKED, OTHER, Person, WORKER, forgetPeople, peopleCount, personAt, personOf } from './people';
import { addSeries, clipSeries, endSeries, forgetSeries, seriesAt, stepTo } from './series';

// How a replay answers; core-wasm/host/collector-work.ts lists the same.
const FINISHED: u32 = 0;
const MORE: u32 = 1;
const ASKS: u32 = 2;
const DAMAGED: u32 = 3;
const GO_FAILS: u32 = 4;

// What is asked for.
const SPANS: u32 = 0;
const UTILIZATION: u32 = 1;
const AS_GO: u32 = 2;

const NONE: i64 = -1;
const NO_SERIES: u32 = 0xffffffff;
/** Handed out so many at a time. */
const mostSpans: u32 = 4096;
const spanSize: u32 = 64;

/** By processor: what works there for the collector u32, its series u32, sweeping since i64 (−1: not), who sweeps i64, cut u32. */
const useSize: usize = 32;
const room: usize = <usize>mostProcessors * useSize;
let uses: usize = 0;
let count: u32 = 0;
let busy: u32 = 0;
let stops: u32 = 0;

const spans: Column = newColumn(spanSize);
let goal: u32 = SPANS;
let flags: u32 = 0;
let perProcessor: bool = false;
let withSweeps: bool = false;
let end: i64 = 0;
/** Sweeps are read from here on only: one that ends without having begun has been going on. −1: they are read from the beginning. */
let sweepsSince: i64 = NONE;
/** The change read last is still to be taken in: whether its goroutine is a worker was asked. */
let isHeld: bool = false;
let isOver: bool = false;
let markSince: i64 = NONE;
let markCut: f64 = 0;
let markHeap: f64 = 0;
let markGoal: f64 = 0;
/** Open stops: time i64, who u32, name u32. */
const openStops: Column = newColumn(16);

/** Sweeps, if they are to be read at all, and from where on (−1: the beginning). Before `beginReplay`. */
export function chooseSweeps(areRead: bool, since: i64): void {
  withSweeps = areRead;
  sweepsSince = since;
}

/**
 * Begins. `how`: SPANS, UTILIZATION or AS_GO; `what`: flags; `firstUntil`: where the first generation ends, `until`: the trace;
 * `fallback`: processors where no GOMAXPROCS is told.
 */
export function beginReplay(how: u32, what: u32, each: bool, firstUntil: i64, until: i64, fallback: u32): void {
  if (uses == 0) uses = allocateZeroed(room);
  else memory.fill(uses, 0, room);
  forgetPeople();
  forgetStopNames();
  forgetSeries();
  spans.count = 0;
  openStops.count = 0;
  goal = how;
  flags = what;
  perProcessor = each;
  end = until;
  count = 0;
  busy = 0;
  stops = 0;
  isHeld = false;
  isOver = false;
  markSince = NONE;
  beginReading(withSweeps);
  if (how == AS_GO) return beginAsGo(what, each, uses);
  for (let i: u32 = 0; i < <u32>mostProcessors; i++) {
    store<i64>(useOf(i), NONE, 8);
    store<u32>(useOf(i), NO_SERIES, 4);
  }
  lookAhead(firstUntil, fallback);
  beginReading(withSweeps);
}

// @ts-ignore: decorator
@inline
function useOf(which: i64): usize {
  return uses + <usize>which * useSize;
}

// @ts-ignore: decorator
@inline
function isKnown(which: i64): bool {
  return which >= 0 && which < <i64>mostProcessors;
}

/** What the first generation says of the time before it. */
function lookAhead(firstUntil: i64, fallback: u32): void {
  let first: u64 = 0;
  while (nextChange() && time <= firstUntil) {
    if (kind == PROCESSORS && first == 0) first = a;
    else if (kind == ASSIST_IS_ON) assistIsOn();
    else if (kind == SWEEP_IS_ON) sweepIsOn();
    else if (kind == MARK_IS_ON && markSince == NONE) markFrom(0, 1);
  }
  setCount(0, <u32>min<u64>(first == 0 ? fallback : first, mostProcessors));
}

function assistIsOn(): void {
  const person = personOf(goroutine);
  if (person.assists) return;
  const on = <i64>b - 1;
  person.assists = true;
  person.assistWasOn = true;
  person.executing = (a & ASSISTANT_RUNS) != 0;
  person.processor = on;
  if (person.executing && (flags & ASSIST) != 0) enter(on);
}

function sweepIsOn(): void {
  const on = <i64>(a >> 1) ^ -(<i64>(a & 1));
  if (!isKnown(on) || load<i64>(useOf(on), 8) != NONE) return;
  sweepFrom(on, 0, goroutine, 1);
}

/** Goes on for some changes. */
export function replaySome(most: u32): u32 {
  for (let i: u32 = 0; i < most; i++) {
    if (spans.count >= mostSpans) return MORE;
    if (!isHeld && !nextChange()) return isDamaged ? DAMAGED : finish();
    isHeld = isInDoubt();
    if (isHeld) return ASKS;
    if (goal != AS_GO) take();
    else if (!takeAsGo()) return GO_FAILS;
  }
  return MORE;
}

function isInDoubt(): bool {
  if (kind == STOP_BEGINS || kind == STOP_ENDS) return !isStopNameKnown(a);
  if (goal == AS_GO || kind < DEDICATED || kind > IDLE) return false;
  return personOf(goroutine).verdict == NOT_ASKED;
}

/** After ASKS: whether it is about the reason of a stop, by its name, or else whether a goroutine is a mark worker. */
export function asksForName(): bool {
  return kind == STOP_BEGINS || kind == STOP_ENDS;
}

export function asked(): i64 {
  return asksForName() ? <i64>a : goroutine;
}

export function answerAsked(isCollectors: bool): void {
  if (asksForName()) addStopName(a, isCollectors);
  else personOf(goroutine).verdict = isCollectors ? WORKER : OTHER;
}

export function spanCount(): u32 {
  return spans.count;
}

export function spansStart(): usize {
  return spans.start;
}

export function forgetSpans(): void {
  spans.count = 0;
}

/** All steps are there: leaves those of a window. */
export function finishSeries(from: f64, until: f64): void {
  clipSeries(from, until);
}

// --- one change ---

function take(): void {
  switch (kind) {
    case PROCESSORS:
      setCount(time, <u32>min<u64>(a, mostProcessors));
      break;
    case STOP_BEGINS:
      stopBegins();
      break;
    case STOP_ENDS:
      stopEnds();
      break;
    case ASSIST_BEGINS:
      assistBegins(personOf(goroutine));
      break;
    case ASSIST_ENDS:
      assistEnds(personOf(goroutine));
      break;
    case DEDICATED:
    case FRACTIONAL:
    case IDLE:
      workBegins(personOf(goroutine));
      break;
    case RUNS:
      runs(personOf(goroutine));
      break;
    case STOPS:
      stopsRunning(personOf(goroutine));
      break;
    case MARK_BEGINS:
      if (markSince == NONE) markFrom(time, 0);
      break;
    case MARK_ENDS:
      if (markSince != NONE) markEnds(time, 0);
      break;
    case SWEEP_BEGINS:
      if (isKnown(processor)) sweepFrom(processor, time, goroutine, 0);
      break;
    case SWEEP_ENDS:
      sweepEnds();
      break;
  }
}

function stopBegins(): void {
  const open = columnPush(openStops);
  store<i64>(open, time);
  store<u32>(open, personOf(goroutine).number, 8);
  store<u32>(open, <u32>a, 12);
  if (!isCollectorStop(a) || (flags & STW) == 0) return;
  stops++;
  if (stops == 1) tellAll();
}

function stopEnds(): void {
  const who = personOf(goroutine).number;
  for (let i: u32 = 0; i < openStops.count; i++) {
    const open = columnAt(openStops, i);
    if (load<u32>(open, 8) != who || load<u32>(open, 12) != <u32>a) continue;
    putSpan(STOP_ENDS, <f64>who, load<i64>(open), time, -1, <f64>a, 0, 0);
    memory.copy(open, columnAt(openStops, openStops.count - 1), 16);
    openStops.count--;
    break;
  }
  if (!isCollectorStop(a) || (flags & STW) == 0 || stops == 0) return;
  stops--;
  if (stops == 0) tellAll();
}

function assistBegins(person: Person): void {
  if (person.assists) return;
  person.assists = true;
  person.assistWasOn = false;
  person.assistSince = time;
  person.assistRan = 0;
  person.executing = true;
  person.processor = processor;
  person.runsSince = time;
  if ((flags & ASSIST) != 0) enter(processor);
}

function assistEnds(person: Person): void {
  if (!person.assists) return;
  person.assists = false;
  if (person.executing) {
    person.assistRan += time - person.runsSince;
    if ((flags & ASSIST) != 0) leave(person.processor);
  }
  putAssist(person, time, 0);
}

function putAssist(person: Person, until: i64, cut: f64): void {
  const before: f64 = person.assistWasOn ? 1 : 0;
  putSpan(ASSIST_ENDS, <f64>person.number, person.assistSince, until, -1, <f64>person.assistRan, 0, cut + before);
}

function workBegins(person: Person): void {
  if (person.verdict != WORKER || person.works != 0) return;
  person.works = kind;
  person.executing = true;
  person.processor = processor;
  person.workSince = time;
  if (counts(kind)) enter(processor);
}

/** A processor whose goroutines a dedicated worker has driven away makes none of them wait on it. */
function counts(worker: u32): bool {
  return (flags & BACKGROUND) != 0 && worker != IDLE && !(perProcessor && worker == DEDICATED);
}

function runs(person: Person): void {
  if (person.executing) return;
  person.executing = true;
  person.processor = processor;
  person.runsSince = time;
  if (person.assists && (flags & ASSIST) != 0) enter(processor);
}

function stopsRunning(person: Person): void {
  if (!person.executing) return;
  person.executing = false;
  if (person.assists) {
    person.assistRan += time - person.runsSince;
    if ((flags & ASSIST) != 0) leave(person.processor);
  }
  if (person.works == 0) return;
  putSpan(person.works, <f64>person.number, person.workSince, time, <f64>person.processor, 0, 0, 0);
  if (counts(person.works)) leave(person.processor);
  person.works = 0;
}

function markFrom(since: i64, cut: f64): void {
  markSince = since;
  markCut = cut;
  markHeap = <f64>a;
  markGoal = <f64>b;
}

function markEnds(until: i64, cut: f64): void {
  const known = cut == 0;
  putSpan(MARK_ENDS, markGoal, markSince, until, known ? <f64>b : 0, markHeap, known ? <f64>a : 0, cut + markCut);
  markSince = NONE;
}

function sweepFrom(on: i64, since: i64, who: i64, cut: u32): void {
  const use = useOf(on);
  if (load<i64>(use, 8) == NONE && (flags & SWEEP) != 0) enter(on);
  store<i64>(use, since, 8);
  store<i64>(use, who, 16);
  store<u32>(use, cut, 24);
}

function sweepEnds(): void {
  if (!isKnown(processor)) return;
  const use = useOf(processor);
  const isOpen = load<i64>(use, 8) != NONE;
  if (!isOpen && sweepsSince == NONE) return;
  const since = isOpen ? load<i64>(use, 8) : sweepsSince;
  // It is the goroutine's that both begins and ends it.
  const isOwn = !isOpen || load<i64>(use, 16) == goroutine;
  const who: f64 = isOwn ? <f64>personOf(goroutine).number : -1;
  putSpan(SWEEP_ENDS, who, since, time, <f64>processor, <f64>a, <f64>b, <f64>load<u32>(use, 24));
  store<i64>(use, NONE, 8);
  if (isOpen && (flags & SWEEP) != 0) leave(processor);
}

// --- processors ---

function enter(which: i64): void {
  if (!isKnown(which)) return;
  const use = useOf(which);
  store<u32>(use, load<u32>(use) + 1);
  if (load<u32>(use) != 1 || which >= <i64>count) return;
  busy++;
  tell(which);
}

function leave(which: i64): void {
  if (!isKnown(which)) return;
  const use = useOf(which);
  if (load<u32>(use) == 0) return;
  store<u32>(use, load<u32>(use) - 1);
  if (load<u32>(use) != 0 || which >= <i64>count) return;
  busy--;
  tell(which);
}

function setCount(at: i64, now: u32): void {
  if (now == count || now == 0) return;
  const first = count;
  count = now;
  busy = 0;
  for (let i: u32 = 0; i < now; i++) if (load<u32>(useOf(i)) > 0) busy++;
  if (goal != UTILIZATION) return;
  if (!perProcessor) {
    if (first == 0) addSeries(0);
    stepTo(seriesAt(0), <f64>at, utilization());
    return;
  }
  for (let i = now; i < first; i++) endSeries(seriesAt(load<u32>(useOf(i), 4)), <f64>at);
  for (let i = first; i < now; i++) {
    store<u32>(useOf(i), addSeries(i), 4);
    stepTo(seriesAt(load<u32>(useOf(i), 4)), <f64>at, utilizationOf(i));
  }
}

// @ts-ignore: decorator
@inline
function utilization(): f64 {
  return stops > 0 ? 0 : 1 - <f64>busy / <f64>count;
}

// @ts-ignore: decorator
@inline
function utilizationOf(which: i64): f64 {
  return stops > 0 || load<u32>(useOf(which)) > 0 ? 0 : 1;
}

function tell(which: i64): void {
  if (goal != UTILIZATION) return;
  if (perProcessor) stepTo(seriesAt(load<u32>(useOf(which), 4)), <f64>time, utilizationOf(which));
  else stepTo(seriesAt(0), <f64>time, utilization());
}

function tellAll(): void {
  if (goal != UTILIZATION || count == 0) return;
  if (!perProcessor) return stepTo(seriesAt(0), <f64>time, utilization());
  for (let i: u32 = 0; i < count; i++) tell(i);
}

// --- spans ---

function putSpan(kind: u32, who: f64, start: i64, until: i64, on: f64, a: f64, b: f64, cut: f64): void {
  if (goal != SPANS) return;
  const span = columnPush(spans);
  store<f64>(span, <f64>kind);
  store<f64>(span, who, 8);
  store<f64>(span, <f64>start, 16);
  store<f64>(span, <f64>until, 24);
  store<f64>(span, on, 32);
  store<f64>(span, a, 40);
  store<f64>(span, b, 48);
  store<f64>(span, cut, 56);
}

/** What goes on at the trace's end ends there. */
function finish(): u32 {
  if (isOver) return FINISHED;
  isOver = true;
  if (goal == AS_GO) {
    endAsGo(<f64>end);
    return FINISHED;
  }
  if (goal == UTILIZATION) {
    if (!perProcessor && count > 0) endSeries(seriesAt(0), <f64>end);
    if (perProcessor) for (let i: u32 = 0; i < count; i++) endSeries(seriesAt(load<u32>(useOf(i), 4)), <f64>end);
    return FINISHED;
  }
  for (let i: u32 = 0; i < peopleCount(); i++) {
    const person = personAt(i);
    if (person.assists) {
      if (person.executing) person.assistRan += end - person.runsSince;
      putAssist(person, end, 2);
    }
    if (person.works != 0) {
      putSpan(person.works, <f64>i, person.workSince, end, <f64>person.processor, 0, 0, 2);
    }
  }
  for (let i: u32 = 0; i < openStops.count; i++) {
    const open = columnAt(openStops, i);
    putSpan(STOP_ENDS, <f64>load<u32>(open, 8), load<i64>(open), end, -1, <f64>load<u32>(open, 12), 0, 2);
  }
  for (let i: i64 = 0; i < <i64>mostProcessors; i++) {
    const use = useOf(i);
    if (load<i64>(use, 8) != NONE) {
      const who = personOf(load<i64>(use, 16)).number;
      putSpan(SWEEP_ENDS, <f64>who, load<i64>(use, 8), end, <f64>i, 0, 0, 2 + <f64>load<u32>(use, 24));
    }
  }
  if (markSince != NONE) markEnds(end, 2);
  return FINISHED;
}
