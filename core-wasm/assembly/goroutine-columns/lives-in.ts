/** How many goroutines live in a window, and how long those that live longest do, by start function. */
import { allocateZeroed, release } from '../memory';
import { BLOCK_ROWS } from './bit-blocks';
import { blockValues, chunkRows, largestOf, leastOf, sourcesOf } from './chunk';
import { CREATION, NAME, TOTAL } from './layout';

const names: usize = memory.data(128 * 8, 16);
const creations: usize = memory.data(128 * 8, 16);
const totals: usize = memory.data(128 * 8, 16);

/** By name: number i64 | longest i64 */
let lives: usize = 0;
let nameCount: u32 = 0;
let from: i64 = 0;
let until: i64 = 0;

/** Anew: names are below `count`. Returns where the numbers lie. */
export function openLives(count: u32, begin: i64, end: i64): usize {
  if (nameCount > 0) release(lives, <usize>nameCount << 4);
  nameCount = max<u32>(1, count);
  lives = allocateZeroed(<usize>nameCount << 4);
  from = begin;
  until = end;
  return lives;
}

/** The packed columns that `countLives` reads, a bit each; 0: nobody of the chunk lives in the window. */
export function lifeColumns(chunk: usize): u32 {
  if (leastOf(chunk, CREATION) >= until || largestOf(chunk, CREATION) + largestOf(chunk, TOTAL) <= from) return 0;
  return (1 << NAME) | (1 << CREATION) | sourcesOf(TOTAL);
}

/** The columns must be attached. */
export function countLives(chunk: usize): void {
  const rows = chunkRows(chunk);
  for (let block: u32 = 0; block * BLOCK_ROWS < rows; block++) {
    const count = blockValues(chunk, CREATION, block, creations);
    blockValues(chunk, TOTAL, block, totals);
    blockValues(chunk, NAME, block, names);
    for (let i: usize = 0; i < <usize>count << 3; i += 8) {
      const begin = load<i64>(creations + i);
      const ns = min<i64>(begin + load<i64>(totals + i), until) - max<i64>(begin, from);
      const name = load<u64>(names + i);
      if (ns <= 0 || name >= <u64>nameCount) continue;
      const own = lives + (<usize>name << 4);
      store<i64>(own, load<i64>(own) + 1);
      store<i64>(own, max<i64>(load<i64>(own, 8), ns), 8);
    }
  }
}
