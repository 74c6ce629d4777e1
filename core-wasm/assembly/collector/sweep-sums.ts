/**
 * Sweeps of a generation summed up by processor and goroutine, so that nobody has to go through millions of them (reader:
 * common/sweep-sums.ts, with an example).
 *
 *     block:  rows
 *     row:    processor, zigzag | goroutine, as the difference to the row before, zigzag | ended | time in this generation
 *             | the longest that ended | bytes swept | bytes reclaimed      (varints)
 *
 * A sweep that begins in one generation and ends in another has its time in both, and all else in the later one.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { beginBlock, putByte, zigzag } from '../lanes/bits';
import { COLLECTOR_WORK, handOut } from '../lanes/outbox';
import { allocateZeroed } from '../memory';

/** common/lane-kinds.ts lists the same. */
const SWEEP_SUMS: u32 = 2;
const NONE: i64 = -1;
const mostPerRow: usize = 70;

@unmanaged
class Row {
  processor: i64;
  goroutine: i64;
  count: u64;
  total: u64;
  longest: u64;
  swept: u64;
  reclaimed: u64;
}

/** A processor, and the sweep that goes on there. */
@unmanaged
class Sweeper {
  processor: i64;
  isSweeping: bool;
  goroutine: i64;
  since: i64;
  /** Since when the time is not yet in a row. */
  uncounted: i64;
  /** Rows, from 1, by goroutine. */
  rows: IdMap;
  lastGoroutine: i64;
  lastRow: u32;
}

const sweepers: IdMap = newIdMap();
/** u32 each. */
const sweeperList: Column = newColumn(4);
const rows: Column = newColumn(56);
let start: i64 = 0;

function sweeperOf(processor: i64): Sweeper {
  const known = <usize>idMapGet(sweepers, <u64>processor);
  if (known != 0) return changetype<Sweeper>(known);
  const sweeper = changetype<Sweeper>(allocateZeroed(offsetof<Sweeper>()));
  sweeper.processor = processor;
  sweeper.rows = newIdMap();
  store<u32>(columnPush(sweeperList), <u32>changetype<usize>(sweeper));
  idMapSet(sweepers, <u64>processor, <u32>changetype<usize>(sweeper));
  return sweeper;
}

function rowOf(sweeper: Sweeper, goroutine: i64): Row {
  if (sweeper.lastRow == 0 || sweeper.lastGoroutine != goroutine) {
    let number = idMapGet(sweeper.rows, <u64>goroutine);
    if (number == 0) {
      const place = columnPush(rows);
      memory.fill(place, 0, 56);
      changetype<Row>(place).processor = sweeper.processor;
      changetype<Row>(place).goroutine = goroutine;
      number = rows.count;
      idMapSet(sweeper.rows, <u64>goroutine, number);
    }
    sweeper.lastGoroutine = goroutine;
    sweeper.lastRow = number;
  }
  return changetype<Row>(columnAt(rows, sweeper.lastRow - 1));
}

/** Times count from the origin. */
export function sweepBegins(processor: i64, goroutine: i64, time: i64): void {
  const sweeper = sweeperOf(processor);
  sweeper.isSweeping = true;
  sweeper.goroutine = goroutine;
  sweeper.since = time;
  sweeper.uncounted = time;
}

export function sweepEnds(processor: i64, goroutine: i64, time: i64, swept: u64, reclaimed: u64): void {
  const sweeper = sweeperOf(processor);
  if (!sweeper.isSweeping) return;
  sweeper.isSweeping = false;
  // It is the goroutine's that both begins and ends it.
  const row = rowOf(sweeper, sweeper.goroutine == goroutine ? goroutine : NONE);
  row.count++;
  row.total += <u64>(time - sweeper.uncounted);
  row.longest = max<u64>(row.longest, <u64>(time - sweeper.since));
  row.swept += swept;
  row.reclaimed += reclaimed;
}

/** The generation ends. */
export function handOutSweepSums(time: i64): void {
  for (let i: u32 = 0; i < sweeperList.count; i++) {
    const sweeper = changetype<Sweeper>(<usize>load<u32>(columnAt(sweeperList, i)));
    if (sweeper.isSweeping && time > sweeper.uncounted) {
      rowOf(sweeper, sweeper.goroutine).total += <u64>(time - sweeper.uncounted);
      sweeper.uncounted = time;
    }
    idMapClear(sweeper.rows);
    sweeper.lastRow = 0;
  }
  if (rows.count > 0) {
    pack();
    handOut(COLLECTOR_WORK, 0, SWEEP_SUMS, start, time, rows.count);
  }
  rows.count = 0;
  start = time;
}

function pack(): void {
  beginBlock(<usize>rows.count * mostPerRow);
  let before: i64 = 0;
  for (let i: u32 = 0; i < rows.count; i++) {
    const row = changetype<Row>(columnAt(rows, i));
    putVarint(zigzag(row.processor));
    putVarint(zigzag(row.goroutine - before));
    before = row.goroutine;
    putVarint(row.count);
    putVarint(row.total);
    putVarint(row.longest);
    putVarint(row.swept);
    putVarint(row.reclaimed);
  }
}

function putVarint(value: u64): void {
  while (value > 127) {
    putByte(<u32>(value & 127) | 128);
    value >>= 7;
  }
  putByte(<u32>value);
}
