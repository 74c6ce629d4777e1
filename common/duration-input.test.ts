import { expect, test } from 'vitest';
import { parseDuration } from './duration-input.ts';

test('durations are read with a unit or in nanoseconds', () => {
  const written = ['1.5ms', '250us', '3 µs', '2m', '.5s', '12', '1e3', '1h', '0'];
  expect(written.map(parseDuration)).toEqual([1.5e6, 250e3, 3e3, 120e9, 0.5e9, 12, 1000, 3600e9, 0]);
});

test('what is no duration is not read as one', () => {
  expect(['', 'ms', '-1s', '1.2.3s', '5 parsecs', 'constructor'].map(parseDuration)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
});
