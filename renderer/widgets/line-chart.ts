/** What a plot of lines is about, where its parts lie, and what it says of a place. */
import { firstIndex } from '#common/first-index.ts';
import { durationText, plain, pointDigits, pointText } from '#common/quantity-text.ts';
import type { Ink } from '#common/timeline/draw-list.ts';
import { durNs, traceNs } from '#common/units.ts';
import {
  chartValue,
  linearScale,
  logScale,
  valueTicks,
  type AxisTick,
  type ChartUnit,
  type Range,
  type Scale,
} from './chart-axis.ts';
import type { LegendEntry, Readout, ReadoutRow } from './chart-words.ts';

/** Values over an axis; `at` ascends, NaN is a value that is not known. */
export interface LineSeries {
  readonly name: string;
  readonly ink: Ink;
  readonly unit: ChartUnit;
  /** `step`: a value holds until the next. `line`: straight from point to point. */
  readonly form: 'step' | 'line';
  readonly isFilled?: boolean;
  readonly isDashed?: boolean;
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** How far values went in the step. */
  readonly least?: Float64Array;
  readonly greatest?: Float64Array;
}

/** A stretch of the axis that is tinted from top to bottom. */
export interface ChartBand extends Range {
  readonly name: string;
  readonly ink: Ink;
}

/** A place on the axis. */
export interface ChartMark {
  readonly at: number;
  readonly name: string;
  readonly ink: Ink;
}

export interface LineChart {
  readonly series: readonly LineSeries[];
  readonly bands: readonly ChartBand[];
  readonly marks: readonly ChartMark[];
  readonly range: Range;
  /** `time`: since the beginning, in nanoseconds. `duration`: nanoseconds by their logarithm, from above 0. */
  readonly axis: 'time' | 'duration';
  /** Series stand upon each other, the first on the floor; all have the same `at`. */
  readonly isStacked: boolean;
  /** The least that the axis of a unit reaches up to. */
  readonly tops: Partial<Record<ChartUnit, number>>;
  readonly width: number;
  /** Of everything, labels included. */
  readonly height: number;
}

export interface ValueAxis {
  readonly unit: ChartUnit;
  readonly side: 'left' | 'right';
  readonly scale: Scale;
  readonly ticks: readonly AxisTick[];
}

/** Places in CSS pixels; the first unit's axis stands at the left, the second's at the right. */
export interface LineLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly along: Scale;
  readonly axes: readonly ValueAxis[];
}

const gutter = 54;
const axisHeight = 20;
const above = 8;
const roomForTick = 26;

export function lineLayout(chart: LineChart): LineLayout {
  const units = [...new Set(chart.series.map(({ unit }) => unit))].slice(0, 2);
  const left = gutter;
  const right = Math.max(left + 1, chart.width - (units.length > 1 ? gutter : 8));
  const bottom = Math.max(above + 1, chart.height - axisHeight);
  const along = (chart.axis === 'time' ? linearScale : logScale)(chart.range, left, right);
  const axes = units.map((unit, index): ValueAxis => {
    const most = Math.max(chart.tops[unit] ?? 0, greatest(chart, unit));
    const ticks = valueTicks(most, unit, Math.max(1, Math.floor((bottom - above) / roomForTick)));
    const scale = linearScale({ from: 0, until: ticks.at(-1)!.value }, bottom, above);
    return { unit, side: index === 0 ? 'left' : 'right', scale, ticks };
  });
  return { left, right, top: above, bottom, along, axes };
}

function greatest({ series, isStacked }: LineChart, unit: ChartUnit): number {
  const shown = series.filter((one) => one.unit === unit);
  if (isStacked) return shown.length === 0 ? 0 : mostOf(stackedUp(shown).at(-1)!);
  return shown.reduce((most, one) => Math.max(most, mostOf(one.values), mostOf(one.greatest ?? [])), 0);
}

