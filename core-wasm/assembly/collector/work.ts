/**
 * Gathers what the collector's workers, assisting and sweeping goroutines do, and packs it in blocks of 2048 changes, sweeps apart
 * from all the rest (reader: change-reader.ts).
 *
 *     block:   parameters of times, goroutines, pages, bytes, a byte each | changes
 *     change:  0 where the kind is what followed last time after the same kind (at first: the kind itself), or 1 and five bits of kind
 *              | time since the change before (first: since the block's start)
 *              | processor: 0 as of the change before (at first −1), or 1 and the id, zigzag, k = 4
 *              | goroutine: 0 the one seen last on this processor (by the id's lowest six bits; at first 0), or 1 and the difference to
 *                the one before in the block, zigzag
 *              | a, b: 0 and v / 8192 where that is whole, else 1 and v
 *
 * Numbers are Rice codes; what a kind has not is left out.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { LENGTHS, beginBlock, bestParameter, countLength, putBits, putByte, putRice, zigzag } from '../lanes/bits';
import { COLLECTOR_WORK, handOut } from '../lanes/outbox';
import { CHANGE_SIZE, KINDS, PAGE, REMEMBERED, hasGoroutine, hasProcessor, hasSecond, hasValue } from './changes';

// Numbers of the streams; common/lane-kinds.ts lists the same.
const WORK: u32 = 0;
const SWEEPS: u32 = 1;

const changesPerBlock: u32 = 2048;
const mostPerChange: usize = 72;
export const PROCESSOR_K: u32 = 4;

const streams: usize = memory.data(2 * 4, 4);
/** By stream: where the block being filled begins. */
const blockStarts: usize = memory.data(2 * 8, 8);
const lengths: usize = memory.data(4 * 65 * 4, 8);
const ofTimes: usize = lengths;
const ofGoroutines: usize = lengths + LENGTHS * 4;
const ofPages: usize = lengths + LENGTHS * 8;
const ofBytes: usize = lengths + LENGTHS * 12;
const followers: usize = memory.data(32 * 4, 4);
const remembered: usize = memory.data(64 * 8, 8);

function streamOf(number: u32): Column {
  const slot = streams + (<usize>number << 2);
  if (load<u32>(slot) == 0) store<u32>(slot, <u32>changetype<usize>(newColumn(<u32>CHANGE_SIZE)));
  return changetype<Column>(<usize>load<u32>(slot));
}

/** Takes in a change that is not about sweeping. */
export function workChanges(kind: u32, time: i64, goroutine: i64, processor: i64, a: u64 = 0, b: u64 = 0): void {
  put(WORK, kind, time, goroutine, processor, a, b);
}

export function sweepChanges(kind: u32, time: i64, goroutine: i64, processor: i64, a: u64 = 0, b: u64 = 0): void {
  put(SWEEPS, kind, time, goroutine, processor, a, b);
}

// @ts-ignore: decorator
@inline
function put(number: u32, kind: u32, time: i64, goroutine: i64, processor: i64, a: u64, b: u64): void {
  const stream = streamOf(number);
  const change = columnPush(stream);
  store<i64>(change, time);
  store<i64>(change, goroutine, 8);
  store<i64>(change, processor, 16);
  store<u64>(change, a, 24);
  store<u64>(change, b, 32);
  store<u32>(change, kind, 40);
  if (stream.count == changesPerBlock) seal(number, time);
}

/** The generation ends: all there is up to `time` is packed. */
export function handOutWork(time: i64): void {
  seal(WORK, time);
  seal(SWEEPS, time);
}

function seal(number: u32, until: i64): void {
  const stream = streamOf(number);
  const count = stream.count;
  const start = load<i64>(blockStarts + (<usize>number << 3));
  store<i64>(blockStarts + (<usize>number << 3), until);
  if (count == 0) return;
  measure(stream, start);
  pack(stream, start);
  handOut(COLLECTOR_WORK, 0, number, start, until, count);
  stream.count = 0;
}

