/** What goroutines do (the classes of common/goroutine-state.ts): all of them counted, and time by start function. */
import {
  GO_IS_BLOCKED_IN_SYSCALL,
  GO_IS_IN_SYSCALL,
  GO_IS_RUNNABLE,
  GO_IS_RUNNING,
  GO_IS_WAITING,
} from '../go-states';
import { allocateZeroed } from '../memory';
import { IdMap, idMapGet, idMapSet, newIdMap } from '../id-map';
import { classOfReason } from '../reasons';
import { Buckets, addToBuckets, handOutLevels, newSharedBuckets, restartBuckets } from './buckets';
import { ALL_GOROUTINES, GROUP } from './outbox';
import { countRunnableAt, lookAtQueue } from './scheduler';
import { STATES, StateCounts, announceMember, moveMember, newStateCounts } from './state-counts';

const RUNNING: u32 = 0;
const SYSCALL: u32 = 1;
const RUNNABLE: u32 = 3;
const UNKNOWN: u32 = 8;

const mostBuckets: u32 = 1024;

/** The time of all goroutines with one start function. */
@unmanaged
export class Group {
  name: u32;
  isListed: bool;
  next: usize;
  buckets: Buckets;
}

const groups: IdMap = newIdMap();
/** Those with spans in this generation. */
let firstListed: usize = 0;
/** Where the generation began. */
let base: i64 = 0;
let all: StateCounts = changetype<StateCounts>(0);

// @ts-ignore: decorator
@inline
export function classOf(state: u32, reason: u32): u32 {
  if (state == GO_IS_RUNNING) return RUNNING;
  if (state == GO_IS_RUNNABLE) return RUNNABLE;
  if (state == GO_IS_WAITING) return classOfReason(reason);
  return state == GO_IS_IN_SYSCALL || state == GO_IS_BLOCKED_IN_SYSCALL ? SYSCALL : UNKNOWN;
}

/** Where a goroutine's spans belong, by its name. */
export function groupOfName(name: u32): Group {
  const known = <usize>idMapGet(groups, <u64>name + 1);
  if (known != 0) return changetype<Group>(known);
  const group = changetype<Group>(allocateZeroed(offsetof<Group>()));
  group.name = name;
  group.buckets = newSharedBuckets(STATES);
  idMapSet(groups, <u64>name + 1, <u32>changetype<usize>(group));
  return group;
}

/** Adds a span that is not empty. */
// @ts-ignore: decorator
@inline
export function addToGroup(group: Group, from: i64, until: i64, which: u32): void {
  if (!group.isListed) list(group);
  addToBuckets(group.buckets, from, until, which);
}

function list(group: Group): void {
  restartBuckets(group.buckets, base);
  group.isListed = true;
  group.next = firstListed;
  firstListed = changetype<usize>(group);
}

export function handOutGroups(time: i64): void {
  base = time;
  while (firstListed != 0) {
    const group = changetype<Group>(firstListed);
    handOutLevels(group.buckets, GROUP, group.name, time);
    restartBuckets(group.buckets, time);
    group.isListed = false;
    firstListed = group.next;
  }
}

function ofAll(): StateCounts {
  if (changetype<usize>(all) == 0) {
    all = newStateCounts(ALL_GOROUTINES, 0, mostBuckets);
    countRunnableAt(all.now + <usize>(RUNNABLE << 2));
  }
  return all;
}

/** From one class to another; `NOWHERE`: it begins or ends. */
// @ts-ignore: decorator
@inline
export function moveGoroutine(time: i64, from: u32, to: u32): void {
  moveMember(ofAll(), time, from, to);
  if (from == RUNNABLE || to == RUNNABLE) lookAtQueue(time);
}

/** It has been in this class since the generation began. */
export function announceGoroutine(time: i64, which: u32): void {
  announceMember(ofAll(), time, which);
  lookAtQueue(time);
}
