import { describe, expect, it } from 'vitest';
import {
  indexAt,
  legendOf,
  lineLayout,
  readoutAt,
  stackedUp,
  stopsOf,
  type LineChart,
  type LineSeries,
} from './line-chart.ts';
import { lineList } from './line-drawing.ts';

const heap: LineSeries = {
  name: 'Heap',
  ink: 'state-network',
  unit: 'bytes',
  form: 'step',
  at: Float64Array.of(0, 1e9, 2e9),
  values: Float64Array.of(1e6, 4e6, 2e6),
};
// 50 px a second, from 54; 4 MB at the top, 100 px high.
const chart: LineChart = {
  series: [heap],
  bands: [],
  marks: [],
  range: { from: 0, until: 4e9 },
  axis: 'time',
  isStacked: false,
  tops: {},
  width: 262,
  height: 128,
};
const commandsOf = (one: LineChart, kind: string) =>
  lineList(one, lineLayout(one)).filter((command) => command.kind === kind);
const linesOf = (one: LineChart) =>
  commandsOf(one, 'line').map((command) =>
    'points' in command ? command.points.map((point) => point.map(Math.round)) : [],
  );
const words = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a line', () => {
  it('holds its value until the next, and to the end of the axis', () => {
    const lines = linesOf(chart);
    expect(lines).toEqual([
      [
        [54, 83],
        [104, 83],
        [104, 8],
        [154, 8],
        [154, 58],
        [254, 58],
      ],
    ]);
  });

  it('goes straight from point to point where it is such a one', () => {
    expect(linesOf({ ...chart, series: [{ ...heap, form: 'line' }] })[0]).toHaveLength(3);
  });

  it('is cut where its value is not known, and at the ends of the axis', () => {
    const gap = { ...heap, values: Float64Array.of(1e6, NaN, 2e6) };
    expect(linesOf({ ...chart, series: [gap] })).toHaveLength(2);
    const [part] = linesOf({ ...chart, range: { from: 0.5e9, until: 1.5e9 } });
    expect([part![0]![0], part!.at(-1)![0]]).toEqual([54, 254]);
  });

  it('stands on what is below it, where series are stacked', () => {
    const two = [heap, { ...heap, name: 'More', values: Float64Array.of(1e6, NaN, 3e6) }];
    expect(stackedUp(two).map((edge) => [...edge])).toEqual([
      [1e6, 4e6, 2e6],
      [2e6, 4e6, 5e6],
    ]);
    const polygons = commandsOf({ ...chart, series: two, isStacked: true }, 'polygon');
    expect(polygons).toHaveLength(2);
    expect('points' in polygons[1]! && polygons[1].points).toHaveLength(12);
  });

  it('has the least and the greatest of each step around it', () => {
    const spread = { ...heap, least: Float64Array.of(0, 1, 2), greatest: Float64Array.of(3e6, 6e6, 2e6) };
    const [band] = commandsOf({ ...chart, series: [spread] }, 'polygon');
    expect(band && 'points' in band && band.points).toHaveLength(12);
    expect(lineLayout({ ...chart, series: [spread] }).axes[0]!.ticks.at(-1)!.value).toBe(6e6);
  });
});

describe('axes', () => {
  it('stand left and right where there are two units', () => {
    const count = { ...heap, name: 'Queue', unit: 'count' as const, values: Float64Array.of(1, 2, 3) };
    const { axes, right } = lineLayout({ ...chart, series: [heap, count] });
    expect(axes.map(({ unit, side }) => `${unit} ${side}`)).toEqual(['bytes left', 'count right']);
    expect(right).toBe(208);
  });

  it('reach as far up as is asked for', () => {
    const share = { ...heap, unit: 'share' as const, values: Float64Array.of(0.1, 0.2, 0.1) };
    const [axis] = lineLayout({ ...chart, series: [share], tops: { share: 1 } }).axes;
    expect(axis!.ticks.map(({ text }) => words(text))).toEqual(['0 %', '50 %', '100 %']);
  });

  it('may be durations by their logarithm', () => {
    const curve = { ...heap, form: 'line' as const, at: Float64Array.of(1e3, 1e6) };
    const texts = commandsOf(
      { ...chart, axis: 'duration', series: [curve], range: { from: 1e3, until: 1e6 } },
      'text',
    );
    expect(texts.flatMap((text) => ('text' in text ? [words(text.text)] : []))).toEqual(
      expect.arrayContaining(['1 µs', '1 ms']),
    );
  });
});

describe('pointing', () => {
  it('finds what holds at a point, or the nearest of points', () => {
    expect([-1, 0, 1.9e9, 9e9].map((at) => indexAt(heap, at))).toEqual([-1, 0, 1, 2]);
    expect([-1, 0.4e9, 0.6e9, 9e9].map((at) => indexAt({ ...heap, form: 'line' }, at))).toEqual([0, 0, 1, 2]);
  });

  it('reads every series, and the bands and marks that are there', () => {
    const bands = [{ name: 'Collection 3', ink: 'state-gc' as const, from: 0.9e9, until: 1.2e9 }];
    const marks = [{ name: 'Stop', ink: 'neutral-12' as const, at: 1.0e9 }];
    const full = { ...chart, bands, marks };
    const { title, rows } = readoutAt(full, lineLayout(full), 1.01e9);
    expect(words(title)).toBe('1.010 s');
    expect(rows.map(({ name, value }) => words(`${name} ${value}`.trim()))).toEqual([
      'Heap 4.00 MB',
      'Collection 3',
      'Stop',
    ]);
    expect(readoutAt(full, lineLayout(full), 3e9).rows).toHaveLength(1);
  });

  it('stops at values that can be told apart', () => {
    const at = Float64Array.of(0, 1e9, 1.001e9, 2e9);
    const close = { ...heap, at, values: Float64Array.of(1, 2, 3, 4) };
    const full = { ...chart, series: [close] };
    expect(stopsOf(full, lineLayout(full))).toEqual([0, 1e9, 2e9]);
  });
});

it('names bands and marks of one colour once, without what is their own', () => {
  const band = (number: number) => ({
    name: `Collection ${number}`,
    ink: 'state-gc' as const,
    from: 0,
    until: 1,
  });
  const marks = [{ name: 'Stopped: start trace', ink: 'neutral-12' as const, at: 3 }];
  expect(legendOf({ ...chart, bands: [band(1), band(12)], marks }).map(({ name }) => name)).toEqual([
    'Heap',
    'Collection',
    'Stopped',
  ]);
});

it('shows of very many bands how much of each pixel they fill', () => {
  // A pixel is 20 ms: bands of 5 ms every 10 ms fill half of each.
  const bands = Array.from({ length: 400 }, (_, i) => ({
    name: `Collection ${i}`,
    ink: 'state-gc' as const,
    from: i * 10e6,
    until: i * 10e6 + 5e6,
  }));
  const many = { ...chart, bands };
  const caps = commandsOf(many, 'rect').filter((command) => 'fill' in command && command.fill === 'state-gc');
  expect(caps).toHaveLength(200);
  expect(new Set(caps.map((cap) => 'alpha' in cap && cap.alpha))).toEqual(new Set([4 / 7]));
  expect(readoutAt(many, lineLayout(many), 1e9 + 7e6).rows).toHaveLength(4);
});
