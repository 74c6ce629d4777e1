/**
 * The picture of one goroutine's life, in CSS pixels:
 *
 *       8 ┌──────────────────────────────────────┐
 *         │ overview: the whole life      ┌────┐ │   30 tall, shares or spans without labels
 *      38 └───────────────────────────────┤    ├─┘
 *      41   a funnel from the box down to │────│
 *      56 ┌──────────────────────────────────────┐
 *      60 │ detail: the window, with labels      │   32 tall
 *      98 ├──┬──────────┬──────────┬─────────────┤   axis
 *     118
 */
import { stateClasses } from '../goroutine-state.ts';
import { bucketCommands } from './bucket-drawing.ts';
import { movedBy, type DrawCommand, type Measure } from './draw-list.ts';
import { selectionCommands, spanCommands, type Lane } from './span-drawing.ts';
import { firstEndingAfter, labelsOf, spanAt, type PlacedPicture, type Span } from './span-picture.ts';
import { axisCommands } from './time-axis.ts';
import { sameWindow, xOf, type TimeWindow } from './time-window.ts';

export const bandHeight = 118;
export const bandPad = 12;
export const overviewLane = { y: 8, h: 30 };
export const detailLane = { y: 60, h: 32 };
const axisY = 98;

export interface LifeBandPicture {
  readonly life: TimeWindow;
  readonly window: TimeWindow;
  readonly overview: PlacedPicture | undefined;
  readonly detail: PlacedPicture | undefined;
  readonly selected: Span | undefined;
}

/** Everything in `placed` that lies in `window`, in a lane `lane.width` wide beginning at x 0. */
export function laneCommands(
  placed: PlacedPicture,
  window: TimeWindow,
  lane: Lane,
  measure: Measure | undefined,
): DrawCommand[] {
  const { picture } = placed;
  const commands: DrawCommand[] = [];
  if (picture.kind === 'exact') {
    for (let index = firstEndingAfter(picture, window.from); index < picture.starts.length; index++) {
      const span = spanAt(picture, index);
      if (span.from > window.until) break;
      const x0 = xOf(window, lane.width, span.from);
      const x1 = xOf(window, lane.width, span.until);
      const labels = measure && x1 - x0 > 18 ? labelsOf(span) : [];
      commands.push(
        ...spanCommands({ stateClass: span.stateClass, x0, x1, labels }, lane, measure ?? noRoom),
      );
    }
    return commands;
  }
  const slice = (placed.window.until - placed.window.from) / picture.columns;
  const first = Math.max(0, Math.floor((window.from - placed.window.from) / slice));
  for (let column = first; column < picture.columns; column++) {
    const x0 = xOf(window, lane.width, placed.window.from + column * slice);
    if (x0 >= lane.width) break;
    const x1 = xOf(window, lane.width, placed.window.from + (column + 1) * slice);
    // Whole pixels, or neighbours would show a seam between them.
    const x = Math.round(x0);
    const box = { x, y: lane.y, w: Math.max(1, Math.round(x1) - x), h: lane.h };
    commands.push(...bucketCommands(picture.shares, column, box));
  }
  return commands;
}

const noRoom: Measure = () => Infinity;

const moved = (commands: readonly DrawCommand[], by: number): DrawCommand[] =>
  commands.map((command) => movedBy(command, by, 0));

/** The band on a canvas `width` wide. Lanes keep `bandPad` free at both sides; what would stand there is cut off. */
export function lifeBandCommands(band: LifeBandPicture, width: number, measure: Measure): DrawCommand[] {
  const inner = width - 2 * bandPad;
  if (inner <= 0) return [];
  const commands: DrawCommand[] = [];
  if (band.overview) {
    commands.push(
      ...moved(laneCommands(band.overview, band.life, { ...overviewLane, width: inner }, undefined), bandPad),
    );
  }
  commands.push(...windowFrame(band, inner));
  commands.push({ kind: 'rect', x: bandPad, y: 56, w: inner, h: 42, fill: 'bg-surface' });
  const lane: Lane = { ...detailLane, width: inner };
  const detail: DrawCommand[] = band.detail ? laneCommands(band.detail, band.window, lane, measure) : [];
  if (band.selected) {
    const { from, until } = band.selected;
    if (until > band.window.from && from < band.window.until) {
      detail.push(...selectionCommands(xOf(band.window, inner, from), xOf(band.window, inner, until), lane));
    }
  }
  commands.push(
    ...moved(detail, bandPad),
    ...sides(width),
    ...axisCommands(band.window, inner, bandPad, axisY),
  );
  return commands;
}

/** Which part of the life the detail shows: a box, and a funnel from it. Nothing where it shows all of it. */
function windowFrame(band: LifeBandPicture, inner: number): DrawCommand[] {
  if (sameWindow(band.life, band.window)) return [];
  const a = bandPad + xOf(band.life, inner, band.window.from);
  const b = Math.max(a + 3, bandPad + xOf(band.life, inner, band.window.until));
  return [
    {
      kind: 'polygon',
      points: [
        [a, 41],
        [b, 41],
        [bandPad + inner, 56],
        [bandPad, 56],
      ],
      fill: 'accent',
      alpha: 0.1,
    },
    { kind: 'rect', x: a, y: 5, w: b - a, h: 36, fill: 'accent', alpha: 0.1 },
    { kind: 'outline', x: a, y: 5, w: b - a, h: 36, stroke: 'accent', width: 1.5 },
  ];
}

/** Spans reach a little over both ends of their lane; these cover that. */
const sides = (width: number): DrawCommand[] => [
  { kind: 'rect', x: 0, y: 56, w: bandPad, h: 42, fill: 'bg-surface' },
  { kind: 'rect', x: width - bandPad, y: 56, w: bandPad, h: 42, fill: 'bg-surface' },
];

/** The shares of each state at one column, largest first, for the tooltip. */
export function sharesAt(
  placed: PlacedPicture,
  time: number,
): { readonly name: number; readonly share: number }[] {
  const { picture, window } = placed;
  if (picture.kind !== 'shares') return [];
  const column = Math.floor(((time - window.from) / (window.until - window.from)) * picture.columns);
  return stateClasses
    .map((_, name) => ({ name, share: picture.shares[column * stateClasses.length + name] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}
