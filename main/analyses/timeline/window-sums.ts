/** Sums over a window whose borders do not fall together with those of buckets. */
import { levelFor, type Stretch } from './level-blocks.ts';

export interface Summed {
  /** How many sums there are. */
  readonly classes: number;
  /** Buckets are not asked for below this level. */
  readonly finest: number;
  /** Time in buckets of a level, which fill the stretch: `[bucket * classes + class]`. */
  readonly buckets: (stretch: Stretch, level: number) => Float64Array;
  /** Time in a stretch that no bucket fills. */
  readonly rest: (stretch: Stretch) => Float64Array;
}

/** As wide as they may be so that the window still has about so many: most of it is said by those. */
const mostBuckets = 64;
const levelStep = 3;

/** Coarse buckets in the middle, finer ones towards the borders, what is left by `rest`. The last bucket ends with the trace. */
export function windowSums({ from, until }: Stretch, traceEnd: number, of: Summed): Float64Array {
  const sums = new Float64Array(of.classes);
  const add = (part: Float64Array): void =>
    part.forEach((ns, i) => (sums[i % of.classes] = sums[i % of.classes]! + ns));
  const addStretch = (start: number, end: number, level: number): void => {
    if (start >= end) return;
    if (level < of.finest) {
      add(of.rest({ from: start, until: end }));
      return;
    }
    const width = 2 ** level;
    const first = Math.ceil(start / width) * width;
    const last = (end === traceEnd ? Math.ceil(end / width) : Math.floor(end / width)) * width;
    const finer = level === of.finest ? level - 1 : Math.max(of.finest, level - levelStep);
    if (last <= first) {
      addStretch(start, end, finer);
      return;
    }
    add(of.buckets({ from: first, until: last }, level));
    addStretch(start, first, finer);
    addStretch(last, end, finer);
  };
  addStretch(from, until, Math.max(of.finest, levelFor(from, until, mostBuckets)));
  return sums;
}

/** What a stretch has of buckets that it does not fill: of each as large a share as of its time. */
export function sharesOf(
  { from, until }: Stretch,
  traceEnd: number,
  { classes, finest, buckets }: Omit<Summed, 'rest'>,
): Float64Array {
  const sums = new Float64Array(classes);
  const width = 2 ** finest;
  for (let start = Math.floor(from / width) * width; start < until; start += width) {
    const end = Math.min(traceEnd, start + width);
    const share = (Math.min(until, end) - Math.max(from, start)) / (end - start);
    const whole = buckets({ from: start, until: start + width }, finest);
    for (let i = 0; i < classes; i++) sums[i] = sums[i]! + whole[i]! * share;
  }
  return sums;
}
