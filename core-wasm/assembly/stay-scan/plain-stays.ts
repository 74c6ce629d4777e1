/** Stays of plain lives, whose spans follow from the goroutines' rows (summary/plain-life.ts). */
import { GO_IS_RUNNABLE, GO_IS_RUNNING } from '../go-states';
import { BLOCK_ROWS } from '../goroutine-columns/bit-blocks';
import { blockValues, chunkRows, idAt, stored } from '../goroutine-columns/chunk';
import {
  CREATION,
  CREATION_STACK,
  EXEC,
  FLAGS,
  HAS_CREATOR,
  IS_PLAIN,
  NAME,
  SCHED_WAIT,
} from '../goroutine-columns/layout';
import { firstStretch, isSelected, windowFrom, windowUntil } from '../span-scan/selection';
import { overlap } from '../span-scan/streams';
import { BY_GOROUTINE, BY_ITSELF, BY_NONE, GOES_ON, takeStay } from './figures';
import { isWanted, stackCounted } from './wanted';

const creations: usize = memory.data(128 * 8, 16);

/** The columns that `plainLifeColumns` tells must be attached. */
export function findPlainStays(chunk: usize): void {
  const rows = chunkRows(chunk);
  for (let block: u32 = 0; block * BLOCK_ROWS < rows; block++) {
    const count = blockValues(chunk, CREATION, block, creations);
    for (let i: u32 = 0; i < count; i++) {
      const creation = load<i64>(creations + (<usize>i << 3));
      if (creation < windowUntil) takeRow(chunk, block * BLOCK_ROWS + i, creation);
    }
  }
}

function takeRow(chunk: usize, row: u32, creation: i64): void {
  const flags = <u32>stored(chunk, FLAGS, row);
  if ((flags & IS_PLAIN) == 0) return;
  const start = creation + stored(chunk, SCHED_WAIT, row);
  const end = start + stored(chunk, EXEC, row);
  if (end <= windowFrom) return;
  const id = idAt(chunk, row);
  const name = <u32>stored(chunk, NAME, row);
  if (!isSelected(id, name)) return;
  const stack = <u32>stored(chunk, CREATION_STACK, row);
  if (isWanted(GO_IS_RUNNABLE, stack)) {
    const who = (flags & HAS_CREATOR) != 0 ? BY_GOROUTINE : BY_NONE;
    take(id, name, creation, start, GO_IS_RUNNABLE, stack, who, stack);
  }
  if (isWanted(GO_IS_RUNNING, 0)) {
    take(id, name, start, end, GO_IS_RUNNING, 0, end >= windowUntil ? GOES_ON : BY_ITSELF, 0);
  }
}

function take(id: i64, name: u32, begin: i64, end: i64, what: u32, stack: u32, who: u32, wakerStack: u32): void {
  if (end <= begin) return;
  const from = max<i64>(begin, windowFrom);
  const until = min<i64>(end, windowUntil);
  const ns = overlap(firstStretch, begin, end);
  if (ns > 0) takeStay(id, from, until, ns, what, stackCounted(what, stack), name, who, wakerStack);
}
