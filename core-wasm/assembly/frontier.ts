/**
 * The cursors of all threads as a binary min-heap on time. Where times are equal the array's own arrangement decides the
 * order of events, so every comparison and every move here leads to the arrangement of Go's reader.
 *
 *     entry:  time i64 | cursor u32 | pad u32          (what `goSort` sorts)
 */
import { allocate, release } from './memory';
import { Cursor } from './cursor';
import { goSort } from './go-sort';

let heap: usize = 0;
let capacity: u32 = 0;
export let size: u32 = 0;

/** Empties the heap and makes room for `count` cursors. */
export function frontierReset(count: u32): void {
  size = 0;
  if (count <= capacity) return;
  if (capacity > 0) release(heap, <usize>capacity << 4);
  capacity = count;
  heap = allocate(<usize>count << 4);
}

// @ts-ignore: decorator
@inline
function entryAt(index: u32): usize {
  return heap + (<usize>index << 4);
}

// @ts-ignore: decorator
@inline
function timeAt(index: u32): i64 {
  return load<i64>(entryAt(index));
}

// @ts-ignore: decorator
@inline
export function frontierAt(index: u32): Cursor {
  return changetype<Cursor>(<usize>load<u32>(entryAt(index), 8));
}

// @ts-ignore: decorator
@inline
function put(index: u32, time: i64, cursor: usize): void {
  const entry = entryAt(index);
  store<i64>(entry, time);
  store<u32>(entry, <u32>cursor, 8);
}

export function frontierInsert(cursor: Cursor): void {
  const place = size++;
  siftUp(place, cursor.time, changetype<usize>(cursor));
}

/** Puts a cursor at `index` or, over later parents, above it. Whether it is above. */
function siftUp(index: u32, time: i64, cursor: usize): bool {
  let i = index;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (timeAt(parent) <= time) break;
    put(i, timeAt(parent), <usize>load<u32>(entryAt(parent), 8));
    i = parent;
  }
  put(i, time, cursor);
  return i != index;
}

/** Puts a cursor at `index` or, under earlier children, below it. On ties it stays, and the left child goes first. */
function siftDown(index: u32, time: i64, cursor: usize): void {
  let i = index;
  while (true) {
    let child: u32 = (i << 1) + 1;
    if (child >= size) break;
    let childTime = timeAt(child);
    if (child + 1 < size && timeAt(child + 1) < childTime) {
      child++;
      childTime = timeAt(child);
    }
    if (childTime >= time) break;
    put(i, childTime, <usize>load<u32>(entryAt(child), 8));
    i = child;
  }
  put(i, time, cursor);
}

/** The cursor at `index` has a new time. */
export function frontierUpdate(index: u32): void {
  const cursor = frontierAt(index);
  const time = cursor.time;
  const place = changetype<usize>(cursor);
  if (index == 0 || !siftUp(index, time, place)) siftDown(index, time, place);
}

/** Lifts the cursor to the root, whatever the times on its way, and takes it off there. */
export function frontierRemove(index: u32): void {
  let i = index;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    memory.copy(entryAt(i), entryAt(parent), 16);
    i = parent;
  }
  size--;
  if (size > 0) siftDown(0, timeAt(size), <usize>load<u32>(entryAt(size), 8));
}

/** Sorts the whole array by time; a sorted array is a heap. */
export function frontierSort(): void {
  goSort(heap, <i32>size);
}
