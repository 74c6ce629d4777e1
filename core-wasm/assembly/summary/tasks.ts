/**
 * What user tasks gained since rows were last handed out. A task may get logs, regions and goroutines long after its end, so
 * that it is never over before the trace is; but all that is known of one can be added up later: the host adds each row to
 * the one it has, and nothing of a task stays here, whether it is over or not (rules: spec, summaries; source:
 * internal/trace/summary.go of Go 1.27).
 *
 *     task:        id u64 | parent u64 | start i64 | end i64 | what is known u32 | name u32 | logs u32 | regions u32 |
 *                  goroutine that began it i64 | goroutine that ended it i64
 *     membership:  task u64 | goroutine i64
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { ENOUGH_TASKS, haveEnough } from '../enough';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';

/** Bits of what is known. */
const HAS_PARENT: u32 = 1;
const HAS_NAME: u32 = 2;
const HAS_START: u32 = 4;
const HAS_END: u32 = 8;

const taskSize: u32 = 64;
const tasks: Column = newColumn(taskSize);
const members: Column = newColumn(16);
/** Task → its row, counted from 1. */
const rowOf: IdMap = newIdMap();

/** Memberships seen lately, handed out or not: {task u64, goroutine i64, seen u64} by hash, one a place. */
const recentMask: u32 = 4095;
const recentStride: usize = 24;
const recent: usize = memory.data(4096 * 24, 8);

const NO_TASK: u64 = u64.MAX_VALUE;

/** The address of a task's row, good until the next call. */
function taskRow(id: u64): usize {
  const known = idMapGet(rowOf, id);
  if (known != 0) return columnAt(tasks, known - 1);
  const row = columnPush(tasks);
  if (tasks.count >= ENOUGH_TASKS) haveEnough();
  memory.fill(row, 0, taskSize);
  store<u64>(row, id);
  idMapSet(rowOf, id, tasks.count);
  return row;
}

function know(row: usize, what: u32): void {
  store<u32>(row, load<u32>(row, 32) | what, 32);
}

function increment(row: usize, offset: usize): void {
  const place = row + offset;
  store<u32>(place, load<u32>(place) + 1);
}

function addMember(task: u64, goroutine: i64): void {
  const hash = (task * 0x9e3779b97f4a7c15 + <u64>goroutine) * 0xff51afd7ed558ccd;
  const place = recent + <usize>(<u32>(hash >> 40) & recentMask) * recentStride;
  if (load<u64>(place) == task && load<i64>(place, 8) == goroutine && load<u64>(place, 16) != 0) return;
  store<u64>(place, task);
  store<i64>(place, goroutine, 8);
  store<u64>(place, 1, 16);
  const member = columnPush(members);
  if (members.count >= ENOUGH_TASKS) haveEnough();
  store<u64>(member, task);
  store<i64>(member, goroutine, 8);
}

/** A beginning or an end names the task, even by no name: an end whose beginning is not in the trace has none. */
export function markTask(id: u64, parent: u64, name: u32, goroutine: i64, time: i64, isEnd: bool): void {
  const row = taskRow(id);
  store<u32>(row, name, 36);
  store<i64>(row + (isEnd ? 24 : 16), time);
  store<i64>(row + (isEnd ? 56 : 48), goroutine);
  know(row, HAS_NAME | (isEnd ? HAS_END : HAS_START));
  addMember(id, goroutine);
  if (parent == NO_TASK || (load<u32>(row, 32) & HAS_PARENT) != 0) return;
  store<u64>(row, parent, 8);
  know(row, HAS_PARENT);
  // A parent is a task even if nothing else is known of it.
  taskRow(parent);
}

export function addTaskLog(id: u64, goroutine: i64): void {
  increment(taskRow(id), 40);
  addMember(id, goroutine);
}

/** Task 0 has the regions that belong to no task. */
export function addTaskRegion(id: u64, goroutine: i64): void {
  increment(taskRow(id), 44);
  addMember(id, goroutine);
}

export function resetTasks(): void {
  if (tasks.count > 0) idMapClear(rowOf);
  tasks.count = 0;
  members.count = 0;
}

export function taskRowCount(): u32 {
  return tasks.count;
}

export function taskRowsStart(): usize {
  return tasks.start;
}

export function taskMemberCount(): u32 {
  return members.count;
}

export function taskMembersStart(): usize {
  return members.start;
}
