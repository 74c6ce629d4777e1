import { expect, it } from 'vitest';
import { lineOfValues } from './heap-series.ts';

const look = { name: 'Heap', ink: 'state-network', unit: 'bytes' } as const;

it('takes changes as they are', () => {
  const times = Float64Array.of(1, 5);
  const values = Float64Array.of(7, 8);
  expect(lineOfValues({ kind: 'changes', times, values }, look)).toEqual({
    ...look,
    form: 'step',
    at: times,
    values,
  });
});

it('holds the value in steps where nothing changes', () => {
  const steps = {
    kind: 'buckets',
    level: 4,
    first: 2,
    count: 3,
    before: 5,
    least: Float64Array.of(NaN, 3, NaN),
    greatest: Float64Array.of(NaN, 9, NaN),
    last: Float64Array.of(NaN, 4, NaN),
  } as const;
  const line = lineOfValues(steps, look);
  expect([...line.at]).toEqual([32, 48, 64]);
  expect([line.values, line.least!, line.greatest!].map((row) => [...row])).toEqual([
    [5, 4, 4],
    [5, 3, 4],
    [5, 9, 4],
  ]);
});
