/**
 * Finds whom goroutines made runnable while they ran on processors: the spans that begin within stretches of time of these and say so.
 * And finds the streams of single goroutines in a chunk. Chunks and rows are those of streams.ts; a damaged one is refused.
 *
 *     stretch:  from i64 | until i64 | number of the processor's lane u32 | pad u32, in order of time
 *     wake:     goroutine i64 | at i64 | what u32 | stack u32 | before: from i64 | what u32 | stack u32 | flags u32 | pad u32
 *     stream:   its place in the list of ids u32 | offset in the chunk u32 | length u32 | head u32 | start i64
 *
 * An event in a stretch is later than its beginning, and not later than its end. `before` is the stay that the wake put an end to, as
 * far as it lies in the stream. Creations are found in the goroutines' rows; one that ends a generation is found in its stream, too.
 */
import { goSort } from '../go-sort';
import { BLOCK_ROWS } from '../goroutine-columns/bit-blocks';
import { blockValues, chunkRows, idAt, largestOf, leastOf, stored } from '../goroutine-columns/chunk';
import {
  CREATION,
  CREATION_STACK,
  CREATOR,
  FLAGS,
  HAS_CREATOR,
  ID,
} from '../goroutine-columns/layout';
import { WOKEN_ON_EVEN, WOKEN_ON_ODD } from '../go-states';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { failed, at as readingAt, end as readingEnd, readVarint, startReading } from '../varint';
import { isSyscall } from './streams';

/** The stay before is there; it goes on before the stream; the goroutine was created. */
const HAS_BEFORE: u32 = 1;
const GOES_BACK: u32 = 2;
const IS_CREATION: u32 = 4;

// Heads of streams.
const CONTINUES: u32 = 1;
const HAS_RUN: u32 = 2;

/** So many are collected before the earliest are picked. */
const mostCollected: u32 = 4096;

const stretches: Column = newColumn(24);
let wakes: Column = newColumn(48);
let spareWakes: Column = newColumn(48);
const order: Column = newColumn(16);
let most: u32 = 0;
let first: i64 = 0;
let last: i64 = 0;
/** Later ones are only counted. */
let bar: i64 = i64.MAX_VALUE;
let count: u32 = 0;

/** Anew: the earliest so many are kept. */
export function openWakes(keep: u32): void {
  most = keep;
  stretches.count = 0;
  wakes.count = 0;
  count = 0;
  bar = i64.MAX_VALUE;
  first = i64.MAX_VALUE;
  last = i64.MIN_VALUE;
}

export function addWakeStretch(lane: u32, from: i64, until: i64): void {
  const row = columnPush(stretches);
  store<i64>(row, from);
  store<i64>(row, until, 8);
  store<u64>(row, <u64>lane, 16);
  first = min<i64>(first, from);
  last = max<i64>(last, until);
}

/** Whether one of the stretches on a processor has this point in time. */
function isInside(lane: u32, time: i64): bool {
  let low: u32 = 0;
  let high = stretches.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i64>(columnAt(stretches, middle), 8) < time) low = middle + 1;
    else high = middle;
  }
  if (low == stretches.count) return false;
  const row = columnAt(stretches, low);
  return load<i64>(row) < time && load<u32>(row, 16) == lane;
}

/** Room for one; 0 if it is only counted. */
function newWake(goroutine: i64, at: i64): usize {
  count++;
  if (at > bar) return 0;
  if (wakes.count >= mostCollected) keepEarliest();
  const row = columnPush(wakes);
  memory.fill(row, 0, 48);
  store<i64>(row, goroutine);
  store<i64>(row, at, 8);
  return row;
}

/** Leaves the earliest ones, in order of time. */
function keepEarliest(): void {
  order.count = 0;
  for (let i: u32 = 0; i < wakes.count; i++) {
    const entry = columnPush(order);
    store<i64>(entry, load<i64>(columnAt(wakes, i), 8));
    store<u64>(entry, <u64>i, 8);
  }
  goSort(order.start, <i32>order.count);
  spareWakes.count = 0;
  const kept = min<u32>(most, wakes.count);
  for (let i: u32 = 0; i < kept; i++) {
    memory.copy(columnPush(spareWakes), columnAt(wakes, load<u32>(columnAt(order, i), 8)), 48);
  }
  const held = wakes;
  wakes = spareWakes;
  spareWakes = held;
  if (kept == most && kept > 0) bar = load<i64>(columnAt(wakes, kept - 1), 8);
}

