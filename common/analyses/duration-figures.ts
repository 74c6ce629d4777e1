/** What many durations come to: exact percentiles, and a histogram whose buckets are those of Go's own tool. */
import { durNs, type DurNs } from '../units.ts';

export interface DurationFigures {
  readonly minNs: DurNs;
  readonly meanNs: DurNs;
  /** The least duration that is not exceeded by so many per cent of them. */
  readonly p50Ns: DurNs;
  readonly p90Ns: DurNs;
  readonly p99Ns: DurNs;
  readonly maxNs: DurNs;
}

/**
 * Five buckets for each power of ten, from the first to the last that has something: bucket `i` holds durations from `edgesNs[i]` to
 * `edgesNs[i + 1]`. Of one that is an edge to the nanosecond, rounding decides, as in Go.
 */
export interface DurationHistogram {
  readonly counts: readonly number[];
  /** One more than there are buckets. */
  readonly edgesNs: readonly DurNs[];
}

/** Undefined: there are none. `sorted`: ascending. */
export function durationFigures(sorted: Float64Array): DurationFigures | undefined {
  const count = sorted.length;
  if (count === 0) return undefined;
  const rank = (share: number): DurNs => durNs(sorted[Math.max(0, Math.ceil(share * count) - 1)]!);
  return {
    minNs: durNs(sorted[0]!),
    meanNs: durNs(sorted.reduce((so, ns) => so + ns, 0) / count),
    p50Ns: rank(0.5),
    p90Ns: rank(0.9),
    p99Ns: rank(0.99),
    maxNs: durNs(sorted[count - 1]!),
  };
}

const step = Math.log(Math.pow(10, 1 / 5));

/** Source: internal/trace/traceviewer/histogram.go of Go 1.27. */
const bucketOf = (ns: number): number => (ns <= 0 ? 0 : Math.floor(Math.log(ns) / step));
const edge = (bucket: number): DurNs => durNs(Math.trunc(Math.exp(bucket * step)));

export function durationHistogram(sorted: Float64Array): DurationHistogram {
  if (sorted.length === 0) return { counts: [], edgesNs: [] };
  const first = bucketOf(sorted[0]!);
  const last = bucketOf(sorted.at(-1)!);
  const counts: number[] = [];
  for (let bucket = first, from = 0; bucket <= last; bucket++) {
    const until = firstBeyond(sorted, bucket, from);
    counts.push(until - from);
    from = until;
  }
  return { counts, edgesNs: Array.from({ length: counts.length + 1 }, (_, i) => edge(first + i)) };
}

/** The durations, in whole nanoseconds and both inclusive, that lie in the buckets between two edges of a histogram. */
export const bucketDurations = (
  fromNs: number,
  untilNs: number,
): { readonly leastNs: number; readonly mostNs: number } => ({
  leastNs: fromNs <= 1 ? 0 : firstBehind(fromNs),
  mostNs: firstBehind(untilNs) - 1,
});

/** Edges are cut to whole nanoseconds: mostly they still belong to the bucket before them. */
const firstBehind = (edgeNs: number): number =>
  bucketOf(edgeNs) < bucketOf(edgeNs + 1) ? edgeNs + 1 : edgeNs;

/** The least durations of the buckets, from that of 0 on. */
export function bucketEdges(): readonly number[] {
  const edges = [0];
  for (let bucket = 1; bucket <= lastBucket; bucket++) edges.push(leastOf(bucket));
  return edges;
}

const lastBucket = bucketOf(Number.MAX_SAFE_INTEGER);

/** The least whole duration that belongs to a bucket, or to one behind it. */
function leastOf(bucket: number): number {
  let ns = Math.max(1, edge(bucket) - 2);
  while (bucketOf(ns) < bucket) ns++;
  return ns;
}

/** From counts by bucket, from that of 0 on. */
export function histogramOfCounts(counts: readonly number[]): DurationHistogram {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return { counts: [], edgesNs: [] };
  const shown = counts.slice(first, counts.findLastIndex((count) => count > 0) + 1);
  return { counts: shown, edgesNs: Array.from({ length: shown.length + 1 }, (_, i) => edge(first + i)) };
}

/** The first from a place on that belongs to a later bucket. */
function firstBeyond(sorted: Float64Array, bucket: number, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bucketOf(sorted[middle]!) <= bucket) low = middle + 1;
    else high = middle;
  }
  return low;
}
