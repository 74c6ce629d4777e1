import { describe, expect, it } from 'vitest';
import {
  countText,
  durationText,
  exactBytes,
  exactNs,
  plain,
  pointDigits,
  pointText,
  shareText,
  sizeText,
  type QuantityText,
} from './quantity-text.ts';
import { bytes, durNs, traceNs } from './units.ts';

const written = (quantity: QuantityText): string => plain(quantity).replaceAll('\u00a0', ' ');
const duration = (ns: number): string => written(durationText(durNs(ns)));

describe('a duration', () => {
  it.each([
    [0, '0 ns'],
    [842, '842 ns'],
    [12_400, '12.4 µs'],
    [8_210_000, '8.21 ms'],
    [214_000_000, '214 ms'],
    [1_310_000_000, '1.31 s'],
    [80_000_000_000, '80.0 s'],
    [125_000_000_000, '2 m 05 s'],
    [3_840_000_000_000, '1 h 04 m'],
    [30 * 86_400_000_000_000, '30 d 00 h'],
  ])('of %d ns is written %s', (ns, text) => expect(duration(ns)).toBe(text));

  it('never shows a fourth digit where rounding carries over', () => {
    expect(duration(999)).toBe('999 ns');
    expect(duration(9_996)).toBe('10.0 µs');
    expect(duration(99_960)).toBe('100 µs');
    expect(duration(999_499)).toBe('999 µs');
    expect(duration(999_500)).toBe('1.00 ms');
    expect(duration(999_500_000)).toBe('1.00 s');
    expect(duration(99_949_000_000)).toBe('99.9 s');
    expect(duration(99_950_000_000)).toBe('1 m 40 s');
  });

  it('keeps its sign', () => expect(duration(-125_000_000_000)).toBe('−2 m 05 s'));
});

describe('a point in time', () => {
  it('is written in seconds with the fraction in threes', () => {
    expect(written(pointText(traceNs(4_134_700_000), 6))).toBe('4.134 700 s');
    expect(written(pointText(traceNs(4_122_000_000), 3))).toBe('4.122 s');
    expect(written(pointText(traceNs(1_204_000_000_000), 0))).toBe('1 204 s');
  });

  it('has as many digits as the step can tell apart', () => {
    expect([2e9, 2e6, 5e3, 20].map(pointDigits)).toEqual([0, 3, 6, 9]);
  });
});

describe('a count', () => {
  it.each([
    [0, '0'],
    [812_402, '812 402'],
    [999_999, '999 999'],
    [7_012_611, '7.01 M'],
    [80_300_000, '80.3 M'],
    [1_500_000_000, '1.50 G'],
  ])('of %d is written %s', (count, text) => expect(written(countText(count))).toBe(text));
});

describe('a share', () => {
  it.each([
    [0, '0 %'],
    [0.44, '44 %'],
    [0.062, '6.2 %'],
    [0.0996, '10 %'],
    [0.0004, '< 0.1 %'],
    [1, '100 %'],
  ])('of %d is written %s', (ratio, text) => expect(written(shareText(ratio))).toBe(text));
});

describe('a size', () => {
  it.each([
    [842, '842 B'],
    [412_000, '412 kB'],
    [999_600, '1.00 MB'],
    [1_210_000_000, '1.21 GB'],
  ])('of %d bytes is written %s', (size, text) => expect(written(sizeText(bytes(size)))).toBe(text));
});

it('tells the exact value beside the rounded one', () => {
  expect(exactNs(durNs(13_112_004)).replaceAll('\u00a0', ' ')).toBe('13 112 004 ns');
  expect(exactBytes(bytes(450_112)).replaceAll('\u00a0', ' ')).toBe('450 112 bytes');
});
