/**
 * Reading packed chunks of regions and logs. Nothing is checked number by number: whoever reads checks where a row ends, and behind
 * a chunk there is room for what a damaged row may be taken for.
 */
import { allocate, release } from '../memory';

/** No row has more numbers outside of its lists than this has room for. */
const slack: usize = 512;

let buffer: usize = 0;
let capacity: usize = 0;
/** Where the next number lies. */
export let at: usize = 0;

/** Room for a chunk, to be filled. */
export function openScanChunk(length: u32): usize {
  const needed = <usize>length + slack;
  if (needed > capacity) {
    if (capacity > 0) release(buffer, capacity);
    capacity = max(needed, <usize>1 << 17);
    buffer = allocate(capacity);
  }
  memory.fill(buffer + length, 0, slack);
  return buffer;
}

export function chunkStart(): usize {
  return buffer;
}

// @ts-ignore: decorator
@inline
export function goTo(place: usize): void {
  at = place;
}

// @ts-ignore: decorator
@inline
export function next(): u64 {
  const byte = <u64>load<u8>(at);
  if (byte < 0x80) {
    at++;
    return byte;
  }
  return nextLong();
}

const LAST: u64 = 0x8080808080808080;

/** Up to eight bytes at once: the groups of seven bits move together in three steps. */
function nextLong(): u64 {
  const word = load<u64>(at);
  const last = ~word & LAST;
  if (last == 0) return nextLongest();
  const bits = ctz(last) + 1;
  at += <usize>(bits >> 3);
  let x = word & ~LAST & (u64.MAX_VALUE >> (64 - bits));
  x = ((x & 0x7f007f007f007f00) >> 1) | (x & 0x007f007f007f007f);
  x = ((x & 0x3fff00003fff0000) >> 2) | (x & 0x00003fff00003fff);
  return ((x & 0x0fffffff00000000) >> 4) | (x & 0x000000000fffffff);
}

/** Nine or ten bytes. */
function nextLongest(): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    const byte = <u64>load<u8>(at++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

// @ts-ignore: decorator
@inline
export function nextSigned(): i64 {
  const value = next();
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}
