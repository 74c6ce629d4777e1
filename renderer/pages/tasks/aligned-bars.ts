import type { DurationHistogram } from '#common/analyses/duration-figures.ts';

/** Which of five buckets for each power of ten ends at an edge: 100 ns is 10, 158 ns is 11. */
const bucketEnding = (edgeNs: number): number => Math.round(5 * Math.log10(Math.max(1, edgeNs)));

/** The bars of several histograms over one axis, so that those below each other stand for the same durations. */
export function alignedBars(histograms: readonly DurationHistogram[]): readonly (readonly number[])[] {
  const ends = histograms.map(({ edgesNs }) => bucketEnding(edgesNs.at(-1) ?? 1));
  const firsts = histograms.map(({ counts }, index) => ends[index]! - counts.length);
  const filled = histograms.flatMap(({ counts }, index) => (counts.length > 0 ? [index] : []));
  const first = Math.min(...filled.map((index) => firsts[index]!));
  const last = Math.max(...filled.map((index) => ends[index]!));
  return histograms.map(({ counts }, index) => {
    if (counts.length === 0) return [];
    const bars = Array.from({ length: last - first }, () => 0);
    for (const [at, count] of counts.entries()) bars[firsts[index]! - first + at] = count;
    return bars;
  });
}
