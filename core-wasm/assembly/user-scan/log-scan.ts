/**
 * Passes over packed user logs (common/log-chunk.ts): finds those of a task, or with a text in category or message.
 *
 *     log:  time i64 | goroutine i64 | task u64 | chunk u32 | place of its texts in the chunk u32
 */
import { Column, columnPush, newColumn } from '../column';
import { allocate, release } from '../memory';
import { at, chunkStart, goTo, next, nextSigned } from './packed';

const found: Column = newColumn(32);
let needle: usize = 0;
let needleLength: u32 = 0;
let hasTask: bool = false;
let task: u64 = 0;
/** Of ASCII letters; then the text looked for has small ones. */
let ignoresCase: bool = false;
let most: u32 = 0;

/** Room for the text that is looked for, to be filled; none: all texts. Only the first `atMost` are found. */
export function beginLogScan(
  textLength: u32,
  ofOneTask: bool,
  id: u64,
  withoutCase: bool,
  atMost: u32,
): usize {
  ignoresCase = withoutCase;
  most = atMost;
  found.count = 0;
  if (needleLength > 0) release(needle, needleLength);
  needleLength = textLength;
  if (textLength > 0) needle = allocate(textLength);
  hasTask = ofOneTask;
  task = id;
  return needle;
}

/** Takes in the chunk; false where it is not what it should be. */
export function scanLogs(length: u32, count: u32, chunk: u32): bool {
  const start = chunkStart();
  const end = start + length;
  let time: i64 = 0;
  let goroutine: i64 = 0;
  goTo(start);
  for (let i: u32 = 0; i < count; i++) {
    if (at >= end) return false;
    time += nextSigned();
    goroutine += nextSigned();
    const id = next();
    const texts = at;
    const inCategory = passText(end);
    const inMessage = passText(end);
    if (at > end) return false;
    if (hasTask && id != task) continue;
    if (needleLength > 0 && !inCategory && !inMessage) continue;
    if (found.count == most) continue;
    const row = columnPush(found);
    store<i64>(row, time);
    store<i64>(row, goroutine, 8);
    store<u64>(row, id, 16);
    store<u32>(row, chunk, 24);
    store<u32>(row, <u32>(texts - start), 28);
  }
  return at == end;
}

/** Goes behind a text; whether it has what is looked for. */
function passText(end: usize): bool {
  const length = next();
  const text = at;
  if (text > end || length > <u64>(end - text)) {
    goTo(end + 1);
    return false;
  }
  goTo(text + <usize>length);
  return needleLength > 0 && contains(text, <u32>length);
}

function contains(text: usize, length: u32): bool {
  if (length < needleLength) return false;
  if (ignoresCase) return containsInAnyCase(text, length);
  const first = load<u8>(needle);
  const last = text + <usize>(length - needleLength);
  for (let place = text; place <= last; place++) {
    if (load<u8>(place) == first && memory.compare(place, needle, needleLength) == 0) return true;
  }
  return false;
}

function containsInAnyCase(text: usize, length: u32): bool {
  const last = text + <usize>(length - needleLength);
  for (let place = text; place <= last; place++) {
    let i: usize = 0;
    while (i < <usize>needleLength && small(load<u8>(place + i)) == load<u8>(needle + i)) i++;
    if (i == <usize>needleLength) return true;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function small(letter: u8): u8 {
  return letter - 0x41 < 26 ? letter | 0x20 : letter;
}

export function foundLogCount(): u32 {
  return found.count;
}

export function foundLogs(): usize {
  return found.start;
}
