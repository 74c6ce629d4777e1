/** Totals of a goroutine at a moment, with what is in progress counted in; differences of such totals. */
import { cellAdd, cellFind, cellKey, cellNext, cellNs, cellsCopy, cellsCount, cellsRelease } from './cells';
import { Summary, Totals, newTotals } from './model';

/**
 * In lists of ranges: time blocked in a system call that goes on. Go counts it as part of the call and once more as waiting for the
 * scheduler, here it is what it is; with it Go's figures are told from ours.
 */
const PENDING_SYSCALL_BLOCK: u32 = 3;

/** A copy that the caller releases. */
export function totalsAt(summary: Summary, time: i64): Totals {
  const now = newTotals();
  const so = summary.totals;
  now.exec = so.exec + pending(summary.lastStart, time);
  const blocked = pending(summary.lastSyscallBlock, time);
  now.schedWait = so.schedWait + pending(summary.lastRunnable, time);
  now.syscall = so.syscall + pending(summary.lastSyscall, time) - blocked;
  now.syscallBlock = so.syscallBlock + blocked;
  now.total = so.total == 0 ? time - summary.creation : so.total;
  now.waits = cellsCopy(so.waits);
  if (summary.lastBlock != 0) now.waits = cellAdd(now.waits, summary.lastBlockReason, time - summary.lastBlock);
  now.ranges = cellsCopy(so.ranges);
  for (let cell = summary.openRanges; cell != 0; cell = cellNext(cell)) {
    now.ranges = cellAdd(now.ranges, cellKey(cell), time - cellNs(cell));
  }
  if (blocked != 0) now.ranges = cellAdd(now.ranges, PENDING_SYSCALL_BLOCK, blocked);
  return now;
}

// @ts-ignore: decorator
@inline
function pending(since: i64, time: i64): i64 {
  return since == 0 ? 0 : time - since;
}

/** Takes `before` off `now`, in place. */
export function subtractTotals(now: Totals, before: Totals): void {
  now.exec -= before.exec;
  now.schedWait -= before.schedWait;
  now.syscall -= before.syscall;
  now.syscallBlock -= before.syscallBlock;
  now.total -= before.total;
  now.waits = subtractCells(now.waits, before.waits);
  now.ranges = subtractCells(now.ranges, before.ranges);
}

/** Both lists have their keys in the same order, but for the first few: so the search goes on where it stopped. */
function subtractCells(from: usize, what: usize): usize {
  let list = from;
  let at = from;
  for (let cell = what; cell != 0; cell = cellNext(cell)) {
    const found = cellFind(at, cellKey(cell));
    if (found == 0) {
      list = cellAdd(list, cellKey(cell), -cellNs(cell));
    } else {
      cellAdd(found, cellKey(cell), -cellNs(cell));
      at = cellNext(found);
    }
  }
  return list;
}

/** How many cells its lists have. */
export function totalsCells(totals: Totals): u32 {
  return cellsCount(totals.waits) + cellsCount(totals.ranges);
}

/** Leaves only the figures that every goroutine has. */
export function dropLists(totals: Totals): void {
  cellsRelease(totals.waits);
  cellsRelease(totals.ranges);
  totals.waits = 0;
  totals.ranges = 0;
}
