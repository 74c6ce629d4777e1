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

/** Adds rows whose columns lie at `columns`, each `stride` bytes behind the one before. */
export function sumRows(groups: Groups, columns: usize, stride: usize, rows: u32): void {
  const names = columns + <usize>NAME * stride;
  const totals = columns + <usize>TOTAL * stride;
  let name = load<u64>(names);
  let group = groupNamed(groups, name);
  for (let i: usize = 0; i < <usize>rows << 3; i += 8) {
    if (load<u64>(names + i) != name) {
      name = load<u64>(names + i);
      group = groupNamed(groups, name);
    }
    addTo(group + 8, 1);
    store<f64>(group, max<f64>(load<f64>(group, 16), <f64>load<i64>(totals + i)), 16);
    for (let k: usize = 0; k < totalCount; k++) addTo(group + 24 + (k << 3), <f64>load<i64>(totals + k * stride + i));
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
