import { expect, test } from 'vitest';
import { durationHistogram } from '#common/analyses/duration-figures.ts';
import { alignedBars } from './aligned-bars.ts';

const of = (...ns: readonly number[]) => durationHistogram(Float64Array.from(ns));

test('bars below each other stand for the same durations', () => {
  const [early, late, none] = alignedBars([of(120, 130, 900), of(900, 5000), of()]);
  expect(none).toEqual([]);
  expect(early!.length).toBe(late!.length);
  expect(early![0]).toBe(2);
  const at = early!.lastIndexOf(1);
  expect(late![at]).toBe(1);
  expect(late!.at(-1)).toBe(1);
});
