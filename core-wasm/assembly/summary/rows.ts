/**
 * Finished rows of regions for the host, as 64-bit floats. Points in time count from the trace's origin; NaN: not in the trace. Lists
 * are runs of (key, ns) pairs in a buffer of their own, given by their first pair and their number.
 *
 *     region:  goroutine, name, task, start, end, exec, sched wait, syscall, syscall block, total, order, first wait, waits,
 *              first range, ranges
 */
import { Column, columnPush, newColumn } from '../column';
import { ENOUGH_ROWS, haveEnough } from '../enough';
import { cellKey, cellNext, cellNs } from './cells';
import { Region, Summary, Totals } from './model';

const regionRows: Column = newColumn(15 * 8);
const pairs: Column = newColumn(16);
export let origin: i64 = 0;

export function setOrigin(time: i64): void {
  origin = time;
}

// @ts-ignore: decorator
@inline
function point(time: i64, known: bool): f64 {
  return known ? <f64>(time - origin) : NaN;
}

/** Lists of rows that wait to be stored hold no more; further ones are left out. */
const mostPairs: u32 = 1 << 20;

/** Beyond 2^53 it is rounded; the largest must not become 2^63, which no column of integers takes. */
// @ts-ignore: decorator
@inline
function idNumber(id: i64): f64 {
  return <f64>min<i64>(id, i64.MAX_VALUE - 1023);
}

function putPairs(list: usize): u32 {
  const first = pairs.count;
  if (first >= mostPairs) return first;
  for (let cell = list; cell != 0; cell = cellNext(cell)) {
    if (cellNs(cell) == 0) continue;
    const pair = columnPush(pairs);
    store<f64>(pair, <f64>cellKey(cell));
    store<f64>(pair, <f64>cellNs(cell), 8);
  }
  return first;
}

function putTotals(row: usize, totals: Totals): void {
  store<f64>(row, <f64>totals.exec);
  store<f64>(row, <f64>totals.schedWait, 8);
  store<f64>(row, <f64>totals.syscall, 16);
  store<f64>(row, <f64>totals.syscallBlock, 24);
  store<f64>(row, <f64>totals.total, 32);
}

function putLists(place: usize, totals: Totals): void {
  const waits = putPairs(totals.waits);
  const ranges = putPairs(totals.ranges);
  store<f64>(place, <f64>waits);
  store<f64>(place, <f64>(ranges - waits), 8);
  store<f64>(place, <f64>ranges, 16);
  store<f64>(place, <f64>(pairs.count - ranges), 24);
}

/** `totals` are those of the region alone. */
export function putRegion(summary: Summary, region: Region, end: i64, hasEnd: bool, totals: Totals): void {
  putRegionRow(summary, region.name, region.task, point(region.start, region.started), point(end, hasEnd), totals);
}

/** A region of which only the end is in the trace. */
export function putUnstartedRegion(summary: Summary, name: u32, task: u64, end: i64, totals: Totals): void {
  putRegionRow(summary, name, task, NaN, point(end, true), totals);
}

function putRegionRow(summary: Summary, name: u32, task: u64, start: f64, end: f64, totals: Totals): void {
  const row = columnPush(regionRows);
  if (regionRows.count >= ENOUGH_ROWS) haveEnough();
  store<f64>(row, idNumber(summary.id));
  store<f64>(row, <f64>name, 8);
  store<f64>(row, <f64>task, 16);
  store<f64>(row, start, 24);
  store<f64>(row, end, 32);
  putTotals(row + 40, totals);
  store<f64>(row, <f64>summary.regionCount, 80);
  summary.regionCount++;
  putLists(row + 88, totals);
}

export function resetRows(): void {
  regionRows.count = 0;
  pairs.count = 0;
}

export function regionRowCount(): u32 {
  return regionRows.count;
}

export function regionRowsStart(): usize {
  return regionRows.start;
}

export function pairCount(): u32 {
  return pairs.count;
}

export function pairsStart(): usize {
  return pairs.start;
}
