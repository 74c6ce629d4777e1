/** Charts as files, in the colours of the theme that is shown. */
import { movedBy, type DrawCommand, type DrawList, type Ink } from '#common/timeline/draw-list.ts';
import { drawListSvg } from '#common/timeline/draw-list-svg.ts';
import { inksFor, type Inks } from '../timeline/inks.ts';
import { painterOn } from '../timeline/painter.ts';
import type { LegendEntry } from './chart-words.ts';

export interface Drawing {
  readonly list: DrawList;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly ground?: Ink;
}

export type ChartFormat = 'svg' | 'png';

/** With a line above that says what is shown, and what its colours mean. */
export function titled(
  { list, width, height, ...drawing }: Drawing,
  title: string,
  legend: readonly LegendEntry[],
): Drawing {
  const head: DrawCommand[] = [
    { kind: 'text', x: 0, y: headHeight / 2, text: title, fill: 'neutral-12', font: 'ui' },
  ];
  let x = roomFor(title);
  for (const { name, ink, form } of legend) {
    const h = form === 'area' || form === 'band' ? 9 : 2;
    head.push(
      { kind: 'rect', x, y: (headHeight - h) / 2, w: 9, h, fill: ink },
      { kind: 'text', x: x + 14, y: headHeight / 2, text: name, fill: 'neutral-10', font: 'ui' },
    );
    x += 14 + roomFor(name);
  }
  const moved = list.map((command) => movedBy(command, 0, headHeight));
  return { ...drawing, list: [...head, ...moved], width: Math.max(width, x), height: height + headHeight };
}

const headHeight = 24;
/** No letter is wider on average. */
const roomFor = (text: string): number => text.length * 6.4 + 16;

const air = 8;
/** Device pixels for a CSS pixel: sharp on paper and on every screen. */
const pngRatio = 2;

/** `web.trace heap` as `web.trace-heap.svg`: no letter that a file system gives a meaning. */
export const chartFileName = (name: string, format: ChartFormat): string =>
  // eslint-disable-next-line no-control-regex
  `${name.replace(/[\\/:*?"<>|\s\u0000-\u001f]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'chart'}.${format}`;

export async function saveChart(drawing: Drawing, name: string, format: ChartFormat): Promise<string> {
  const file = chartFileName(name, format);
  const inks = inksFor(document.documentElement.dataset['theme'] ?? 'light', true);
  const framed = withAir(drawing);
  const blob =
    format === 'svg'
      ? new Blob([svgText(framed, name, inks)], { type: 'image/svg+xml' })
      : await pngOf(framed, inks);
  download(blob, file);
  return file;
}

export function svgText(
  { list, width, height, ground = 'bg-surface' }: Drawing,
  title: string,
  inks: Inks,
): string {
  return drawListSvg(list, { width, height, title, ground, colour: (ink) => hex(inks, ink), font: faces });
}

const faces = (face: 'ui' | 'mono'): string =>
  face === 'ui' ? 'Inter, system-ui, sans-serif' : "'JetBrains Mono', ui-monospace, monospace";

/** `#0071a0`: what every program reads, whichever way the tokens write it. */
function hex(inks: Inks, ink: Ink): string {
  const { pixel } = inks.pigment(ink);
  const part = (shift: number): string => ((pixel >>> shift) & 0xff).toString(16).padStart(2, '0');
  return `#${part(0)}${part(8)}${part(16)}`;
}

function withAir(drawing: Drawing): Drawing {
  const list = drawing.list.map((command) => movedBy(command, air, air));
  return {
    ...drawing,
    list,
    width: Math.ceil(drawing.width) + 2 * air,
    height: Math.ceil(drawing.height) + 2 * air,
  };
}

async function pngOf({ list, width, height, ground = 'bg-surface' }: Drawing, inks: Inks): Promise<Blob> {
  const canvas = document.createElement('canvas');
  painterOn(canvas, inks, ground, () => pngRatio)?.paint(list, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error(`no picture of ${width} by ${height} could be made`);
  return blob;
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