/** How many there are; those that are kept lie in order of time. */
export function finishWakes(): u32 {
  keepEarliest();
  return count;
}

export function wakeCount(): u32 {
  return wakes.count;
}

export function wakesStart(): usize {
  return wakes.start;
}

// --- spans ---

/** Spans of a chunk count from `base`. False: the chunk is damaged. */
export function scanWakesInChunk(address: usize, length: u32, base: i64): bool {
  const end = address + length;
  let spans = directoryEnd(address, end);
  if (spans == 0) return false;
  let entry = directory;
  let goroutine: u64 = 0;
  for (let i: u64 = 0; i < streams; i++) {
    startReading(entry, end);
    goroutine += readVarint();
    const start = base + <i64>readVarint();
    const bytes = readVarint();
    const head = <u32>readVarint();
    entry = readingAt;
    if (bytes > <u64>(end - spans)) return false;
    if (start <= last) {
      if (!scanStream(<i64>goroutine, spans, spans + <usize>bytes, start, head, start != base)) return false;
    }
    spans += <usize>bytes;
  }
  return spans == end;
}

let streams: u64 = 0;
let directory: usize = 0;

/** Where the streams of a chunk begin; 0: it is damaged. */
function directoryEnd(address: usize, end: usize): usize {
  startReading(address, end);
  streams = readVarint();
  if (failed || streams > <u64>(end - address)) return 0;
  directory = readingAt;
  for (let i: u64 = 0; i < streams * 4; i++) readVarint();
  return failed ? 0 : readingAt;
}

/** Blocks of one goroutine that follow each other from `start` on, in a generation that begins at `base`. False: the row is damaged. */
export function scanWakesInRow(goroutine: i64, address: usize, length: u32, start: i64, base: i64): bool {
  const end = address + length;
  startReading(address, end);
  const blocks = readVarint();
  if (failed || blocks > <u64>length) return false;
  let entry = readingAt;
  for (let i: u64 = 0; i < blocks * 3; i++) readVarint();
  if (failed) return false;
  let block = readingAt;
  let from = start;
  for (let i: u64 = 0; i < blocks; i++) {
    startReading(entry, end);
    readVarint();
    const until = from + <i64>readVarint();
    const bytes = readVarint();
    entry = readingAt;
    if (bytes > <u64>(end - block)) return false;
    if (until >= first && from <= last) {
      startReading(block, block + <usize>bytes);
      const head = <u32>readVarint();
      if (failed || !scanStream(goroutine, readingAt, block + <usize>bytes, from, head, from != base)) return false;
    }
    block += <usize>bytes;
    from = until;
  }
  return block == end;
}

/** `isWhole`: what the stream begins with has not ended a generation. */
function scanStream(goroutine: i64, address: usize, end: usize, start: i64, head: u32, isWhole: bool): bool {
  let isFirst = true;
  const mayBegin = (head & CONTINUES) == 0 && ((head & HAS_RUN) != 0 || !isWhole);
  let whatBefore: u32 = 0;
  let stackBefore: u32 = 0;
  let stayFrom = start;
  let time = start;
  startReading(address, end);
  while (readingAt < readingEnd) {
    const begin = time;
    if (begin > last) break;
    time += <i64>readVarint();
    const what = <u32>readVarint();
    const stack = <u32>readVarint();
    if (failed || time < begin) return false;
    const state = what & 7;
    if ((state == WOKEN_ON_EVEN || state == WOKEN_ON_ODD) && begin > first) {
      const lane = ((what >> 3) << 1) | u32(state == WOKEN_ON_ODD);
      if ((!isFirst || mayBegin) && isInside(lane, begin)) {
        const row = newWake(goroutine, begin);
        if (row != 0) {
          store<u32>(row, what, 16);
          store<u32>(row, stack, 20);
          store<i64>(row, stayFrom, 24);
          store<u32>(row, whatBefore, 32);
          store<u32>(row, stackBefore, 36);
          const goesBack = stayFrom == start && (head & CONTINUES) != 0;
          store<u32>(row, (isFirst ? 0 : HAS_BEFORE) | (goesBack ? GOES_BACK : 0), 40);
        }
      }
    }
    const isSame = what == whatBefore && stack == stackBefore;
    if (isFirst || !(isSame || (isSyscall(state) && isSyscall(whatBefore & 7)))) stayFrom = begin;
    isFirst = false;
    whatBefore = what;
    stackBefore = stack;
  }
  return true;
}

