/** Reads stored changes of the collector's work (work.ts describes the bytes) back, both streams in one order of time. */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { allocate, allocateZeroed, release } from '../memory';
import { KINDS, PAGE, REMEMBERED, hasGoroutine, hasProcessor, hasSecond, hasValue } from './changes';

/** What may be read beyond a block. */
const padding: usize = 16;
const mostOnes: u64 = 20;
const blockSize: u32 = 32;
const PROCESSOR_K: u64 = 4;

/** Blocks of a stream, and the change that comes next. `count` 0 and no further block: there is none. */
@unmanaged
class Stream {
  /** address u32 | length u32 | count u32 | pad u32 | start i64 | pad */
  blocks: Column;
  block: u32;
  left: u32;
  address: usize;
  /** In bits, as is `end`. */
  at: u64;
  end: u64;
  timeK: u64;
  goroutineK: u64;
  pageK: u64;
  byteK: u64;
  before: u32;
  hasNext: bool;
  lastGoroutine: i64;
  lastProcessor: i64;
  followers: usize;
  remembered: usize;
  kind: u32;
  time: i64;
  goroutine: i64;
  processor: i64;
  a: u64;
  b: u64;
}

let work: Stream = changetype<Stream>(0);
let sweeps: Stream = changetype<Stream>(0);
/** A block ends inside of a change. */
export let isDamaged: bool = false;

// The change read last.
export let kind: u32 = 0;
export let time: i64 = 0;
export let goroutine: i64 = 0;
export let processor: i64 = 0;
export let a: u64 = 0;
export let b: u64 = 0;

function newStream(): Stream {
  const stream = changetype<Stream>(allocateZeroed(offsetof<Stream>()));
  stream.blocks = newColumn(blockSize);
  stream.followers = allocate(32 * 4);
  stream.remembered = allocate(8 * <usize>REMEMBERED);
  return stream;
}

/** Forgets all blocks. */
export function forgetWork(): void {
  if (changetype<usize>(work) == 0) {
    work = newStream();
    sweeps = newStream();
  }
  forget(work);
  forget(sweeps);
}

function forget(stream: Stream): void {
  for (let i: u32 = 0; i < stream.blocks.count; i++) {
    const block = columnAt(stream.blocks, i);
    release(<usize>load<u32>(block), <usize>load<u32>(block, 4) + padding);
  }
  stream.blocks.count = 0;
}

/** Room for the next block of a stream (0: work, 1: sweeps). */
export function addWork(stream: u32, length: u32, count: u32, start: i64): usize {
  const address = allocate(<usize>length + padding);
  const block = columnPush(stream == 0 ? work.blocks : sweeps.blocks);
  store<u32>(block, <u32>address);
  store<u32>(block, length, 4);
  store<u32>(block, count, 8);
  store<i64>(block, start, 16);
  return address;
}

/** Begins to read, from the first block on. */
export function beginReading(withSweeps: bool): void {
  isDamaged = false;
  rewind(work, true);
  rewind(sweeps, withSweeps);
}

function rewind(stream: Stream, isRead: bool): void {
  stream.block = isRead ? 0 : stream.blocks.count;
  stream.left = 0;
  read(stream);
}

/** Moves on to the next change. False: there is none. */
export function nextChange(): bool {
  const from = !work.hasNext || (sweeps.hasNext && sweeps.time < work.time) ? sweeps : work;
  if (!from.hasNext) return false;
  kind = from.kind;
  time = from.time;
  goroutine = from.goroutine;
  processor = from.processor;
  a = from.a;
  b = from.b;
  read(from);
  return !isDamaged;
}

function open(stream: Stream): void {
  const block = columnAt(stream.blocks, stream.block++);
  stream.address = <usize>load<u32>(block);
  stream.left = load<u32>(block, 8);
  stream.time = load<i64>(block, 16);
  stream.timeK = load<u8>(stream.address);
  stream.goroutineK = load<u8>(stream.address, 1);
  stream.pageK = load<u8>(stream.address, 2);
  stream.byteK = load<u8>(stream.address, 3);
  stream.at = 32;
  stream.end = <u64>load<u32>(block, 4) << 3;
  stream.before = 0;
  stream.lastGoroutine = 0;
  stream.lastProcessor = -1;
  for (let i: u32 = 0; i < KINDS; i++) store<u32>(stream.followers + (<usize>i << 2), i);
  memory.fill(stream.remembered, 0, 8 * <usize>REMEMBERED);
}

function read(stream: Stream): void {
  stream.hasNext = false;
  while (stream.left == 0) {
    if (stream.block == stream.blocks.count) return;
    open(stream);
  }
  stream.left--;
  const kind = readKind(stream);
  stream.kind = kind;
  stream.time += <i64>rice(stream, stream.timeK);
  if (hasProcessor(kind) && bits(stream, 1) != 0) stream.lastProcessor = unzigzag(rice(stream, PROCESSOR_K));
  stream.processor = hasProcessor(kind) ? stream.lastProcessor : -1;
  if (hasGoroutine(kind)) readGoroutine(stream);
  else stream.goroutine = -1;
  stream.a = hasValue(kind) ? readValue(stream) : 0;
  stream.b = hasSecond(kind) ? readValue(stream) : 0;
  stream.hasNext = true;
  if (stream.at > stream.end) isDamaged = true;
}

// @ts-ignore: decorator
@inline
function readKind(stream: Stream): u32 {
  const follower = stream.followers + (<usize>stream.before << 2);
  let kind = load<u32>(follower);
  if (bits(stream, 1) != 0) {
    kind = <u32>bits(stream, 5);
    if (kind >= KINDS) {
      isDamaged = true;
      kind = 0;
    }
    store<u32>(follower, kind);
  }
  stream.before = kind;
  return kind;
}

// @ts-ignore: decorator
@inline
function readGoroutine(stream: Stream): void {
  const slot = stream.remembered + ((<usize>stream.processor & (REMEMBERED - 1)) << 3);
  if (bits(stream, 1) != 0) store<i64>(slot, stream.lastGoroutine + unzigzag(rice(stream, stream.goroutineK)));
  stream.goroutine = load<i64>(slot);
  stream.lastGoroutine = stream.goroutine;
}

// @ts-ignore: decorator
@inline
function readValue(stream: Stream): u64 {
  return bits(stream, 1) == 0 ? rice(stream, stream.pageK) * PAGE : rice(stream, stream.byteK);
}

// @ts-ignore: decorator
@inline
function bits(stream: Stream, count: u64): u64 {
  const value = ahead(stream) & (((<u64>1) << count) - 1);
  stream.at += count;
  return value;
}

/** At least 57 bits lie at the bottom of the result. Behind the block's end there are none. */
// @ts-ignore: decorator
@inline
function ahead(stream: Stream): u64 {
  const at = min<u64>(stream.at, stream.end);
  return load<u64>(stream.address + <usize>(at >> 3)) >> (at & 7);
}

// @ts-ignore: decorator
@inline
function rice(stream: Stream, k: u64): u64 {
  const word = ahead(stream);
  const ones = ctz<u64>(~word);
  if (ones >= mostOnes) return escaped(stream);
  stream.at += ones + 1 + k;
  return (ones << k) | ((word >> (ones + 1)) & (((<u64>1) << k) - 1));
}

function escaped(stream: Stream): u64 {
  stream.at += mostOnes;
  const low = bits(stream, 32);
  return (bits(stream, 32) << 32) | low;
}

// @ts-ignore: decorator
@inline
function unzigzag(code: u64): i64 {
  return <i64>(code >> 1) ^ -(<i64>(code & 1));
}
