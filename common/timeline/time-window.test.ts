import { describe, expect, it } from 'vitest';
import { traceNs } from '../units.ts';
import {
  fitted,
  lengthOf,
  onTheWay,
  panned,
  revealing,
  shortestWindow,
  timeAt,
  widened,
  xOf,
  zoomed,
  type TimeWindow,
} from './time-window.ts';

const window = (from: number, until: number): TimeWindow => ({ from: traceNs(from), until: traceNs(until) });
const life = window(0, 100_000);

describe('a window', () => {
  it('maps times to places and back', () => {
    const shown = window(2000, 4000);
    expect(xOf(shown, 500, 3000)).toBe(250);
    expect(timeAt(shown, 500, 250)).toBe(3000);
  });

  it('keeps the point under the pointer in its place while it zooms', () => {
    const shown = window(20_000, 40_000);
    const closer = zoomed(shown, 0.5, 25_000, life);
    expect(lengthOf(closer)).toBe(10_000);
    expect(xOf(closer, 100, 25_000)).toBeCloseTo(xOf(shown, 100, 25_000));
  });

  it('never leaves the life it is of', () => {
    expect(zoomed(window(0, 60_000), 10, 100, life)).toEqual(life);
    expect(panned(window(80_000, 100_000), 3, life)).toEqual(window(80_000, 100_000));
    expect(panned(window(10_000, 30_000), -3, life)).toEqual(window(0, 20_000));
  });

  it('never becomes too short to see anything', () => {
    expect(lengthOf(zoomed(window(0, 100), 1e-9, 50, life))).toBe(shortestWindow);
  });

  it('of a life that is shorter than that shows all of it', () => {
    const short = window(10, 13);
    expect(zoomed(short, 0.5, 11, short)).toEqual(short);
  });

  it('fits a part with air around it', () =>
    expect(fitted(window(50_000, 60_000), life)).toEqual(window(49_000, 61_000)));

  it('moves no further than needed to show a part', () => {
    const shown = window(20_000, 30_000);
    expect(revealing(shown, window(22_000, 23_000), life)).toBe(shown);
    expect(revealing(shown, window(31_000, 32_000), life)).toEqual(window(22_400, 32_400));
    expect(revealing(shown, window(10_000, 11_000), life)).toEqual(window(9_600, 19_600));
    expect(revealing(shown, window(50_000, 90_000), life).from).toBe(49_600);
  });

  it('travels to another with an even zoom, and arrives exactly', () => {
    const [far, near] = [window(0, 100_000), window(50_000, 51_000)];
    expect(onTheWay(far, near, 0)).toEqual(far);
    expect(lengthOf(onTheWay(far, near, 0.5))).toBeCloseTo(10_000);
    expect(onTheWay(far, near, 1)).toBe(near);
    expect(onTheWay(window(0, 100), window(300, 400), 0.25)).toEqual(window(75, 175));
  });

  it('is asked for with a margin, as far as there is any', () => {
    expect(widened(window(0, 10_000), 0.5, life)).toEqual(window(0, 15_000));
  });
});
