/**
 * Short lists of (key, nanoseconds), for figures that most goroutines have one or two of: waiting by reason, time in ranges.
 *
 *     cell:  next u32 | key u32 | ns i64
 */
import { allocate, release } from '../memory';

const cellSize: usize = 16;

export function cellNext(cell: usize): usize {
  return <usize>load<u32>(cell);
}

export function cellKey(cell: usize): u32 {
  return load<u32>(cell, 4);
}

export function cellNs(cell: usize): i64 {
  return load<i64>(cell, 8);
}

export function cellFind(list: usize, key: u32): usize {
  for (let cell = list; cell != 0; cell = cellNext(cell)) {
    if (cellKey(cell) == key) return cell;
  }
  return 0;
}

/** Adds to the figure of a key; returns the list's new head. */
export function cellAdd(list: usize, key: u32, ns: i64): usize {
  const cell = cellFind(list, key);
  if (cell != 0) {
    store<i64>(cell, cellNs(cell) + ns, 8);
    return list;
  }
  return cellPrepend(list, key, ns);
}

/** Replaces the figure of a key; returns the list's new head. */
export function cellSet(list: usize, key: u32, ns: i64): usize {
  const cell = cellFind(list, key);
  if (cell != 0) {
    store<i64>(cell, ns, 8);
    return list;
  }
  return cellPrepend(list, key, ns);
}

function cellPrepend(list: usize, key: u32, ns: i64): usize {
  const cell = allocate(cellSize);
  store<u32>(cell, <u32>list);
  store<u32>(cell, key, 4);
  store<i64>(cell, ns, 8);
  return cell;
}

/** Takes a key out; returns the list's new head. */
export function cellRemove(list: usize, key: u32): usize {
  let before: usize = 0;
  for (let cell = list; cell != 0; cell = cellNext(cell)) {
    if (cellKey(cell) == key) {
      const next = cellNext(cell);
      release(cell, cellSize);
      if (before == 0) return next;
      store<u32>(before, <u32>next);
      return list;
    }
    before = cell;
  }
  return list;
}

export function cellsCopy(list: usize): usize {
  let copy: usize = 0;
  for (let cell = list; cell != 0; cell = cellNext(cell)) copy = cellPrepend(copy, cellKey(cell), cellNs(cell));
  return copy;
}

export function cellsCount(list: usize): u32 {
  let count: u32 = 0;
  for (let cell = list; cell != 0; cell = cellNext(cell)) count++;
  return count;
}

export function cellsRelease(list: usize): void {
  let cell = list;
  while (cell != 0) {
    const next = cellNext(cell);
    release(cell, cellSize);
    cell = next;
  }
}
