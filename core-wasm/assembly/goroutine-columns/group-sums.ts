/**
 * Sums of goroutines by start function: of those in chunks that stay, and of those in chunks that will be replaced, which are
 * summed anew each time.
 *
 *     group:  name, number of goroutines, longest life, the eleven totals: 64-bit floats
 */
import { allocateZeroed } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { LAST_WAIT, NAME, TOTAL } from './layout';
import { columnOf, rowCount, valueAt, varies } from './unpacked';

const totalCount: u32 = LAST_WAIT + 1 - TOTAL;
const groupSize: u32 = (3 + totalCount) * 8;

@unmanaged
export class Groups {
  /** Name → place in `sums`, from 1. */
  numbers: IdMap;
  sums: Column;
}

function newGroups(): Groups {
  const groups = changetype<Groups>(allocateZeroed(offsetof<Groups>()));
  groups.numbers = newIdMap();
  groups.sums = newColumn(groupSize);
  return groups;
}

export const lasting: Groups = newGroups();
export const provisional: Groups = newGroups();
const together: Groups = newGroups();

export function forgetGroups(groups: Groups): void {
  idMapClear(groups.numbers);
  groups.sums.count = 0;
}

function groupNamed(groups: Groups, name: u64): usize {
  const known = idMapGet(groups.numbers, name);
  if (known != 0) return columnAt(groups.sums, known - 1);
  const group = columnPush(groups.sums);
  memory.fill(group, 0, groupSize);
  store<f64>(group, <f64>name);
  idMapSet(groups.numbers, name, groups.sums.count);
  return group;
}

// @ts-ignore: decorator
@inline
function addTo(place: usize, value: f64): void {
  store<f64>(place, load<f64>(place) + value);
}

/** Adds the rows of the chunk that is being packed. */
export function sumRows(groups: Groups): void {
  if (varies(NAME)) return sumRowByRow(groups);
  const group = groupNamed(groups, <u64>valueAt(NAME, 0));
  addTo(group + 8, <f64>rowCount);
  for (let k: u32 = 0; k < totalCount; k++) {
    const column = TOTAL + k;
    const sum = group + 24 + (<usize>k << 3);
    if (varies(column)) addTo(sum, sumOf(columnOf(column)));
    else addTo(sum, <f64>valueAt(column, 0) * <f64>rowCount);
  }
  for (let i: u32 = 0; i < (varies(TOTAL) ? rowCount : 1); i++) noteLife(group, <f64>valueAt(TOTAL, i));
}

function sumOf(column: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>rowCount << 3; i += 8) sum += <f64>load<i64>(column + i);
  return sum;
}

function noteLife(group: usize, total: f64): void {
  store<f64>(group, max<f64>(load<f64>(group, 16), total), 16);
}

function sumRowByRow(groups: Groups): void {
  let name = <u64>valueAt(NAME, 0);
  let group = groupNamed(groups, name);
  for (let i: u32 = 0; i < rowCount; i++) {
    const own = <u64>valueAt(NAME, i);
    if (own != name) {
      name = own;
      group = groupNamed(groups, name);
    }
    addTo(group + 8, 1);
    noteLife(group, <f64>valueAt(TOTAL, i));
    for (let k: u32 = 0; k < totalCount; k++) {
      const value = valueAt(TOTAL + k, i);
      if (value != 0) addTo(group + 24 + (<usize>k << 3), <f64>value);
    }
  }
}

/** Brings both kinds together; returns the number of groups. */
export function sumGroups(): u32 {
  forgetGroups(together);
  addGroups(lasting);
  addGroups(provisional);
  return together.sums.count;
}

function addGroups(groups: Groups): void {
  for (let i: u32 = 0; i < groups.sums.count; i++) {
    const from = columnAt(groups.sums, i);
    const group = groupNamed(together, <u64>load<f64>(from));
    addTo(group + 8, load<f64>(from, 8));
    store<f64>(group, max<f64>(load<f64>(group, 16), load<f64>(from, 16)), 16);
    for (let k: usize = 0; k < totalCount; k++) addTo(group + 24 + (k << 3), load<f64>(from + 24 + (k << 3)));
  }
}

export function groupsStart(): usize {
  return together.sums.start;
}
