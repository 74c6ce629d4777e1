/**
 * Passes over packed user regions and logs (common/region-chunk.ts, common/log-chunk.ts): finds those of some goroutines in a window.
 *
 *     region:  place of its goroutine u32 | what is known u32 | ordinal u32 | name u32 | task u64 | start i64 | end i64
 *     log:     place of its goroutine u32 | chunk u32 | place of its texts in the chunk u32 | pad u32 | time i64 | task u64
 *
 * The place of a goroutine is its number among those that are looked for.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { at, chunkStart, goTo, next, nextSigned } from './packed';

const HAS_START: u32 = 1;
const HAS_END: u32 = 2;
const INHERITED: u32 = 4;

const places: IdMap = newIdMap();
/** u32: how many logs of each goroutine were found. */
const logCounts: Column = newColumn(4);
const regions: Column = newColumn(40);
const logs: Column = newColumn(32);

let from: i64 = 0;
let until: i64 = 0;
let mostLogs: u32 = 0;

/** What overlaps the window counts, both bounds included. Of a goroutine no more than the first `most` logs are kept. */
export function beginMarks(windowFrom: i64, windowUntil: i64, most: u32): void {
  from = windowFrom;
  until = windowUntil;
  mostLogs = most;
  if (places.count > 0) idMapClear(places);
  logCounts.count = 0;
  regions.count = 0;
  logs.count = 0;
}

/** Also looks for these; a goroutine is named once. */
export function markGoroutine(id: i64): void {
  store<u32>(columnPush(logCounts), 0);
  idMapSet(places, <u64>id, logCounts.count);
}

/** Takes in a chunk of regions; false where it is not what it should be. */
export function scanMarkedRegions(length: u32, count: u32): bool {
  const end = chunkStart() + length;
  let goroutine: i64 = 0;
  goTo(chunkStart());
  for (let i: u32 = 0; i < count; i++) {
    if (at >= end) return false;
    goroutine += nextSigned();
    const size = next();
    if (size > <u64>length || at + <usize>size > end) return false;
    const behind = at + <usize>size;
    const place = idMapGet(places, <u64>goroutine);
    if (place != 0) takeRegion(place - 1);
    goTo(behind);
  }
  return at == end;
}

function takeRegion(place: u32): void {
  const known = <u32>next();
  const ordinal = <u32>next();
  const name = <u32>next();
  next();
  const task = next();
  const start = (known & HAS_START) != 0 ? nextSigned() : 0;
  const stop = (known & HAS_END) != 0 ? start + nextSigned() : i64.MAX_VALUE;
  if ((known & INHERITED) != 0) return;
  if (((known & HAS_START) != 0 && start > until) || stop < from) return;
  const row = columnPush(regions);
  store<u32>(row, place);
  store<u32>(row, known, 4);
  store<u32>(row, ordinal, 8);
  store<u32>(row, name, 12);
  store<u64>(row, task, 16);
  store<i64>(row, start, 24);
  store<i64>(row, stop, 32);
}

/** Takes in a chunk of logs; false where it is not what it should be. */
export function scanMarkedLogs(length: u32, count: u32, chunk: u32): bool {
  const start = chunkStart();
  const end = start + length;
  let time: i64 = 0;
  let goroutine: i64 = 0;
  goTo(start);
  for (let i: u32 = 0; i < count; i++) {
    if (at >= end) return false;
    time += nextSigned();
    goroutine += nextSigned();
    const task = next();
    const texts = at;
    passText(end);
    passText(end);
    if (at > end) return false;
    if (time < from || time > until) continue;
    const place = idMapGet(places, <u64>goroutine);
    if (place == 0) continue;
    const found = columnAt(logCounts, place - 1);
    if (load<u32>(found) == mostLogs) continue;
    store<u32>(found, load<u32>(found) + 1);
    const row = columnPush(logs);
    store<u32>(row, place - 1);
    store<u32>(row, chunk, 4);
    store<u32>(row, <u32>(texts - start), 8);
    store<i64>(row, time, 16);
    store<u64>(row, task, 24);
  }
  return at == end;
}

/** Goes behind a text; behind the end where it is longer than what is there. */
function passText(end: usize): void {
  const length = next();
  goTo(at > end || length > <u64>(end - at) ? end + 1 : at + <usize>length);
}

export function markedRegionCount(): u32 {
  return regions.count;
}

export function markedRegions(): usize {
  return regions.start;
}

export function markedLogCount(): u32 {
  return logs.count;
}

export function markedLogs(): usize {
  return logs.start;
}
