/**
 * Time of goroutines summed up by what they did: by state and reason, and as is wanted by stack, by start function, or by goroutine.
 *
 *     sum:  group u32 | stack u32 | what u32 | pad u32 | begun u64 | carried u64 | ns u64 | last u64
 *
 * `what` is reason × 16 + state × 2 + 1 if the goroutine had not run before. `group`: the name of the start function; with
 * OF_ONE set, or where sums are by goroutine, a number in the list of ids. Sums by name have goroutines with long streams one by one:
 * then a window of those takes whole generations from their sums, too. `begun` counts the stays that begin in what was summed
 * up, `carried` those that went on when it began; empty ones do not count. `last` is where the last stay ended, + 1: 0 for none.
 */
import { allocateZeroed, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { readVarint, startReading, failed, at as readingAt, end as readingEnd } from '../varint';
import { putVarint } from '../summary/span-stream';
import { allocate } from '../memory';
import { addSum, endedAt } from './sum-figures';
import { finalName, isNameSelected, isSelected } from './selection';

/** The sum of one goroutine; that it has a long stream. */
export const OF_ONE: u32 = 0x80000000;
const IS_LONG: u32 = 0x40000000;
export const SUM_SIZE: u32 = 48;

const sums: Column = newColumn(SUM_SIZE);
/** id i64 | name u32 | pad u32 */
const ids: Column = newColumn(16);
const idNumbers: IdMap = newIdMap();

// What sums are told apart by.
const BY_STACK: u32 = 1;
const BY_NAME: u32 = 2;
const BY_GOROUTINE: u32 = 4;
const KEEPS_LONG: u32 = 8;
let by: u32 = 0;

/** Places of sums, counted from 1, by hash: 0 is free. */
let table: usize = 0;
let mask: u32 = 0;

/** Anew: told apart by what is said. */
export function openSums(how: u32): void {
  by = how;
  sums.count = 0;
  if (ids.count > 0) idMapClear(idNumbers);
  ids.count = 0;
  if (table != 0) release(table, (<usize>mask + 1) << 2);
  mask = 1023;
  table = allocateZeroed((<usize>mask + 1) << 2);
}

/** What sums of a goroutine call their group. */
// @ts-ignore: decorator
@inline
export function groupOf(id: i64, name: u32, isLong: bool): u32 {
  if ((by & BY_GOROUTINE) != 0) return numberOf(id, name);
  if ((by & BY_NAME) == 0) return 0;
  if (isLong && (by & KEEPS_LONG) != 0) return OF_ONE | IS_LONG | numberOf(id, name);
  return name != 0 ? name : nameless(id);
}

function nameless(id: i64): u32 {
  const name = finalName(id, 0);
  return name != 0 ? name : OF_ONE | numberOf(id, 0);
}

function numberOf(id: i64, name: u32): u32 {
  const known = idMapGet(idNumbers, <u64>id);
  if (known != 0) return known - 1;
  const entry = columnPush(ids);
  store<i64>(entry, id);
  store<u64>(entry, <u64>finalName(id, name), 8);
  idMapSet(idNumbers, <u64>id, ids.count);
  return ids.count - 1;
}

// @ts-ignore: decorator
@inline
function hash(group: u32, stack: u32, what: u32): u32 {
  let h = (((<u64>group) << 32) | <u64>stack) * 0x9e3779b97f4a7c15 + <u64>what * 0xff51afd7ed558ccd;
  h ^= h >> 29;
  return <u32>(h >> 3);
}

/** The place of a sum, made if there is none; good until the next call. */
// @ts-ignore: decorator
@inline
export function sumOf(group: u32, stackOfIt: u32, what: u32): usize {
  const stack: u32 = (by & BY_STACK) != 0 ? stackOfIt : 0;
  let i = hash(group, stack, what) & mask;
  while (true) {
    const number = load<u32>(table + (<usize>i << 2));
    if (number == 0) return newSum(group, stack, what, i);
    const sum = columnAt(sums, number - 1);
    if (load<u32>(sum) == group && load<u32>(sum, 4) == stack && load<u32>(sum, 8) == what) return sum;
    i = (i + 1) & mask;
  }
}

function newSum(group: u32, stack: u32, what: u32, free: u32): usize {
  const sum = columnPush(sums);
  memory.fill(sum, 0, SUM_SIZE);
  store<u32>(sum, group);
  store<u32>(sum, stack, 4);
  store<u32>(sum, what, 8);
  if (sums.count * 2 > mask) grow();
  else store<u32>(table + (<usize>free << 2), sums.count);
  return sum;
}

function grow(): void {
  release(table, (<usize>mask + 1) << 2);
  mask = mask * 2 + 1;
  table = allocateZeroed((<usize>mask + 1) << 2);
  for (let number: u32 = 1; number <= sums.count; number++) {
    const sum = columnAt(sums, number - 1);
    let i = hash(load<u32>(sum), load<u32>(sum, 4), load<u32>(sum, 8)) & mask;
    while (load<u32>(table + (<usize>i << 2)) != 0) i = (i + 1) & mask;
    store<u32>(table + (<usize>i << 2), number);
  }
}

export function sumCount(): u32 {
  return sums.count;
}

export function sumsStart(): usize {
  return sums.start;
}

export function sumIdCount(): u32 {
  return ids.count;
}

export function sumIdsStart(): usize {
  return ids.start;
}

// --- packed, as they are stored ---

let packed: usize = 0;
let packedCapacity: usize = 0;
export let packedSumsLength: u32 = 0;

/** Packs all sums (layout and example: common/span-sums.ts). Returns where they lie until the next time. */
export function packSums(): usize {
  const room = <usize>(ids.count + 2) * 15 + <usize>sums.count * 55;
  if (room > packedCapacity) {
    if (packedCapacity > 0) release(packed, packedCapacity);
    packedCapacity = room;
    packed = allocate(room);
  }
  let at = putVarint(packed, ids.count);
  for (let i: u32 = 0; i < ids.count; i++) {
    at = putVarint(at, load<u64>(columnAt(ids, i)));
    at = putVarint(at, load<u32>(columnAt(ids, i), 8));
  }
  at = putVarint(at, sums.count);
  for (let i: u32 = 0; i < sums.count; i++) {
    const sum = columnAt(sums, i);
    const group = load<u32>(sum);
    at = putVarint(at, (<u64>(group & ~(OF_ONE | IS_LONG)) << 2) | <u64>(group >> 30));
    at = putVarint(at, load<u32>(sum, 4));
    at = putVarint(at, load<u32>(sum, 8));
    at = putVarint(at, load<u64>(sum, 16));
    at = putVarint(at, load<u64>(sum, 24));
    at = putVarint(at, load<u64>(sum, 32));
    at = putVarint(at, load<u64>(sum, 40));
  }
  packedSumsLength = <u32>(at - packed);
  return packed;
}

/**
 * Adds packed sums of everybody that is selected, or only of those goroutines that have long streams. `isFirst`: what goes on from
 * before counts. False: they are damaged, and part of them may be added.
 */
export function addPackedSums(address: usize, length: u32, isFirst: bool, onlyLong: bool): bool {
  startReading(address, address + length);
  const idCount = readVarint();
  if (failed || idCount > <u64>length) return false;
  const own = allocate(<usize>(idCount + 1) << 4);
  for (let i: usize = 0; i < <usize>idCount; i++) {
    store<u64>(own + (i << 4), readVarint());
    store<u64>(own + (i << 4), readVarint(), 8);
  }
  const isSound = addRows(own, idCount, isFirst, onlyLong);
  release(own, <usize>(idCount + 1) << 4);
  return isSound && !failed && readingAt == readingEnd;
}

function addRows(own: usize, idCount: u64, isFirst: bool, onlyLong: bool): bool {
  for (let left = readVarint(); left > 0 && !failed; left--) {
    const group = readVarint();
    const stack = <u32>readVarint();
    const what = <u32>readVarint();
    const begun = readVarint();
    const carried = readVarint();
    const ns = readVarint();
    const last = readVarint();
    if (failed) return false;
    let name = <u32>(group >> 2);
    let id: i64 = 0;
    const isLong = (group & 1) != 0;
    if ((group & 2) != 0) {
      if (group >> 2 >= idCount) return false;
      const entry = own + (<usize>(group >> 2) << 4);
      id = load<i64>(entry);
      name = finalName(id, load<u32>(entry, 8));
    }
    if (onlyLong ? !isLong || !isSelected(id, name) : !isNameSelected(name)) continue;
    const sum = sumOf(groupOf(id, name, isLong), stack, what);
    addSum(sum, begun + (isFirst ? carried : 0), 0, ns);
    endedAt(sum, last);
  }
  return true;
}
