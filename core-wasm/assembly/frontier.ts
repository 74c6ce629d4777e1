/**
 * The cursors of all threads as a binary min-heap on time. Where times are equal the array's own arrangement decides the
 * order of events, so every comparison and every move here follows Go's reader exactly.
 */
import { allocate, release } from './memory';
import { Cursor } from './cursor';
import { goSort } from './go-sort';

let heap: usize = 0;
let capacity: u32 = 0;
let pairs: usize = 0;
export let size: u32 = 0;

/** Empties the heap and makes room for `count` cursors. */
export function frontierReset(count: u32): void {
  size = 0;
  if (count <= capacity) return;
  if (capacity > 0) {
    release(heap, <usize>capacity << 2);
    release(pairs, <usize>capacity << 4);
  }
  capacity = count;
  heap = allocate(<usize>count << 2);
  pairs = allocate(<usize>count << 4);
}

// @ts-ignore: decorator
@inline
export function frontierAt(index: u32): Cursor {
  return changetype<Cursor>(<usize>load<u32>(heap + (<usize>index << 2)));
}

// @ts-ignore: decorator
@inline
function put(index: u32, cursor: Cursor): void {
  store<u32>(heap + (<usize>index << 2), <u32>changetype<usize>(cursor));
}

function swap(i: u32, j: u32): void {
  const x = frontierAt(i);
  put(i, frontierAt(j));
  put(j, x);
}

export function frontierInsert(cursor: Cursor): void {
  put(size, cursor);
  size++;
  siftUp(size - 1);
}

/** Whether it moved. */
function siftUp(index: u32): bool {
  let i = index;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (frontierAt(parent).time <= frontierAt(i).time) break;
    swap(i, parent);
    i = parent;
  }
  return i != index;
}

function siftDown(index: u32): void {
  let i = index;
  while (true) {
    let least = i;
    let leastTime = i < size ? frontierAt(i).time : i64.MAX_VALUE;
    const left: u32 = (i << 1) + 1;
    if (left < size && frontierAt(left).time < leastTime) {
      least = left;
      leastTime = frontierAt(left).time;
    }
    if (left + 1 < size && frontierAt(left + 1).time < leastTime) least = left + 1;
    if (least == i) return;
    swap(i, least);
    i = least;
  }
}

/** The cursor at `index` has a new time. */
export function frontierUpdate(index: u32): void {
  if (!siftUp(index)) siftDown(index);
}

/** Lifts the cursor to the root, whatever the times on its way, and takes it off there. */
export function frontierRemove(index: u32): void {
  let i = index;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    swap(i, parent);
    i = parent;
  }
  size--;
  put(0, frontierAt(size));
  siftDown(0);
}

/** Sorts the whole array by time; a sorted array is a heap. */
export function frontierSort(): void {
  for (let i: u32 = 0; i < size; i++) {
    const pair = pairs + (<usize>i << 4);
    store<i64>(pair, frontierAt(i).time);
    store<u32>(pair, load<u32>(heap + (<usize>i << 2)), 8);
  }
  goSort(pairs, <i32>size);
  for (let i: u32 = 0; i < size; i++) {
    store<u32>(heap + (<usize>i << 2), load<u32>(pairs + (<usize>i << 4), 8));
  }
}
