/**
 * Writes packed blocks bit by bit, lowest bit first, with Rice codes whose parameter is chosen for the values of a block
 * (reader and example: common/packed-bits.ts).
 *
 *     value v with parameter k:  v >> k one-bits | a zero | the low k bits of v
 *     where v >> k is 20 or more:  20 one-bits | 64 bits of v
 */
import { allocate, release } from '../memory';

const mostOnes: u64 = 20;
/** Low bits are written in one go. */
const mostLowBits: u32 = 32;

let buffer: usize = 0;
let capacity: usize = 0;
let place: usize = 0;
let held: u64 = 0;
let heldBits: u64 = 0;

/** Begins a block of at most `most` bytes. */
export function beginBlock(most: usize): void {
  if (most + 16 > capacity) {
    if (capacity > 0) release(buffer, capacity);
    capacity = most + (most >> 1) + 4096;
    buffer = allocate(capacity);
  }
  place = buffer;
  held = 0;
  heldBits = 0;
}

/** Only before the first bit. */
export function putByte(value: u32): void {
  store<u8>(place++, <u8>value);
}

/** The caller has written so many bytes at `blockStart()`, and nothing else. */
export function skipBlock(count: u32): void {
  place = buffer + count;
}

/** The lowest `count` bits, at most 32, of a value that has no others. */
// @ts-ignore: decorator
@inline
export function putBits(value: u64, count: u64): void {
  held |= value << heldBits;
  heldBits += count;
  if (heldBits < 32) return;
  store<u32>(place, <u32>held);
  place += 4;
  held >>= 32;
  heldBits -= 32;
}

// @ts-ignore: decorator
@inline
export function putRice(value: u64, k: u32): void {
  const ones = value >> k;
  if (ones >= mostOnes) return putEscaped(value);
  putBits(((<u64>1) << ones) - 1, ones + 1);
  putBits(value & (((<u64>1) << k) - 1), k);
}

/** A value that its reader takes as it is, not as Rice's code. */
export function putEscaped(value: u64): void {
  putBits(((<u64>1) << mostOnes) - 1, mostOnes);
  putBits(value & 0xffffffff, 32);
  putBits(value >> 32, 32);
}

// @ts-ignore: decorator
@inline
export function fitsRice(value: u64, k: u32): bool {
  return value >> k < mostOnes;
}

/** Ends the block; the bytes lie at `blockStart()` until the next one begins. */
export function endBlock(): u32 {
  while (heldBits > 0) {
    store<u8>(place++, <u8>held);
    held >>= 8;
    heldBits -= min<u64>(heldBits, 8);
  }
  return <u32>(place - buffer);
}

export function blockStart(): usize {
  return buffer;
}

// --- choosing parameters: how many values of a block have how many bits ---

/** 65 counts of values by their number of bits. */
export const LENGTHS: u32 = 65;

// @ts-ignore: decorator
@inline
export function countLength(lengths: usize, value: u64): void {
  const slot = lengths + (<usize>(64 - clz<u64>(value)) << 2);
  store<u32>(slot, load<u32>(slot) + 1);
}

/** The parameter with which values of these lengths take least room, about. */
export function bestParameter(lengths: usize): u32 {
  let first: u32 = 0;
  while (first < LENGTHS && load<u32>(lengths + (<usize>first << 2)) == 0) first++;
  if (first == LENGTHS) return 0;
  let last: u32 = LENGTHS - 1;
  while (load<u32>(lengths + (<usize>last << 2)) == 0) last--;
  let best: u32 = 0;
  let least: u64 = u64.MAX_VALUE;
  const most = min<u32>(last, mostLowBits);
  for (let k: u32 = first < 3 ? 0 : first - 3; k <= most; k++) {
    const room = roomWith(lengths, k, first, last);
    if (room < least) {
      least = room;
      best = k;
    }
  }
  return best;
}

function roomWith(lengths: usize, k: u32, first: u32, last: u32): u64 {
  let room: u64 = 0;
  for (let length = first; length <= last; length++) {
    const count = <u64>load<u32>(lengths + (<usize>length << 2));
    // A value of n bits is three quarters of 2^n, on average.
    const ones: u64 = length <= k ? 0 : length - k > 5 ? mostOnes : (<u64>3 << (length - k)) >> 2;
    room += count * (ones >= mostOnes ? 84 : ones + 1 + k);
  }
  return room;
}

/** A signed number as an unsigned one: 0, −1, 1, −2 … become 0, 1, 2, 3 … */
// @ts-ignore: decorator
@inline
export function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}
