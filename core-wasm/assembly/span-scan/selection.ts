/**
 * Which spans of which goroutines a scan sums up: within a window, of start functions, of goroutines by number, or only stretches of
 * those.
 *
 *     goroutine:  first stretch u32 | stretches u32 | the wait in progress is counted u32
 *     stretch:    from i64 | until i64, in order of time
 */
import { allocate, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';

/** The first stretch is the window. */
const stretches: Column = newColumn(16);
const goroutines: Column = newColumn(16);
/** Id → its row, counted from 1. */
const rowOf: IdMap = newIdMap();
let hasIds: bool = false;

/** By name a byte: 1 is selected. */
let names: usize = 0;
let nameCount: u32 = 0;
/** Names of goroutines whose streams do not know them. */
const lateNames: IdMap = newIdMap();

export let windowFrom: i64 = 0;
export let windowUntil: i64 = 0;

/** Anew: everything between two points in time. */
export function selectWindow(from: i64, until: i64): void {
  windowFrom = from;
  windowUntil = until;
  stretches.count = 0;
  goroutines.count = 0;
  if (hasIds) idMapClear(rowOf);
  hasIds = false;
  if (nameCount > 0) release(names, nameCount);
  nameCount = 0;
  addStretch(from, until);
}

/** Room for a byte for each of `count` names, all 0; only goroutines whose name has 1 are selected. */
export function selectNames(count: u32): usize {
  nameCount = max<u32>(1, count);
  names = allocate(nameCount);
  memory.fill(names, 0, nameCount);
  return names;
}

/** Only this goroutine and others that are named; its stretches are the window, or those that are added next. */
export function selectGoroutine(id: i64, hasStretches: bool): void {
  hasIds = true;
  const row = columnPush(goroutines);
  store<u32>(row, hasStretches ? stretches.count : 0);
  store<u32>(row, hasStretches ? 0 : 1, 4);
  store<u64>(row, 0, 8);
  idMapSet(rowOf, <u64>id, goroutines.count);
}

/** Of the goroutine named last. */
export function addStretch(from: i64, until: i64): void {
  const stretch = columnPush(stretches);
  store<i64>(stretch, from);
  store<i64>(stretch, until, 8);
  if (goroutines.count == 0) return;
  const row = columnAt(goroutines, goroutines.count - 1);
  store<u32>(row, load<u32>(row, 4) + 1, 4);
}

export function addKnownName(id: i64, name: u32): void {
  if (name != 0) idMapSet(lateNames, <u64>id, name);
}

// @ts-ignore: decorator
@inline
export function finalName(id: i64, name: u32): u32 {
  return name != 0 || lateNames.count == 0 ? name : idMapGet(lateNames, <u64>id);
}

// @ts-ignore: decorator
@inline
export function isNameSelected(name: u32): bool {
  return nameCount == 0 || (name < nameCount && load<u8>(names + name) != 0);
}

/** The stretches of the goroutine that was looked up. */
export let firstStretch: usize = 0;
export let lastStretch: usize = 0;
/** Its row, 0 where all goroutines are selected. */
export let selected: usize = 0;

/** Whether anything of a goroutine is selected. */
// @ts-ignore: decorator
@inline
export function isSelected(id: i64, name: u32): bool {
  if (nameCount != 0 && !isNameSelected(finalName(id, name))) return false;
  selected = 0;
  firstStretch = stretches.start;
  lastStretch = firstStretch;
  return !hasIds || lookUp(id);
}

function lookUp(id: i64): bool {
  const number = idMapGet(rowOf, <u64>id);
  if (number == 0) return false;
  selected = columnAt(goroutines, number - 1);
  const count = load<u32>(selected, 4);
  if (count == 0) return false;
  firstStretch = columnAt(stretches, load<u32>(selected));
  lastStretch = firstStretch + <usize>(count - 1) * 16;
  return true;
}
