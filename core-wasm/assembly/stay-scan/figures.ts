/**
 * What stays come to that are taken one by one, each whole, as far as it counts: how long they were, the longest, and who ended them.
 *
 *     stay:   goroutine i64 | from i64 | until i64 | ns i64 | what u32 | stack u32 | name u32 | who u32 | stack of who u32 | pad u32
 *     waker:  who u32 | stack u32 | count u64 | ns u64
 *
 * `what` is reason × 8 + state; `who`: the numbers below.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';

/** Who ended a wait, or made runnable what is. */
export const BY_GOROUTINE: u32 = 0;
export const BY_NONE: u32 = 1;
/** It ended by itself. */
export const BY_ITSELF: u32 = 2;
export const NOT_KNOWN: u32 = 3;
/** It goes on when the window ends. */
export const GOES_ON: u32 = 4;

const STAY_SIZE: u32 = 56;
/** Parts of each power of two that are told apart. */
const PARTS_BITS: u32 = 8;
const FINE_COUNT: u32 = 57 << PARTS_BITS;
/** Durations that are kept as they are. */
const mostDurations: u32 = 1 << 18;
const mostEdges: u32 = 128;

const fine: usize = memory.data(FINE_COUNT * 8, 16);
const coarse: usize = memory.data(mostEdges * 8, 16);
const edges: usize = memory.data(mostEdges * 8, 16);
/** The coarse bucket that a power of two lies in. */
const firstOfPower: usize = memory.data(64 * 4, 16);
let edgeCount: u32 = 0;

const durations: Column = newColumn(8);
const longest: Column = newColumn(STAY_SIZE);
const wakers: Column = newColumn(24);
const wakerPlaces: IdMap = newIdMap();
let most: u32 = 0;
let lastWaker: u64 = 0;
let lastWakerPlace: u32 = 0;

export let foundStays: u64 = 0;
export let foundStayNs: u64 = 0;
export let shortestStay: i64 = 0;
export let longestStay: i64 = 0;

/** Where the least durations of the coarse buckets are to be put, ascending, the first 0, before `openFigures`. */
export function stayEdges(): usize {
  return edges;
}

export function openFigures(keep: u32, edgesGiven: u32): void {
  most = keep;
  edgeCount = min<u32>(edgesGiven, mostEdges);
  memory.fill(fine, 0, <usize>FINE_COUNT * 8);
  memory.fill(coarse, 0, <usize>mostEdges * 8);
  for (let power: u32 = 0, bucket: u32 = 0; power < 63; power++) {
    while (bucket + 1 < edgeCount && load<i64>(edges + (<usize>(bucket + 1) << 3)) <= (<i64>1) << power) bucket++;
    store<u32>(firstOfPower + (<usize>power << 2), bucket);
  }
  durations.count = 0;
  longest.count = 0;
  wakers.count = 0;
  idMapClear(wakerPlaces);
  lastWakerPlace = 0;
  foundStays = 0;
  foundStayNs = 0;
  shortestStay = i64.MAX_VALUE;
  longestStay = 0;
}

/** A stay of which `ns`, more than none, count. */
export function takeStay(
  goroutine: i64,
  from: i64,
  until: i64,
  ns: i64,
  what: u32,
  stack: u32,
  name: u32,
  who: u32,
  wakerStack: u32,
): void {
  foundStays++;
  foundStayNs += <u64>ns;
  shortestStay = min<i64>(shortestStay, ns);
  longestStay = max<i64>(longestStay, ns);
  count(ns);
  countWaker(who, wakerStack, ns);
  if (most == 0) return;
  if (longest.count == most && ns < load<i64>(longest.start, 24)) return;
  keep(goroutine, from, until, ns, what, stack, name, who, wakerStack);
}

function count(ns: i64): void {
  const power: u32 = 63 - <u32>clz(ns);
  let place = <u32>ns;
  if (power >= PARTS_BITS) {
    const shift = power - PARTS_BITS;
    place = ((shift + 1) << PARTS_BITS) | (<u32>(ns >> shift) & ((1 << PARTS_BITS) - 1));
  }
  const at = fine + (<usize>place << 3);
  store<u64>(at, load<u64>(at) + 1);
  let bucket = load<u32>(firstOfPower + (<usize>power << 2));
  while (bucket + 1 < edgeCount && load<i64>(edges + (<usize>(bucket + 1) << 3)) <= ns) bucket++;
  const into = coarse + (<usize>bucket << 3);
  store<u64>(into, load<u64>(into) + 1);
  if (foundStays <= <u64>mostDurations) store<f64>(columnPush(durations), <f64>ns);
}

