/**
 * Packs regions that are over, one behind the other as they end, for the host to store as one chunk (layout and example:
 * common/region-chunk.ts).
 *
 *     region:  goroutine minus the one before | length of what follows | what is known | ordinal | name | stack | task |
 *              [start] | [end minus start] | total | exec | sched wait | syscall | syscall block | waits | {reason | ns} … |
 *              ranges | {key | ns} …
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
const INHERITED: u32 = 4;

/**
 * Numbers of at most ten bytes: goroutine, task, two points in time, five figures; of five: the length, ordinal, name, stack, two
 * lengths of lists.
 */
const mostPerRegion: usize = 9 * 10 + 6 * 5 + 1;
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
/** When the first begins and the last ends, from the origin; what is not in the trace is the trace's beginning or end. */
export let regionsStart: i64 = 0;
export let regionsUntil: i64 = 0;
/** The trace's clock at its first event: points in time that are stored count from there. */
export let origin: i64 = 0;

export function setOrigin(time: i64): void {
  origin = time;
}

/** `totals` are those of the region alone. */
export function putRegion(summary: Summary, region: Region, end: i64, hasEnd: bool, totals: Totals): void {
  let known: u32 = region.started ? HAS_START : 0;
  if (hasEnd) known |= HAS_END;
  if (region.inherited) known |= INHERITED;
  put(summary, known, region.name, region.stack, region.task, region.start, end, totals);
}

/** A region of which only the end is in the trace. */
export function putUnstartedRegion(summary: Summary, name: u32, task: u64, end: i64, totals: Totals): void {
  put(summary, HAS_END, name, 0, task, origin, end, totals);
}

function put(
  summary: Summary,
  known: u32,
  name: u32,
  stack: u32,
  task: u64,
  start: i64,
  end: i64,
  totals: Totals,
): void {
  makeRoom(mostPerRegion + <usize>totalsCells(totals) * mostPerCell);
  const lengthAt = putGoroutine(chunk + length, summary.id);
  noteBounds(start - origin, end - origin);
  // Nearly all lengths take one byte.
  let at = lengthAt + 1;
  store<u8>(at++, <u8>known);
  at = putVarint(at, summary.regionCount++);
  at = putVarint(at, name);
  at = putVarint(at, stack);
  at = putVarint(at, task);
  if ((known & HAS_START) != 0) at = putSigned(at, start - origin);
  if ((known & HAS_END) != 0) at = putSigned(at, end - ((known & HAS_START) != 0 ? start : origin));
  at = putFigures(at, totals);
  const lists = at;
  at = putList(putList(at, totals.waits), totals.ranges);
  listBytes += <u32>(at - lists);
  length = putLength(lengthAt, at) - chunk;
  count++;
  if (count >= ENOUGH_ROWS) haveEnough();
}

/** The length of what lies from one byte behind `lengthAt` up to `until`; what is behind it moves where it takes more bytes. */
function putLength(lengthAt: usize, until: usize): usize {
  const size = until - lengthAt - 1;
  if (size < 0x80) {
    store<u8>(lengthAt, <u8>size);
    return until;
  }
  const bytes: usize = size < 0x4000 ? 2 : size < 0x200000 ? 3 : size < 0x10000000 ? 4 : 5;
  memory.copy(lengthAt + bytes, lengthAt + 1, size);
  putVarint(lengthAt, size);
  return lengthAt + bytes + size;
}

function noteBounds(start: i64, until: i64): void {
  regionsStart = count == 0 ? start : min(regionsStart, start);
  regionsUntil = count == 0 ? until : max(regionsUntil, until);
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
