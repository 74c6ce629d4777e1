/**
 * The coarser levels of a goroutine that has many spans in a generation: from the first span beyond a few on, its spans are
 * also summed up in buckets.
 */
import { Buckets, FEW_SPANS, addToBuckets, handOutLevels, newBuckets, releaseBuckets, restartBuckets } from '../lanes/buckets';
import { withoutWaker } from '../go-states';
import { beginBlock, blockStart, skipBlock } from '../lanes/bits';
import { Group, addToGroup, classOf, groupOfName } from '../lanes/goroutine-counts';
import { GOROUTINE, handOut } from '../lanes/outbox';
import { STATES } from '../lanes/state-counts';
import * as reading from '../varint';
import { readVarint, startReading } from '../varint';
import { Summary, startStream, streamHead } from './model';
import { origin } from './region-chunk';
import { blockData, blockUsed, drainStream, nextBlock, putVarint } from './span-stream';

/** Spans of a stream that are handed out at once. */
const spansPerBlock: u32 = 1024;
/** Bytes of a stream's head. */
const mostHead: u32 = 5;

/** A span was appended to the stream; it ends at `until`. */
// @ts-ignore: decorator
@inline
export function sumUpSpan(summary: Summary, until: i64): void {
  const from = summary.spanStart - origin;
  addToGroup(groupOf(summary), from, until - origin, summary.countedClass);
  const count = summary.stream.count;
  if (summary.buckets == 0) {
    if (count > FEW_SPANS) beginLevels(summary);
    return;
  }
  const buckets = changetype<Buckets>(summary.buckets);
  addToBuckets(buckets, from, until - origin, summary.countedClass);
}

/** The span that was in progress is in the stream, and another begins at `time`. */
// @ts-ignore: decorator
@inline
export function handOutFull(summary: Summary, time: i64): void {
  if (summary.stream.count >= spansPerBlock && summary.buckets != 0) handOutStream(summary, time);
}

/** A span belongs to the name that its goroutine has when it ends. */
// @ts-ignore: decorator
@inline
function groupOf(summary: Summary): Group {
  if (summary.group == 0 || summary.groupName != summary.name) {
    summary.groupName = summary.name;
    summary.group = changetype<usize>(groupOfName(summary.name));
  }
  return changetype<Group>(summary.group);
}

/** Long streams stand alone, in pieces, so that a part of one is found and read without the rest and without others. */
function handOutStream(summary: Summary, until: i64): void {
  const stream = summary.stream;
  const count = stream.count;
  const length = stream.length;
  if (count == 0) return;
  beginBlock(length + mostHead);
  const spans = putVarint(blockStart(), streamHead(summary));
  drainStream(stream, spans);
  skipBlock(<u32>(spans - blockStart()) + length);
  handOut(GOROUTINE, 0, summary.id, summary.streamStart - origin, until - origin, count);
  startStream(summary, until);
}

/** Takes in the spans that the stream has. */
function beginLevels(summary: Summary): void {
  const buckets = newBuckets(STATES);
  let at = summary.streamStart - origin;
  restartBuckets(buckets, at);
  for (let block = summary.stream.first; block != 0; block = nextBlock(block)) {
    const data = blockData(block);
    startReading(data, data + blockUsed(block));
    while (reading.at < reading.end) {
      const until = at + <i64>readVarint();
      const what = withoutWaker(<u32>readVarint());
      readVarint();
      if (until > at) addToBuckets(buckets, at, until, classOf(what & 7, what >> 3));
      at = until;
    }
  }
  summary.buckets = changetype<usize>(buckets);
}

/** Hands out the stream and its levels, if there are any: it ends here. */
export function endLevels(summary: Summary): void {
  if (summary.buckets == 0) return;
  handOutStream(summary, summary.spanStart);
  const buckets = changetype<Buckets>(summary.buckets);
  handOutLevels(buckets, GOROUTINE, summary.id, summary.spanStart - origin);
  releaseBuckets(buckets);
  summary.buckets = 0;
}
