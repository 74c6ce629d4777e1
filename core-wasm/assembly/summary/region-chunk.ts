/**
 * Packs regions that are over, one behind the other as they end, for the host to store as one chunk (layout and example:
 * common/region-chunk.ts).
 *
 *     region:  goroutine minus the one before | what is known | ordinal | name | task | [start] | [end] | total | exec |
 *              sched wait | syscall | syscall block | waits | {reason | ns} … | ranges | {key | ns} …
 */
import { ENOUGH_ROWS, haveEnough } from '../enough';
import { allocate, release } from '../memory';
import { cellKey, cellNext, cellNs } from './cells';
import { Region, Summary, Totals } from './model';
import { putVarint } from './span-stream';
import { totalsCells } from './totals';

/** Bits of what is known. */
const HAS_START: u32 = 1;
const HAS_END: u32 = 2;

/** Numbers of at most ten bytes: goroutine, task, two points in time, five figures; of five: ordinal, name, two lengths of lists. */
const mostPerRegion: usize = 9 * 10 + 4 * 5 + 1;
const mostPerCell: usize = 15;

/**
 * Once the lists of the regions that wait have so many bytes, further ones are left out: one event may end any number of
 * regions, each with long lists.
 */
const mostListBytes: u32 = 16 << 20;

let chunk: usize = 0;
let capacity: usize = 0;
let length: usize = 0;
let listBytes: u32 = 0;
let count: u32 = 0;
let lastPut: i64 = 0;
/** The least and largest id among the goroutines. */
export let regionsFirst: i64 = 0;
export let regionsLast: i64 = 0;
/** The trace's clock at its first event: points in time that are stored count from there. */
export let origin: i64 = 0;

export function setOrigin(time: i64): void {
  origin = time;
}

/** `totals` are those of the region alone. */
export function putRegion(summary: Summary, region: Region, end: i64, hasEnd: bool, totals: Totals): void {
  const known = (region.started ? HAS_START : 0) | (hasEnd ? HAS_END : 0);
  put(summary, known, region.name, region.task, region.start, end, totals);
}

/** A region of which only the end is in the trace. */
export function putUnstartedRegion(summary: Summary, name: u32, task: u64, end: i64, totals: Totals): void {
  put(summary, HAS_END, name, task, 0, end, totals);
}

function put(summary: Summary, known: u32, name: u32, task: u64, start: i64, end: i64, totals: Totals): void {
  makeRoom(mostPerRegion + <usize>totalsCells(totals) * mostPerCell);
  let at = putGoroutine(chunk + length, summary.id);
  store<u8>(at++, <u8>known);
  at = putVarint(at, summary.regionCount++);
  at = putVarint(at, name);
  at = putVarint(at, task);
  if ((known & HAS_START) != 0) at = putSigned(at, start - origin);
  if ((known & HAS_END) != 0) at = putSigned(at, end - origin);
  at = putFigures(at, totals);
  const lists = at;
  at = putList(putList(at, totals.waits), totals.ranges);
  listBytes += <u32>(at - lists);
  length = at - chunk;
  count++;
  if (count >= ENOUGH_ROWS) haveEnough();
}

/** The largest ids would be rounded up to 2^63, which no column of integers takes. */
function putGoroutine(at: usize, goroutine: i64): usize {
  const id = min<i64>(goroutine, i64.MAX_VALUE - 1023);
  regionsFirst = count == 0 ? id : min(regionsFirst, id);
  regionsLast = count == 0 ? id : max(regionsLast, id);
  const before = lastPut;
  lastPut = id;
  return putSigned(at, id - before);
}

/** Figures are below zero where a trace contradicts itself. */
function putFigures(from: usize, totals: Totals): usize {
  let at = putSigned(from, totals.total);
  at = putSigned(at, totals.exec);
  at = putSigned(at, totals.schedWait);
  at = putSigned(at, totals.syscall);
  return putSigned(at, totals.syscallBlock);
}

function putList(from: usize, list: usize): usize {
  let cells: u32 = 0;
  if (listBytes < mostListBytes) {
    for (let cell = list; cell != 0; cell = cellNext(cell)) cells += u32(cellNs(cell) != 0);
  }
  let at = putVarint(from, cells);
  for (let cell = list; cell != 0 && cells > 0; cell = cellNext(cell)) {
    if (cellNs(cell) == 0) continue;
    at = putSigned(putVarint(at, cellKey(cell)), cellNs(cell));
  }
  return at;
}

/** Zigzag: 0, −1, 1, −2 … as 0, 1, 2, 3 … */
// @ts-ignore: decorator
@inline
function putSigned(at: usize, value: i64): usize {
  return putVarint(at, <u64>((value << 1) ^ (value >> 63)));
}

function makeRoom(size: usize): void {
  if (length + size <= capacity) return;
  const larger = max<usize>(max<usize>(4096, capacity * 2), length + size);
  const moved = allocate(larger);
  if (capacity > 0) {
    memory.copy(moved, chunk, length);
    release(chunk, capacity);
  }
  chunk = moved;
  capacity = larger;
}

export function forgetRegions(): void {
  length = 0;
  listBytes = 0;
  count = 0;
  lastPut = 0;
}

export function regionCount(): u32 {
  return count;
}

export function regionsAddress(): usize {
  return chunk;
}

export function regionsLength(): u32 {
  return <u32>length;
}
