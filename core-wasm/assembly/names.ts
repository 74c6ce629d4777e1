/**
 * The names of the whole trace, each stored once: functions, files, wait reasons, regions, tasks. They are numbered from 1
 * in order of first use; 0 is the empty name.
 *
 *     entry:  text address u32 | length u32 | hash u32 | flags u32
 */
import { allocate, allocateZeroed, release } from './memory';
import { Column, columnAt, columnPush, newColumn } from './column';

const SYSTEM: u32 = 1;
const textBlock: u32 = 1 << 16;

const entries: Column = newColumn(16);
let table: usize = allocateZeroed(1024 * 4);
let mask: u32 = 1023;
let textAt: usize = 0;
let textEnd: usize = 0;

store<u32>(columnPush(entries), 0);
memory.fill(columnAt(entries, 0), 0, 16);
store<u32>(columnAt(entries, 0), SYSTEM, 12);

function hashBytes(from: usize, length: u32): u32 {
  let h: u32 = 0x811c9dc5 ^ length;
  for (let i: u32 = 0; i < length; i++) h = (h ^ load<u8>(from + i)) * 0x01000193;
  return h ^ (h >> 15);
}

export function hashWords(from: usize, count: u32): u32 {
  let h: u64 = 0x9e3779b97f4a7c15 ^ count;
  for (let i: u32 = 0; i < count; i++) {
    h = (h ^ <u64>load<u32>(from + (<usize>i << 2))) * 0xff51afd7ed558ccd;
    h ^= h >> 32;
  }
  return <u32>h;
}

/** The number of the name whose bytes lie at `from`; they are copied if the name is new. */
export function nameOf(from: usize, length: u32): u32 {
  if (length == 0) return 0;
  const hash = hashBytes(from, length);
  let slot = hash & mask;
  while (true) {
    const name = load<u32>(table + (<usize>slot << 2));
    if (name == 0) break;
    const entry = columnAt(entries, name);
    if (load<u32>(entry, 8) == hash && load<u32>(entry, 4) == length) {
      if (memory.compare(<usize>load<u32>(entry), from, length) == 0) return name;
    }
    slot = (slot + 1) & mask;
  }
  return addName(from, length, hash);
}

function addName(from: usize, length: u32, hash: u32): u32 {
  const name = entries.count;
  const entry = columnPush(entries);
  store<u32>(entry, <u32>copyText(from, length));
  store<u32>(entry, length, 4);
  store<u32>(entry, hash, 8);
  store<u32>(entry, isRuntimeOwn(from, length) ? SYSTEM : 0, 12);
  if (entries.count * 2 > mask) growTable();
  else putInTable(hash, name);
  return name;
}

function copyText(from: usize, length: u32): usize {
  if (textAt + length > textEnd) {
    const size = max<u32>(textBlock, length);
    textAt = allocate(size);
    textEnd = textAt + size;
  }
  const text = textAt;
  memory.copy(text, from, length);
  textAt += length;
  return text;
}

function putInTable(hash: u32, name: u32): void {
  let slot = hash & mask;
  while (load<u32>(table + (<usize>slot << 2)) != 0) slot = (slot + 1) & mask;
  store<u32>(table + (<usize>slot << 2), name);
}

function growTable(): void {
  release(table, <usize>(mask + 1) << 2);
  mask = mask * 4 + 3;
  table = allocateZeroed(<usize>(mask + 1) << 2);
  for (let name: u32 = 1; name < entries.count; name++) putInTable(load<u32>(columnAt(entries, name), 8), name);
}

/** `runtime.` but not `runtime.main`: the runtime's own goroutines. */
function isRuntimeOwn(from: usize, length: u32): bool {
  if (length < 8) return false;
  if (load<u64>(from) != 0x2e656d69746e7572) return false; // "runtime."
  return !(length == 12 && load<u32>(from, 8) == 0x6e69616d); // "main"
}

/** Whether a goroutine with this start function belongs to the runtime; one without a name counts as such. */
export function isSystemName(name: u32): bool {
  return (load<u32>(columnAt(entries, name), 12) & SYSTEM) != 0;
}

export function nameBytes(name: u32): usize {
  return <usize>load<u32>(columnAt(entries, name));
}

export function nameLength(name: u32): u32 {
  return load<u32>(columnAt(entries, name), 4);
}

export function nameCount(): u32 {
  return entries.count;
}

/** The entries as a table: text address and length are the first two words of each 16-byte record. */
export function nameEntries(): usize {
  return entries.start;
}
