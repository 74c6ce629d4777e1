/**
 * Merges the processors' events: by time, as far as what each goroutine did allows (spec: v1 merging; source:
 * internal/trace/internal/tracev1/order.go of Go 1.27). Go visits the processors in random order; here it is ascending.
 */
import { allocate, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import * as fault from '../fault';
import { fail, locateFault } from '../fault';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { EVENT_SIZE, Event, SYSCALL_P, TIMER_P, argument, merged, mergedAt } from './event';
import * as type from './event-type';
import { Source, frequency, hasFrequency, isTimerGoroutine, loadBatch, sources } from './load';
import { fileByte } from './trace-bytes';

const DEAD: u8 = 0;
const RUNNABLE: u8 = 1;
const RUNNING: u8 = 2;
const WAITING: u8 = 3;

/** Any number will do, or it stays as it is; one more than it is. */
const ANY: u64 = u64.MAX_VALUE;
const ONE_MORE: u64 = u64.MAX_VALUE - 1;
/** The collector's own sequence. */
const COLLECTOR: u64 = u64.MAX_VALUE - 1;

// {sequence u64, status u8} by goroutine.
const states: IdMap = newIdMap();
const available: Column = newColumn(4);
// {event u32, source u32}
const heap: Column = newColumn(8);

// What an event needs and does, filled by `transitionOf`.
let resource: u64 = 0;
let ordered: bool = false;
let needs: u64 = 0;
let needsStatus: u8 = 0;
let becomes: u64 = 0;
let becomesStatus: u8 = 0;

function set(subject: u64, need: u64, needStatus: u8, become: u64, becomeStatus: u8): void {
  ordered = true;
  resource = subject;
  needs = need;
  needsStatus = needStatus;
  becomes = become;
  becomesStatus = becomeStatus;
}

function transitionOf(event: Event): void {
  ordered = false;
  const kind = event.type;
  switch (kind) {
    case type.GO_CREATE:
      return set(argument(event, 0), 0, DEAD, 1, RUNNABLE);
    case type.GO_WAITING:
    case type.GO_IN_SYSCALL:
      return set(event.goroutine, 1, RUNNABLE, 2, WAITING);
    case type.GO_START:
    case type.GO_START_LABEL: {
      const number = argument(event, 1);
      return set(event.goroutine, number, RUNNABLE, number + 1, RUNNING);
    }
    case type.GO_START_LOCAL:
      return set(event.goroutine, ANY, RUNNABLE, ONE_MORE, RUNNING);
    case type.GO_SCHED:
    case type.GO_PREEMPT:
      return set(event.goroutine, ANY, RUNNING, ANY, RUNNABLE);
    case type.GO_SLEEP:
    case type.GO_BLOCK:
    case type.GO_BLOCK_GC:
    case type.GO_SYSBLOCK:
      return set(event.goroutine, ANY, RUNNING, ANY, WAITING);
    case type.GO_UNBLOCK:
    case type.GO_SYSEXIT: {
      const number = argument(event, 1);
      return set(argument(event, 0), number, WAITING, number + 1, RUNNABLE);
    }
    case type.GO_UNBLOCK_LOCAL:
    case type.GO_SYSEXIT_LOCAL:
      return set(argument(event, 0), ANY, WAITING, ONE_MORE, RUNNABLE);
    case type.GC_START: {
      const number = argument(event, 0);
      return set(COLLECTOR, number, DEAD, number + 1, DEAD);
    }
  }
  if (kind >= type.GO_BLOCK_SEND && kind <= type.GO_BLOCK_NET) set(event.goroutine, ANY, RUNNING, ANY, WAITING);
}

function stateSequence(): u64 {
  const state = <usize>idMapGet(states, resource);
  return state == 0 ? 0 : load<u64>(state);
}

function stateStatus(): u8 {
  const state = <usize>idMapGet(states, resource);
  return state == 0 ? DEAD : load<u8>(state, 8);
}

function isReady(): bool {
  return !ordered || ((needs == ANY || needs == stateSequence()) && needsStatus == stateStatus());
}

function apply(): void {
  if (!ordered) return;
  let state = <usize>idMapGet(states, resource);
  const sequence = stateSequence();
  if (state == 0) {
    state = allocate(16);
    idMapSet(states, resource, <u32>state);
  }
  store<u64>(state, becomes == ANY ? sequence : becomes == ONE_MORE ? sequence + 1 : becomes);
  store<u8>(state, becomesStatus, 8);
}

// --- the heap of next events ---

// @ts-ignore: decorator
@inline
function heapTime(i: u32): i64 {
  return changetype<Event>(<usize>load<u32>(columnAt(heap, i))).time;
}

function heapSwap(i: u32, j: u32): void {
  const a = columnAt(heap, i);
  const b = columnAt(heap, j);
  const x = load<u64>(a);
  store<u64>(a, load<u64>(b));
  store<u64>(b, x);
}

function heapPush(event: Event, source: Source): void {
  const place = columnPush(heap);
  store<u32>(place, <u32>changetype<usize>(event));
  store<u32>(place, <u32>changetype<usize>(source), 4);
  let i = heap.count - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (heapTime(i) >= heapTime(parent)) break;
    heapSwap(i, parent);
    i = parent;
  }
}

