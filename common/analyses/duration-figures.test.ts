import { expect, test } from 'vitest';
import { bucketDurations, durationHistogram } from './duration-figures.ts';

test('the durations between two edges are those that the histogram counts there', () => {
  const lengths = Float64Array.from(
    { length: 4000 },
    (_, i) => (i < 2000 ? i : Math.floor(1.006 ** i / 5)) % 5e9,
  ).sort();
  const { counts, edgesNs } = durationHistogram(lengths);
  const found = counts.map((_, bucket) => {
    const { leastNs, mostNs } = bucketDurations(edgesNs[bucket]!, edgesNs[bucket + 1]!);
    return lengths.filter((ns) => ns >= leastNs && ns <= mostNs).length;
  });
  // Below 4 ns buckets are narrower than a nanosecond.
  const wide = edgesNs.findIndex((edge) => edge >= 3);
  expect(found.slice(wide)).toEqual(counts.slice(wide));
  const all = bucketDurations(edgesNs[0]!, edgesNs.at(-1)!);
  expect(lengths.every((ns) => ns >= all.leastNs && ns <= all.mostNs)).toBe(true);
});
