/**
 * Finds stays of goroutines in their stored spans, each whole, wherever streams and generations cut it, and who put an end to it.
 * Chunks and rows of blocks are those of span-scan/streams.ts, and come generation by generation, in order of time; which goroutines and
 * what time count says span-scan/selection.ts. A damaged chunk is refused.
 */
import {
  GO_IS_IN_SYSCALL,
  GO_IS_RUNNABLE,
  GO_IS_RUNNING,
  GO_IS_WAITING,
  isWoken,
  WOKEN_BY_NONE,
  withoutWaker,
} from '../go-states';
import {
  finalName,
  firstStretch,
  isNameSelected,
  isSelected,
  lastStretch,
  windowFrom,
  windowUntil,
} from '../span-scan/selection';
import { isSyscall, overlap } from '../span-scan/streams';
import { failed, at as readingAt, end as readingEnd, readVarint, startReading } from '../varint';
import { BY_GOROUTINE, BY_ITSELF, BY_NONE, GOES_ON, NOT_KNOWN, takeStay } from './figures';
import { newPending, pendingAt, pendingPlaces, takePending } from './pending';
import { isWanted, stackCounted } from './wanted';

/** Head of a stream: its first span has gone on from before. */
const CONTINUES: u32 = 1;
/** Nothing follows. */
const NOTHING: u32 = u32.MAX_VALUE;

/** Spans of a chunk count from `base`. False: the chunk is damaged. */
export function findStaysInChunk(address: usize, length: u32, base: i64): bool {
  const end = address + length;
  startReading(address, end);
  const streams = readVarint();
  if (failed || streams > <u64>length) return false;
  let entry = readingAt;
  for (let i: u64 = 0; i < streams * 4; i++) readVarint();
  if (failed) return false;
  let spans = readingAt;
  let goroutine: u64 = 0;
  for (let i: u64 = 0; i < streams; i++) {
    startReading(entry, end);
    goroutine += readVarint();
    const start = base + <i64>readVarint();
    const bytes = readVarint();
    const head = <u32>readVarint();
    entry = readingAt;
    if (bytes > <u64>(end - spans)) return false;
    if (!scanStream(<i64>goroutine, spans, spans + <usize>bytes, start, head)) return false;
    spans += <usize>bytes;
  }
  return spans == end;
}

/** Blocks of one goroutine that follow each other from `start` on. False: the row is damaged. */
export function findStaysInRow(goroutine: i64, address: usize, length: u32, start: i64): bool {
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
    const ns = <i64>readVarint();
    const bytes = readVarint();
    entry = readingAt;
    if (bytes > <u64>(end - block)) return false;
    if (from + ns > windowFrom && from < windowUntil) {
      startReading(block, block + <usize>bytes);
      const head = <u32>readVarint();
      if (failed || !scanStream(goroutine, readingAt, block + <usize>bytes, from, head)) return false;
    }
    block += <usize>bytes;
    from += ns;
  }
  return block == end;
}

// The stay that is looked at, if it is one that is wanted.
let isStay: bool = false;
let stayFrom: i64 = 0;
let stayUntil: i64 = 0;
let stayNs: i64 = 0;
let stayWhat: u32 = 0;
let stayStack: u32 = 0;
let stayStored: u32 = 0;
let stayName: u32 = 0;

function scanStream(goroutine: i64, address: usize, end: usize, start: i64, head: u32): bool {
  if (!isSelected(goroutine, head >> 2)) return true;
  const from = load<i64>(firstStretch);
  const until = load<i64>(lastStretch, 8);
  if (firstStretch == lastStretch && from >= until) return true;
  resume(goroutine, start);
  stayName = finalName(goroutine, head >> 2);
  // The first span goes on with what was pending, or else with what was not wanted, or not looked at.
  let goesOn = (head & CONTINUES) != 0;
  let whatBefore: u32 = NOTHING;
  let stackBefore: u32 = 0;
  let stretch = firstStretch;
  let time = start;
  startReading(address, end);
  while (readingAt < readingEnd) {
    const begin = time;
    if (begin >= until && !isStay) break;
    time += <i64>readVarint();
    const stored = <u32>readVarint();
    const what = withoutWaker(stored);
    const stack = <u32>readVarint();
    if (failed || time < begin) return false;
    const isSame =
      (goesOn && isStay) ||
      (what == whatBefore && stack == stackBefore) ||
      (isSyscall(what & 7) && isSyscall(whatBefore & 7));
    goesOn = false;
    if (!isSame) {
      if (isStay) finish(goroutine, stored, stack);
      if (begin >= until) break;
      isStay = isWanted(what, stack);
      stayFrom = begin;
      stayNs = 0;
      stayWhat = what;
      stayStack = stack;
      stayStored = stored;
    }
    whatBefore = what;
    stackBefore = stack;
    if (!isStay) continue;
    stayUntil = time;
    if (time <= from || begin >= until) continue;
    if (firstStretch == lastStretch) stayNs += min<i64>(time, until) - max<i64>(begin, from);
    else {
      while (load<i64>(stretch, 8) <= begin && stretch < lastStretch) stretch += 16;
      stayNs += overlap(stretch, begin, time);
    }
  }
  if (isStay) suspend(goroutine);
  return true;
}

