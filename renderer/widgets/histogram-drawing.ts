/** Bars over a logarithmic axis of durations: every bucket is as wide as every other. */
import { durationText, plain } from '#common/quantity-text.ts';
import type { DrawCommand, DrawList, Ink } from '#common/timeline/draw-list.ts';
import { durNs } from '#common/units.ts';
import { tickText, type Range } from './chart-axis.ts';

export interface HistogramPicture {
  readonly counts: readonly number[];
  /** One more than there are counts. */
  readonly edgesNs: readonly number[];
  readonly width: number;
  /** Of the bars; the axis lies below. */
  readonly height: number;
  readonly ink: Ink;
  /** Bars from the first to the last of these stand out; none: all do. */
  readonly chosen?: Range | undefined;
  readonly marks: readonly HistogramMark[];
}

export interface HistogramMark {
  readonly name: string;
  readonly ns: number;
}

export const histogramAxis = 18;
const roomForLabel = 52;
const paleness = 0.42;

const barWidth = ({ counts, width }: HistogramPicture): number => width / Math.max(1, counts.length);

/** The bar at a place; the nearest where it lies beside all of them. */
export const barAt = (picture: HistogramPicture, x: number): number =>
  Math.max(0, Math.min(picture.counts.length - 1, Math.floor(x / barWidth(picture))));

/** From the first to the last bar that a stretch of durations touches. */
export function barsBetween(edgesNs: readonly number[], fromNs: number, untilNs: number): Range {
  const last = edgesNs.length - 2;
  const first = edgesNs.findLastIndex((edge) => edge <= fromNs);
  const end = edgesNs.findIndex((edge) => edge >= untilNs);
  return { from: Math.min(last, Math.max(0, first)), until: end < 0 ? last : Math.max(0, end - 1) };
}

/** Where a duration lies on the axis, in pixels. */
export function placeOf({ edgesNs, width, counts }: HistogramPicture, ns: number): number {
  if (ns <= edgesNs[0]!) return 0;
  const after = edgesNs.findIndex((edge) => edge > ns);
  if (after < 0) return width;
  const [low, high] = [edgesNs[after - 1]!, edgesNs[after]!];
  return ((after - 1 + Math.log(ns / low) / Math.log(high / low)) / counts.length) * width;
}

export function histogramList(picture: HistogramPicture): DrawList {
  return [...bars(picture), ...marks(picture), ...axis(picture)];
}

function bars(picture: HistogramPicture): DrawCommand[] {
  const { counts, height, ink, chosen } = picture;
  const most = Math.max(1, ...counts);
  const w = barWidth(picture);
  const gap = w > 4 ? 1 : 0;
  return counts.flatMap((count, index): DrawCommand[] => {
    if (count === 0) return [];
    const h = Math.max(1, (count / most) * (height - 1));
    const pale = chosen !== undefined && (index < chosen.from || index > chosen.until);
    const box = { x: index * w, y: height - h, w: Math.max(0.5, w - gap), h };
    return [{ kind: 'rect', ...box, fill: ink, ...(pale ? { alpha: paleness } : {}) }];
  });
}

/** A hairline at each, named at its upper end while there is room. */
function marks(picture: HistogramPicture): DrawCommand[] {
  const commands: DrawCommand[] = [];
  let free = 0;
  for (const { name, ns } of [...picture.marks].sort((a, b) => a.ns - b.ns)) {
    const x = Math.min(picture.width - 1, Math.round(placeOf(picture, ns)));
    commands.push({ kind: 'rect', x, y: 0, w: 1, h: picture.height, fill: 'neutral-11' });
    const isRight = x > picture.width - 30;
    const from = isRight ? x - 28 : x + 3;
    if (from < free) continue;
    free = from + 28;
    const side = isRight ? ({ x: x - 3, align: 'end' } as const) : { x: x + 3 };
    commands.push({ kind: 'text', ...side, y: 6, text: name, fill: 'neutral-10', font: 'ui' });
  }
  return commands;
}

function axis(picture: HistogramPicture): DrawCommand[] {
  const { width, height } = picture;
  const labels = axisLabels(picture);
  return [
    { kind: 'rect', x: 0, y: height, w: width, h: 1, fill: 'neutral-6' },
    ...labels.map(({ x }): DrawCommand => ({
      kind: 'rect',
      x: Math.min(x, width - 1),
      y: height,
      w: 1,
      h: 4,
      fill: 'neutral-6',
    })),
    ...labels.map(({ x, text }): DrawCommand => {
      const align = x < roomForLabel / 2 ? 'start' : x > width - roomForLabel / 2 ? 'end' : 'middle';
      return { kind: 'text', x, y: height + 12, text, fill: 'neutral-9', font: 'mono', align };
    }),
  ];
}

interface AxisLabel {
  readonly x: number;
  readonly text: string;
}

/** Powers of ten, each, every second … as there is room; both ends where there are not two of these. */
function axisLabels(picture: HistogramPicture): readonly AxisLabel[] {
  const { edgesNs, width } = picture;
  const w = barWidth(picture);
  const decades = edgesNs.flatMap((edge, index) => {
    const power = Math.round(Math.log10(edge));
    return Math.abs(Math.log10(edge) - power) < 0.02
      ? [{ x: index * w, text: tickText('ns', 10 ** power) }]
      : [];
  });
  const stride = Math.max(1, Math.ceil(roomForLabel / (5 * w)));
  const shown = decades.filter((_, index) => index % stride === 0);
  if (shown.length > 1) return shown;
  const text = (ns: number): string => plain(durationText(durNs(ns)));
  return [
    { x: 0, text: text(edgesNs[0] ?? 0) },
    { x: width, text: text(edgesNs.at(-1) ?? 0) },
  ];
}
