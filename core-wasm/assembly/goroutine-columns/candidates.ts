/**
 * Rows collected for a page, and their order: by value, id, chunk and row. No two are equal.
 *
 *     candidate:  value i64 | id i64 | chunk u32 | row u32
 */
import { allocate, release } from '../memory';

const size: usize = 24;

let start: usize = 0;
let capacity: u32 = 0;
let room: u32 = 0;
let skip: u32 = 0;
export let candidateCount: u32 = 0;

/** The next pass collects up to `most` rows, after it has passed over `before` of them. */
export function openCandidates(most: u32, before: u32): void {
  candidateCount = 0;
  room = most;
  skip = before;
  if (most <= capacity) return;
  if (capacity > 0) release(start, <usize>capacity * size);
  capacity = most;
  start = allocate(<usize>capacity * size);
}

export function isCollected(): bool {
  return candidateCount == room;
}

// @ts-ignore: decorator
@inline
export function offerCandidate(value: i64, id: i64, chunk: u32, row: u32): void {
  if (skip > 0) {
    skip--;
    return;
  }
  if (candidateCount == room) return;
  const at = candidateAt(candidateCount++);
  store<i64>(at, value);
  store<i64>(at, id, 8);
  store<u32>(at, chunk, 16);
  store<u32>(at, row, 20);
}

// @ts-ignore: decorator
@inline
function candidateAt(index: u32): usize {
  return start + <usize>index * size;
}

export function candidatesStart(): usize {
  return start;
}

// --- order ---

// @ts-ignore: decorator
@inline
function isBefore(a: usize, b: usize): bool {
  const value = load<i64>(a);
  const other = load<i64>(b);
  return value != other ? value < other : isTieBefore(a, b);
}

function isTieBefore(a: usize, b: usize): bool {
  if (load<i64>(a, 8) != load<i64>(b, 8)) return load<i64>(a, 8) < load<i64>(b, 8);
  if (load<u32>(a, 16) != load<u32>(b, 16)) return load<u32>(a, 16) < load<u32>(b, 16);
  return load<u32>(a, 20) < load<u32>(b, 20);
}

const held: usize = memory.data(24, 8);

function swap(a: usize, b: usize): void {
  memory.copy(held, a, size);
  memory.copy(a, b, size);
  memory.copy(b, held, size);
}

let random: u32 = 0x9e3779b9;

function nextRandom(): u32 {
  random ^= random << 13;
  random ^= random >> 17;
  random ^= random << 5;
  return random;
}

/** Keeps only those that have a place from `from` until `from + count` among all, in order. Returns how many there are. */
export function keepCandidates(from: u32, count: u32): u32 {
  const first = min<u32>(from, candidateCount);
  const kept = min<u32>(count, candidateCount - first);
  sortCandidates(first, first + kept);
  memory.copy(start, candidateAt(first), <usize>kept * size);
  candidateCount = kept;
  return kept;
}

/** Puts in order those that have a place from `from` until `until` among all; the rest stays in disorder. */
export function sortCandidates(from: u32, until: u32): void {
  sortPart(0, candidateCount, from, min<u32>(until, candidateCount));
}

/** Quicksort that leaves alone what the places asked for do not touch. The pivot is random: no order makes it slow. */
function sortPart(first: u32, end: u32, from: u32, until: u32): void {
  let low = first;
  let high = end;
  while (high - low > 12) {
    if (until <= low || from >= high) return;
    const middle = partition(low, high);
    if (middle - low < high - middle) {
      sortPart(low, middle, from, until);
      low = middle + 1;
    } else {
      sortPart(middle + 1, high, from, until);
      high = middle;
    }
  }
  sortFew(low, high);
}

function partition(low: u32, high: u32): u32 {
  const last = candidateAt(high - 1);
  swap(candidateAt(low + nextRandom() % (high - low)), last);
  let to = low;
  for (let i = low; i < high - 1; i++) {
    if (!isBefore(candidateAt(i), last)) continue;
    if (i != to) swap(candidateAt(i), candidateAt(to));
    to++;
  }
  swap(candidateAt(to), last);
  return to;
}

function sortFew(low: u32, high: u32): void {
  for (let i = low + 1; i < high; i++) {
    for (let j = i; j > low && isBefore(candidateAt(j), candidateAt(j - 1)); j--) swap(candidateAt(j), candidateAt(j - 1));
  }
}
