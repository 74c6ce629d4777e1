/** Axes of charts: where values lie, round values to label, and how they are written. */
import {
  countText,
  durationText,
  plain,
  shareText,
  sizeText,
  type QuantityText,
} from '#common/quantity-text.ts';
import { bytes, durNs } from '#common/units.ts';

/** What a value counts: bytes, things, shares from 0 to 1, nanoseconds. */
export type ChartUnit = 'bytes' | 'count' | 'share' | 'ns';

export interface Range {
  readonly from: number;
  readonly until: number;
}

/** Values from `range` on a stretch of the screen; where it grows downwards, `end` lies above `start`. */
export interface Scale {
  readonly range: Range;
  readonly start: number;
  readonly end: number;
  readonly place: (value: number) => number;
  readonly value: (place: number) => number;
}

export interface AxisTick {
  readonly value: number;
  readonly text: string;
}

export function linearScale(range: Range, start: number, end: number): Scale {
  const length = range.until - range.from || 1;
  const extent = end - start || 1;
  return {
    range,
    start,
    end,
    place: (value) => start + ((value - range.from) / length) * extent,
    value: (place) => range.from + ((place - start) / extent) * length,
  };
}

/** `range` must be above 0. */
export function logScale(range: Range, start: number, end: number): Scale {
  const lines = linearScale({ from: Math.log(range.from), until: Math.log(range.until) }, start, end);
  return {
    range,
    start,
    end,
    place: (value) => lines.place(Math.log(value)),
    value: (place) => Math.exp(lines.value(place)),
  };
}

const texts: Readonly<Record<ChartUnit, (value: number) => QuantityText>> = {
  bytes: (value) => sizeText(bytes(value)),
  count: (value) =>
    value < 100 && !Number.isInteger(value) ? [{ value: value.toPrecision(3), unit: '' }] : countText(value),
  share: shareText,
  ns: (value) => durationText(durNs(value)),
};

/** A mean number of things has a fraction: `3.42`. */
export const chartValue = (unit: ChartUnit, value: number): string =>
  Number.isNaN(value) ? 'not known' : plain(texts[unit](value));

/** Round numbers are written short: `20 MB`, not `20.0 MB`; shares with as many digits as they need: `0.02 %`. */
export const tickText = (unit: ChartUnit, value: number): string =>
  unit === 'share' ? shareTick(value) : shortText(unit, value);

const shareTick = (value: number): string =>
  plain([{ value: Number((value * 100).toPrecision(3)).toString(), unit: '%' }]);

const shortText = (unit: ChartUnit, value: number): string =>
  plain(
    texts[unit](value).map((figure) => ({
      ...figure,
      value: figure.value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''),
    })),
  );

/** 1, 2 or 5 times a power of ten. */
export function roundStep(atLeast: number): number {
  if (!(atLeast > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(atLeast));
  for (const times of [1, 2, 5]) if (power * times >= atLeast * (1 - 1e-9)) return power * times;
  return power * 10;
}

/** From 0 to the first round value that is not below `most`, about `count` of them. */
export function valueTicks(most: number, unit: ChartUnit, count: number): readonly AxisTick[] {
  const least = unit === 'bytes' || unit === 'ns' ? 1 : 0;
  const wanted = Math.max(roundStep(most / Math.max(1, count)), least);
  const step = unit === 'count' && wanted < 1 && most >= 1 ? 1 : wanted;
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => ({ value: i * step, text: tickText(unit, i * step) }));
}

/** Every power of ten within a range. */
export function decadeTicks(range: Range, unit: ChartUnit): readonly AxisTick[] {
  const ticks: AxisTick[] = [];
  for (let power = Math.ceil(Math.log10(range.from) - 1e-9); 10 ** power <= range.until * (1 + 1e-9); power++)
    ticks.push({ value: 10 ** power, text: tickText(unit, 10 ** power) });
  return ticks;
}
