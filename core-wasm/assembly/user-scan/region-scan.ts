/**
 * Passes over packed user regions (common/region-chunk.ts): which overlap a window and pass some tests, summed up in groups of the same
 * name and stack; beside that each one's length, or its place and a value to sort by, is collected.
 *
 *     group:   name u32 | stack u32 | inherited u32 | regions u32 | complete ones u32 | pad u32 | lengths i64 | lengths of complete
 *              ones i64 | total i64 | exec i64 | sched wait i64 | syscall i64 | syscall block i64
 *     time:    group u32 | wait reason, or range with the highest bit u32 | ns i64
 *     region:  goroutine i64 | chunk u32 | place in the chunk u32 | group u32 | pad u32
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { allocate, allocateZeroed, release } from '../memory';
import { at, chunkStart, goTo, next, nextSigned } from './packed';
import { addRecord, keepOnly, keepRecord, openRecords, recordTag, recordsHeld } from './sorted';

const HAS_START: u32 = 1;
const HAS_END: u32 = 2;
const INHERITED: u32 = 4;
const COMPLETE: u32 = 3;

// What is collected of a region that counts.
const COMPLETE_LENGTHS: u32 = 0;
const ALL_LENGTHS: u32 = 1;
const REGIONS: u32 = 2;
const POINTS: u32 = 3;
/** Only which tasks they belong to. */
const TASKS: u32 = 4;

// What regions are sorted by.
const BY_LENGTH: u32 = 0;
const BY_START: u32 = 1;
const BY_GOROUTINE: u32 = 2;
/** And the four figures behind. */
const BY_TOTAL: u32 = 3;
const BY_WAITS: u32 = 8;

const RANGE: u32 = 0x80000000;

const groups: Column = newColumn(80);
const groupNumbers: IdMap = newIdMap();
const times: Column = newColumn(16);
const timeNumbers: IdMap = newIdMap();
const regions: Column = newColumn(24);

const tasks: IdMap = newIdMap();
const names: IdMap = newIdMap();
const seenTasks: IdMap = newIdMap();
const foundTasks: Column = newColumn(8);
/** Wait reasons that are sorted by, a byte each. */
const reasons: usize = memory.data(256, 16);
let ids: usize = 0;
let idCapacity: u32 = 0;
let mask: usize = 0;
let maskCapacity: u32 = 0;
let remap: usize = 0;
let remapCapacity: u32 = 0;

let from: i64 = 0;
let until: i64 = 0;
let traceEnd: i64 = 0;
let leastLength: i64 = 0;
let mostLength: i64 = 0;
let collects: u32 = 0;
let skipsInherited: bool = false;
let sortsBy: u32 = 0;
let lastGroup: u32 = 0;
let lastGroupKey: u64 = 0;

/**
 * Begins a scan of up to `most` regions without tests of tasks and names. Points in time are from the origin; both bounds of the
 * window and of the length belong to it.
 */
export function beginRegionScan(
  fromNs: i64,
  untilNs: i64,
  traceEndNs: i64,
  leastNs: i64,
  mostNs: i64,
  what: u32,
  by: u32,
  most: u32,
  withoutInherited: bool,
): void {
  from = fromNs;
  until = untilNs;
  traceEnd = traceEndNs;
  leastLength = leastNs;
  mostLength = mostNs;
  collects = what;
  sortsBy = by;
  groups.count = 0;
  idMapClear(groupNumbers);
  times.count = 0;
  idMapClear(timeNumbers);
  regions.count = 0;
  idMapClear(tasks);
  idMapClear(names);
  idMapClear(seenTasks);
  foundTasks.count = 0;
  skipsInherited = withoutInherited;
  memory.fill(reasons, 0, 256);
  lastGroupKey = u64.MAX_VALUE;
  lastGroup = 0;
  openRecords(what == TASKS ? 0 : what == POINTS ? most * 2 : most);
}

export function onlyTask(id: u64): void {
  idMapSet(tasks, id, 1);
}

export function onlyName(name: u32): void {
  idMapSet(names, name, 1);
}

export function sortReasons(): usize {
  return reasons;
}

/** The goroutines of the regions in the chunk, 64-bit floats; 0 where it is not what it should be. */
export function regionOwners(length: u32, count: u32): usize {
  if (count > idCapacity) {
    if (idCapacity > 0) release(ids, <usize>idCapacity << 3);
    idCapacity = count;
    ids = allocate(<usize>count << 3);
  }
  let goroutine: i64 = 0;
  goTo(chunkStart());
  const end = chunkStart() + length;
  for (let i: u32 = 0; i < count; i++) {
    if (at >= end) return 0;
    goroutine += nextSigned();
    const size = next();
    if (size > <u64>(end - chunkStart()) || at + <usize>size > end) return 0;
    store<f64>(ids + (<usize>i << 3), <f64>goroutine);
    goTo(at + <usize>size);
  }
  return at == end ? ids : 0;
}

