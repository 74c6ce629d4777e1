/**
 * Memory that lives as long as one generation: handed out from large blocks, taken back all at once. The blocks are kept for
 * the next generation.
 *
 *     block:  next u32 | size u32 | pad 8 | … data …
 */
import { allocate } from './memory';

const blockSize: u32 = 1 << 20;
const header: usize = 16;

let first: usize = 0;
let current: usize = 0;
let at: usize = 0;
let end: usize = 0;

function use(block: usize): void {
  current = block;
  at = block + header;
  end = block + <usize>load<u32>(block, 4);
}

/** Uninitialised memory, 8-byte aligned, valid until `arenaReset`. */
export function arenaAllocate(size: usize): usize {
  const wanted = (size + 7) & ~7;
  if (current == 0 || <u64>at + <u64>wanted > <u64>end) nextBlock(wanted);
  const result = at;
  at += wanted;
  return result;
}

function nextBlock(wanted: usize): void {
  const next: usize = current == 0 ? first : <usize>load<u32>(current);
  if (next != 0 && <usize>load<u32>(next, 4) >= wanted + header) {
    use(next);
    return;
  }
  const size = max<usize>(blockSize, wanted + header);
  const block = allocate(size);
  store<u32>(block, <u32>next);
  store<u32>(block, <u32>size, 4);
  if (current == 0) first = block;
  else store<u32>(current, <u32>block);
  use(block);
}

export function arenaReset(): void {
  current = 0;
  if (first != 0) use(first);
}
