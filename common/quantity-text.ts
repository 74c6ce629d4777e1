/**
 * How quantities are written: three significant digits, the unit apart so that a screen can dim it.
 *
 *     durationText(durNs(125_000_000_000))   [{value: '2', unit: 'm'}, {value: '05', unit: 's'}]
 *     plain(countText(812_402))              '812 402'
 *
 * All spaces are no-break spaces: a quantity never breaks across lines.
 */
import { durNs, type Bytes, type DurNs, type TraceNs } from './units.ts';

export interface Figure {
  readonly value: string;
  /** Empty where the value is a bare number. */
  readonly unit: string;
}
export type QuantityText = readonly Figure[];

export const noBreakSpace = '\u00a0';

/** The same as one string: `2 m 05 s`. */
export const plain = (quantity: QuantityText): string =>
  quantity.map(({ value, unit }) => (unit === '' ? value : value + noBreakSpace + unit)).join(noBreakSpace);

const one = (value: string, unit = ''): QuantityText => [{ value, unit }];

/** 3 significant digits of a value below 1000; the borders are where rounding would give a fourth. */
function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** `812402` as `812 402`. */
export function inThrees(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, noBreakSpace);
}

const durationSteps = [
  { below: 999.5e3, ns: 1e3, unit: 'µs' },
  { below: 999.5e6, ns: 1e6, unit: 'ms' },
  { below: 99.95e9, ns: 1e9, unit: 's' },
] as const;

/** `0 ns`, `842 ns`, `12.4 µs`, `1.31 s`; from 100 s on two units: `2 m 05 s`, `1 h 04 m`. */
export function durationText(duration: DurNs): QuantityText {
  if (duration < 0) return durationText(durNs(0 - duration)).map(negated);
  if (duration < 999.5) return one(Math.round(duration).toString(), 'ns');
  for (const { below, ns, unit } of durationSteps) {
    if (duration < below) return one(threeDigits(duration / ns), unit);
  }
  return longDuration(Math.round(duration / 1e9));
}

const negated = (figure: Figure, index: number): Figure =>
  index === 0 ? { ...figure, value: `−${figure.value}` } : figure;

function longDuration(seconds: number): QuantityText {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, 'm', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? two(hours, 'h', minutes % 60, 'm') : two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const two = (high: number, highUnit: string, low: number, lowUnit: string): QuantityText => [
  { value: high.toString(), unit: highUnit },
  { value: low.toString().padStart(2, '0'), unit: lowUnit },
];

/** Seconds since the start of the trace, the fraction in threes: `4.134 700 s` with 6 digits. */
export function pointText(point: TraceNs, digits: 0 | 3 | 6 | 9 = 6): QuantityText {
  const [seconds = '0', fraction = ''] = (point / 1e9).toFixed(digits).split('.');
  const whole = seconds.replace(/\B(?=(\d{3})+$)/g, noBreakSpace);
  const threes = fraction.replace(/(\d{3})(?=\d)/g, `$1${noBreakSpace}`);
  return one(threes === '' ? whole : `${whole}.${threes}`, 's');
}

/** As many digits of a point in time as steps of `step` can be told apart by. */
export function pointDigits(step: number): 0 | 3 | 6 | 9 {
  if (step >= 1e9) return 0;
  if (step >= 1e6) return 3;
  return step >= 1e3 ? 6 : 9;
}

/** Exact below a million, then `7.01 M`. */
export function countText(count: number): QuantityText {
  if (count < 1e6) return one(inThrees(count));
  return count < 999.5e6 ? one(threeDigits(count / 1e6), 'M') : one(threeDigits(count / 1e9), 'G');
}

/** `ratio` from 0 to 1, with two digits: `44 %`, `6.2 %`, `< 0.1 %`. */
export function shareText(ratio: number): QuantityText {
  const percent = ratio * 100;
  if (percent <= 0) return one('0', '%');
  if (percent < 0.1) return one(`<${noBreakSpace}0.1`, '%');
  return one(percent >= 9.95 ? percent.toFixed(0) : percent.toFixed(1), '%');
}

const sizeUnits = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal: `412 kB`, `1.21 GB`. */
export function sizeText(size: Bytes): QuantityText {
  if (size < 1000) return one(Math.round(size).toString(), 'B');
  let value = size / 1000;
  let step = 0;
  while (value >= 999.5 && step < sizeUnits.length - 1) {
    value /= 1000;
    step++;
  }
  return one(threeDigits(value), sizeUnits[step]);
}

/** For the title that shows what was rounded away. */
export const exactNs = (ns: DurNs | TraceNs): string => `${inThrees(ns)}${noBreakSpace}ns`;
export const exactBytes = (size: Bytes): string => `${inThrees(size)}${noBreakSpace}bytes`;
