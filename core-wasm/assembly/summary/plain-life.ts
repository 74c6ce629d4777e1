/**
 * A plain life: created in the trace, runnable at the stack of its creation, then running until its end, all in one generation.
 * Its spans follow from the figures of its row, and so are not stored (main/analyses/plain-life.ts makes them again).
 */
import { GO_IS_RUNNING, WOKEN_BY_NONE, isWoken } from '../go-states';
import { readVarint, startReading, failed, at as readingAt, end as readingEnd } from '../varint';
import { Summary, Totals } from './model';
import { firstBytes } from './span-stream';

const NONE: i64 = -1;
/** Three varints of at most ten, one and five bytes for either of the spans. */
const mostBytes: u32 = 32;
/** Figures up to here are exact for readers. */
const exactLimit: u64 = 1 << 53;
/** Of the plain life seen last: 0 where a goroutine created it, which then ran on one processor; else that of WOKEN_BY_NONE. */
export let plainWaker: u32 = 0;

/** Of a goroutine that is over. `totals`: those of its row. `origin`: what its row's points in time count from. */
export function isPlainLife(summary: Summary, totals: Totals, origin: i64): bool {
  const stream = summary.stream;
  if (stream.length == 0 || stream.length > mostBytes || summary.streamStart != summary.creation) return false;
  const from = firstBytes(stream);
  startReading(from, from + <usize>stream.length);
  const runnable = readVarint();
  const what = <u32>readVarint();
  if (!isWoken(what) || readVarint() != <u64>summary.creationStack) return false;
  const isByNone = (what & 7) == WOKEN_BY_NONE;
  if (isByNone && summary.creator != NONE) return false;
  plainWaker = isByNone ? what >> 3 : 0;
  const running = readVarint();
  if (readVarint() != GO_IS_RUNNING || readVarint() != 0) return false;
  if (failed || readingAt != readingEnd) return false;
  if (<u64>totals.schedWait != runnable || <u64>totals.exec != running) return false;
  return <u64>(summary.creation - origin) + runnable + running < exactLimit && runnable < exactLimit && running < exactLimit;
}
