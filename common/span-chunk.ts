/**
 * Packed spans: what goroutines did, as stored in the cache, one or more chunks a generation.
 *
 *     chunk:            number of streams | directory | streams                     (all numbers are varints)
 *     directory entry:  goroutine id minus the one before | start minus the chunk's base | length in bytes
 *     stream:           one span after the other, without gaps: duration | wait reason × 8 + Go's state | stack
 *
 * Durations are nanoseconds. A span is cut at the end of its generation; one that goes on begins the next stream with the
 * same state, reason and stack. Example: goroutine 7 runs for 100 ns from the base on, then waits 300 ns for reason 2 at
 * stack 5: `01 | 07 00 07 | 64 03 00  ac 02 14 05`.
 */
import { VarintReader } from './varint.ts';

export interface PackedSpan {
  readonly start: number;
  readonly end: number;
  /** Index into `goStates`. */
  readonly state: number;
  readonly reason: number;
  readonly stack: number;
}

/** The spans of one goroutine in a chunk, in order of time; none if it is not there. `base` is the chunk's. */
export function spansInChunk(chunk: Uint8Array, goroutine: number, base: number): PackedSpan[] {
  const reader = new VarintReader(chunk);
  const streams = reader.next();
  const found: { start: number; offset: number; length: number }[] = [];
  let id = 0;
  let offset = 0;
  for (let i = 0; i < streams; i++) {
    id += reader.next();
    const start = base + reader.next();
    const length = reader.next();
    if (id === goroutine) found.push({ start, offset, length });
    offset += length;
  }
  const streamsAt = reader.at;
  return found.flatMap((stream) =>
    unpackStream(chunk, streamsAt + stream.offset, stream.length, stream.start),
  );
}

function unpackStream(chunk: Uint8Array, at: number, length: number, from: number): PackedSpan[] {
  const reader = new VarintReader(chunk, at);
  const spans: PackedSpan[] = [];
  let start = from;
  while (reader.at < at + length) {
    const end = start + reader.next();
    const what = reader.next();
    spans.push({ start, end, state: what & 7, reason: Math.floor(what / 8), stack: reader.next() });
    start = end;
  }
  return spans;
}

/** Joins spans that were only cut at the end of a generation. */
export function joinSpans(spans: readonly PackedSpan[]): PackedSpan[] {
  const joined: PackedSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (
      last?.end === span.start &&
      last.state === span.state &&
      last.reason === span.reason &&
      last.stack === span.stack
    )
      joined[joined.length - 1] = { ...last, end: span.end };
    else joined.push(span);
  }
  return joined;
}
