/**
 * The longest stays of groups among those that were offered: for each group a heap with the shortest of them on top.
 *
 *     stay:   goroutine i64 | from i64 | until i64 | stack u32 | what u32 (reason × 8 + state) | flags u32 (longest.ts) | name u32
 *     group:  heap u32 | stays u32 | others were left out u32 | name u32
 *
 * Of two that are equally long the one of the goroutine with the smaller number stays, whatever the order of the offers: so of goroutines
 * that all wait through several generations the same ones are found in each.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { allocate, release } from '../memory';
import { finalName } from './selection';

const size: usize = 40;
/** No more are told apart where none were asked for. */
const mostGroups: u32 = 4096;
/** With the first stay of a group on its way to another core: others were left out there. */
const OTHERS: u32 = 4;

const groups: Column = newColumn(16);
/** By name + 1 the number of its group, counted from 1. */
const numbers: IdMap = newIdMap();
let most: u32 = 0;
let takesAll: bool = false;
export let wantsStays: bool = false;
/** Groups were left out, as they were too many. */
export let groupsLeftOut: bool = false;

/** Where nobody looks. */
const noGroup: usize = memory.data(16, 8);
/** The group that offers are for, its name, and what is shorter than is out at once. */
let chosen: usize = noGroup;
let chosenName: u32 = 0;
let bar: i64 = i64.MAX_VALUE;

/** Anew: `mostOfEach` stays of groups that are added; or of all, as they come. 0: none is wanted. */
export function openStays(mostOfEach: u32, all: bool): void {
  for (let i: u32 = 0; i < groups.count; i++) release(load<u32>(columnAt(groups, i)), <usize>most * size);
  if (groups.count > 0) idMapClear(numbers);
  groups.count = 0;
  most = mostOfEach;
  takesAll = all;
  wantsStays = most > 0;
  groupsLeftOut = false;
  leaveGroup();
}

function leaveGroup(): void {
  chosen = noGroup;
  bar = i64.MAX_VALUE;
}

/** Returns its number, counted from 1. */
export function addStayGroup(name: u32): u32 {
  const group = columnPush(groups);
  store<u32>(group, <u32>allocate(<usize>most * size));
  store<u64>(group, 0, 4);
  store<u32>(group, name, 12);
  idMapSet(numbers, <u64>name + 1, groups.count);
  return groups.count;
}

/** Offers that follow are for the group of a goroutine. */
// @ts-ignore: decorator
@inline
export function chooseStayGroup(goroutine: i64, streamName: u32): void {
  const name = finalName(goroutine, streamName);
  if (name != chosenName || chosen == noGroup) choose(name);
}

function choose(name: u32): void {
  let number = idMapGet(numbers, <u64>name + 1);
  if (number == 0 && takesAll) {
    if (groups.count < mostGroups) number = addStayGroup(name);
    else groupsLeftOut = true;
  }
  if (number == 0) {
    leaveGroup();
    return;
  }
  chosen = columnAt(groups, number - 1);
  chosenName = name;
  raiseBar();
}

function raiseBar(): void {
  const heap = <usize>load<u32>(chosen);
  bar = load<u32>(chosen, 4) < most ? 0 : load<i64>(heap, 16) - load<i64>(heap, 8);
}

/** Whether all stays up to a length are out, without offering them, of goroutines whose name came in time. */
// @ts-ignore: decorator
@inline
export function areStaysOut(name: u32, longest: i64): bool {
  if (name != chosenName || longest >= bar || chosen == noGroup) return false;
  store<u32>(chosen, 1, 8);
  return true;
}

/** Each stay is to be offered once. */
// @ts-ignore: decorator
@inline
export function offerStay(goroutine: i64, from: i64, until: i64, what: u32, stack: u32, flags: u32): void {
  if (until - from < bar) store<u32>(chosen, 1, 8);
  else take(goroutine, from, until, what, stack, flags);
}

