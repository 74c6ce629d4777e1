import { describe, expect, it } from 'vitest';
import { barAt, barsBetween, histogramList, placeOf, type HistogramPicture } from './histogram-drawing.ts';

// 1 ms to 100 ms, five bars for each power of ten, 30 px each.
const edgesNs = Array.from({ length: 11 }, (_, i) => Math.trunc(10 ** (6 + i / 5)));
const picture: HistogramPicture = {
  counts: [1, 2, 4, 8, 10, 5, 0, 1, 1, 1],
  edgesNs,
  width: 300,
  height: 51,
  ink: 'accent',
  marks: [],
};
const texts = (one: HistogramPicture) =>
  histogramList(one).flatMap((command) =>
    command.kind === 'text' ? [`${command.text.replaceAll('\u00a0', ' ')} at ${Math.round(command.x)}`] : [],
  );

describe('bars', () => {
  it('are as tall as there are many, and none stands where there is none', () => {
    const bars = histogramList(picture).filter(
      (command) => command.kind === 'rect' && command.fill === 'accent',
    );
    expect(bars).toHaveLength(9);
    expect(bars[4]).toEqual({ kind: 'rect', x: 120, y: 1, w: 29, h: 50, fill: 'accent' });
    expect(bars[5]).toMatchObject({ x: 150, h: 25 });
  });

  it('outside of what is chosen step back', () => {
    const bars = histogramList({ ...picture, chosen: { from: 4, until: 5 } }).filter(
      (command) => command.kind === 'rect' && command.fill === 'accent' && command.alpha === undefined,
    );
    expect(bars.map((bar) => 'x' in bar && bar.x)).toEqual([120, 150]);
  });

  it('are found below the pointer, the last one also beside it', () => {
    expect([0, 29, 30, 299, 400, -5].map((x) => barAt(picture, x))).toEqual([0, 0, 1, 9, 9, 0]);
  });

  it('belong to a stretch of durations that touches them', () => {
    expect(barsBetween(edgesNs, 1e7, edgesNs[7]!)).toEqual({ from: 5, until: 6 });
    expect(barsBetween(edgesNs, 0, Infinity)).toEqual({ from: 0, until: 9 });
    expect(barsBetween(edgesNs, 1.1e7, 1.2e7)).toEqual({ from: 5, until: 5 });
  });
});

describe('the axis', () => {
  it('names powers of ten', () =>
    expect(texts(picture)).toEqual(['1 ms at 0', '10 ms at 150', '100 ms at 300']));

  it('leaves some out where there is no room', () =>
    expect(texts({ ...picture, width: 80 })).toEqual(['1 ms at 0', '100 ms at 80']));

  it('names both ends where there is no power of ten', () =>
    expect(texts({ ...picture, counts: [3, 1], edgesNs: [1584, 2511, 3981] })).toEqual([
      '1.58 µs at 0',
      '3.98 µs at 300',
    ]));

  it('places a duration by its logarithm', () => {
    expect(Math.round(placeOf(picture, 1e7))).toBe(150);
    expect(Math.round(placeOf(picture, 10 ** 6.1))).toBe(15);
    expect([placeOf(picture, 0), placeOf(picture, 1e12)]).toEqual([0, 300]);
  });

  it('marks percentiles, and names those that there is room for', () => {
    const marks = [
      { name: 'p99', ns: 9.9e7 },
      { name: 'p50', ns: 1e7 },
      { name: 'p90', ns: 1.01e7 },
    ];
    expect(texts({ ...picture, marks }).slice(0, 2)).toEqual(['p50 at 153', 'p99 at 296']);
    const lines = histogramList({ ...picture, marks }).filter(
      (command) => command.kind === 'rect' && command.fill === 'neutral-11',
    );
    expect(lines).toHaveLength(3);
  });
});
