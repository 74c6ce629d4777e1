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
 * A goroutine that is runnable because it was unblocked or created has another state, and instead of a reason the processor on which
 * that was done: p, the number of its lane. The span begins when it was done, and its stack is the one of who did it:
 *
 *     7 where p is even, 0 where it is odd:  p / 2, rounded down; it was the goroutine whose span on that processor's lane has begun
 *                                            before and not ended before
 *     1:                                     p + 1, or 0 for no processor; it was no goroutine, or none that the lane shows
 *
 * A span is cut at the end of its generation; one that goes on begins the next stream with the same state, reason and stack. Two
 * spans of one state, reason and stack that follow each other are one stay there, cut where the goroutine's first event is, and so
 * are the two kinds of system call; between two stays there is another state at least for 0 ns. A stream of many spans stands alone,
 * as a lane block: its head, then the spans (docs/formats/lanes.md). Example: goroutine 7, whose start function is name 4, ran before;
 * it goes on running for 100 ns from the base on, then waits 300 ns for reason 2 at stack 5:
 * `01 | 07 00 07 13 | 64 03 00  ac 02 14 05`. If then the goroutine on the processor of lane 3 unblocks it at stack 6, and it
 * starts 20 ns later: `14 08 06`.
 */
import { spanStates } from './goroutine-state.ts';
import { VarintReader } from './varint.ts';

export interface PackedSpan {
  readonly start: number;
  readonly end: number;
  /** Index into `spanStates`. */
  readonly state: number;
  readonly reason: number;
  readonly stack: number;
  /** Of one that is runnable since it was unblocked or created: by whom, for `wakerOf`. */
  readonly waker?: number;
}

const runnable = spanStates.indexOf('Runnable');
// States of spans that say who made their goroutine runnable.
const wokenOnEven = 7;
const wokenOnOdd = 0;
const wokenByNone = 1;

const isWoken = (stored: number): boolean =>
  (stored & 7) === wokenOnEven || (stored & 7) === wokenOnOdd || (stored & 7) === wokenByNone;

export interface Waker {
  /** The number of the processor's lane; absent: no processor, or one that has no lane. */
  readonly lane?: number;
  /** It was the goroutine whose span on the lane begins before and does not end before; otherwise it was none, or is not known. */
  readonly isGoroutine: boolean;
}

/** `number`: p + 1, or 0. */
export const wokenByNoneOn = (number: number): number => number * 8 + wokenByNone;

export function wakerOf(stored: number): Waker {
  const number = stored >>> 3;
  if ((stored & 7) === wokenByNone)
    return number === 0 ? { isGoroutine: false } : { lane: number - 1, isGoroutine: false };
  return { lane: number * 2 + ((stored & 7) === wokenOnOdd ? 1 : 0), isGoroutine: true };
}

/** `stored`: reason × 8 + state, as they stand in a stream. */
export function packedSpan(start: number, end: number, stored: number, stack: number): PackedSpan {
  return isWoken(stored)
    ? { start, end, state: runnable, reason: 0, stack, waker: stored }
    : { start, end, state: stored & 7, reason: stored >> 3, stack };
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
    spans.push(packedSpan(start, end, what, stack));
  });
  return spans;
}

/** The same with empty ones, too. */
export function unpackAll(chunk: Uint8Array, at: number, length: number, from: number): PackedSpan[] {
  const reader = new VarintReader(chunk, at);
  const spans: PackedSpan[] = [];
  for (let start = from; reader.at < at + length;) {
    const end = start + reader.next();
    const stored = reader.next();
    spans.push(packedSpan(start, end, stored, reader.next()));
    start = end;
  }
  return spans;
}

/** Without what it says of who made a goroutine runnable: reason × 8 + state. */
export const withoutWaker = (stored: number): number => (isWoken(stored) ? runnable : stored);

/** The spans of a stream that are not empty, without making anything of them: `what` as it is stored, see `withoutWaker`. */
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

/** The spans of a stream that stands alone, behind its head, with empty ones. */
export function unpackBlock(block: Uint8Array, from: number): PackedSpan[] {
  const reader = new VarintReader(block);
  reader.next();
  return unpackAll(block, reader.at, block.length - reader.at, from);
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
