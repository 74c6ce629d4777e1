/**
 * The longest stays of some groups among those that were offered: for each group a heap with the shortest of them on top.
 *
 *     stay:  goroutine i64 | from i64 | until i64 | stack u32 | what u32 (reason × 8 + state) | flags u32 (longest.ts) | pad u32
 *
 * Of two that are equally long the one of the goroutine with the smaller number stays, whatever the order of the offers: so of goroutines
 * that all wait through several generations the same ones are found in each.
 */
import { allocate, allocateZeroed, release } from '../memory';
import { finalName } from './selection';

const size: usize = 40;

let groups: u32 = 0;
let most: u32 = 0;
/** `most` stays of each group after the other, and how many there are, u32 each. */
let heaps: usize = 0;
let counts: usize = 0;
/** By name the number of its group, counted from 1. */
let numbers: usize = 0;
let nameCount: u32 = 0;
export let wantsStays: bool = false;

function forget(): void {
  if (heaps == 0) return;
  release(heaps, <usize>groups * <usize>most * size);
  release(counts, <usize>groups << 2);
  release(numbers, <usize>nameCount << 2);
  heaps = 0;
}

/** Anew: none is wanted where there are no groups. `names`: all are below. */
export function openStays(groupCount: u32, mostOfEach: u32, names: u32): void {
  forget();
  wantsStays = groupCount > 0 && mostOfEach > 0;
  if (!wantsStays) return;
  groups = groupCount;
  most = mostOfEach;
  nameCount = max<u32>(1, names);
  heaps = allocate(<usize>groups * <usize>most * size);
  counts = allocateZeroed(<usize>groups << 2);
  numbers = allocateZeroed(<usize>nameCount << 2);
}

export function nameGroup(name: u32, number: u32): void {
  if (name < nameCount && number < groups) store<u32>(numbers + (<usize>name << 2), number + 1);
}

/** `again`: it may have been offered before, up to an earlier end. */
export function offerStay(
  goroutine: i64,
  streamName: u32,
  from: i64,
  until: i64,
  what: u32,
  stack: u32,
  flags: u32,
  again: bool,
): void {
  const name = finalName(goroutine, streamName);
  const number = name < nameCount ? load<u32>(numbers + (<usize>name << 2)) : 0;
  if (number == 0) return;
  const count = counts + (<usize>(number - 1) << 2);
  const heap = heaps + <usize>(number - 1) * <usize>most * size;
  const held = load<u32>(count);
  if (held == most && until - from < load<i64>(heap, 16) - load<i64>(heap, 8)) return;
  if (again && grown(heap, held, goroutine, from, until, flags)) return;
  if (held < most) {
    put(heap + <usize>held * size, goroutine, from, until, what, stack, flags);
    store<u32>(count, held + 1);
    rise(heap, held);
  } else if (leaves(heap, goroutine, from, until)) {
    put(heap, goroutine, from, until, what, stack, flags);
    sink(heap, 0, held);
  }
}

function put(at: usize, goroutine: i64, from: i64, until: i64, what: u32, stack: u32, flags: u32): void {
  store<i64>(at, goroutine);
  store<i64>(at, from, 8);
  store<i64>(at, until, 16);
  store<u32>(at, stack, 24);
  store<u32>(at, what, 28);
  store<u64>(at, <u64>flags, 32);
}

/** A stay that is here already becomes longer. */
function grown(heap: usize, held: u32, goroutine: i64, from: i64, until: i64, flags: u32): bool {
  for (let i: u32 = 0; i < held; i++) {
    const at = heap + <usize>i * size;
    if (load<i64>(at) != goroutine || load<i64>(at, 8) != from) continue;
    store<i64>(at, until, 16);
    store<u32>(at, load<u32>(at, 32) | flags, 32);
    sink(heap, i, held);
    return true;
  }
  return false;
}

/** Whether the stay on top leaves for this one. */
function leaves(top: usize, goroutine: i64, from: i64, until: i64): bool {
  const length = load<i64>(top, 16) - load<i64>(top, 8);
  if (length != until - from) return length < until - from;
  if (load<i64>(top) != goroutine) return load<i64>(top) > goroutine;
  return load<i64>(top, 8) > from;
}

function isAbove(a: usize, b: usize): bool {
  return leaves(a, load<i64>(b), load<i64>(b, 8), load<i64>(b, 16));
}

function swap(a: usize, b: usize): void {
  for (let i: usize = 0; i < size; i += 8) {
    const held = load<u64>(a + i);
    store<u64>(a + i, load<u64>(b + i));
    store<u64>(b + i, held);
  }
}

function rise(heap: usize, from: u32): void {
  for (let place = from; place > 0;) {
    const parent = (place - 1) >> 1;
    if (!isAbove(heap + <usize>place * size, heap + <usize>parent * size)) return;
    swap(heap + <usize>place * size, heap + <usize>parent * size);
    place = parent;
  }
}

function sink(heap: usize, from: u32, held: u32): void {
  for (let place = from; ;) {
    let first = place;
    for (let child = place * 2 + 1; child < min<u32>(place * 2 + 3, held); child++) {
      if (isAbove(heap + <usize>child * size, heap + <usize>first * size)) first = child;
    }
    if (first == place) return;
    swap(heap + <usize>first * size, heap + <usize>place * size);
    place = first;
  }
}

export function stayCount(group: u32): u32 {
  return group < groups ? load<u32>(counts + (<usize>group << 2)) : 0;
}

export function staysStart(group: u32): usize {
  return heaps + <usize>group * <usize>most * size;
}
