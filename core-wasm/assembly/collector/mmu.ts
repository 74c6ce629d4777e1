/**
 * Minimum mutator utilization: the least mean over windows of a length. The mean of a window that moves is piecewise linear with
 * corners where either of its ends meets a step, so the least lies at one of those. Steps are looked at in bands of 64; one whose
 * windows cannot be worse than what was found is left out: all windows that begin in [a, b] contain [b, a + window].
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { allocate, release } from '../memory';
import { endOf, seriesAt, seriesCount, startOf, sumAt, timeAt, valueAt } from './series';

const bandSteps: u32 = 64;

/** Lower bounds of the bands of a series. */
let bounds: usize = 0;
let capacity: u32 = 0;

let least: f64 = 1;
let leastAt: f64 = 0;
let leastUntil: f64 = 0;
let leastSeries: u32 = 0;

/** Of the window found last: where it lies, and in which series. */
export function foundStart(): f64 {
  return leastAt;
}

export function foundEnd(): f64 {
  return leastUntil;
}

export function foundSeries(): u32 {
  return leastSeries;
}

export function firstTime(): f64 {
  let first = f64.MAX_VALUE;
  for (let i: u32 = 0; i < seriesCount(); i++) if (seriesAt(i).count > 1) first = min(first, startOf(seriesAt(i)));
  return first;
}

export function lastTime(): f64 {
  let last: f64 = 0;
  for (let i: u32 = 0; i < seriesCount(); i++) if (seriesAt(i).count > 1) last = max(last, endOf(seriesAt(i)));
  return last;
}

/** Over all time and processors: a series shorter than the window counts whole. −1: there is none. */
export function minimumUtilization(window: f64): f64 {
  return leastBetween(window, -f64.MAX_VALUE, f64.MAX_VALUE);
}

/** The mean over all there is, each series weighing as long as it is. */
export function meanUtilization(): f64 {
  let sum: f64 = 0;
  let length: f64 = 0;
  for (let i: u32 = 0; i < seriesCount(); i++) {
    const series = seriesAt(i);
    if (series.count < 2) continue;
    sum += sumAt(series, series.count - 1);
    length += endOf(series) - startOf(series);
  }
  return length == 0 ? -1 : sum / length;
}

/** Of windows that begin between two points in time. −1: there is none. */
function leastBetween(window: f64, from: f64, until: f64): f64 {
  least = 2;
  for (let i: u32 = 0; i < seriesCount(); i++) {
    const series = seriesAt(i);
    if (series.count < 2) continue;
    search(i, min(window, endOf(series) - startOf(series)), from, until);
  }
  return least > 1 ? -1 : least;
}

// @ts-ignore: decorator
@inline
function integral(series: Column, i: u32, time: f64): f64 {
  return sumAt(series, i) + valueAt(series, i) * (time - timeAt(series, i));
}