/** Moves the root behind the end of the heap. */
function heapPop(): void {
  const last = heap.count - 1;
  heapSwap(0, last);
  heap.count = last;
  let i: u32 = 0;
  while (true) {
    let child: u32 = (i << 1) + 1;
    if (child >= last) return;
    if (child + 1 < last && heapTime(child + 1) < heapTime(child)) child++;
    if (heapTime(child) >= heapTime(i)) return;
    heapSwap(i, child);
    i = child;
  }
}

// --- merging ---

function takeFromAvailable(i: u32): void {
  available.count--;
  store<u32>(columnAt(available, i), load<u32>(columnAt(available, available.count)));
}

/** Fills an empty source. 1: there is an event, 0: the source is exhausted, −1: fault. */
function fill(source: Source): i32 {
  while (source.at == source.events.count) {
    const loaded = loadBatch(source);
    if (loaded <= 0) return loaded;
  }
  return 1;
}

/** Puts every event that may come next on the heap. 0, or −1 with a fault. */
function gather(): i32 {
  let i: u32 = 0;
  while (i < available.count) {
    const source = changetype<Source>(<usize>load<u32>(columnAt(available, i)));
    const filled = fill(source);
    if (filled < 0) return -1;
    if (filled == 0) {
      source.done = true;
      takeFromAvailable(i);
      continue;
    }
    const event = changetype<Event>(columnAt(source.events, source.at));
    transitionOf(event);
    if (isReady()) {
      source.at++;
      heapPush(event, source);
      takeFromAvailable(i);
    } else {
      i++;
    }
  }
  return 0;
}

/** Behind the first walk. */
export function beginMerge(): void {
  merged.count = 0;
  heap.count = 0;
  available.count = 0;
  idMapClear(states);
  for (let i: u32 = 0; i < sources.count; i++) store<u32>(columnPush(available), load<u32>(columnAt(sources, i)));
}

/** Merges events into `merged`, by ticks. 1: `most` were merged, 0: there are no more, −1: fault. */
export function mergeSome(most: u32): i32 {
  for (let i: u32 = 0; i < most; i++) {
    if (gather() < 0) return -1;
    if (heap.count == 0) return everySourceIsDone();
    heapPop();
    const top = columnAt(heap, heap.count);
    const event = changetype<Event>(<usize>load<u32>(top));
    const source = load<u32>(top, 4);
    transitionOf(event);
    if (!isReady()) return failAt(event, fault.V1_IMPOSSIBLE_TRANSITION);
    apply();
    const own = changetype<Event>(columnPush(merged));
    memory.copy(changetype<usize>(own), changetype<usize>(event), EVENT_SIZE);
    store<u32>(columnPush(available), source);
  }
  return 1;
}

function everySourceIsDone(): i32 {
  for (let i: u32 = 0; i < sources.count; i++) {
    if (!changetype<Source>(<usize>load<u32>(columnAt(sources, i))).done) return fail(fault.V1_NO_ORDER);
  }
  return 0;
}

export function failAt(event: Event, code: u32, a: u64 = 0): i32 {
  fail(code, a);
  locateFault(-1, event.type, fileByte(<usize>event.args));
  return -1;
}

