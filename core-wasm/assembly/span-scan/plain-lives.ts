/** Sums up plain lives, whose spans follow from the goroutines' rows (summary/plain-life.ts). */
import { GO_IS_RUNNABLE, GO_IS_RUNNING } from '../go-states';
import { blockValues, chunkRows, idAt, largestOf, leastOf, stored } from '../goroutine-columns/chunk';
import { BLOCK_ROWS } from '../goroutine-columns/bit-blocks';
import { CREATION, CREATION_STACK, EXEC, FLAGS, ID, IS_PLAIN, NAME, SCHED_WAIT, TOTAL } from '../goroutine-columns/layout';
import { chooseStayGroup, offerStay, wantsStays } from './group-longest';
import { offerLongest } from './longest';
import { firstStretch, isSelected, lastStretch } from './selection';
import { overlap } from './streams';
import { addSum } from './sum-figures';
import { groupOf, sumOf } from './sums';

const creations: usize = memory.data(128 * 8, 16);

/** What is looked at, within the window. */
let from: i64 = 0;
let until: i64 = 0;

export function setPlainWindow(begin: i64, end: i64): void {
  from = begin;
  until = end;
}

/** The packed columns that `scanPlainLives` reads, a bit each; 0: none of the chunk's lives can be in the window. */
export function plainLifeColumns(chunk: usize): u32 {
  if (leastOf(chunk, CREATION) >= until) return 0;
  if (largestOf(chunk, CREATION) + largestOf(chunk, TOTAL) <= from) return 0;
  return (
    (1 << ID) | (1 << CREATION) | (1 << SCHED_WAIT) | (1 << EXEC) | (1 << NAME) | (1 << CREATION_STACK) | (1 << FLAGS)
  );
}

/** The columns must be attached. */
export function scanPlainLives(chunk: usize, longest: bool): void {
  const rows = chunkRows(chunk);
  for (let block: u32 = 0; block * BLOCK_ROWS < rows; block++) {
    const count = blockValues(chunk, CREATION, block, creations);
    for (let i: u32 = 0; i < count; i++) {
      const creation = load<i64>(creations + (<usize>i << 3));
      if (creation < until) scanRow(chunk, block * BLOCK_ROWS + i, creation, longest);
    }
  }
}

function scanRow(chunk: usize, row: u32, creation: i64, longest: bool): void {
  if ((<u32>stored(chunk, FLAGS, row) & IS_PLAIN) == 0) return;
  const start = creation + stored(chunk, SCHED_WAIT, row);
  const end = start + stored(chunk, EXEC, row);
  if (end <= from) return;
  const id = idAt(chunk, row);
  const name = <u32>stored(chunk, NAME, row);
  if (!isSelected(id, name)) return;
  const group = groupOf(id, name, false);
  const stack = <u32>stored(chunk, CREATION_STACK, row);
  const waited = inside(creation, start);
  if (waited > 0) {
    addSum(sumOf(group, stack, (GO_IS_RUNNABLE << 1) | 1), 1, 0, <u64>waited);
    if (longest) offerLongest(id, max<i64>(creation, from), max<i64>(creation, from) + waited, stack, 0);
  }
  const ran = inside(start, end);
  if (wantsStays) {
    chooseStayGroup(id, name);
    if (waited > 0) offerStay(id, creation, start, GO_IS_RUNNABLE, stack, 0);
    if (ran > 0) offerStay(id, start, end, GO_IS_RUNNING, 0, 0);
  }
  if (ran > 0) addSum(sumOf(group, 0, GO_IS_RUNNING << 1), 1, 0, <u64>ran);
}

function inside(begin: i64, end: i64): i64 {
  if (end <= begin) return 0;
  if (firstStretch != lastStretch) return overlap(firstStretch, begin, end);
  const ends = min<i64>(end, min<i64>(until, load<i64>(firstStretch, 8)));
  return max<i64>(0, ends - max<i64>(begin, max<i64>(from, load<i64>(firstStretch))));
}

/** Adds the plain lives of a generation that is being stored (summary/plain-sums.ts). */
export function addPlainSums(address: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = address + <usize>i * 40;
    const name = load<u32>(row);
    const group = groupOf(0, name, false);
    if (load<u64>(row, 8) != 0) {
      addSum(sumOf(group, load<u32>(row, 4), (GO_IS_RUNNABLE << 1) | 1), load<u64>(row, 8), 0, load<u64>(row, 16));
    }
    if (load<u64>(row, 24) != 0) {
      addSum(sumOf(group, 0, GO_IS_RUNNING << 1), load<u64>(row, 24), 0, load<u64>(row, 32));
    }
  }
}
