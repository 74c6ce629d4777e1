/**
 * The states of one goroutine in the current generation, packed as they end. Streams grow in linked blocks.
 *
 *     stream:  varints, three a span: duration in ns | wait reason × 8 + state | stack of the trace      (common/span-chunk.ts)
 *     block:   next u32 | used u32 | data …
 */
import { allocate, release } from '../memory';

const header: usize = 8;
/** Three varints of at most ten, five and five bytes. */
const mostPerSpan: usize = 20;

@unmanaged
export class SpanStream {
  first: usize;
  last: usize;
  lastSize: u32;
  length: u32;
  /** Spans in it. */
  count: u32;
}

function sizeAfter(length: u32): u32 {
  if (length < 96) return 64;
  if (length < 1024) return 512;
  return 4096;
}

function addBlock(stream: SpanStream): void {
  const size = sizeAfter(stream.length);
  const block = allocate(size);
  store<u64>(block, 0);
  if (stream.last == 0) stream.first = block;
  else store<u32>(stream.last, <u32>block);
  stream.last = block;
  stream.lastSize = size;
}

// @ts-ignore: decorator
@inline
function put(at: usize, value: u64): usize {
  let rest = value;
  let place = at;
  while (rest >= 0x80) {
    store<u8>(place++, <u8>rest | 0x80);
    rest >>= 7;
  }
  store<u8>(place++, <u8>rest);
  return place;
}

export function appendSpan(stream: SpanStream, ns: u64, what: u32, stack: u32): void {
  if (stream.last == 0 || header + <usize>load<u32>(stream.last, 4) + mostPerSpan > <usize>stream.lastSize) {
    addBlock(stream);
  }
  const block = stream.last;
  const used = load<u32>(block, 4);
  const from = block + header + used;
  const end = put(put(put(from, ns), what), stack);
  const added = <u32>(end - from);
  store<u32>(block, used + added, 4);
  stream.length += added;
  stream.count++;
}

export function nextBlock(block: usize): usize {
  return <usize>load<u32>(block);
}

export function blockData(block: usize): usize {
  return block + header;
}

export function blockUsed(block: usize): usize {
  return <usize>load<u32>(block, 4);
}

/** Empties the stream. */
export function dropStream(stream: SpanStream): void {
  drain(stream, 0);
}

/** Copies the stream's bytes to `to` and empties it. */
export function drainStream(stream: SpanStream, to: usize): void {
  drain(stream, to);
}

/** `to` may be 0: then the bytes are lost. */
function drain(stream: SpanStream, to: usize): void {
  let place = to;
  let block = stream.first;
  let length: u32 = 0;
  while (block != 0) {
    const next = <usize>load<u32>(block);
    const used = load<u32>(block, 4);
    if (place != 0) {
      memory.copy(place, block + header, used);
      place += used;
    }
    // The block's size follows from the length before it, as in `addBlock`.
    release(block, sizeAfter(length));
    length += used;
    block = next;
  }
  stream.first = 0;
  stream.last = 0;
  stream.length = 0;
  stream.count = 0;
}

/** The bytes of a stream that has no more than its first block: `stream.length` of them. */
export function firstBytes(stream: SpanStream): usize {
  return stream.first + header;
}

export function putVarint(at: usize, value: u64): usize {
  return put(at, value);
}