/** Takes up what the goroutine did last, if that may go on or end here. */
function resume(goroutine: i64, start: i64): void {
  isStay = false;
  const row = takePending(goroutine);
  if (row == 0) return;
  read(row);
  if (stayUntil == start) return;
  finish(goroutine, NOTHING, 0);
}

function read(row: usize): void {
  isStay = true;
  stayFrom = load<i64>(row, 8);
  stayUntil = load<i64>(row, 16);
  stayNs = load<i64>(row, 24);
  stayWhat = load<u32>(row, 32);
  stayStack = load<u32>(row, 36);
  stayStored = load<u32>(row, 40);
  stayName = load<u32>(row, 44);
}

function suspend(goroutine: i64): void {
  const row = newPending(goroutine);
  store<i64>(row, stayFrom, 8);
  store<i64>(row, stayUntil, 16);
  store<i64>(row, stayNs, 24);
  store<u32>(row, stayWhat, 32);
  store<u32>(row, stayStack, 36);
  store<u32>(row, stayStored, 40);
  store<u32>(row, stayName, 44);
}

/** The stay is over: `next` is what follows, as it is stored, and its stack. */
function finish(goroutine: i64, next: u32, nextStack: u32): void {
  isStay = false;
  if (stayNs <= 0) return;
  const state = stayWhat & 7;
  let who = NOT_KNOWN;
  let stack: u32 = 0;
  if (state == GO_IS_RUNNABLE) {
    who = whoWoke(stayStored);
    stack = stayStack;
  } else if (stayUntil >= windowUntil) {
    who = GOES_ON;
  } else if (state == GO_IS_WAITING) {
    who = whoWoke(next);
    stack = nextStack;
  } else if (next != NOTHING || state == GO_IS_RUNNING) {
    who = BY_ITSELF;
  }
  if (who > BY_NONE) stack = 0;
  const own = stackCounted(stayWhat, stayStack);
  const from = max<i64>(stayFrom, windowFrom);
  const until = min<i64>(stayUntil, windowUntil);
  takeStay(goroutine, from, until, stayNs, stayWhat, own, stayName, who, stack);
}

function whoWoke(stored: u32): u32 {
  if (stored == NOTHING || !isWoken(stored)) return NOT_KNOWN;
  return (stored & 7) == WOKEN_BY_NONE ? BY_NONE : BY_GOROUTINE;
}

/** A generation has been scanned: what ended before its end has nothing behind it. `isLast`: nor has the rest. */
export function endStayGeneration(end: i64, isLast: bool): void {
  for (let place: u32 = 0; place < pendingPlaces(); place++) {
    const row = pendingAt(place);
    if (row == 0 || (!isLast && load<i64>(row, 16) >= end)) continue;
    const goroutine = load<i64>(row);
    takePending(goroutine);
    read(row);
    finish(goroutine, NOTHING, 0);
  }
}

/** Whether packed sums of a generation (span-scan/sums.ts) have anything that is wanted. True where they are damaged. */
export function haveStays(address: usize, length: u32): bool {
  startReading(address, address + length);
  for (let left = readVarint() * 2; left > 0 && !failed; left--) readVarint();
  for (let left = readVarint(); left > 0 && !failed; left--) {
    const group = readVarint();
    const stack = <u32>readVarint();
    const key = <u32>readVarint();
    readVarint();
    readVarint();
    readVarint();
    readVarint();
    const isOfName = (group & 3) != 0 || isNameSelected(<u32>(group >> 2));
    if (isOfName && isWanted(((key >> 4) << 3) | ((key >> 1) & 7), stack)) return true;
  }
  return failed;
}
