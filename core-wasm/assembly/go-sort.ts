/**
 * The sort of Go's `slices.SortFunc` (pattern-defeating quicksort), step for step: it is not stable, and where keys are
 * equal its result is part of the order of events. Sorts pairs by key.
 *
 *     pair:  key i64 | payload u32 | pad u32
 */
const pair: usize = 16;
let data: usize = 0;
let swaps: i32 = 0;

// @ts-ignore: decorator
@inline
function less(i: i32, j: i32): bool {
  return load<i64>(data + <usize>i * pair) < load<i64>(data + <usize>j * pair);
}

function swap(i: i32, j: i32): void {
  const a = data + <usize>i * pair;
  const b = data + <usize>j * pair;
  const x = v128.load(a);
  v128.store(a, v128.load(b));
  v128.store(b, x);
}

/** Sorts `count` pairs at `pairs` in place. */
export function goSort(pairs: usize, count: i32): void {
  data = pairs;
  sortRange(0, count, 32 - clz<i32>(count));
}

function insertionSort(lo: i32, hi: i32): void {
  for (let i = lo + 1; i < hi; i++) {
    for (let j = i; j > lo && less(j, j - 1); j--) swap(j, j - 1);
  }
}

function siftDown(lo: i32, hi: i32, first: i32): void {
  let root = lo;
  while (true) {
    let child = 2 * root + 1;
    if (child >= hi) return;
    if (child + 1 < hi && less(first + child, first + child + 1)) child++;
    if (!less(first + root, first + child)) return;
    swap(first + root, first + child);
    root = child;
  }
}

function heapSort(lo: i32, hi: i32): void {
  const count = hi - lo;
  for (let i = (count - 1) / 2; i >= 0; i--) siftDown(i, count, lo);
  for (let i = count - 1; i >= 0; i--) {
    swap(lo, lo + i);
    siftDown(0, i, lo);
  }
}

function scatter(lo: i32, hi: i32): void {
  const length = hi - lo;
  if (length < 8) return;
  let random = <u64>length;
  const mask = (<u64>1 << (32 - clz<i32>(length))) - 1;
  const middle = lo + (length / 4) * 2;
  for (let i = 0; i < 3; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    let other = <i32>(random & mask);
    if (other >= length) other -= length;
    swap(middle - 1 + i, lo + other);
  }
}

function median(a: i32, b: i32, c: i32): i32 {
  let t: i32;
  if (less(b, a)) {
    swaps++;
    t = a;
    a = b;
    b = t;
  }
  if (less(c, b)) {
    swaps++;
    t = b;
    b = c;
    c = t;
  }
  if (less(b, a)) {
    swaps++;
    b = a;
  }
  return b;
}

/** Leaves the number of index swaps in `swaps`: 0 hints at an increasing range, 12 at a decreasing one. */
function choosePivot(lo: i32, hi: i32): i32 {
  const length = hi - lo;
  const quarter = length / 4;
  let i = lo + quarter;
  let j = lo + quarter * 2;
  let k = lo + quarter * 3;
  swaps = 0;
  if (length >= 8) {
    if (length >= 50) {
      i = median(i - 1, i, i + 1);
      j = median(j - 1, j, j + 1);
      k = median(k - 1, k, k + 1);
    }
    j = median(i, j, k);
  }
  return j;
}

function reverse(lo: i32, hi: i32): void {
  for (let i = lo, j = hi - 1; i < j; i++, j--) swap(i, j);
}

function partialInsertionSort(lo: i32, hi: i32): bool {
  let i = lo + 1;
  for (let step = 0; step < 5; step++) {
    while (i < hi && !less(i, i - 1)) i++;
    if (i == hi) return true;
    if (hi - lo < 50) return false;
    swap(i, i - 1);
    if (i - lo >= 2) {
      for (let j = i - 1; j >= 1; j--) {
        if (!less(j, j - 1)) break;
        swap(j, j - 1);
      }
    }
    if (hi - i >= 2) {
      for (let j = i + 1; j < hi; j++) {
        if (!less(j, j - 1)) break;
        swap(j, j - 1);
      }
    }
  }
  return false;
}

function partitionEqual(lo: i32, hi: i32, pivot: i32): i32 {
  swap(lo, pivot);
  let i = lo + 1;
  let j = hi - 1;
  while (true) {
    while (i <= j && !less(lo, i)) i++;
    while (i <= j && less(lo, j)) j--;
    if (i > j) return i;
    swap(i, j);
    i++;
    j--;
  }
}

let alreadyPartitioned: bool = false;

function partition(lo: i32, hi: i32, pivot: i32): i32 {
  swap(lo, pivot);
  let i = lo + 1;
  let j = hi - 1;
  while (i <= j && less(i, lo)) i++;
  while (i <= j && !less(j, lo)) j--;
  alreadyPartitioned = i > j;
  while (i <= j) {
    swap(i, j);
    i++;
    j--;
    while (i <= j && less(i, lo)) i++;
    while (i <= j && !less(j, lo)) j--;
  }
  swap(j, lo);
  return j;
}

function sortRange(lo: i32, hi: i32, limit: i32): void {
  let isBalanced = true;
  let isPartitioned = true;
  while (true) {
    const length = hi - lo;
    if (length <= 12) return insertionSort(lo, hi);
    if (limit == 0) return heapSort(lo, hi);
    if (!isBalanced) {
      scatter(lo, hi);
      limit--;
    }
    let pivot = choosePivot(lo, hi);
    let increasing = swaps == 0;
    if (swaps == 12) {
      reverse(lo, hi);
      pivot = hi - 1 - (pivot - lo);
      increasing = true;
    }
    if (isBalanced && isPartitioned && increasing && partialInsertionSort(lo, hi)) return;
    if (lo > 0 && !less(lo - 1, pivot)) {
      lo = partitionEqual(lo, hi, pivot);
      continue;
    }
    const middle = partition(lo, hi, pivot);
    isPartitioned = alreadyPartitioned;
    const left = middle - lo;
    const right = hi - middle;
    const threshold = length / 8;
    if (left < right) {
      isBalanced = left >= threshold;
      sortRange(lo, middle, limit);
      lo = middle + 1;
    } else {
      isBalanced = right >= threshold;
      sortRange(middle + 1, hi, limit);
      hi = middle;
    }
  }
}