/** A byte for each region of a chunk, to be filled: whether it may count. */
export function regionMask(count: u32): usize {
  if (count > maskCapacity) {
    if (maskCapacity > 0) release(mask, maskCapacity);
    maskCapacity = count;
    mask = allocate(count);
  }
  return mask;
}

/** Takes in the chunk; false where it is not what it should be. */
export function scanRegions(length: u32, count: u32, chunk: u32, isMasked: bool): bool {
  const start = chunkStart();
  const end = start + length;
  let goroutine: i64 = 0;
  goTo(start);
  for (let i: u32 = 0; i < count; i++) {
    if (at >= end) return false;
    goroutine += nextSigned();
    const size = next();
    const body = at;
    if (size > <u64>length || body + <usize>size > end) return false;
    const behind = body + <usize>size;
    if (!isMasked || load<u8>(mask + i) != 0) {
      if (!takeRegion(goroutine, chunk, <u32>(body - start), behind)) return false;
    }
    goTo(behind);
  }
  return at == end;
}

function takeRegion(goroutine: i64, chunk: u32, place: u32, behind: usize): bool {
  const known = <u32>next();
  next();
  const name = <u32>next();
  const stack = <u32>next();
  const task = next();
  const start = (known & HAS_START) != 0 ? nextSigned() : 0;
  let length = traceEnd - start;
  if ((known & HAS_END) != 0) length = nextSigned();
  const stop = start + length;
  length = max<i64>(length, 0);
  if (start > until || stop < from || length < leastLength || length > mostLength) return true;
  if (skipsInherited && (known & INHERITED) != 0) return true;
  if (tasks.count > 0 && idMapGet(tasks, task) == 0) return true;
  if (names.count > 0 && idMapGet(names, name) == 0) return true;
  if (collects == TASKS) {
    addTask(task);
    return true;
  }
  const group = groupOf(name, stack, known & INHERITED);
  const row = columnAt(groups, group);
  const isComplete = (known & COMPLETE) == COMPLETE;
  store<u32>(row, load<u32>(row, 12) + 1, 12);
  add(row, 24, length);
  if (isComplete) {
    store<u32>(row, load<u32>(row, 16) + 1, 16);
    add(row, 32, length);
  }
  let by: i64 = sortsBy == BY_START ? start : sortsBy == BY_GOROUTINE ? goroutine : length;
  for (let figure: u32 = 0; figure < 5; figure++) {
    const ns = nextSigned();
    add(row, 40 + (<usize>figure << 3), ns);
    if (sortsBy == BY_TOTAL + figure) by = ns;
  }
  const waited = takeTimes(group, 0, behind);
  takeTimes(group, RANGE, behind);
  if (at != behind) return false;
  if (sortsBy == BY_WAITS) by = waited;
  collect(group, isComplete, length, by, known, start, stop, goroutine, chunk, place);
  return true;
}

// @ts-ignore: decorator
@inline
function collect(
  group: u32,
  isComplete: bool,
  length: i64,
  by: i64,
  known: u32,
  start: i64,
  stop: i64,
  goroutine: i64,
  chunk: u32,
  place: u32,
): void {
  if (collects == ALL_LENGTHS || (collects == COMPLETE_LENGTHS && isComplete)) addRecord(length, group);
  if (collects < REGIONS) return;
  const number = regions.count;
  const row = columnPush(regions);
  store<i64>(row, goroutine);
  store<u32>(row, chunk, 8);
  store<u32>(row, place, 12);
  store<u32>(row, group, 16);
  if (collects == REGIONS) {
    addRecord(by, number);
  } else {
    if ((known & HAS_START) != 0) addRecord(start, number << 1);
    if ((known & HAS_END) != 0) addRecord(stop, (number << 1) | 1);
  }
}

function addTask(task: u64): void {
  if (idMapGet(seenTasks, task) != 0) return;
  idMapSet(seenTasks, task, 1);
  store<u64>(columnPush(foundTasks), task);
}

// @ts-ignore: decorator
@inline
function add(row: usize, offset: usize, ns: i64): void {
  store<i64>(row + offset, load<i64>(row + offset) + ns);
}

function groupOf(name: u32, stack: u32, inherited: u32): u32 {
  const key = (<u64>inherited << 61) | (<u64>name << 32) | <u64>stack;
  if (key == lastGroupKey && groups.count > 0) return lastGroup;
  let number = idMapGet(groupNumbers, key);
  if (number == 0) {
    const row = columnPush(groups);
    memory.fill(row, 0, 80);
    store<u32>(row, name);
    store<u32>(row, stack, 4);
    store<u32>(row, inherited == 0 ? 0 : 1, 8);
    number = groups.count;
    idMapSet(groupNumbers, key, number);
  }
  lastGroupKey = key;
  lastGroup = number - 1;
  return number - 1;
}

/** Adds a list of times to those of the group; the sum of those whose reason is sorted by. */
function takeTimes(group: u32, kind: u32, behind: usize): i64 {
  let sum: i64 = 0;
  for (let left = next(); left > 0; left--) {
    // A damaged list.
    if (at >= behind) return 0;
    const key = <u32>next();
    const ns = max<i64>(nextSigned(), 0);
    if (kind == 0 && key < 256 && load<u8>(reasons + key) != 0) sum += ns;
    add(timeOf(group, key | kind), 8, ns);
  }
  return sum;
}

