/** What rows must have beside values between bounds: time in a state; an id that is one of some. */
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { blockValues, largestOf, leastOf } from './chunk';
import { EXEC, ID, LAST_WAIT } from './layout';

const states: usize = memory.data(128 * 8, 16);
const ids: usize = memory.data(128 * 8, 16);
const members: IdMap = newIdMap();

/** 0: none is asked for. */
let state: u32 = 0;
let hasMembers: bool = false;

/** Which tests there are. `column`: time in a state; others are none. */
export function setRowTests(column: u32, ofMembers: bool): void {
  state = column >= EXEC && column <= LAST_WAIT ? column : 0;
  hasMembers = ofMembers;
}

export function forgetMembers(): void {
  if (members.count > 0) idMapClear(members);
}

export function addMember(id: i64): void {
  idMapSet(members, <u64>id, 1);
}

/** No row of the chunk passes. */
export function failsAll(chunk: usize): bool {
  return state != 0 && largestOf(chunk, state) <= 0;
}

function testsState(chunk: usize): bool {
  return state != 0 && leastOf(chunk, state) <= 0;
}

/** Rows of the chunk are to be looked at one by one. */
export function hasRowTests(chunk: usize): bool {
  return hasMembers || testsState(chunk);
}

/** Columns that the tests read, a bit each. */
export function columnsTested(chunk: usize): u32 {
  return (testsState(chunk) ? 1 << state : 0) | (hasMembers ? 1 << ID : 0);
}

/** Before `passesTests` for rows of a block. */
export function beginTests(chunk: usize, block: u32): void {
  // What a chunk's head says of all rows is as good as the values.
  if (state != 0) blockValues(chunk, state, block, states);
  if (hasMembers) blockValues(chunk, ID, block, ids);
}

export function passesTests(row: u32): bool {
  const place = <usize>row << 3;
  if (state != 0 && load<i64>(states + place) <= 0) return false;
  return !hasMembers || idMapGet(members, load<u64>(ids + place)) != 0;
}
