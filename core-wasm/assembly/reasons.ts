/** Wait reasons, numbered from 1 in order of appearance so that they fit in a byte; 0 is the empty reason. */
import { Column, columnAt, columnPush, newColumn } from './column';
import { IdMap, idMapGet, idMapSet, newIdMap } from './id-map';
import { nameBytes, nameLength, nameOf } from './names';

/** For each reason its name u32 | its class u32. */
const names: Column = newColumn(8);
const numbers: IdMap = newIdMap();
const foreverText: usize = memory.data<u8>([0x66, 0x6f, 0x72, 0x65, 0x76, 0x65, 0x72]);

/** Go knows some thirty. Whatever comes behind the last counts as the empty reason. */
const mostReasons: u32 = 256;

const words: usize = memory.data<u8>([
  0x6e, 0x65, 0x74, 0x77, 0x6f, 0x72, 0x6b, // network
  0x73, 0x6c, 0x65, 0x65, 0x70, // sleep
  0x47, 0x43, 0x20, // "GC "
  0x77, 0x61, 0x69, 0x74, 0x20, 0x75, 0x6e, 0x74, 0x69, 0x6c, 0x20, 0x47, 0x43, 0x20, 0x65, 0x6e, 0x64, 0x73, // wait until GC ends
  0x63, 0x68, 0x61, 0x6e, // chan
  0x73, 0x79, 0x6e, 0x63, // sync
  0x73, 0x65, 0x6c, 0x65, 0x63, 0x74, // select
]);

// Classes of waiting, by their places in `stateClasses` (common/goroutine-state.ts), whose `waitClass` this is.
const GC: u32 = 2;
const SYNC: u32 = 4;
const NETWORK: u32 = 5;
const OTHER: u32 = 6;
const SLEEP: u32 = 7;
const UNKNOWN: u32 = 8;

store<u64>(columnPush(names), <u64>UNKNOWN << 32);
/** "forever": Go takes it for the goroutine's end. */
export const FOREVER: u32 = reasonOfName(nameOf(foreverText, 7));

export function reasonOfName(name: u32): u32 {
  if (name == 0) return 0;
  const known = idMapGet(numbers, name);
  if (known != 0) return known;
  const reason = names.count;
  if (reason == mostReasons) return 0;
  const entry = columnPush(names);
  store<u32>(entry, name);
  store<u32>(entry, waitClass(nameBytes(name), nameLength(name)), 4);
  idMapSet(numbers, name, reason);
  return reason;
}

export function reasonCount(): u32 {
  return names.count;
}

export function reasonName(reason: u32): u32 {
  return load<u32>(columnAt(names, reason));
}

/** The class of waiting for a reason: a place in `stateClasses`. */
// @ts-ignore: decorator
@inline
export function classOfReason(reason: u32): u32 {
  return load<u32>(columnAt(names, reason), 4);
}

function waitClass(text: usize, length: u32): u32 {
  if (length == 7 && memory.compare(text, words, 7) == 0) return NETWORK;
  if (length == 5 && memory.compare(text, words + 7, 5) == 0) return SLEEP;
  if (length >= 3 && memory.compare(text, words + 12, 3) == 0) return GC;
  if (length == 18 && memory.compare(text, words + 15, 18) == 0) return GC;
  if (includes(text, length, words + 33, 4) || includes(text, length, words + 37, 4)) return SYNC;
  return includes(text, length, words + 41, 6) ? SYNC : OTHER;
}

function includes(text: usize, length: u32, word: usize, wordLength: u32): bool {
  for (let at: u32 = 0; at + wordLength <= length; at++) {
    if (memory.compare(text + at, word, wordLength) == 0) return true;
  }
  return false;
}
