/** What lies over the lanes: the selected span, arrows, an area, marks. Places are in CSS pixels of all the lanes together. */
import { plain, pointDigits, pointText } from '../quantity-text.ts';
import { traceNs } from '../units.ts';
import type { Box, DrawCommand, Measure } from './draw-list.ts';
import { lengthOf, xOf, type TimeWindow } from './time-window.ts';

/** Where a lane's bars stand on the screen; undefined: it is not in view. */
export type LanePlace = Readonly<Pick<Box, 'y' | 'h'>>;

/** From who did something to whom it was done to, at one point in time. */
export interface Arrow {
  readonly at: number;
  readonly from: LanePlace | undefined;
  readonly to: LanePlace | undefined;
  /** What the end that is not in view is called. */
  readonly name: string;
  readonly label: string;
  readonly isDashed: boolean;
}

export interface OverlayView {
  readonly window: TimeWindow;
  readonly width: number;
  readonly height: number;
}

const xIn = ({ window, width }: OverlayView, time: number): number => xOf(window, width, time);

/** Ink within a halo of paper, so that it stands out on any colour. */
export function selectedCommands(
  view: OverlayView,
  span: { readonly from: number; readonly until: number },
  lane: LanePlace,
): DrawCommand[] {
  const x0 = Math.max(-6, xIn(view, span.from));
  const x1 = Math.min(view.width + 6, xIn(view, span.until));
  if (x1 < -6 || x0 > view.width + 6) return [];
  const box = { x: x0 - 1, y: lane.y - 0.5, w: Math.max(3, x1 - x0) + 1, h: lane.h + 1 };
  return [
    { kind: 'outline', ...box, stroke: 'bg-surface', width: 4.5 },
    { kind: 'outline', ...box, stroke: 'selection-ink', width: 2 },
  ];
}

const middle = ({ y, h }: LanePlace): number => y + h / 2;

export function arrowCommands(view: OverlayView, arrow: Arrow, measure: Measure): DrawCommand[] {
  const x = xIn(view, arrow.at);
  const isInTime = x >= -1 && x <= view.width + 1;
  if (arrow.from && arrow.to && isInTime)
    return wholeArrow(x, middle(arrow.from), middle(arrow.to), arrow, measure);
  const seen = arrow.to ?? arrow.from;
  if (!seen || !isInTime) return [];
  return stub(view, x, seen, arrow, measure);
}

function wholeArrow(x: number, ya: number, yb: number, arrow: Arrow, measure: Measure): DrawCommand[] {
  const points = [
    [x, ya],
    [x + 14, ya + (yb - ya) * 0.35],
    [x - 22, yb],
    [x - 4, yb],
  ] as const;
  const label = arrow.label === '' ? [] : pill(arrow.label, x + 12, ya + (yb - ya) * 0.42, measure);
  return [
    { kind: 'curve', points, stroke: 'bg-surface', width: 4.5 },
    {
      kind: 'curve',
      points,
      stroke: 'selection-ink',
      width: arrow.isDashed ? 1.1 : 1.6,
      ...(arrow.isDashed ? { dash: [3, 3] as const } : {}),
    },
    ...dot(x, ya),
    {
      kind: 'polygon',
      points: [
        [x + 2, yb],
        [x - 5, yb - 3.6],
        [x - 5, yb + 3.6],
      ],
      fill: 'selection-ink',
      alpha: 1,
    },
    ...label,
  ];
}

/** The other end is not in view: its name beside the end that is. */
function stub(view: OverlayView, x: number, seen: LanePlace, arrow: Arrow, measure: Measure): DrawCommand[] {
  const up = middle(seen) > 60;
  const y = middle(seen) + (up ? -18 : 18);
  const text = `${arrow.label === '' ? '' : `${arrow.label} `}${arrow.name}`;
  const room = x + 12 + measure(text) + 12 < view.width;
  const points = [
    [x, middle(seen)],
    [x + (room ? 9 : -9), y],
  ] as const;
  return [
    { kind: 'line', points, stroke: 'bg-surface', width: 4.5 },
    {
      kind: 'line',
      points,
      stroke: 'selection-ink',
      width: 1.4,
      ...(arrow.isDashed ? { dash: [3, 3] as const } : {}),
    },
    ...dot(x, middle(seen)),
    ...pill(text, room ? x + 8 : Math.max(4, x - 20 - measure(text)), y, measure),
  ];
}

const dot = (x: number, y: number): DrawCommand[] => [
  { kind: 'rect', x: x - 2.4, y: y - 2.4, w: 4.8, h: 4.8, fill: 'selection-ink', radius: 2.4 },
];

function pill(text: string, x: number, y: number, measure: Measure): DrawCommand[] {
  const box = { x, y: y - 8, w: measure(text) + 10, h: 16 };
  return [
    { kind: 'rect', ...box, fill: 'selection-ink', radius: 3 },
    { kind: 'text', x: x + 5, y: y + 0.5, text, fill: 'bg-surface', font: 'ui' },
  ];
}

/** `top` to `bottom` on the screen. */
export function areaCommands(
  view: OverlayView,
  area: { readonly from: number; readonly until: number },
  top: number,
  bottom: number,
): DrawCommand[] {
  const x0 = Math.max(-4, xIn(view, area.from));
  const x1 = Math.min(view.width + 4, xIn(view, area.until));
  const y0 = Math.max(0, top);
  const y1 = Math.min(view.height, bottom);
  if (x1 < 0 || x0 > view.width || y1 <= y0) return [];
  const box = { x: x0, y: y0, w: Math.max(1, x1 - x0), h: y1 - y0 };
  const grip = (x: number): DrawCommand => ({
    kind: 'rect',
    x: x - 3,
    y: (y0 + y1) / 2 - 9,
    w: 6,
    h: 18,
    fill: 'accent',
    radius: 3,
  });
  return [
    { kind: 'rect', ...box, fill: 'accent', alpha: 0.13 },
    { kind: 'outline', ...box, stroke: 'accent', width: 1.5 },
    grip(x0),
    grip(x1),
  ];
}

export interface MarkPlace {
  readonly from: number;
  readonly until: number;
}

/** A marked point or stretch, down through all lanes. */
export function markCommands(view: OverlayView, { from, until }: MarkPlace): DrawCommand[] {
  const x0 = xIn(view, from);
  const x1 = xIn(view, until);
  if (x1 < 0 || x0 > view.width) return [];
  const edge = (x: number): DrawCommand => ({
    kind: 'line',
    points: [
      [x, 0],
      [x, view.height],
    ],
    stroke: 'accent',
    width: 1,
    dash: [2, 3],
  });
  if (until <= from) return [edge(x0)];
  const tint: DrawCommand = {
    kind: 'rect',
    x: Math.max(-1, x0),
    y: 0,
    w: Math.min(view.width + 1, x1) - Math.max(-1, x0),
    h: view.height,
    fill: 'accent',
    alpha: 0.05,
  };
  return [tint, edge(x0), edge(x1)];
}

/** A point in time with as many digits as a pixel can tell apart. */
export const timeText = ({ window, width }: OverlayView, time: number): string =>
  plain(pointText(traceNs(Math.round(time)), pointDigits(lengthOf(window) / Math.max(1, width))));
