import { describe, expect, it } from 'vitest';
import {
  chartValue,
  decadeTicks,
  linearScale,
  logScale,
  roundStep,
  tickText,
  valueTicks,
} from './chart-axis.ts';

const texts = (ticks: readonly { text: string }[]): string =>
  ticks.map(({ text }) => text.replaceAll('\u00a0', ' ')).join(', ');

describe('a scale', () => {
  it('places values and reads them back, also upwards', () => {
    const scale = linearScale({ from: 0, until: 50 }, 100, 0);
    expect([0, 25, 50].map(scale.place)).toEqual([100, 50, 0]);
    expect(scale.value(50)).toBe(25);
  });

  it('gives each power of ten the same room where it is logarithmic', () => {
    const scale = logScale({ from: 1e3, until: 1e9 }, 0, 600);
    expect([1e3, 1e4, 1e9].map((ns) => Math.round(scale.place(ns)))).toEqual([0, 100, 600]);
    expect(Math.round(scale.value(200))).toBe(1e5);
  });

  it('stands a single value at its beginning', () => {
    expect(linearScale({ from: 7, until: 7 }, 0, 100).place(7)).toBe(0);
  });
});

describe('ticks', () => {
  it('are round values up to the first that is enough', () => {
    expect(texts(valueTicks(23e6, 'bytes', 3))).toBe('0 B, 10 MB, 20 MB, 30 MB');
    expect(texts(valueTicks(1, 'share', 4))).toBe('0 %, 50 %, 100 %');
    expect(texts(valueTicks(3, 'count', 10))).toBe('0, 1, 2, 3');
    expect(texts(valueTicks(2_500_000, 'ns', 3))).toBe('0 ns, 1 ms, 2 ms, 3 ms');
  });

  it('never are none', () => expect(texts(valueTicks(0, 'count', 4))).toBe('0, 1'));

  it('stand at every power of ten', () =>
    expect(texts(decadeTicks({ from: 1e3, until: 5e6 }, 'ns'))).toBe('1 µs, 10 µs, 100 µs, 1 ms'));

  it('keep their zeros before the point', () => {
    expect(tickText('count', 100)).toBe('100');
    expect(texts(valueTicks(0.00035, 'share', 2))).toBe('0 %, 0.02 %, 0.04 %');
    expect(roundStep(0.03)).toBe(0.05);
    expect(roundStep(2)).toBe(2);
  });
});

it('writes means of things with a fraction, and says what is not known', () => {
  expect(chartValue('count', 3.4159)).toBe('3.42');
  expect(chartValue('count', 3)).toBe('3');
  expect(chartValue('bytes', NaN)).toBe('not known');
});
