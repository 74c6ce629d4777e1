/** Exact percentiles of many values without sorting them. */
import type { Spread } from '#common/analyses/goroutine-analysis.ts';
import { durNs } from '#common/units.ts';

/** Of values that are there; their order is changed. */
export function spreadOf(values: Float64Array): Spread {
  const { length } = values;
  if (length === 0) return noSpread;
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (const value of values) {
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const at = (share: number): number => Math.max(0, Math.ceil(share * length) - 1);
  const [p50, p90, p99] = min === max ? [min, min, min] : inPlace(values, [at(0.5), at(0.9), at(0.99)]);
  return {
    sum: durNs(sum),
    min: durNs(min),
    mean: sum / length,
    p50: durNs(p50!),
    p90: durNs(p90!),
    p99: durNs(p99!),
    max: durNs(max),
  };
}

const zero = durNs(0);
export const noSpread: Spread = { sum: zero, min: zero, mean: 0, p50: zero, p90: zero, p99: zero, max: zero };

/** The values that would stand at some places, in ascending order, if all were sorted. */
function inPlace(values: Float64Array, places: readonly number[]): number[] {
  if (values.length <= sortedAtOnce) {
    values.sort();
    return places.map((place) => values[place]!);
  }
  let from = 0;
  return places.map((place) => {
    const value = select(values, from, values.length, place);
    from = place;
    return value;
  });
}

const sortedAtOnce = 4096;

/** Quickselect: three parts around a pivot, so that equal values cost nothing; the pivot is at random, so that no order is slow. */
function select(values: Float64Array, first: number, end: number, place: number): number {
  let [low, high] = [first, end];
  while (high - low > 1) {
    const pivot = values[low + Math.floor(Math.random() * (high - low))]!;
    let [less, at, more] = [low, low, high];
    while (at < more) {
      const value = values[at]!;
      if (value < pivot) {
        values[at++] = values[less]!;
        values[less++] = value;
      } else if (value > pivot) {
        values[at] = values[--more]!;
        values[more] = value;
      } else at++;
    }
    if (place < less) high = less;
    else if (place >= more) low = more;
    else return pivot;
  }
  return values[low]!;
}