function mostOf(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** The upper edge of each series; what is not known takes no room. */
export function stackedUp(series: readonly LineSeries[]): readonly Float64Array[] {
  let below = new Float64Array(series[0]?.at.length ?? 0);
  return series.map(({ values }) => (below = below.map((sum, i) => sum + (values[i]! || 0))));
}

/** The place of a series that holds at a point; −1 before the first. */
export function indexAt({ at, form }: Pick<LineSeries, 'at' | 'form'>, point: number): number {
  const after = firstIndex(at.length, (i) => at[i]! > point);
  if (form === 'step' || after === 0) return form === 'line' ? 0 : after - 1;
  return after === at.length || point - at[after - 1]! <= at[after]! - point ? after - 1 : after;
}

/** Points of the axis at which some series has a value, a pixel or more apart: where arrows stop, and the rows of the table. */
export function stopsOf(chart: LineChart, { along, left }: LineLayout): readonly number[] {
  const all = chart.series.flatMap(({ at }) => [...at]).filter((at) => at <= chart.range.until);
  const stops: number[] = [];
  let before = left - 1;
  for (const at of all.sort((a, b) => a - b)) {
    const inside = Math.max(at, chart.range.from);
    const place = along.place(inside);
    if (place < before + 1) continue;
    stops.push(inside);
    before = place;
  }
  return stops;
}

/** A point of the axis in words, as finely as the pixels can tell. */
export function pointWords(chart: LineChart, point: number): string {
  if (chart.axis === 'duration') return plain(durationText(durNs(point)));
  const step = (chart.range.until - chart.range.from) / Math.max(1, chart.width);
  return plain(pointText(traceNs(point), pointDigits(step)));
}

export function readoutAt(chart: LineChart, layout: LineLayout, point: number): Readout {
  const near = (at: number): boolean => Math.abs(layout.along.place(at) - layout.along.place(point)) <= 3;
  const rows: ReadoutRow[] = chart.series.map((one) => ({
    name: one.name,
    value: valueWords(one, point),
    ink: one.ink,
  }));
  if (chart.isStacked) rows.reverse();
  rows.push(...bandsAt(chart, point, near));
  for (const { name, ink, at } of chart.marks) if (near(at)) rows.push({ name, value: '', ink });
  return { title: pointWords(chart, point), rows };
}

const mostBands = 3;

/** Those that a point lies in, else those that begin close by. */
function bandsAt({ bands }: LineChart, point: number, near: (at: number) => boolean): readonly ReadoutRow[] {
  const inside = bands.filter(({ from, until }) => from <= point && point < until);
  const close = inside.length > 0 ? inside : bands.filter(({ from }) => near(from));
  return close.slice(0, mostBands).map(({ name, ink }) => ({ name, value: '', ink }));
}

export function valueWords(series: LineSeries, point: number): string {
  const index = indexAt(series, point);
  const { unit, least, greatest } = series;
  const value = chartValue(unit, series.values[index] ?? NaN);
  if (!least || !greatest || Number.isNaN(least[index] ?? NaN)) return value;
  return `${value} (${chartValue(unit, least[index]!)} to ${chartValue(unit, greatest[index]!)})`;
}

export function legendOf({ series, bands, marks, range, isStacked }: LineChart): readonly LegendEntry[] {
  const lines = series.map(({ name, ink, isFilled, isDashed }): LegendEntry => ({
    name,
    ink,
    form: isDashed ? 'dashed' : isFilled || isStacked ? 'area' : 'line',
  }));
  const shown = marks.filter(({ at }) => at >= range.from && at <= range.until);
  return [...lines, ...oncePerColour(bands, 'band'), ...oncePerColour(shown, 'line')];
}

/** Those of one colour are one entry, by the name of the first without what is its own: `Collection 12`, `Stopped: start trace`. */
function oncePerColour(
  named: readonly (ChartBand | ChartMark)[],
  form: LegendEntry['form'],
): readonly LegendEntry[] {
  const first = new Map<Ink, LegendEntry>();
  for (const { ink, name } of named)
    if (!first.has(ink)) first.set(ink, { name: name.replace(/\s+[\d\s]+$|:.*$/, ''), ink, form });
  return [...first.values()];
}