function timeOf(group: u32, key: u32): usize {
  const both = (<u64>group << 32) | <u64>key;
  const number = idMapGet(timeNumbers, both);
  if (number != 0) return columnAt(times, number - 1);
  const row = columnPush(times);
  store<u32>(row, group);
  store<u32>(row, key, 4);
  store<i64>(row, 0, 8);
  idMapSet(timeNumbers, both, times.count);
  return row;
}

/** By group, what stands for it, counted from 1, or 0: it does not count. To be filled. */
export function regionRemap(): usize {
  if (remapCapacity > 0) release(remap, <usize>remapCapacity << 2);
  remapCapacity = max<u32>(groups.count, 1);
  remap = allocate(<usize>remapCapacity << 2);
  return remap;
}

/** Drops what belongs to groups that do not count. Lengths are tagged with what stands for their groups from now on. */
export function keepRegions(): void {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < recordsHeld; i++) {
    const tag = recordTag(i);
    let group = tag;
    if (collects >= REGIONS) {
      group = load<u32>(columnAt(regions, collects == POINTS ? tag >> 1 : tag), 16);
    }
    const stands = load<u32>(remap + (<usize>group << 2));
    if (stands == 0) continue;
    keepRecord(i, collects >= REGIONS ? tag : stands - 1, kept++);
  }
  keepOnly(kept);
}

export function foundTaskCount(): u32 {
  return foundTasks.count;
}

export function foundTaskIds(): usize {
  return foundTasks.start;
}

export function regionGroupCount(): u32 {
  return groups.count;
}

export function regionGroups(): usize {
  return groups.start;
}

export function regionTimeCount(): u32 {
  return times.count;
}

export function regionTimes(): usize {
  return times.start;
}

export function regionRows(): usize {
  return regions.start;
}

// --- goroutines whose number comes twice ---

let seen: usize = 0;
let seenTwice: usize = 0;
let seenBytes: u32 = 0;
const twice: Column = newColumn(24);

/** `bits`: a power of two; of goroutines that are so far apart one is taken for the other, for the time being. */
export function beginRepeats(bits: u32): void {
  endRepeats();
  seenBytes = max<u32>(bits >> 3, 8);
  seen = allocateZeroed(seenBytes);
  seenTwice = allocateZeroed(seenBytes);
}

export function endRepeats(): void {
  if (seenBytes == 0) return;
  release(seen, seenBytes);
  release(seenTwice, seenBytes);
  seenBytes = 0;
  twice.count = 0;
}

/** Goes over a chunk: how many goroutines have their first region here and have had it before; −1: the chunk is damaged. */
export function findRepeats(length: u32, count: u32): i32 {
  return passRepeats(length, count, 0, false);
}

/** The regions of the chunk whose goroutine may have come twice, behind those before. False: the chunk is damaged. */
export function listRepeats(length: u32, count: u32, chunk: u32): bool {
  return passRepeats(length, count, chunk, true) >= 0;
}

function passRepeats(length: u32, count: u32, chunk: u32, lists: bool): i32 {
  const end = chunkStart() + length;
  const bits = <u64>seenBytes * 8 - 1;
  let goroutine: i64 = 0;
  let repeats: i32 = 0;
  goTo(chunkStart());
  for (let i: u32 = 0; i < count; i++) {
    if (at >= end) return -1;
    goroutine += nextSigned();
    const size = next();
    const body = at;
    if (size > <u64>length || body + <usize>size > end) return -1;
    next();
    const ordinal = <u32>next();
    const bit = <u64>goroutine & bits;
    if (lists) {
      if (isSet(seenTwice, bit)) addRepeat(goroutine, ordinal, chunk, i);
    } else if (ordinal == 0) {
      if (isSet(seen, bit)) {
        setBit(seenTwice, bit);
        repeats++;
      }
      setBit(seen, bit);
    }
    goTo(body + <usize>size);
  }
  return at == end ? repeats : -1;
}

function addRepeat(goroutine: i64, ordinal: u32, chunk: u32, row: u32): void {
  const place = columnPush(twice);
  store<i64>(place, goroutine);
  store<u32>(place, ordinal, 8);
  store<u32>(place, chunk, 12);
  store<u32>(place, row, 16);
}

// @ts-ignore: decorator
@inline
function isSet(bits: usize, bit: u64): bool {
  return ((load<u8>(bits + <usize>(bit >> 3)) >> <u8>(bit & 7)) & 1) != 0;
}

// @ts-ignore: decorator
@inline
function setBit(bits: usize, bit: u64): void {
  const place = bits + <usize>(bit >> 3);
  store<u8>(place, load<u8>(place) | (1 << <u8>(bit & 7)));
}

export function repeatCount(): u32 {
  return twice.count;
}

export function repeatRows(): usize {
  return twice.start;
}
