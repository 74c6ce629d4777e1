/**
 * The string, stack and PC tables of the generation being read. Ids are whatever the trace says; entries are numbered in
 * order of definition, and everything behind the decoder uses those numbers. Entry 0 is id 0: the empty string, the empty
 * stack.
 *
 *     string:  address u32 | length u32 | name of the trace u32 (unresolved: not looked up yet) | wait reason u32 (same)
 *     stack:   address of its PC numbers u32 | count u32 | stack of the trace u32 | pad u32
 *     pc:      pc u64 | function string id u64 | file string id u64 | line u64 | function u32 | file u32 | frame u32 | pad u32
 *
 * Frame data belongs to the PC: its first definition in the generation counts (spec: tables of a generation).
 */
import { arenaAllocate } from './arena';
import { Column, columnAt, columnPush, newColumn } from './column';
import * as fault from './fault';
import { fail } from './fault';
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from './id-map';
import { nameOf } from './names';
import { reasonOfName } from './reasons';
import { frameOf, stackOf } from './trace-stacks';
import { STACK, STRING } from './event-type';
import * as reading from './varint';
import { readByte, readVarint, skipBytes } from './varint';

const unresolved: u32 = 0xffffffff;
/** Stands for an id that the generation does not define. */
export const ABSENT: u32 = 0xffffffff;

export const maxStringLength: u64 = 1024;
export const maxStackFrames: u64 = 128;

const strings: Column = newColumn(16);
const stacks: Column = newColumn(16);
const pcs: Column = newColumn(48);
const stringIds: IdMap = newIdMap();
const stackIds: IdMap = newIdMap();
const pcNumbers: IdMap = newIdMap();
const scratch: usize = memory.data(4096 + 64, 8);

/** Empties the tables but for the predefined entries. */
export function resetTables(): void {
  strings.count = 0;
  stacks.count = 0;
  pcs.count = 0;
  idMapClear(stringIds);
  idMapClear(stackIds);
  idMapClear(pcNumbers);
  memory.fill(columnPush(strings), 0, 16);
  memory.fill(columnPush(stacks), 0, 16);
  idMapSet(stringIds, 0, 1);
  idMapSet(stackIds, 0, 1);
}

function cutOff(): i32 {
  return fail(reading.ranDry ? fault.TABLE_ENDS_EARLY : fault.TABLE_CUT_OFF);
}

/** Reads the entries of a strings batch; the reader stands behind its first byte. 0, or −1 with a fault. */
export function readStrings(): i32 {
  while (reading.at < reading.end) {
    const type = readByte();
    if (type != STRING) return fail(fault.UNEXPECTED_STRING_ENTRY, type);
    const id = readVarint();
    const length = readVarint();
    if (reading.failed) return cutOff();
    if (length > maxStringLength) return fail(fault.INVALID_STRING_SIZE, length, id);
    if (length > <u64>(reading.end - reading.at)) return fail(fault.STRING_CUT_OFF, id, length);
    if (idMapGet(stringIds, id) != 0) return fail(fault.STRING_DEFINED_TWICE, id);
    defineString(id, reading.at, <u32>length);
    skipBytes(<usize>length);
  }
  return 0;
}

/** Reads the entries of a stacks batch. 0, or −1 with a fault. */
export function readStacks(): i32 {
  while (reading.at < reading.end) {
    const type = readByte();
    if (type != STACK) return fail(fault.UNEXPECTED_STACK_ENTRY, type);
    const id = readVarint();
    const count = readVarint();
    if (reading.failed) return cutOff();
    if (count > maxStackFrames) return fail(fault.INVALID_STACK_SIZE, count, id);
    const frames = arenaAllocate(<usize>count << 2);
    for (let i: usize = 0; i < <usize>count; i++) {
      const pc = readVarint();
      const functionId = readVarint();
      const fileId = readVarint();
      const line = readVarint();
      // Inside of a frame Go's reader does not take it for the end of the trace.
      if (reading.failed) return fail(fault.TABLE_CUT_OFF);
      store<u32>(frames + (i << 2), pcNumber(pc, functionId, fileId, line));
    }
    if (idMapGet(stackIds, id) != 0) return fail(fault.STACK_DEFINED_TWICE, id);
    addStack(id, frames, <u32>count);
  }
  return 0;
}

function pcNumber(pc: u64, functionId: u64, fileId: u64, line: u64): u32 {
  const known = idMapGet(pcNumbers, pc);
  if (known != 0) return known - 1;
  const number = pcs.count;
  const entry = columnPush(pcs);
  store<u64>(entry, pc);
  store<u64>(entry, functionId, 8);
  store<u64>(entry, fileId, 16);
  store<u64>(entry, line, 24);
  store<u32>(entry, unresolved, 40);
  idMapSet(pcNumbers, pc, number + 1);
  return number;
}

/** A string that is read elsewhere; its bytes stay where they are. */
export function defineString(id: u64, address: usize, length: u32): void {
  idMapSet(stringIds, id, addString(address, length) + 1);
}

