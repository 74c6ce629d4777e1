/** Counts goroutines by what they do (the classes of common/goroutine-state.ts): all of them, and by start function. */
import { GO_IS_IN_SYSCALL, GO_IS_RUNNABLE, GO_IS_RUNNING, GO_IS_WAITING } from '../go-states';
import { IdMap, idMapGet, idMapSet, newIdMap } from '../id-map';
import { classOfReason } from '../reasons';
import { ALL_GOROUTINES, GROUP } from './outbox';
import { NOWHERE, StateCounts, announceMember, moveMember, newStateCounts } from './state-counts';

const RUNNING: u32 = 0;
const SYSCALL: u32 = 1;
const RUNNABLE: u32 = 3;
const UNKNOWN: u32 = 8;

const mostBucketsOfAll: u32 = 1024;
const mostBucketsOfGroup: u32 = 256;

const groups: IdMap = newIdMap();
let all: StateCounts = changetype<StateCounts>(0);

// @ts-ignore: decorator
@inline
export function classOf(state: u32, reason: u32): u32 {
  if (state == GO_IS_RUNNING) return RUNNING;
  if (state == GO_IS_RUNNABLE) return RUNNABLE;
  if (state == GO_IS_WAITING) return classOfReason(reason);
  return state == GO_IS_IN_SYSCALL ? SYSCALL : UNKNOWN;
}

/** What a name counts under, for `moveGoroutine`. */
export function countsOfName(name: u32): StateCounts {
  const known = <usize>idMapGet(groups, <u64>name + 1);
  if (known != 0) return changetype<StateCounts>(known);
  const counts = newStateCounts(GROUP, name, mostBucketsOfGroup);
  idMapSet(groups, <u64>name + 1, <u32>changetype<usize>(counts));
  return counts;
}

function ofAll(): StateCounts {
  if (changetype<usize>(all) == 0) all = newStateCounts(ALL_GOROUTINES, 0, mostBucketsOfAll);
  return all;
}

/** From one class to another; `NOWHERE`: it begins or ends. */
// @ts-ignore: decorator
@inline
export function moveGoroutine(group: StateCounts, time: i64, from: u32, to: u32): void {
  moveMember(ofAll(), time, from, to);
  moveMember(group, time, from, to);
}

/** It has been in this class since the generation began. */
export function announceGoroutine(group: StateCounts, time: i64, which: u32): void {
  announceMember(ofAll(), time, which);
  announceMember(group, time, which);
}

/** A goroutine gets its name while it is in a class. */
export function changeGroup(before: StateCounts, after: StateCounts, time: i64, which: u32): void {
  moveMember(before, time, which, NOWHERE);
  moveMember(after, time, NOWHERE, which);
}
