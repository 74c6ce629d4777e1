/** A plot of lines as a draw list: bands behind, then grid, areas, lines, marks and labels. */
import type { DrawCommand, DrawList, Ink } from '#common/timeline/draw-list.ts';
import { axisList } from './axis-drawing.ts';
import type { Range, Scale } from './chart-axis.ts';
import { indexAt, stackedUp, type LineChart, type LineLayout, type LineSeries } from './line-chart.ts';

type Point = readonly [number, number];

export function lineList(chart: LineChart, layout: LineLayout): DrawList {
  return [
    ...bands(chart, layout),
    ...grid(layout),
    ...(chart.isStacked ? stacked(chart, layout) : lines(chart, layout)),
    ...marks(chart, layout),
    ...axisList(chart.axis, layout.along, layout.bottom),
  ];
}

/** Where one points, with a dot on each line, and the range that is being chosen. */
export function cursorList(
  chart: LineChart,
  layout: LineLayout,
  at: number | undefined,
  chosen: Range | undefined,
): DrawList {
  const { along, top, bottom } = layout;
  const commands: DrawCommand[] = [];
  const h = bottom - top;
  if (chosen && chosen.until > chosen.from) {
    const x = along.place(chosen.from);
    const w = along.place(chosen.until) - x;
    commands.push(
      { kind: 'rect', x, y: top, w, h, fill: 'accent', alpha: 0.13 },
      { kind: 'rect', x, y: top, w: 1, h, fill: 'accent' },
      { kind: 'rect', x: x + w - 1, y: top, w: 1, h, fill: 'accent' },
    );
  }
  if (at === undefined) return commands;
  const x = along.place(at);
  commands.push({ kind: 'rect', x: Math.round(x), y: top, w: 1, h, fill: 'cursor' });
  return chart.isStacked ? commands : [...commands, ...dots(chart, layout, at)];
}

function dots(chart: LineChart, layout: LineLayout, at: number): readonly DrawCommand[] {
  return chart.series.flatMap((series): DrawCommand[] => {
    const index = indexAt(series, at);
    const value = series.values[index] ?? NaN;
    if (Number.isNaN(value)) return [];
    const x = layout.along.place(series.form === 'line' ? series.at[index]! : at);
    const y = scaleOf(layout, series).place(value);
    return [
      { kind: 'rect', x: x - 4, y: y - 4, w: 8, h: 8, radius: 4, fill: 'bg-surface' },
      { kind: 'rect', x: x - 3, y: y - 3, w: 6, h: 6, radius: 3, fill: series.ink },
    ];
  });
}

/** So many bands would tint everything. */
const mostTinted = 150;
const capHeight = 4;

/** Narrower ones than a pixel keep one, and a cap at the top that is seen; of very many, the caps tell how much of each pixel they fill. */
function bands(chart: LineChart, layout: LineLayout): DrawCommand[] {
  return chart.bands.length > mostTinted ? caps(chart, layout) : tinted(chart, layout);
}

function caps({ bands: all, range }: LineChart, { along, top, left, right }: LineLayout): DrawCommand[] {
  const filled = new Map<number, { ink: Ink; share: number }>();
  for (const { from, until, ink } of all) {
    if (until < range.from || from > range.until) continue;
    const [start, end] = [Math.max(left, along.place(from)), Math.min(right, along.place(until))];
    for (let x = Math.floor(start); x < end; x++) {
      const share = (filled.get(x)?.share ?? 0) + Math.min(end, x + 1) - Math.max(start, x);
      filled.set(x, { ink, share });
    }
  }
  // Seven strengths are enough; those of one strength together make few paths.
  const steps = [...filled].map(([x, { ink, share }]) => ({
    x,
    ink,
    step: Math.max(1, Math.round(Math.min(1, share) * 7)),
  }));
  return steps
    .sort((a, b) => a.step - b.step || a.x - b.x)
    .map(({ x, ink, step }) => {
      const box = { x, y: top - capHeight, w: 1, h: capHeight };
      return { kind: 'rect', ...box, fill: ink, ...(step === 7 ? {} : { alpha: step / 7 }) };
    });
}

function tinted(chart: LineChart, { along, top, bottom, left, right }: LineLayout): DrawCommand[] {
  return chart.bands.flatMap(({ from, until, ink }): DrawCommand[] => {
    if (until < chart.range.from || from > chart.range.until) return [];
    const x = Math.max(left, along.place(Math.max(from, chart.range.from)));
    const end = Math.min(right, along.place(Math.min(until, chart.range.until)));
    const w = Math.max(1, end - x);
    return [
      { kind: 'rect', x, y: top, w, h: bottom - top, fill: ink, alpha: 0.14 },
      {
        kind: 'rect',
        x: Math.min(x, right - 2),
        y: top - capHeight,
        w: Math.max(2, w),
        h: capHeight,
        fill: ink,
      },
    ];
  });
}