// --- creations ---

/** The packed columns that `scanCreations` reads, a bit each; 0: none of the chunk's lives can begin in the stretches. */
export function creationColumns(chunk: usize): u32 {
  if (leastOf(chunk, CREATION) > last || largestOf(chunk, CREATION) <= first) return 0;
  return (1 << ID) | (1 << CREATION) | (1 << CREATOR) | (1 << CREATION_STACK) | (1 << FLAGS);
}

const creations: usize = memory.data(128 * 8, 16);

/** Those that `creator` created in the stretches, on whichever processor. The columns must be attached. */
export function scanCreations(chunk: usize, creator: i64): void {
  const rows = chunkRows(chunk);
  for (let block: u32 = 0; block * BLOCK_ROWS < rows; block++) {
    const values = blockValues(chunk, CREATION, block, creations);
    for (let i: u32 = 0; i < values; i++) {
      const creation = load<i64>(creations + (<usize>i << 3));
      if (creation <= first || creation > last) continue;
      const row = block * BLOCK_ROWS + i;
      if (stored(chunk, CREATOR, row) != creator || (<u32>stored(chunk, FLAGS, row) & HAS_CREATOR) == 0) continue;
      if (isInsideAny(creation)) addCreation(chunk, row, creation);
    }
  }
}

function isInsideAny(time: i64): bool {
  for (let i: u32 = 0; i < stretches.count; i++) {
    const row = columnAt(stretches, i);
    if (load<i64>(row) < time && time <= load<i64>(row, 8)) return true;
  }
  return false;
}

function addCreation(chunk: usize, row: u32, creation: i64): void {
  const wake = newWake(idAt(chunk, row), creation);
  if (wake == 0) return;
  store<u32>(wake, <u32>stored(chunk, CREATION_STACK, row), 20);
  store<u32>(wake, IS_CREATION, 40);
}

// --- streams of single goroutines ---

const found: Column = newColumn(24);

/** Finds the streams of goroutines, of which there are `ids`, ascending, in a chunk. −1: it is damaged; else how many there are. */
export function findStreams(address: usize, length: u32, base: i64, idsAt: usize, ids: u32): i32 {
  found.count = 0;
  const end = address + length;
  let spans = directoryEnd(address, end);
  if (spans == 0) return -1;
  startReading(directory, end);
  let goroutine: u64 = 0;
  let place: u32 = 0;
  for (let i: u64 = 0; i < streams; i++) {
    goroutine += readVarint();
    const start = base + <i64>readVarint();
    const bytes = readVarint();
    const head = <u32>readVarint();
    if (bytes > <u64>(end - spans)) return -1;
    while (place < ids && load<i64>(idsAt + (<usize>place << 3)) < <i64>goroutine) place++;
    if (place == ids) break;
    if (load<i64>(idsAt + (<usize>place << 3)) == <i64>goroutine) addStream(place, spans - address, bytes, head, start);
    spans += <usize>bytes;
  }
  return <i32>found.count;
}

function addStream(place: u32, offset: usize, bytes: u64, head: u32, start: i64): void {
  const row = columnPush(found);
  store<u32>(row, place);
  store<u32>(row, <u32>offset, 4);
  store<u32>(row, <u32>bytes, 8);
  store<u32>(row, head, 12);
  store<i64>(row, start, 16);
}

export function streamsFound(): usize {
  return found.start;
}
