/**
 * A plain life: created in the trace, runnable at the stack of its creation, then running until its end, all in one generation.
 * Its spans follow from the figures of its row, and so are not stored (main/analyses/plain-life.ts makes them again).
 */
import { GO_IS_RUNNABLE, GO_IS_RUNNING } from '../go-states';
import { readVarint, startReading, failed, at as readingAt, end as readingEnd } from '../varint';
import { Summary, Totals } from './model';
import { firstBytes } from './span-stream';

/** Three varints of at most ten, one and five bytes for either of the spans. */
const mostBytes: u32 = 32;
/** Figures up to here are exact for readers. */
const exactLimit: u64 = 1 << 53;

/** Of a goroutine that is over. `totals`: those of its row. `origin`: what its row's points in time count from. */
export function isPlainLife(summary: Summary, totals: Totals, origin: i64): bool {
  const stream = summary.stream;
  if (stream.length == 0 || stream.length > mostBytes || summary.streamStart != summary.creation) return false;
  const from = firstBytes(stream);
  startReading(from, from + <usize>stream.length);
  const runnable = readVarint();
  if (readVarint() != GO_IS_RUNNABLE || readVarint() != <u64>summary.creationStack) return false;
  const running = readVarint();
  if (readVarint() != GO_IS_RUNNING || readVarint() != 0) return false;
  if (failed || readingAt != readingEnd) return false;
  if (<u64>totals.schedWait != runnable || <u64>totals.exec != running) return false;
  return <u64>(summary.creation - origin) + runnable + running < exactLimit && runnable < exactLimit && running < exactLimit;
}