/** The last step up to a point in time that is not before the first step. */
function stepBefore(series: Column, time: f64): u32 {
  let low: u32 = 0;
  let high = series.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timeAt(series, middle) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

function search(number: u32, window: f64, from: f64, until: f64): void {
  const series = seriesAt(number);
  const first = max(from, startOf(series));
  const last = min(until, endOf(series) - window);
  if (first > last) return;
  const firstBand = stepBefore(series, first) / bandSteps;
  const lastBand = stepBefore(series, last) / bandSteps;
  const bands = lastBand - firstBand + 1;
  reserve(bands);
  let right = stepBefore(series, first + window);
  let lowest: f64 = f64.MAX_VALUE;
  let lowestBand: u32 = 0;
  for (let i: u32 = 0; i < bands; i++) {
    const low = max(first, timeAt(series, (firstBand + i) * bandSteps));
    const high = bandEnd(series, firstBand + i, last);
    const inner = low + window;
    while (right + 1 < series.count && timeAt(series, right + 1) <= inner) right++;
    let bound: f64 = 0;
    if (high < inner) bound = (integral(series, right, inner) - integralAt(series, firstBand + i, high)) / window;
    store<f64>(bounds + (<usize>i << 3), bound);
    if (bound < lowest) {
      lowest = bound;
      lowestBand = i;
    }
  }
  refine(number, window, firstBand + lowestBand, first, last);
  for (let i: u32 = 0; i < bands && least > 0; i++) {
    // What rounding may add must not hide a window that is as bad.
    if (i != lowestBand && load<f64>(bounds + (<usize>i << 3)) <= least + 1e-12) refine(number, window, firstBand + i, first, last);
  }
}

// @ts-ignore: decorator
@inline
function bandEnd(series: Column, band: u32, last: f64): f64 {
  return min(last, timeAt(series, min((band + 1) * bandSteps, series.count - 1)));
}

/** Up to the end of a band, or before where the windows end. */
// @ts-ignore: decorator
@inline
function integralAt(series: Column, band: u32, time: f64): f64 {
  const next = min((band + 1) * bandSteps, series.count - 1);
  if (timeAt(series, next) == time) return sumAt(series, next);
  return integral(series, stepBefore(series, time), time);
}

function reserve(count: u32): void {
  if (count <= capacity) return;
  if (capacity > 0) release(bounds, <usize>capacity << 3);
  capacity = count * 2;
  bounds = allocate(<usize>capacity << 3);
}

/** Looks at all corners of a band. */
function refine(number: u32, window: f64, band: u32, first: f64, last: f64): void {
  const series = seriesAt(number);
  const end = bandEnd(series, band, last);
  let left = band * bandSteps;
  let time = timeAt(series, left);
  if (time < first) {
    time = first;
    left = stepBefore(series, time);
  }
  let right = stepBefore(series, time + window);
  const steps = series.count;
  while (true) {
    const mean = (integral(series, right, time + window) - integral(series, left, time)) / window;
    if (mean < least) {
      least = max<f64>(mean, 0);
      leastAt = time;
      leastUntil = time + window;
      leastSeries = number;
      if (least == 0) return;
    }
    if (time >= end) return;
    let next = end;
    if (left + 1 < steps) next = min(next, timeAt(series, left + 1));
    if (right + 1 < steps) next = min(next, timeAt(series, right + 1) - window);
    // It cannot sink faster than by 1 / window.
    next = min(end, max(next, time + floor((mean - least) * window)));
    time = next;
    while (left + 1 < steps && timeAt(series, left + 1) <= time) left++;
    while (right + 1 < steps && timeAt(series, right + 1) <= time + window) right++;
  }
}

// --- the worst windows ---

/** Stretches of time in which windows may begin: from, until, the worst of it, where that begins and ends, its series; f64 each. */
const stretches: Column = newColumn(48);

export function beginWorst(window: f64): void {
  stretches.count = 0;
  addStretch(window, -f64.MAX_VALUE, f64.MAX_VALUE);
}

/** The next worst window that touches none before; −1: there is none. `foundStart` … say where. */
export function nextWorst(window: f64): f64 {
  let worst: u32 = stretches.count;
  for (let i: u32 = 0; i < stretches.count; i++) {
    const value = load<f64>(columnAt(stretches, i), 16);
    if (value >= 0 && (worst == stretches.count || isWorse(i, worst))) worst = i;
  }
  if (worst == stretches.count) return -1;
  const stretch = columnAt(stretches, worst);
  const from = load<f64>(stretch);
  const until = load<f64>(stretch, 8);
  const value = load<f64>(stretch, 16);
  const start = load<f64>(stretch, 24);
  const end = load<f64>(stretch, 32);
  const number = <u32>load<f64>(stretch, 40);
  store<f64>(stretch, -1, 16);
  addStretch(window, from, start - window);
  addStretch(window, end, until);
  leastAt = start;
  leastUntil = end;
  leastSeries = number;
  return value;
}

function isWorse(one: u32, other: u32): bool {
  const a = columnAt(stretches, one);
  const b = columnAt(stretches, other);
  const difference = load<f64>(a, 16) - load<f64>(b, 16);
  return difference < 0 || (difference == 0 && load<f64>(a, 24) < load<f64>(b, 24));
}

function addStretch(window: f64, from: f64, until: f64): void {
  if (from > until) return;
  const value = leastBetween(window, from, until);
  const stretch = columnPush(stretches);
  store<f64>(stretch, from);
  store<f64>(stretch, until, 8);
  store<f64>(stretch, value, 16);
  store<f64>(stretch, leastAt, 24);
  store<f64>(stretch, leastUntil, 32);
  store<f64>(stretch, <f64>leastSeries, 40);
}

// --- the distribution of windows ---

const bins: u32 = 256;
/** Each narrows the place of a quantile to one of 256 parts: in the end to 2^−40. */
const passes: u32 = 5;
const mostQuantiles: u32 = 8;
/** By quantile: from f64, until f64, mass below f64, mass wanted f64; and its bins. */
const places: usize = memory.data(8 * 32, 8);
const histograms: usize = allocate(<usize>mostQuantiles * bins * 8);
/** What each bin has more than the one before, of masses that fill bins: so one that goes over many is added as fast as any. */
const rises: usize = allocate(<usize>mostQuantiles * (bins + 1) * 8);
let quantiles: u32 = 0;
/** At first all quantiles look at the same. */
let isFirstPass: bool = false;

/** Gives the `number`th quantile asked for; all before are given. */
export function setQuantile(number: u32, share: f64): void {
  quantiles = min(number + 1, mostQuantiles);
  store<f64>(placeOf(min(number, mostQuantiles - 1)), share, 24);
}

// @ts-ignore: decorator
@inline
function placeOf(quantile: u32): usize {
  return places + (<usize>quantile << 5);
}

export function quantileAt(number: u32): f64 {
  return load<f64>(placeOf(number));
}

/** Of windows of a length, wherever they begin: below which utilization the shares asked for lie. False: there is one window, at most. */
export function findQuantiles(window: f64): bool {
  let mass: f64 = 0;
  for (let i: u32 = 0; i < seriesCount(); i++) mass += max<f64>(0, endOf(seriesAt(i)) - startOf(seriesAt(i)) - window);
  if (mass == 0) return false;
  for (let q: u32 = 0; q < quantiles; q++) {
    const place = placeOf(q);
    store<f64>(place, 0);
    store<f64>(place, 1, 8);
    store<f64>(place, 0, 16);
    store<f64>(place, load<f64>(place, 24) * mass, 24);
  }
  for (let pass: u32 = 0; pass < passes; pass++) {
    memory.fill(histograms, 0, <usize>mostQuantiles * bins * 8);
    memory.fill(rises, 0, <usize>mostQuantiles * (bins + 1) * 8);
    isFirstPass = pass == 0;
    for (let i: u32 = 0; i < seriesCount(); i++) distribute(seriesAt(i), window);
    for (let q: u32 = 0; q < quantiles; q++) narrow(q);
  }
  return true;
}

function narrow(q: u32): void {
  const place = placeOf(q);
  const from = load<f64>(place);
  const width = (load<f64>(place, 8) - from) / <f64>bins;
  const wanted = load<f64>(place, 24);
  const histogram = isFirstPass ? 0 : q;
  let below = load<f64>(place, 16);
  let filled: f64 = 0;
  let bin: u32 = 0;
  while (bin + 1 < bins) {
    filled += load<f64>(rises + ((<usize>histogram * (bins + 1) + bin) << 3));
    const mass = filled + load<f64>(histograms + ((<usize>histogram * bins + bin) << 3));
    if (below + mass >= wanted) break;
    below += mass;
    bin++;
  }
  store<f64>(place, from + width * <f64>bin);
  store<f64>(place, from + width * <f64>(bin + 1), 8);
  store<f64>(place, below, 16);
}

function distribute(series: Column, window: f64): void {
  if (series.count < 2) return;
  const last = endOf(series) - window;
  if (last <= startOf(series)) return;
  const steps = series.count;
  let right = stepBefore(series, startOf(series) + window);
  let farRight = right;
  const bands = stepBefore(series, last) / bandSteps + 1;
  for (let band: u32 = 0; band < bands; band++) {
    const low = timeAt(series, band * bandSteps);
    const high = bandEnd(series, band, last);
    while (right + 1 < steps && timeAt(series, right + 1) <= low + window) right++;
    while (farRight + 1 < steps && timeAt(series, farRight + 1) <= high + window) farRight++;
    let bound: f64 = 0;
    const until = integralAt(series, band, high);
    if (high < low + window) bound = (integral(series, right, low + window) - until) / window;
    const upper = (integral(series, farRight, high + window) - sumAt(series, band * bandSteps)) / window;
    if (isWanted(bound - 1e-12, upper + 1e-12)) distributeBand(series, window, band * bandSteps, right, low, high);
  }
}

/** Whether anything between two utilizations matters for any quantile. */
function isWanted(least: f64, most: f64): bool {
  for (let q: u32 = 0; q < quantiles; q++) {
    if (least <= load<f64>(placeOf(q), 8) && most >= load<f64>(placeOf(q))) return true;
  }
  return false;
}

function distributeBand(series: Column, window: f64, first: u32, firstRight: u32, low: f64, high: f64): void {
  const steps = series.count;
  let left = first;
  let right = firstRight;
  let time = low;
  while (true) {
    const mean = min<f64>(1, max<f64>(0, (integral(series, right, time + window) - integral(series, left, time)) / window));
    if (time >= high) return;
    let next = high;
    if (left + 1 < steps) next = min(next, timeAt(series, left + 1));
    if (right + 1 < steps) next = min(next, timeAt(series, right + 1) - window);
    // Between two corners it is linear: both ends follow from the slope.
    const slope = (valueAt(series, right) - valueAt(series, left)) / window;
    const after = min<f64>(1, max<f64>(0, mean + slope * (next - time)));
    addMass(min(mean, after), max(mean, after), next - time);
    time = next;
    while (left + 1 < steps && timeAt(series, left + 1) <= time) left++;
    while (right + 1 < steps && timeAt(series, right + 1) <= time + window) right++;
  }
}

/** So much time with utilizations evenly between two. */
function addMass(low: f64, high: f64, mass: f64): void {
  const count: u32 = isFirstPass ? 1 : quantiles;
  for (let q: u32 = 0; q < count; q++) {
    const place = placeOf(q);
    const from = load<f64>(place);
    const until = load<f64>(place, 8);
    if (high < from || low > until) continue;
    const scale = <f64>bins / (until - from);
    const histogram = histograms + ((<usize>q * bins) << 3);
    if (high - low < 1e-15) {
      // What lies on a border belongs to the part above it, but for the last.
      if (low >= until && until < 1) continue;
      add(histogram, min<u32>(bins - 1, <u32>max<f64>(0, (low - from) * scale)), mass);
      continue;
    }
    const start = (max(low, from) - from) * scale;
    const end = (min(high, until) - from) * scale;
    const firstBin = min<u32>(bins - 1, <u32>start);
    const lastBin = min<u32>(bins - 1, <u32>end);
    const inBin = mass / ((high - low) * scale);
    if (firstBin == lastBin) {
      add(histogram, firstBin, inBin * (end - start));
      continue;
    }
    add(histogram, firstBin, inBin * (<f64>(firstBin + 1) - start));
    add(histogram, lastBin, inBin * (end - <f64>lastBin));
    const rise = rises + ((<usize>q * (bins + 1)) << 3);
    add(rise, firstBin + 1, inBin);
    add(rise, lastBin, -inBin);
  }
}

// @ts-ignore: decorator
@inline
function add(histogram: usize, bin: u32, mass: f64): void {
  const slot = histogram + (<usize>bin << 3);
  store<f64>(slot, load<f64>(slot) + mass);
}
