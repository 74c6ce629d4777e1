/**
 * The coarser levels of a goroutine that has many spans in a generation: from the first span beyond a few on, its spans are
 * also summed up in buckets.
 */
import { Buckets, FEW_SPANS, addToBuckets, handOutLevels, newBuckets, releaseBuckets, restartBuckets } from '../lanes/buckets';
import { beginBlock, blockStart, skipBlock } from '../lanes/bits';
import { classOf } from '../lanes/goroutine-counts';
import { GOROUTINE, handOut } from '../lanes/outbox';
import { STATES } from '../lanes/state-counts';
import * as reading from '../varint';
import { readVarint, startReading } from '../varint';
import { Summary } from './model';
import { origin } from './rows';
import { blockData, blockUsed, drainStream, nextBlock } from './span-stream';

/** A span was appended to the stream; it ends at `until`. */
// @ts-ignore: decorator
@inline
export function sumUpSpan(summary: Summary, until: i64): void {
  if (summary.stream.count <= FEW_SPANS) return;
  if (summary.buckets == 0) return beginLevels(summary);
  const buckets = changetype<Buckets>(summary.buckets);
  addToBuckets(buckets, summary.spanStart - origin, until - origin, summary.countedClass);
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
      const what = <u32>readVarint();
      readVarint();
      addToBuckets(buckets, at, until, classOf(what & 7, what >> 3));
      at = until;
    }
  }
  summary.buckets = changetype<usize>(buckets);
}

/**
 * Hands out the stream and its levels, if there are any: it ends here. Long streams stand alone, so that one of them is found
 * and read without the others.
 */
export function endLevels(summary: Summary): void {
  if (summary.buckets == 0) return;
  const stream = summary.stream;
  const count = stream.count;
  const start = summary.streamStart - origin;
  const until = summary.spanStart - origin;
  const length = stream.length;
  beginBlock(length);
  drainStream(stream, blockStart());
  skipBlock(length);
  handOut(GOROUTINE, 0, summary.id, start, until, count);
  const buckets = changetype<Buckets>(summary.buckets);
  handOutLevels(buckets, GOROUTINE, summary.id, until);
  releaseBuckets(buckets);
  summary.buckets = 0;
}