function countWaker(who: u32, stack: u32, ns: i64): void {
  const key = ((<u64>who << 32) | <u64>stack) + 1;
  if (key != lastWaker || lastWakerPlace == 0) {
    lastWaker = key;
    lastWakerPlace = idMapGet(wakerPlaces, key);
    if (lastWakerPlace == 0) addWaker(key, who, stack);
  }
  const row = columnAt(wakers, lastWakerPlace - 1);
  store<u64>(row, load<u64>(row, 8) + 1, 8);
  store<u64>(row, load<u64>(row, 16) + <u64>ns, 16);
}

function addWaker(key: u64, who: u32, stack: u32): void {
  const row = columnPush(wakers);
  store<u32>(row, who);
  store<u32>(row, stack, 4);
  store<u64>(row, 0, 8);
  store<u64>(row, 0, 16);
  lastWakerPlace = wakers.count;
  idMapSet(wakerPlaces, key, lastWakerPlace);
}

// --- the longest: a heap with the one that leaves next on top ---

const spare: usize = memory.data(56, 8);

function keep(
  goroutine: i64,
  from: i64,
  until: i64,
  ns: i64,
  what: u32,
  stack: u32,
  name: u32,
  who: u32,
  wakerStack: u32,
): void {
  store<i64>(spare, goroutine);
  store<i64>(spare, from, 8);
  store<i64>(spare, until, 16);
  store<i64>(spare, ns, 24);
  store<u32>(spare, what, 32);
  store<u32>(spare, stack, 36);
  store<u32>(spare, name, 40);
  store<u32>(spare, who, 44);
  store<u32>(spare, wakerStack, 48);
  store<u32>(spare, 0, 52);
  if (longest.count < most) {
    memory.copy(columnPush(longest), spare, STAY_SIZE);
    rise(longest.count - 1);
  } else if (leavesFor(longest.start, spare)) {
    memory.copy(longest.start, spare, STAY_SIZE);
    sink(0);
  }
}

/** Shorter ones leave first; of equally long ones those of goroutines with larger numbers, then later ones. */
function leavesFor(a: usize, b: usize): bool {
  if (load<i64>(a, 24) != load<i64>(b, 24)) return load<i64>(a, 24) < load<i64>(b, 24);
  if (load<i64>(a) != load<i64>(b)) return load<i64>(a) > load<i64>(b);
  return load<i64>(a, 8) > load<i64>(b, 8);
}

function swap(a: usize, b: usize): void {
  memory.copy(spare, a, STAY_SIZE);
  memory.copy(a, b, STAY_SIZE);
  memory.copy(b, spare, STAY_SIZE);
}

function rise(from: u32): void {
  for (let place = from; place > 0;) {
    const parent = (place - 1) >> 1;
    if (!leavesFor(columnAt(longest, place), columnAt(longest, parent))) return;
    swap(columnAt(longest, place), columnAt(longest, parent));
    place = parent;
  }
}

function sink(from: u32): void {
  for (let place = from; ;) {
    let first = place;
    for (let child = place * 2 + 1; child < min<u32>(place * 2 + 3, longest.count); child++) {
      if (leavesFor(columnAt(longest, child), columnAt(longest, first))) first = child;
    }
    if (first == place) return;
    swap(columnAt(longest, first), columnAt(longest, place));
    place = first;
  }
}

// --- for the host ---

export function longestFound(): usize {
  return longest.start;
}

export function longestFoundCount(): u32 {
  return longest.count;
}

export function wakersFound(): usize {
  return wakers.start;
}

export function wakersFoundCount(): u32 {
  return wakers.count;
}

/** 64-bit counts of the coarse buckets. */
export function coarseCounts(): usize {
  return coarse;
}

/** As floats; complete while there are no more than were kept. */
export function durationsFound(): usize {
  return durations.start;
}

export function durationsKept(): u32 {
  return durations.count;
}

/** The middle of the finest bucket that the stay with this place lies in, if all were sorted by their durations. */
export function durationNear(place: u64): i64 {
  let before: u64 = 0;
  for (let i: u32 = 0; i < FINE_COUNT; i++) {
    before += load<u64>(fine + (<usize>i << 3));
    if (before > place) return middleOf(i);
  }
  return 0;
}

function middleOf(place: u32): i64 {
  if (place < 1 << PARTS_BITS) return <i64>place;
  const shift = <i64>(place >> PARTS_BITS) - 1;
  const part = <i64>((place & ((1 << PARTS_BITS) - 1)) | (1 << PARTS_BITS));
  return (part << shift) + (((<i64>1 << shift) - 1) >> 1);
}
