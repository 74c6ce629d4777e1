/** Goroutines that do the collector's work, as they are followed while stored changes are read. */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';
import { allocateZeroed, release } from '../memory';

// Whether the goroutine is one of the collector's own workers, once that was asked.
export const NOT_ASKED: u8 = 0;
export const WORKER: u8 = 1;
export const OTHER: u8 = 2;

@unmanaged
export class Person {
  id: i64;
  /** From 0, in order of appearance. */
  number: u32;
  verdict: u8;
  assists: bool;
  assistWasOn: bool;
  executing: bool;
  /** The kind of worker it is while it runs; 0: it is none. */
  works: u32;
  processor: i64;
  assistSince: i64;
  /** While executing: since when, or since the assist began. */
  runsSince: i64;
  /** Of the current assist: time executing. */
  assistRan: i64;
  workSince: i64;
  // In Go's reckoning.
  inGc: bool;
  bgMark: bool;
}

const known: IdMap = newIdMap();
/** u32 each. */
const people: Column = newColumn(4);

export function forgetPeople(): void {
  for (let i: u32 = 0; i < people.count; i++) release(changetype<usize>(personAt(i)), offsetof<Person>());
  people.count = 0;
  idMapClear(known);
}

export function personOf(id: i64): Person {
  const found = <usize>idMapGet(known, <u64>id);
  if (found != 0) return changetype<Person>(found);
  const person = changetype<Person>(allocateZeroed(offsetof<Person>()));
  person.id = id;
  person.number = people.count;
  person.processor = -1;
  store<u32>(columnPush(people), <u32>changetype<usize>(person));
  idMapSet(known, <u64>id, <u32>changetype<usize>(person));
  return person;
}

export function peopleCount(): u32 {
  return people.count;
}

export function personAt(number: u32): Person {
  return changetype<Person>(<usize>load<u32>(columnAt(people, number)));
}

export function personId(number: u32): i64 {
  return personAt(number).id;
}
