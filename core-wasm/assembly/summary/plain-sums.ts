/**
 * Plain lives of the current generation, summed up by start function and by where they were created: their spans are not stored,
 * so that whoever sums up spans is told of them here.
 *
 *     row:  name u32 | creation stack u32 | runnable: number u64, ns u64 | running: number u64, ns u64
 *
 * Numbers are of spans that are not empty.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { GO_IS_RUNNABLE, GO_IS_RUNNING } from '../go-states';
import { areStaysOut, chooseStayGroup, offerStay, wantsStays } from '../span-scan/group-longest';
import { offerLongest } from '../span-scan/longest';
import { Totals } from './model';

const rows: Column = newColumn(40);
const rowOf: IdMap = newIdMap();

/** `creation` counts from the origin. */
export function addPlainLife(id: i64, name: u32, stack: u32, creation: i64, totals: Totals): void {
  const key = ((<u64>name) << 32) | <u64>stack;
  let number = idMapGet(rowOf, key);
  if (number == 0) {
    memory.fill(columnPush(rows), 0, 40);
    number = rows.count;
    idMapSet(rowOf, key, number);
    const fresh = columnAt(rows, number - 1);
    store<u32>(fresh, name);
    store<u32>(fresh, stack, 4);
  }
  const row = columnAt(rows, number - 1);
  if (wantsStays && !areStaysOut(name, max<i64>(totals.schedWait, totals.exec))) {
    offerPlainStays(id, name, stack, creation, totals);
  }
  if (totals.schedWait > 0) {
    store<u64>(row, load<u64>(row, 8) + 1, 8);
    store<u64>(row, load<u64>(row, 16) + <u64>totals.schedWait, 16);
    offerLongest(id, creation, creation + totals.schedWait, stack, 0);
  }
  if (totals.exec > 0) {
    store<u64>(row, load<u64>(row, 24) + 1, 24);
    store<u64>(row, load<u64>(row, 32) + <u64>totals.exec, 32);
  }
}

function offerPlainStays(id: i64, name: u32, stack: u32, creation: i64, totals: Totals): void {
  chooseStayGroup(id, name);
  const start = creation + totals.schedWait;
  if (totals.schedWait > 0) offerStay(id, creation, start, GO_IS_RUNNABLE, stack, 0);
  if (totals.exec > 0) offerStay(id, start, start + totals.exec, GO_IS_RUNNING, 0, 0);
}

export function plainSumCount(): u32 {
  return rows.count;
}

export function plainSumsStart(): usize {
  return rows.start;
}

export function forgetPlainSums(): void {
  if (rows.count > 0) idMapClear(rowOf);
  rows.count = 0;
}