/** A string without an id; its number. */
export function addString(address: usize, length: u32): u32 {
  const number = strings.count;
  const entry = columnPush(strings);
  store<u32>(entry, <u32>address);
  store<u32>(entry, length, 4);
  store<u32>(entry, unresolved, 8);
  store<u32>(entry, unresolved, 12);
  return number;
}

/** Reads the frames of a stack that is defined elsewhere; a later one with the same id takes its place. */
export function defineStack(id: u64, count: u32): void {
  const frames = arenaAllocate(<usize>count << 2);
  for (let i: usize = 0; i < <usize>count; i++) {
    const pc = readVarint();
    const functionId = readVarint();
    const fileId = readVarint();
    const line = readVarint();
    store<u32>(frames + (i << 2), pcNumber(pc, functionId, fileId, line));
  }
  addStack(id, frames, count);
}

function addStack(id: u64, frames: usize, count: u32): void {
  const number = stacks.count;
  const entry = columnPush(stacks);
  store<u32>(entry, <u32>frames);
  store<u32>(entry, count, 4);
  store<u32>(entry, unresolved, 8);
  idMapSet(stackIds, id, number + 1);
}

/** Finds the strings of all frames; a missing one is empty. */
export function resolveFramesLeniently(): void {
  for (let i: u32 = 0; i < pcs.count; i++) {
    const entry = columnAt(pcs, i);
    const functionNumber = stringNumber(load<u64>(entry, 8));
    const fileNumber = stringNumber(load<u64>(entry, 16));
    store<u32>(entry, functionNumber == ABSENT ? 0 : functionNumber, 32);
    store<u32>(entry, fileNumber == ABSENT ? 0 : fileNumber, 36);
  }
}

/** Finds the strings of all frames, once the whole generation is read. 0, or −1 with a fault. */
export function resolveFrames(): i32 {
  for (let i: u32 = 0; i < pcs.count; i++) {
    const entry = columnAt(pcs, i);
    const functionNumber = stringNumber(load<u64>(entry, 8));
    if (functionNumber == ABSENT) return fail(fault.FRAME_WITHOUT_STRING, load<u64>(entry, 8), load<u64>(entry), 0);
    const fileNumber = stringNumber(load<u64>(entry, 16));
    if (fileNumber == ABSENT) return fail(fault.FRAME_WITHOUT_STRING, load<u64>(entry, 16), load<u64>(entry), 1);
    store<u32>(entry, functionNumber, 32);
    store<u32>(entry, fileNumber, 36);
  }
  return 0;
}

// @ts-ignore: decorator
@inline
export function stringNumber(id: u64): u32 {
  return idMapGet(stringIds, id) - 1; // absent: 0 − 1 = ABSENT
}

// @ts-ignore: decorator
@inline
export function stackNumber(id: u64): u32 {
  return idMapGet(stackIds, id) - 1;
}

/** The trace's name for a string of this generation. */
export function nameOfString(number: u32): u32 {
  const entry = columnAt(strings, number);
  let name = load<u32>(entry, 8);
  if (name == unresolved) {
    name = nameOf(<usize>load<u32>(entry), load<u32>(entry, 4));
    store<u32>(columnAt(strings, number), name, 8);
  }
  return name;
}

/** Where the text of a string of this generation lies. */
export function stringAddress(number: u32): usize {
  return <usize>load<u32>(columnAt(strings, number));
}

export function stringLength(number: u32): u32 {
  return load<u32>(columnAt(strings, number), 4);
}

/** The wait reason that a string of this generation names. */
export function reasonOfString(number: u32): u32 {
  let reason = load<u32>(columnAt(strings, number), 12);
  if (reason == unresolved) {
    reason = reasonOfName(nameOfString(number));
    store<u32>(columnAt(strings, number), reason, 12);
  }
  return reason;
}

/** The trace's stack for a stack of this generation. */
export function traceStackOf(number: u32): u32 {
  const entry = columnAt(stacks, number);
  const known = load<u32>(entry, 8);
  if (known != unresolved) return known;
  const count = load<u32>(entry, 4);
  const frames = <usize>load<u32>(entry);
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(scratch + (i << 2), traceFrameOf(load<u32>(frames + (i << 2))));
  }
  const stack = stackOf(scratch, count);
  store<u32>(columnAt(stacks, number), stack, 8);
  return stack;
}

function traceFrameOf(pc: u32): u32 {
  const entry = columnAt(pcs, pc);
  let frame = load<u32>(entry, 40);
  if (frame == unresolved) {
    const line = min<u64>(load<u64>(entry, 24), 0xffffffff);
    frame = frameOf(
      load<u64>(entry),
      nameOfString(load<u32>(entry, 32)),
      nameOfString(load<u32>(entry, 36)),
      <u32>line,
    );
    store<u32>(entry, frame, 40);
  }
  return frame;
}

export function stringEntries(): usize {
  return strings.start;
}

export function stringCount(): u32 {
  return strings.count;
}

export function stackTableEntries(): usize {
  return stacks.start;
}

export function stackTableCount(): u32 {
  return stacks.count;
}

export function pcEntries(): usize {
  return pcs.start;
}

export function pcCount(): u32 {
  return pcs.count;
}