function take(goroutine: i64, from: i64, until: i64, what: u32, stack: u32, flags: u32): void {
  if (chosen == noGroup) return;
  const heap = <usize>load<u32>(chosen);
  const held = load<u32>(chosen, 4);
  if (held < most) {
    put(heap + <usize>held * size, goroutine, from, until, what, stack, flags);
    store<u32>(chosen, held + 1, 4);
    rise(heap, held);
  } else {
    store<u32>(chosen, 1, 8);
    if (!leaves(heap, goroutine, from, until)) return;
    put(heap, goroutine, from, until, what, stack, flags);
    sink(heap, 0, held);
  }
  raiseBar();
}

function put(at: usize, goroutine: i64, from: i64, until: i64, what: u32, stack: u32, flags: u32): void {
  store<i64>(at, goroutine);
  store<i64>(at, from, 8);
  store<i64>(at, until, 16);
  store<u32>(at, stack, 24);
  store<u32>(at, what, 28);
  store<u32>(at, flags, 32);
  store<u32>(at, chosenName, 36);
}

/** Whether the stay on top leaves for this one. */
function leaves(top: usize, goroutine: i64, from: i64, until: i64): bool {
  const length = load<i64>(top, 16) - load<i64>(top, 8);
  if (length != until - from) return length < until - from;
  if (load<i64>(top) != goroutine) return load<i64>(top) > goroutine;
  return load<i64>(top, 8) > from;
}

function isAbove(a: usize, b: usize): bool {
  return leaves(a, load<i64>(b), load<i64>(b, 8), load<i64>(b, 16));
}

function swap(a: usize, b: usize): void {
  for (let i: usize = 0; i < size; i += 8) {
    const held = load<u64>(a + i);
    store<u64>(a + i, load<u64>(b + i));
    store<u64>(b + i, held);
  }
}

function rise(heap: usize, from: u32): void {
  for (let place = from; place > 0;) {
    const parent = (place - 1) >> 1;
    if (!isAbove(heap + <usize>place * size, heap + <usize>parent * size)) return;
    swap(heap + <usize>place * size, heap + <usize>parent * size);
    place = parent;
  }
}

function sink(heap: usize, from: u32, held: u32): void {
  for (let place = from; ;) {
    let first = place;
    for (let child = place * 2 + 1; child < min<u32>(place * 2 + 3, held); child++) {
      if (isAbove(heap + <usize>child * size, heap + <usize>first * size)) first = child;
    }
    if (first == place) return;
    swap(heap + <usize>first * size, heap + <usize>place * size);
    place = first;
  }
}

export function stayCount(group: u32): u32 {
  return group < groups.count ? load<u32>(columnAt(groups, group), 4) : 0;
}

export function staysStart(group: u32): usize {
  return load<u32>(columnAt(groups, group));
}

let gathered: usize = 0;
let gatheredCapacity: usize = 0;
export let gatheredStays: u32 = 0;

/** The stays of all groups one after the other; returns where they lie until the next time. */
export function gatherStays(): usize {
  gatheredStays = 0;
  for (let i: u32 = 0; i < groups.count; i++) gatheredStays += load<u32>(columnAt(groups, i), 4);
  const room = <usize>gatheredStays * size;
  if (room > gatheredCapacity) {
    if (gatheredCapacity > 0) release(gathered, gatheredCapacity);
    gatheredCapacity = room;
    gathered = allocate(room);
  }
  let at = gathered;
  for (let i: u32 = 0; i < groups.count; i++) {
    const group = columnAt(groups, i);
    const bytes = <usize>load<u32>(group, 4) * size;
    if (bytes == 0) continue;
    memory.copy(at, load<u32>(group), bytes);
    if (load<u32>(group, 8) != 0) store<u32>(at, load<u32>(at, 32) | OTHERS, 32);
    at += bytes;
  }
  return gathered;
}

/** Offers stays that were gathered in another core. */
export function addStays(address: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = address + i * size;
    const flags = load<u32>(at, 32);
    chooseStayGroup(load<i64>(at), load<u32>(at, 36));
    offerStay(load<i64>(at), load<i64>(at, 8), load<i64>(at, 16), load<u32>(at, 28), load<u32>(at, 24), flags & ~OTHERS);
    if ((flags & OTHERS) != 0) store<u32>(chosen, 1, 8);
  }
}