/** Checks that time does not run backwards, gives exits from system calls their real time, and turns ticks into ns. */
export function settleTimes(): i32 {
  for (let i: u32 = 1; i < merged.count; i++) {
    if (mergedAt(i).time < mergedAt(i - 1).time) return failAt(mergedAt(i), fault.V1_TIMES_OUT_OF_ORDER);
  }
  if (placeSyscallExits() < 0) return -1;
  sortByTime();
  if (!hasFrequency) return fail(fault.NO_FREQUENCY);
  if (merged.count == 0) return 0;
  const first = mergedAt(0).time;
  const nsPerTick = 1e9 / frequency;
  for (let i: u32 = 0; i < merged.count; i++) {
    const event = mergedAt(i);
    event.time = <i64>(<f64>(event.time - first) * nsPerTick);
    const kind = event.type;
    if (kind == type.GO_UNBLOCK || kind == type.GO_UNBLOCK_LOCAL) {
      if (isTimerGoroutine(event.goroutine)) event.processor = TIMER_P;
    } else if (kind == type.GO_SYSEXIT || kind == type.GO_SYSEXIT_LOCAL) {
      event.processor = SYSCALL_P;
    }
  }
  return 0;
}

/** An exit is written when its thread has a processor again; its third argument says when it really was. */
function placeSyscallExits(): i32 {
  const blockedAt = newIdMap();
  const times = newColumn(8);
  columnPush(times);
  for (let i: u32 = 0; i < merged.count; i++) {
    const event = mergedAt(i);
    const kind = event.type;
    if (kind == type.GO_SYSBLOCK || kind == type.GO_IN_SYSCALL) {
      idMapSet(blockedAt, event.goroutine, times.count);
      store<i64>(columnPush(times), event.time);
    } else if (kind == type.GO_SYSEXIT) {
      const real = <i64>argument(event, 2);
      if (real == 0) continue;
      const known = idMapGet(blockedAt, event.goroutine);
      const since = known == 0 ? 0 : load<i64>(columnAt(times, known));
      if (since == 0) return failAt(event, fault.V1_STRAY_SYSCALL_EXIT, event.goroutine);
      if (real < since) return failAt(event, fault.V1_TIMES_OUT_OF_ORDER);
      event.time = real;
    }
  }
  release(blockedAt.slots, <usize>(blockedAt.mask + 1) << 4);
  release(times.start, <usize>times.capacity << 3);
  return 0;
}

/**
 * A stable sort. Only exits from system calls are out of place, mostly by little: they are moved one by one, and what would
 * take too many moves is sorted by merging runs.
 */
function sortByTime(): void {
  if (insertLate()) return;
  const count = merged.count;
  const size = <usize>count * EVENT_SIZE;
  const spare = allocate(size);
  for (let width: u32 = 1; width < count; width *= 2) {
    for (let lo: u32 = 0; lo < count; lo += width * 2) {
      const middle = min(lo + width, count);
      mergeRuns(merged.start, spare, lo, middle, min(lo + width * 2, count));
    }
    memory.copy(merged.start, spare, size);
  }
  release(spare, size);
}

/** False: too many moves; what was moved so far is still stable. */
function insertLate(): bool {
  let moves: u64 = 0;
  const most = <u64>merged.count * 4 + 1000;
  for (let i: u32 = 1; i < merged.count; i++) {
    const time = mergedAt(i).time;
    let place = i;
    while (place > 0 && mergedAt(place - 1).time > time) place--;
    if (place == i) continue;
    moves += i - place;
    if (moves > most) return false;
    const from = changetype<usize>(mergedAt(place));
    memory.copy(moved, changetype<usize>(mergedAt(i)), EVENT_SIZE);
    memory.copy(from + EVENT_SIZE, from, <usize>(i - place) * EVENT_SIZE);
    memory.copy(from, moved, EVENT_SIZE);
  }
  return true;
}

const moved: usize = memory.data(32, 8);

function mergeRuns(from: usize, to: usize, lo: u32, middle: u32, hi: u32): void {
  let i = lo;
  let j = middle;
  for (let k = lo; k < hi; k++) {
    const takeRight = j < hi && (i >= middle || eventIn(from, j).time < eventIn(from, i).time);
    const source = takeRight ? j : i;
    memory.copy(to + <usize>k * EVENT_SIZE, from + <usize>source * EVENT_SIZE, EVENT_SIZE);
    if (takeRight) j++;
    else i++;
  }
}

// @ts-ignore: decorator
@inline
function eventIn(start: usize, index: u32): Event {
  return changetype<Event>(start + <usize>index * EVENT_SIZE);
}
