import { expect, it } from 'vitest';
import { traceNs } from '../units.ts';
import { niceStep, ticksOf } from './time-axis.ts';

const texts = (from: number, until: number, width: number): string[] =>
  ticksOf({ from: traceNs(from), until: traceNs(until) }, width).map(({ text }) =>
    text.replaceAll('\u00a0', ' '),
  );

it('steps by 1, 2 or 5', () => {
  expect([0.3, 1, 3, 18, 51, 999].map(niceStep)).toEqual([1, 1, 5, 20, 100, 1000]);
});

it('names the first tick and says how much later the others are', () => {
  expect(texts(4_120_400_000, 4_149_900_000, 1000)).toEqual([
    '4.125 s',
    '+5 ms',
    '+10 ms',
    '+15 ms',
    '+20 ms',
  ]);
  expect(texts(0, 12_000_000_000, 800)).toEqual(['0 s', '+2 s', '+4 s', '+6 s', '+8 s', '+10 s', '+12 s']);
});

it('has as many digits as its steps need', () =>
  expect(texts(1_000_000_250, 1_000_000_950, 400)[0]).toBe('1.000 000 400 s'));
