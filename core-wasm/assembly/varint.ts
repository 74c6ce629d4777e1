/**
 * Reading base-128 little-endian varints of at most ten bytes. The reading place is a global, so that the one-byte case is
 * inlined everywhere. A failed read sets `failed` and stays failed until `startReading`: check once after several fields.
 */
export let at: usize = 0;
export let end: usize = 0;
export let failed: bool = false;
/** The failed read found no byte at all (rather than a varint cut in two or too long). */
export let ranDry: bool = false;

// @ts-ignore: decorator
@inline
export function startReading(from: usize, until: usize): void {
  at = from;
  end = until;
  failed = false;
  ranDry = false;
}

// @ts-ignore: decorator
@inline
export function readVarint(): u64 {
  if (at < end) {
    const byte = load<u8>(at);
    if (byte < 0x80) {
      at++;
      return byte;
    }
    if (at + 1 < end) {
      const second = load<u8>(at, 1);
      if (second < 0x80) {
        at += 2;
        return (<u64>byte & 0x7f) | (<u64>second << 7);
      }
    }
  }
  return readLongVarint();
}

function readLongVarint(): u64 {
  if (failed) return 0;
  if (at >= end) {
    failed = true;
    ranDry = true;
    return 0;
  }
  let value: u64 = 0;
  let shift: u64 = 0;
  let place = at;
  while (place < end) {
    const byte = <u64>load<u8>(place++);
    if (byte < 0x80) {
      if (shift == 63 && byte > 1) break;
      at = place;
      return value | (byte << shift);
    }
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (shift > 63) break;
  }
  failed = true;
  at = end;
  return 0;
}

// @ts-ignore: decorator
@inline
export function skipBytes(count: usize): void {
  at += count;
}

/** One raw byte; fails like a varint at the end. */
export function readByte(): u8 {
  if (at >= end) {
    if (!failed) ranDry = true;
    failed = true;
    return 0;
  }
  return load<u8>(at++);
}
