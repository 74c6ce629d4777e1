/**
 * Sums up spans as they are stored: chunks of many streams (common/span-chunk.ts) and streams that stand alone in rows of blocks
 * (common/lane-rows.ts). Generations must come in order of time. Nothing is believed: a damaged chunk is refused.
 */
import { GO_IS_BLOCKED_IN_SYSCALL, GO_IS_IN_SYSCALL, GO_IS_RUNNABLE, GO_IS_RUNNING, withoutWaker } from '../go-states';
import { failed, at as readingAt, end as readingEnd, readVarint, startReading } from '../varint';
import { chooseStayGroup, offerStay, wantsStays } from './group-longest';
import { FROM_BEFORE, GOES_ON, offerLongest } from './longest';
import { firstStretch, isSelected, lastStretch, selected, windowFrom, windowUntil } from './selection';
import { addSum, endedAt } from './sum-figures';
import { groupOf, sumOf } from './sums';

/** Stays that went on when the sums begin are told apart. */
let keepsCarried: bool = false;
let wantsLongest: bool = false;
/** Where the generation ends: a stay that reaches it may go on. */
let generationEnd: i64 = 0;

export function setSpanScan(carried: bool, longest: bool): void {
  keepsCarried = carried;
  wantsLongest = longest;
}

export function setGenerationEnd(end: i64): void {
  generationEnd = end;
}

/** Spans of a chunk count from `base`. False: the chunk is damaged. */
export function scanSpanChunk(address: usize, length: u32, base: i64): bool {
  const end = address + length;
  startReading(address, end);
  const streams = readVarint();
  if (failed || streams > <u64>length) return false;
  const directory = readingAt;
  for (let i: u64 = 0; i < streams; i++) skipEntry();
  if (failed) return false;
  let entry = directory;
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
    if (!scanStream(<i64>goroutine, spans, spans + <usize>bytes, start, head, false)) return false;
    spans += <usize>bytes;
  }
  return spans == end;
}

// @ts-ignore: decorator
@inline
function skipEntry(): void {
  readVarint();
  readVarint();
  readVarint();
  readVarint();
}

/** Blocks of one goroutine that follow each other from `start` on. False: the row is damaged. */
export function scanBlockRow(goroutine: i64, address: usize, length: u32, start: i64): bool {
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
    if (from + ns <= windowFrom || from >= windowUntil) {
      block += <usize>bytes;
      from += ns;
      continue;
    }
    startReading(block, block + <usize>bytes);
    const head = <u32>readVarint();
    if (failed || !scanStream(goroutine, readingAt, block + <usize>bytes, from, head, true)) return false;
    block += <usize>bytes;
    from += ns;
  }
  return block == end;
}

// @ts-ignore: decorator
@inline
export function isSyscall(state: u32): bool {
  return state == GO_IS_IN_SYSCALL || state == GO_IS_BLOCKED_IN_SYSCALL;
}

/** Has the first span gone on from before? Has the goroutine run? */
const CONTINUES: u32 = 1;
const HAS_RUN: u32 = 2;

function scanStream(goroutine: i64, address: usize, end: usize, start: i64, head: u32, isLong: bool): bool {
  if (!isSelected(goroutine, head >> 2)) return true;
  const group = groupOf(goroutine, head >> 2, isLong);
  const isOne = firstStretch == lastStretch;
  const from = load<i64>(firstStretch);
  const until = load<i64>(lastStretch, 8);
  // Of an empty window no time counts, nor any stay.
  if (isOne && from >= until) return true;
  const whose = selected;
  let stretch = firstStretch;
  let hasRun = (head & HAS_RUN) != 0;
  let isFirst = true;
  let goesOn = (head & CONTINUES) != 0;
  // Of a stay that went on, whether it was counted where it was summed up before.
  let counted = goesOn && !keepsCarried && (whose == 0 ? from < start : load<u32>(whose, 8) != 0);
  let carried = goesOn && keepsCarried;
  let stateBefore: u32 = 0;
  let whatBefore: u32 = u32.MAX_VALUE;
  let stackBefore: u32 = 0;
  let time = start;
  let stayFrom = start;
  // The stay so far: it is offered when it is over, also where that is behind the window.
  let stayWhat: u32 = 0;
  let stayStack: u32 = 0;
  let stayUntil = start;
  let isOffered = false;
  const offers = wantsStays && isOne;
  if (offers) chooseStayGroup(goroutine, head >> 2);
  startReading(address, end);
  while (readingAt < readingEnd) {
    const begin = time;
    if (begin >= until && !isOffered) break;
    time += <i64>readVarint();
    const what = withoutWaker(<u32>readVarint());
    const stack = <u32>readVarint();
    if (failed || time < begin) return false;
    const state = what & 7;
    const isSame = (what == whatBefore && stack == stackBefore) || (isSyscall(state) && isSyscall(stateBefore));
    if (!isSame) {
      if (isOffered) offerStay(goroutine, stayFrom, stayUntil, stayWhat, stayStack, goesOn ? FROM_BEFORE : 0);
      isOffered = false;
      if (begin >= until) break;
      stayFrom = begin;
      stayWhat = what;
      stayStack = stack;
    }
    stayUntil = time;
    if (!isFirst && !isSame) {
      counted = false;
      carried = false;
      goesOn = false;
    }
    isFirst = false;
    whatBefore = what;
    stackBefore = stack;
    stateBefore = state;
    hasRun = hasRun || state == GO_IS_RUNNING;
    if (time <= from || time == begin || begin >= until) continue;
    let ns: i64;
    if (isOne) {
      ns = min<i64>(time, until) - max<i64>(begin, from);
    } else {
      while (load<i64>(stretch, 8) <= begin && stretch < lastStretch) stretch += 16;
      ns = overlap(stretch, begin, time);
      if (ns == 0) continue;
    }
    const key = ((what >> 3) << 4) | (state << 1) | u32(!hasRun);
    const sum = sumOf(group, stack, key);
    addSum(sum, u64(!counted && !carried), u64(!counted && carried), <u64>ns);
    if (time != generationEnd) endedAt(sum, <u64>time + 1);
    counted = true;
    if (offers) isOffered = true;
    if (wantsLongest && state == GO_IS_RUNNABLE) {
      const flags = (goesOn ? FROM_BEFORE : 0) | (time == generationEnd ? GOES_ON : 0);
      // Of a stay in several spans the last offer is all of it.
      if (isOne) offerLongest(goroutine, max<i64>(stayFrom, from), min<i64>(time, until), stack, flags);
      else offerLongest(goroutine, begin, begin + ns, stack, flags);
    }
  }
  // The next stream or block of the goroutine may go on with it.
  if (isOffered) {
    offerStay(goroutine, stayFrom, stayUntil, stayWhat, stayStack, (goesOn ? FROM_BEFORE : 0) | GOES_ON);
  }
  if (whose != 0) store<u32>(whose, u32(counted), 8);
  return true;
}

/** How much of a span lies in the stretches from one on. */
export function overlap(from: usize, begin: i64, end: i64): i64 {
  let ns: i64 = 0;
  for (let stretch = from; stretch <= lastStretch && load<i64>(stretch) < end; stretch += 16) {
    ns += max<i64>(0, min<i64>(end, load<i64>(stretch, 8)) - max<i64>(begin, load<i64>(stretch)));
  }
  return ns;
}
