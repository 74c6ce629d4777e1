/**
 * The stacks of the whole trace, each stored once. A frame is numbered from 0, a stack from 1; stack 0 is the empty one.
 *
 *     frame:  pc u64 | function name u32 | file name u32 | line u32 | hash u32
 *     stack:  address of its frame numbers (u32 each, leaf first) u32 | frame count u32 | hash u32 | pad u32
 */
import { allocate, allocateZeroed, release } from './memory';
import { Column, columnAt, columnPush, newColumn } from './column';
import { hashWords } from './names';

const frames: Column = newColumn(24);
let frameTable: usize = allocateZeroed(4096 * 4);
let frameMask: u32 = 4095;

const stacks: Column = newColumn(16);
let stackTable: usize = allocateZeroed(4096 * 4);
let stackMask: u32 = 4095;
memory.fill(columnPush(stacks), 0, 16);

const probe: usize = memory.data(24, 8);

/** The number of a frame, added if new. */
export function frameOf(pc: u64, functionName: u32, fileName: u32, line: u32): u32 {
  store<u64>(probe, pc);
  store<u32>(probe, functionName, 8);
  store<u32>(probe, fileName, 12);
  store<u32>(probe, line, 16);
  const hash = hashWords(probe, 5);
  store<u32>(probe, hash, 20);
  let slot = hash & frameMask;
  while (true) {
    const found = load<u32>(frameTable + (<usize>slot << 2));
    if (found == 0) break;
    if (memory.compare(columnAt(frames, found - 1), probe, 24) == 0) return found - 1;
    slot = (slot + 1) & frameMask;
  }
  const frame = frames.count;
  memory.copy(columnPush(frames), probe, 24);
  store<u32>(frameTable + (<usize>slot << 2), frame + 1);
  if (frames.count * 2 > frameMask) growFrames();
  return frame;
}

function growFrames(): void {
  release(frameTable, <usize>(frameMask + 1) << 2);
  frameMask = frameMask * 4 + 3;
  frameTable = allocateZeroed(<usize>(frameMask + 1) << 2);
  for (let i: u32 = 0; i < frames.count; i++) {
    let slot = load<u32>(columnAt(frames, i), 20) & frameMask;
    while (load<u32>(frameTable + (<usize>slot << 2)) != 0) slot = (slot + 1) & frameMask;
    store<u32>(frameTable + (<usize>slot << 2), i + 1);
  }
}

/** The number of a stack given as `count` frame numbers, leaf first; added if new. */
export function stackOf(frameNumbers: usize, count: u32): u32 {
  if (count == 0) return 0;
  const hash = hashWords(frameNumbers, count);
  let slot = hash & stackMask;
  while (true) {
    const stack = load<u32>(stackTable + (<usize>slot << 2));
    if (stack == 0) break;
    const entry = columnAt(stacks, stack);
    if (load<u32>(entry, 8) == hash && load<u32>(entry, 4) == count) {
      if (memory.compare(<usize>load<u32>(entry), frameNumbers, <usize>count << 2) == 0) return stack;
    }
    slot = (slot + 1) & stackMask;
  }
  const stack = stacks.count;
  const entry = columnPush(stacks);
  const copy = allocate(<usize>count << 2);
  memory.copy(copy, frameNumbers, <usize>count << 2);
  store<u32>(entry, <u32>copy);
  store<u32>(entry, count, 4);
  store<u32>(entry, hash, 8);
  store<u32>(stackTable + (<usize>slot << 2), stack);
  if (stacks.count * 2 > stackMask) growStacks();
  return stack;
}

function growStacks(): void {
  release(stackTable, <usize>(stackMask + 1) << 2);
  stackMask = stackMask * 4 + 3;
  stackTable = allocateZeroed(<usize>(stackMask + 1) << 2);
  for (let i: u32 = 1; i < stacks.count; i++) {
    let slot = load<u32>(columnAt(stacks, i), 8) & stackMask;
    while (load<u32>(stackTable + (<usize>slot << 2)) != 0) slot = (slot + 1) & stackMask;
    store<u32>(stackTable + (<usize>slot << 2), i);
  }
}

/** The function at the root of a stack (its last frame), 0 for the empty stack. */
export function rootFunction(stack: u32): u32 {
  const frame = rootFrame(stack);
  return frame == 0 ? 0 : load<u32>(frame, 8);
}

export function rootPc(stack: u32): u64 {
  const frame = rootFrame(stack);
  return frame == 0 ? 0 : load<u64>(frame);
}

function rootFrame(stack: u32): usize {
  const entry = columnAt(stacks, stack);
  const count = load<u32>(entry, 4);
  if (count == 0) return 0;
  return columnAt(frames, load<u32>(<usize>load<u32>(entry) + (<usize>(count - 1) << 2)));
}

export function frameCount(): u32 {
  return frames.count;
}

export function frameEntries(): usize {
  return frames.start;
}

export function stackCount(): u32 {
  return stacks.count;
}

export function stackEntries(): usize {
  return stacks.start;
}
