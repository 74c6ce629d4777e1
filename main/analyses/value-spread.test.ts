import { expect, test } from 'vitest';
import { spreadOf } from './value-spread.ts';

const sorted = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)]!;

const check = (values: readonly number[]): void => {
  const spread = spreadOf(Float64Array.from(values));
  expect(spread).toMatchObject({
    min: Math.min(...values.slice(0, 1e5)),
    p50: sorted(values, 0.5),
    p90: sorted(values, 0.9),
    p99: sorted(values, 0.99),
    sum: values.reduce((so, one) => so + one, 0),
  });
};

test('percentiles are those of the sorted values', () => {
  for (const length of [1, 2, 3, 10, 99, 100, 101, 5000, 20_000])
    check(Array.from({ length }, (_, i) => (i * 7919) % 1009));
});

test('many equal values, and values in order, are no matter', () => {
  check(Array.from({ length: 50_000 }, (_, i) => (i % 10 === 0 ? i : 5)));
  check(Array.from({ length: 50_000 }, (_, i) => i));
  check(Array.from({ length: 50_000 }, () => 3));
});

test('of nothing everything is 0', () => {
  expect(spreadOf(new Float64Array())).toMatchObject({ sum: 0, p99: 0, max: 0, mean: 0 });
});
