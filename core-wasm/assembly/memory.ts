/**
 * The core's own allocator. Blocks come in size classes (multiples of 16 bytes up to 512, powers of two above) with a free
 * list each; nothing is ever given back to the host. Callers name the size when they release a block, so blocks carry no
 * header.
 */
const smallClasses: u32 = 32;
const freeLists: usize = memory.data(64 * sizeof<u32>(), 8);

let top: usize = (__heap_base + 15) & ~15;

/** Set before the trap that an exhausted memory ends in, so that the host can tell it from a mistake. */
export let exhausted: bool = false;

function classOf(size: usize): u32 {
  if (size <= 512) return <u32>((max<usize>(size, 1) + 15) >> 4);
  return smallClasses + (32 - clz<u32>(<u32>(size - 1))) - 9;
}

function classSize(sizeClass: u32): usize {
  return sizeClass <= smallClasses ? <usize>sizeClass << 4 : <usize>1 << (sizeClass - smallClasses + 9);
}

/** Uninitialised memory, 16-byte aligned. */
export function allocate(size: usize): usize {
  const sizeClass = classOf(size);
  const list = freeLists + (<usize>sizeClass << 2);
  const free = <usize>load<u32>(list);
  if (free != 0) {
    store<u32>(list, load<u32>(free));
    return free;
  }
  const block = top;
  const end = <u64>block + <u64>classSize(sizeClass);
  const have = <u64>memory.size() << 16;
  if (end > have) {
    // Grow by at least an eighth, so that growing stays rare (each time the host's views are made anew).
    const wanted = max<u64>(end - have, have >> 3);
    let pages = <i32>((wanted + 0xffff) >> 16);
    if (end > 0xffff0000) grown(-1);
    if (memory.grow(pages) < 0) {
      pages = <i32>((end - have + 0xffff) >> 16);
      grown(memory.grow(pages));
    }
  }
  top = <usize>end;
  return block;
}

function grown(result: i32): void {
  if (result < 0) {
    exhausted = true;
    unreachable();
  }
}

/** Memory filled with zeros, 16-byte aligned. */
export function allocateZeroed(size: usize): usize {
  const block = allocate(size);
  memory.fill(block, 0, size);
  return block;
}

/** `size` is what the block was allocated with. */
export function release(block: usize, size: usize): void {
  const list = freeLists + (<usize>classOf(size) << 2);
  store<u32>(block, load<u32>(list));
  store<u32>(list, <u32>block);
}