function grid({ axes, left, right }: LineLayout): DrawCommand[] {
  return axes.flatMap(({ ticks, scale, side }) =>
    ticks.flatMap(({ value, text }): DrawCommand[] => {
      const y = Math.round(scale.place(value));
      const place = side === 'left' ? ({ x: left - 6, align: 'end' } as const) : { x: right + 6 };
      const label: DrawCommand = { kind: 'text', ...place, y, text, fill: 'neutral-9', font: 'mono' };
      const isFloor = value === 0;
      const fill = isFloor ? 'neutral-6' : 'neutral-4';
      return side === 'left' ? [{ kind: 'rect', x: left, y, w: right - left, h: 1, fill }, label] : [label];
    }),
  );
}

const scaleOf = ({ axes }: LineLayout, { unit }: LineSeries): Scale =>
  (axes.find((axis) => axis.unit === unit) ?? axes[0]!).scale;

function lines(chart: LineChart, layout: LineLayout): DrawCommand[] {
  return chart.series.flatMap((series): DrawCommand[] => {
    const { ink, isFilled = false, isDashed = false, least, greatest } = series;
    const scale = scaleOf(layout, series);
    const spread = least && greatest ? bandBetween(chart, layout, series, least, greatest, scale) : [];
    const strokes = runsOf(chart, layout, series, series.values, scale).flatMap((points): DrawCommand[] => {
      const dash = isDashed ? { dash: [4, 3] as const } : {};
      const line: DrawCommand = { kind: 'line', points, stroke: ink, width: 1.5, ...dash };
      if (!isFilled) return [line];
      const floor: Point[] = [
        [points.at(-1)![0], layout.bottom],
        [points[0]![0], layout.bottom],
      ];
      return [{ kind: 'polygon', points: [...points, ...floor], fill: ink, alpha: 0.2 }, line];
    });
    return [...spread, ...strokes];
  });
}

function bandBetween(
  chart: LineChart,
  layout: LineLayout,
  series: LineSeries,
  least: Float64Array,
  greatest: Float64Array,
  scale: Scale,
): DrawCommand[] {
  const upper = runsOf(chart, layout, series, greatest, scale);
  const lower = runsOf(chart, layout, series, least, scale);
  return upper.map((points, run): DrawCommand => {
    const back = lower[run]?.toReversed() ?? [];
    return { kind: 'polygon', points: [...points, ...back], fill: series.ink, alpha: 0.2 };
  });
}

/** Solid areas, each upon the one before. */
function stacked(chart: LineChart, layout: LineLayout): DrawCommand[] {
  const edges = stackedUp(chart.series);
  return chart.series.flatMap((series, index): DrawCommand[] => {
    const scale = scaleOf(layout, series);
    const below = index === 0 ? new Float64Array(series.at.length) : edges[index - 1]!;
    const upper = runsOf(chart, layout, series, edges[index]!, scale);
    const lower = runsOf(chart, layout, series, below, scale);
    return upper.map((points, run) => ({
      kind: 'polygon',
      points: [...points, ...(lower[run]?.toReversed() ?? [])],
      fill: series.ink,
      alpha: 1,
    }));
  });
}

/** The line of some values, cut at the ends of the axis and where values are not known. */
function runsOf(
  chart: LineChart,
  { along }: LineLayout,
  { at, form }: LineSeries,
  values: Float64Array,
  scale: Scale,
): readonly (readonly Point[])[] {
  const { from, until } = chart.range;
  const runs: Point[][] = [];
  let run: Point[] = [];
  const inside = (point: number): number => along.place(Math.min(until, Math.max(from, point)));
  for (let i = 0; i < at.length; i++) {
    const end = i + 1 < at.length ? at[i + 1]! : until;
    if (Number.isNaN(values[i]!)) {
      if (run.length > 1) runs.push(run);
      run = [];
    } else if (end >= from && at[i]! <= until) {
      const y = scale.place(values[i]!);
      run.push([inside(at[i]!), y]);
      if (form === 'step') run.push([inside(end), y]);
    }
  }
  if (run.length > 1) runs.push(run);
  return runs;
}

function marks(chart: LineChart, { along, top, bottom }: LineLayout): DrawCommand[] {
  return chart.marks
    .filter(({ at }) => at >= chart.range.from && at <= chart.range.until)
    .map(({ at, ink }) => ({ kind: 'rect', x: along.place(at), y: top, w: 1, h: bottom - top, fill: ink }));
}
