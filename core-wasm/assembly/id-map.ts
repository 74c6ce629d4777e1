/**
 * Maps 64-bit ids, however sparse, to 32-bit values other than 0. Open addressing with linear probing; removal moves the
 * entries behind the gap, so there are no tombstones.
 *
 *     slot:  key u64 | value u32 (0: free) | pad u32
 */
import { allocateZeroed, release } from './memory';

/** A random number of the host's: nobody can know which ids of a trace would collide. */
// @ts-ignore: decorator
@external('env', 'hashSecret')
declare const hashSecret: u64;

const slotSize: u32 = 16;
const valueAt: usize = 8;

@unmanaged
export class IdMap {
  slots: usize;
  mask: u32;
  count: u32;
}

export function newIdMap(): IdMap {
  const map = changetype<IdMap>(allocateZeroed(offsetof<IdMap>()));
  map.mask = 63;
  map.slots = allocateZeroed(64 * slotSize);
  return map;
}

// @ts-ignore: decorator
@inline
function home(key: u64, mask: u32): u32 {
  let h = (key ^ hashSecret) * 0x9e3779b97f4a7c15;
  h ^= h >> 32;
  return <u32>h & mask;
}

/** 0 where the key is absent. */
export function idMapGet(map: IdMap, key: u64): u32 {
  const slots = map.slots;
  const mask = map.mask;
  let i = home(key, mask);
  while (true) {
    const slot = slots + <usize>i * slotSize;
    const value = load<u32>(slot, valueAt);
    if (value == 0) return 0;
    if (load<u64>(slot) == key) return value;
    i = (i + 1) & mask;
  }
}

/** Adds or replaces. `value` is not 0. */
export function idMapSet(map: IdMap, key: u64, value: u32): void {
  if (map.count * 2 >= map.mask) grow(map);
  if (put(map.slots, map.mask, key, value)) map.count++;
}

function put(slots: usize, mask: u32, key: u64, value: u32): bool {
  let i = home(key, mask);
  while (true) {
    const slot = slots + <usize>i * slotSize;
    const free = load<u32>(slot, valueAt) == 0;
    if (free || load<u64>(slot) == key) {
      store<u64>(slot, key);
      store<u32>(slot, value, valueAt);
      return free;
    }
    i = (i + 1) & mask;
  }
}

function grow(map: IdMap): void {
  const oldSlots = map.slots;
  const oldSize = <usize>(map.mask + 1) * slotSize;
  const mask = map.mask * 2 + 1;
  const slots = allocateZeroed(<usize>(mask + 1) * slotSize);
  for (let slot = oldSlots; slot < oldSlots + oldSize; slot += slotSize) {
    const value = load<u32>(slot, valueAt);
    if (value != 0) put(slots, mask, load<u64>(slot), value);
  }
  map.slots = slots;
  map.mask = mask;
  release(oldSlots, oldSize);
}

export function idMapRemove(map: IdMap, key: u64): void {
  const slots = map.slots;
  const mask = map.mask;
  let gap = home(key, mask);
  while (true) {
    const slot = slots + <usize>gap * slotSize;
    if (load<u32>(slot, valueAt) == 0) return;
    if (load<u64>(slot) == key) break;
    gap = (gap + 1) & mask;
  }
  map.count--;
  let i = gap;
  while (true) {
    i = (i + 1) & mask;
    const slot = slots + <usize>i * slotSize;
    if (load<u32>(slot, valueAt) == 0) break;
    // An entry may fill the gap unless its home lies cyclically between the gap and itself.
    const from = home(load<u64>(slot), mask);
    if (((i - from) & mask) >= ((i - gap) & mask)) {
      memory.copy(slots + <usize>gap * slotSize, slot, slotSize);
      gap = i;
    }
  }
  store<u32>(slots + <usize>gap * slotSize, 0, valueAt);
}

/** The places of a map are 0 to this, each with an entry or free. */
export function idMapLastPlace(map: IdMap): u32 {
  return map.mask;
}

/** The value at a place, 0 if it is free. */
export function idMapValueAt(map: IdMap, place: u32): u32 {
  return load<u32>(map.slots + <usize>place * slotSize, valueAt);
}

export function idMapKeyAt(map: IdMap, place: u32): u64 {
  return load<u64>(map.slots + <usize>place * slotSize);
}

/** A table much larger than what it held last gets smaller: clearing must not cost more than filling did. */
export function idMapClear(map: IdMap): void {
  const size = <usize>(map.mask + 1) * slotSize;
  if (map.mask > 4095 && map.count < map.mask >> 4) {
    release(map.slots, size);
    map.mask >>= 2;
    map.slots = allocateZeroed(<usize>(map.mask + 1) * slotSize);
  } else {
    memory.fill(map.slots, 0, size);
  }
  map.count = 0;
}
