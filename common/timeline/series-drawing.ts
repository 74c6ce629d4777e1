/** Values and numbers over time: the heap with its goal, how many goroutines are in which state, how many processors are busy. */
import type { StateCounts, ValueSeries } from '../analyses/timeline-results.ts';
import { firstIndex } from '../first-index.ts';
import { stateClasses } from '../goroutine-state.ts';
import type { DrawCommand, Ink } from './draw-list.ts';
import type { Lane } from './span-drawing.ts';
import { timeAt, xOf, type TimeWindow } from './time-window.ts';

const classCount = stateClasses.length;

/** A value at `time`: the one in effect there; of buckets the last of the bucket before, or its own. NaN: not known. */
export function valueAt(series: ValueSeries, time: number): number {
  if (series.kind === 'changes') {
    const { times } = series;
    const after = firstIndex(times.length, (at) => times[at]! > time);
    return after === 0 ? NaN : series.values[after - 1]!;
  }
  const bucket = Math.min(Math.floor(time / 2 ** series.level) - series.first, series.count - 1);
  for (let at = bucket; at >= 0; at--) if (!Number.isNaN(series.last[at]!)) return series.last[at]!;
  return series.before;
}

/** The greatest value anywhere in a series; 0 where there is none. */
export function greatestOf(series: ValueSeries | undefined): number {
  if (!series) return 0;
  let most = series.kind === 'buckets' && !Number.isNaN(series.before) ? series.before : 0;
  for (const value of series.kind === 'changes' ? series.values : series.greatest)
    if (value > most) most = value;
  return most;
}

type Points = (readonly [number, number])[];

/** The least and greatest value in each pixel, as a line that goes through both: nothing that is seen is lost. */
function linePoints(series: ValueSeries, window: TimeWindow, lane: Lane, top: number): Points {
  const y = (value: number): number => lane.y + lane.h - (value / top) * lane.h;
  const points: Points = [];
  if (series.kind === 'changes') {
    let before = NaN;
    for (let i = 0; i < series.times.length; i++) {
      const x = Math.max(0, xOf(window, lane.width, series.times[i]!));
      const value = series.values[i]!;
      if (!Number.isNaN(before)) points.push([x, y(before)]);
      points.push([x, y(value)]);
      before = value;
      if (x > lane.width) break;
    }
    if (points.length > 0) points.push([lane.width, points.at(-1)![1]]);
    return points;
  }
  let last = series.before;
  if (!Number.isNaN(last)) points.push([xOf(window, lane.width, series.first * 2 ** series.level), y(last)]);
  for (let bucket = 0; bucket < series.count; bucket++) {
    if (Number.isNaN(series.last[bucket]!)) continue;
    const x = xOf(window, lane.width, (series.first + bucket) * 2 ** series.level);
    if (x > lane.width) break;
    points.push(
      [x, y(series.greatest[bucket]!)],
      [x, y(series.least[bucket]!)],
      [x, y(series.last[bucket]!)],
    );
    last = series.last[bucket]!;
  }
  if (points.length > 0) points.push([lane.width, y(last)]);
  return points;
}

/** A line over a tinted area; `top` is the value at the lane's upper edge. */
export function valueCommands(
  series: ValueSeries,
  window: TimeWindow,
  lane: Lane,
  top: number,
  look: { readonly stroke: Ink; readonly isFilled: boolean; readonly dash?: readonly [number, number] },
): DrawCommand[] {
  const points = linePoints(series, window, lane, Math.max(1, top));
  const [first] = points;
  if (!first) return [];
  const line: DrawCommand = {
    kind: 'line',
    points,
    stroke: look.stroke,
    width: look.isFilled ? 1.25 : 1,
    ...(look.dash ? { dash: look.dash } : {}),
  };
  if (!look.isFilled) return [line];
  const floor = lane.y + lane.h;
  const area: Points = [[first[0], floor], ...points, [lane.width, floor]];
  return [{ kind: 'polygon', points: area, fill: look.stroke, alpha: 0.16 }, line];
}

/** Mean numbers by column, as shares of `most`. Two states are processors': busy ones run, idle ones are not drawn. */
export function countShares(
  counts: StateCounts,
  window: TimeWindow,
  width: number,
  most: number,
): Float32Array {
  const columns = Math.ceil(width);
  const shares = new Float32Array(columns * classCount);
  const bucketNs = 2 ** counts.level;
  const drawn = counts.states === classCount ? classCount : 1;
  for (let column = 0; column < columns; column++) {
    const from = timeAt(window, width, column) / bucketNs - counts.first;
    const until = timeAt(window, width, column + 1) / bucketNs - counts.first;
    const first = Math.max(0, Math.floor(from));
    const end = Math.min(counts.count, Math.max(first + 1, Math.ceil(until)));
    let covered = 0;
    for (let bucket = first; bucket < end; bucket++) {
      const part = Math.max(0, Math.min(until, bucket + 1) - Math.max(from, bucket));
      covered += part;
      for (let state = 0; state < drawn; state++) {
        const place = column * classCount + state;
        shares[place] = shares[place]! + (counts.ns[bucket * counts.states + state]! / bucketNs) * part;
      }
    }
    if (covered <= 0 || most <= 0) continue;
    for (let state = 0; state < drawn; state++) {
      const place = column * classCount + state;
      shares[place] = shares[place]! / covered / most;
    }
  }
  return shares;
}

/** The mean number in one state, or in all of some, in a bucket at `time`; NaN where nothing is known. */
export function meanCountAt(counts: StateCounts, time: number, states: readonly number[]): number {
  const bucket = Math.floor(time / 2 ** counts.level) - counts.first;
  if (bucket < 0 || bucket >= counts.count) return NaN;
  const ns = states.reduce((sum, state) => sum + counts.ns[bucket * counts.states + state]!, 0);
  return ns / 2 ** counts.level;
}

/** The greatest mean number of all states together. */
export function greatestCount(counts: StateCounts, states: number = counts.states): number {
  let most = 0;
  for (let bucket = 0; bucket < counts.count; bucket++) {
    let ns = 0;
    for (let state = 0; state < states; state++) ns += counts.ns[bucket * counts.states + state]!;
    most = Math.max(most, ns / 2 ** counts.level);
  }
  return most;
}
