/**
 * Packs finished streams into chunks for the host to store (layout and example: common/span-chunk.ts).
 *
 *     chunk:    number of streams | directory | streams
 *     directory entry, varints: goroutine id minus the one before | start minus the chunk's base | length in bytes | head
 */
import { allocate, release } from '../memory';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { ENOUGH_ROWS, haveEnough } from '../enough';
import { goSort } from '../go-sort';
import { Summary, streamHead } from './model';
import { SpanStream, drainStream, putVarint } from './span-stream';

/** A new chunk begins when this much is waiting. */
const fullBytes: u32 = 1 << 18;
const mostPerEntry: usize = 30;

// {id i64, stream u32, head u32} to be sorted by id, with {start i64, end i64} beside it.
const waiting: Column = newColumn(16);
const bounds: Column = newColumn(16);
const streams: Column = newColumn(4);
let waitingBytes: u32 = 0;

let chunk: usize = 0;
let chunkCapacity: usize = 0;
export let chunkLength: u32 = 0;
export let chunkFirst: i64 = 0;
export let chunkLast: i64 = 0;
export let chunkStart: i64 = 0;
export let chunkEnd: i64 = 0;

/** Takes over a goroutine's stream, which ends at `end`. */
export function addStream(summary: Summary, end: i64): void {
  const stream = summary.stream;
  if (stream.length == 0) return;
  const own = changetype<SpanStream>(allocate(offsetof<SpanStream>()));
  memory.copy(changetype<usize>(own), changetype<usize>(stream), offsetof<SpanStream>());
  memory.fill(changetype<usize>(stream), 0, offsetof<SpanStream>());
  const entry = columnPush(waiting);
  store<i64>(entry, summary.id);
  store<u32>(entry, streams.count, 8);
  store<u32>(entry, streamHead(summary), 12);
  store<u32>(columnPush(streams), <u32>changetype<usize>(own));
  const bound = columnPush(bounds);
  store<i64>(bound, summary.streamStart);
  store<i64>(bound, end, 8);
  waitingBytes += own.length;
  if (streams.count >= ENOUGH_ROWS) haveEnough();
}

export function isChunkFull(): bool {
  return waitingBytes >= fullBytes;
}

/** Packs all that waits into one chunk; spans count from `base`. Its length is 0 if nothing waits. */
export function sealChunk(base: i64): void {
  chunkLength = 0;
  if (waiting.count == 0) return;
  goSort(waiting.start, <i32>waiting.count);
  makeRoom(<usize>waitingBytes + (<usize>waiting.count + 1) * mostPerEntry);
  let at = putVarint(chunk, waiting.count);
  at = putDirectory(at, base);
  for (let i: u32 = 0; i < waiting.count; i++) {
    const stream = streamAt(i);
    const length = stream.length;
    drainStream(stream, at);
    at += length;
    release(changetype<usize>(stream), offsetof<SpanStream>());
  }
  chunkLength = <u32>(at - chunk);
  waiting.count = 0;
  bounds.count = 0;
  streams.count = 0;
  waitingBytes = 0;
}

function streamAt(i: u32): SpanStream {
  return changetype<SpanStream>(<usize>load<u32>(columnAt(streams, load<u32>(columnAt(waiting, i), 8))));
}

function putDirectory(from: usize, base: i64): usize {
  let at = from;
  let previous: i64 = 0;
  chunkFirst = load<i64>(columnAt(waiting, 0));
  chunkLast = load<i64>(columnAt(waiting, waiting.count - 1));
  chunkStart = i64.MAX_VALUE;
  chunkEnd = i64.MIN_VALUE;
  for (let i: u32 = 0; i < waiting.count; i++) {
    const entry = columnAt(waiting, i);
    const id = load<i64>(entry);
    const bound = columnAt(bounds, load<u32>(entry, 8));
    const start = load<i64>(bound);
    chunkStart = min(chunkStart, start);
    chunkEnd = max(chunkEnd, load<i64>(bound, 8));
    at = putVarint(at, <u64>(id - previous));
    at = putVarint(at, <u64>(start - base));
    at = putVarint(at, streamAt(i).length);
    at = putVarint(at, load<u32>(entry, 12));
    previous = id;
  }
  return at;
}

function makeRoom(size: usize): void {
  if (size <= chunkCapacity) return;
  if (chunkCapacity > 0) release(chunk, chunkCapacity);
  chunkCapacity = size + (size >> 1);
  chunk = allocate(chunkCapacity);
}

export function chunkAddress(): usize {
  return chunk;
}
