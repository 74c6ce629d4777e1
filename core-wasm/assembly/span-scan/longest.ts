/**
 * The longest delays of the scheduler that were offered: a heap with the shortest of them on top.
 *
 *     delay:  goroutine i64 | from i64 | until i64 | stack u32 | flags u32
 *
 * Of two that are equally long the one offered first stays, so that the order of offers decides, not that of the heap.
 */
import { allocate } from '../memory';

const most: u32 = 64;
const size: usize = 32;
/** The delay is a piece that goes on behind, or before, in another generation. */
export const FROM_BEFORE: u32 = 1;
export const GOES_ON: u32 = 2;

const heap: usize = allocate(<usize>most * size);
export let longestCount: u32 = 0;
/** Only what is longer than this gets in. */
let bar: i64 = 0;

// @ts-ignore: decorator
@inline
export function offerLongest(goroutine: i64, from: i64, until: i64, stack: u32, flags: u32): void {
  if (until - from > bar) take(goroutine, from, until, stack, flags);
}

function take(goroutine: i64, from: i64, until: i64, stack: u32, flags: u32): void {
  const isFull = longestCount == most;
  const place = isFull ? 0 : longestCount++;
  const at = heap + <usize>place * size;
  store<i64>(at, goroutine);
  store<i64>(at, from, 8);
  store<i64>(at, until, 16);
  store<u32>(at, stack, 24);
  store<u32>(at, flags, 28);
  if (isFull) sink();
  else rise(place);
  if (longestCount == most) bar = lengthAt(0);
}

// @ts-ignore: decorator
@inline
function lengthAt(place: u32): i64 {
  const at = heap + <usize>place * size;
  return load<i64>(at, 16) - load<i64>(at, 8);
}

/** Shorter, or as long and later: what leaves first is on top. */
function isAbove(a: u32, b: u32): bool {
  const one = lengthAt(a);
  const other = lengthAt(b);
  if (one != other) return one < other;
  const at = heap + <usize>a * size;
  const to = heap + <usize>b * size;
  if (load<i64>(at, 8) != load<i64>(to, 8)) return load<i64>(at, 8) > load<i64>(to, 8);
  return load<i64>(at) > load<i64>(to);
}

function swap(a: u32, b: u32): void {
  for (let i: usize = 0; i < size; i += 8) {
    const x = heap + <usize>a * size + i;
    const y = heap + <usize>b * size + i;
    const held = load<u64>(x);
    store<u64>(x, load<u64>(y));
    store<u64>(y, held);
  }
}

function rise(from: u32): void {
  for (let place = from; place > 0;) {
    const parent = (place - 1) >> 1;
    if (!isAbove(place, parent)) return;
    swap(place, parent);
    place = parent;
  }
}

function sink(): void {
  for (let place: u32 = 0; ;) {
    let first = place;
    for (let child = place * 2 + 1; child < min<u32>(place * 2 + 3, longestCount); child++) {
      if (isAbove(child, first)) first = child;
    }
    if (first == place) return;
    swap(first, place);
    place = first;
  }
}

export function longestStart(): usize {
  return heap;
}

export function forgetLongest(): void {
  longestCount = 0;
  bar = 0;
}

/** Offers delays that were collected elsewhere. */
export function addLongest(address: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = address + i * size;
    offerLongest(load<i64>(at), load<i64>(at, 8), load<i64>(at, 16), load<u32>(at, 24), load<u32>(at, 28));
  }
}
