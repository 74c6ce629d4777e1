/**
 * Packed spans: what goroutines did, as stored in the cache, one or more chunks a generation.
 *
 *     chunk:            number of streams | directory | streams                     (all numbers are varints)
 *     directory entry:  goroutine id minus the one before | start minus the chunk's base | length in bytes | head
 *     head:             name of the start function × 4 + 2 if the goroutine ran before + 1 if the first span goes on
 *     stream:           one span after the other, without gaps: duration | reason × 8 + state | stack
 *
 * Durations are nanoseconds. States are Go's, and 6 for the part of a system call for which its processor was taken away. The reason
 * is why it waits, or why it stopped running (`preempted`). A name that came later is 0 here; `late_names` has it.
 *
 * A span is cut at the end of its generation; one that goes on begins the next stream with the same state, reason and stack. Two
 * spans of one state, reason and stack that follow each other are one stay there, cut where the goroutine's first event is, and so
 * are the two kinds of system call; between two stays there is another state at least for 0 ns. A stream of many spans stands alone,
 * as a lane block: its head, then the spans (docs/formats/lanes.md). Example: goroutine 7, whose start function is name 4, ran before;
 * it goes on running for 100 ns from the base on, then waits 300 ns for reason 2 at stack 5:
 * `01 | 07 00 07 13 | 64 03 00  ac 02 14 05`.
 */
import { VarintReader } from './varint.ts';

export interface PackedSpan {
  readonly start: number;
  readonly end: number;
  /** Index into `spanStates`. */
  readonly state: number;
  readonly reason: number;
  readonly stack: number;
}

/** The spans of some goroutines in a chunk, each in order of time; none of one that is not there. `base` is the chunk's. */
export function spansInChunk(
  chunk: Uint8Array,
  goroutines: ReadonlySet<number>,
  base: number,
): readonly { readonly goroutine: number; readonly spans: PackedSpan[] }[] {
  const reader = new VarintReader(chunk);
  const streams = reader.next();
  const found: { goroutine: number; start: number; offset: number; length: number }[] = [];
  let goroutine = 0;
  let offset = 0;
  for (let i = 0; i < streams; i++) {
    goroutine = idAfter(goroutine, reader);
    const start = base + reader.next();
    const length = reader.next();
    reader.next();
    if (goroutines.has(goroutine)) found.push({ goroutine, start, offset, length });
    offset += length;
  }
  const streamsAt = reader.at;
  return found.map((stream) => ({
    goroutine: stream.goroutine,
    spans: unpackStream(chunk, streamsAt + stream.offset, stream.length, stream.start),
  }));
}

/** Ids have 64 bits with a sign and ascend: only a first one below zero, or one behind that, comes to more than 2^53. */
function idAfter(before: number, reader: VarintReader): number {
  const from = reader.at;
  const delta = reader.next();
  if (delta <= Number.MAX_SAFE_INTEGER) return before + delta;
  reader.at = from;
  return Number(BigInt.asIntN(64, BigInt(before) + reader.next64()));
}

/** The spans of a stream that lies in `chunk` and begins at the point in time `from`. */
export function unpackStream(chunk: Uint8Array, at: number, length: number, from: number): PackedSpan[] {
  const spans: PackedSpan[] = [];
  eachInStream(chunk, at, length, from, (start, end, what, stack) => {
    spans.push({ start, end, state: what & 7, reason: what >> 3, stack });
  });
  return spans;
}

/** The same without making anything of them, and without empty ones: `what` is the wait reason × 8 + Go's state. */
export function eachInStream(
  chunk: Uint8Array,
  at: number,
  length: number,
  from: number,
  take: (start: number, end: number, what: number, stack: number) => void,
): void {
  const reader = new VarintReader(chunk, at);
  let start = from;
  while (reader.at < at + length) {
    const end = start + reader.next();
    const what = reader.next();
    const stack = reader.next();
    if (end > start) take(start, end, what, stack);
    start = end;
  }
}

/** The spans of a stream that stands alone, behind its head. */
export function eachInBlock(
  block: Uint8Array,
  from: number,
  take: (start: number, end: number, what: number, stack: number) => void,
): void {
  const reader = new VarintReader(block);
  reader.next();
  eachInStream(block, reader.at, block.length - reader.at, from, take);
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