function measure(stream: Column, start: i64): void {
  memory.fill(lengths, 0, 4 * <usize>LENGTHS * 4);
  memory.fill(remembered, 0, 8 * <usize>REMEMBERED);
  let time = start;
  let goroutine: i64 = 0;
  for (let i: u32 = 0; i < stream.count; i++) {
    const change = columnAt(stream, i);
    const kind = load<u32>(change, 40);
    countLength(ofTimes, <u64>(load<i64>(change) - time));
    time = load<i64>(change);
    if (hasGoroutine(kind)) {
      const own = load<i64>(change, 8);
      const slot = memoryOf(load<i64>(change, 16));
      if (load<i64>(slot) != own) countLength(ofGoroutines, zigzag(own - goroutine));
      store<i64>(slot, own);
      goroutine = own;
    }
    if (hasValue(kind)) countValue(load<u64>(change, 24));
    if (hasSecond(kind)) countValue(load<u64>(change, 32));
  }
}

// @ts-ignore: decorator
@inline
function memoryOf(processor: i64): usize {
  return remembered + ((<usize>processor & (REMEMBERED - 1)) << 3);
}

function countValue(value: u64): void {
  if (value % PAGE == 0) countLength(ofPages, value / PAGE);
  else countLength(ofBytes, value);
}

let pageK: u32 = 0;
let byteK: u32 = 0;

function pack(stream: Column, start: i64): void {
  beginBlock(16 + <usize>stream.count * mostPerChange);
  const timeK = bestParameter(ofTimes);
  const goroutineK = bestParameter(ofGoroutines);
  pageK = bestParameter(ofPages);
  byteK = bestParameter(ofBytes);
  putByte(timeK);
  putByte(goroutineK);
  putByte(pageK);
  putByte(byteK);
  for (let kind: u32 = 0; kind < KINDS; kind++) store<u32>(followers + (<usize>kind << 2), kind);
  memory.fill(remembered, 0, 8 * <usize>REMEMBERED);
  let before: u32 = 0;
  let time = start;
  let goroutine: i64 = 0;
  let processor: i64 = -1;
  for (let i: u32 = 0; i < stream.count; i++) {
    const change = columnAt(stream, i);
    const kind = load<u32>(change, 40);
    putKind(before, kind);
    before = kind;
    putRice(<u64>(load<i64>(change) - time), timeK);
    time = load<i64>(change);
    if (hasProcessor(kind)) processor = putProcessor(processor, load<i64>(change, 16));
    if (hasGoroutine(kind)) goroutine = putGoroutine(goroutine, load<i64>(change, 8), load<i64>(change, 16), goroutineK);
    if (hasValue(kind)) putValue(load<u64>(change, 24));
    if (hasSecond(kind)) putValue(load<u64>(change, 32));
  }
}

// @ts-ignore: decorator
@inline
function putKind(before: u32, kind: u32): void {
  const follower = followers + (<usize>before << 2);
  if (load<u32>(follower) == kind) return putBits(0, 1);
  putBits(<u64>(kind << 1) | 1, 6);
  store<u32>(follower, kind);
}

// @ts-ignore: decorator
@inline
function putProcessor(before: i64, processor: i64): i64 {
  if (processor == before) {
    putBits(0, 1);
  } else {
    putBits(1, 1);
    putRice(zigzag(processor), PROCESSOR_K);
  }
  return processor;
}

// @ts-ignore: decorator
@inline
function putGoroutine(before: i64, goroutine: i64, processor: i64, k: u32): i64 {
  const slot = memoryOf(processor);
  if (load<i64>(slot) == goroutine) {
    putBits(0, 1);
  } else {
    putBits(1, 1);
    putRice(zigzag(goroutine - before), k);
    store<i64>(slot, goroutine);
  }
  return goroutine;
}

function putValue(value: u64): void {
  if (value % PAGE == 0) {
    putBits(0, 1);
    putRice(value / PAGE, pageK);
  } else {
    putBits(1, 1);
    putRice(value, byteK);
  }
}
