/** Lines become shapes: what is stroked is split into straight pieces, and each is a rectangle or a polygon. */
import type { FrameBuffer, Pigment } from './frame-buffer.ts';
import type { Points, ShapeCoverage } from './shape-coverage.ts';

type Point = readonly [number, number];

export interface Stroke {
  readonly pigment: Pigment;
  readonly width: number;
  readonly dash?: readonly [number, number];
}

/** Longer slanted pieces are split, so that a shape's frame stays small. */
const longest = 64;
const curvePieces = 24;

export function strokeLine(buffer: FrameBuffer, shapes: ShapeCoverage, points: Points, stroke: Stroke): void {
  const runs = stroke.dash ? dashed(points, stroke.dash) : [points];
  for (const run of runs) {
    for (let i = 1; i < run.length; i++) {
      // Joints are square: the corners of boxes and steps are filled.
      strokePiece(buffer, shapes, run[i - 1]!, run[i]!, stroke, i > 1, i < run.length - 1);
    }
  }
}

/** All four sides, or dashes around them from the upper left corner. */
export function strokeBox(
  buffer: FrameBuffer,
  { x, y, w, h }: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
  stroke: Stroke,
  shapes: ShapeCoverage,
): void {
  if (stroke.dash) {
    const corners: Points = [
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
      [x, y],
    ];
    strokeLine(buffer, shapes, corners, stroke);
    return;
  }
  const { width, pigment } = stroke;
  const half = width / 2;
  buffer.rect(x - half, y - half, w + width, width, pigment);
  buffer.rect(x - half, y + h - half, w + width, width, pigment);
  buffer.rect(x - half, y + half, width, h - width, pigment);
  buffer.rect(x + w - half, y + half, width, h - width, pigment);
}

function strokePiece(
  buffer: FrameBuffer,
  shapes: ShapeCoverage,
  [ax, ay]: Point,
  [bx, by]: Point,
  { pigment, width }: Stroke,
  joinsBefore: boolean,
  joinsAfter: boolean,
): void {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return;
  const half = width / 2;
  const along: Point = [((bx - ax) / length) * half, ((by - ay) / length) * half];
  const [x0, y0] = joinsBefore ? [ax - along[0], ay - along[1]] : [ax, ay];
  const [x1, y1] = joinsAfter ? [bx + along[0], by + along[1]] : [bx, by];
  if (ay === by) buffer.rect(Math.min(x0, x1), ay - half, Math.abs(x1 - x0), width, pigment);
  else if (ax === bx) buffer.rect(ax - half, Math.min(y0, y1), width, Math.abs(y1 - y0), pigment);
  else {
    const pieces = Math.ceil(length / longest);
    for (let i = 0; i < pieces; i++) {
      const from: Point = [x0 + ((x1 - x0) * i) / pieces, y0 + ((y1 - y0) * i) / pieces];
      const until: Point = [x0 + ((x1 - x0) * (i + 1)) / pieces, y0 + ((y1 - y0) * (i + 1)) / pieces];
      shapes.fill(buffer, thick(from, until, along), pigment);
    }
  }
}

const thick = ([ax, ay]: Point, [bx, by]: Point, [dx, dy]: Point): Points => [
  [ax - dy, ay + dx],
  [bx - dy, by + dx],
  [bx + dy, by - dx],
  [ax + dy, ay - dx],
];

/** The parts of a line that are drawn, corners kept. */
function dashed(points: Points, [on, off]: readonly [number, number]): Points[] {
  const runs: Points[] = [];
  let run: Point[] = points.slice(0, 1);
  let isOn = true;
  let left = on;
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1]!;
    const [bx, by] = points[i]!;
    const length = Math.hypot(bx - ax, by - ay);
    let gone = 0;
    while (length - gone > left) {
      gone += left;
      const here: Point = [ax + ((bx - ax) * gone) / length, ay + ((by - ay) * gone) / length];
      if (isOn) runs.push([...run, here]);
      isOn = !isOn;
      left = isOn ? on : off;
      run = [here];
    }
    left -= length - gone;
    if (isOn) run.push([bx, by]);
  }
  if (isOn && run.length > 1) runs.push(run);
  return runs;
}

/** A Bézier curve as a line; a curve that is no such is left as it is. */
export function flattened(points: Points): Points {
  const [start, a, b, end] = points;
  if (!start || !a || !b || !end) return points;
  const at = (t: number, axis: 0 | 1): number =>
    (1 - t) ** 3 * start[axis] +
    3 * (1 - t) ** 2 * t * a[axis] +
    3 * (1 - t) * t ** 2 * b[axis] +
    t ** 3 * end[axis];
  return Array.from({ length: curvePieces + 1 }, (_, i) => [at(i / curvePieces, 0), at(i / curvePieces, 1)]);
}

/** A box with round corners. */
export function roundBox(x: number, y: number, w: number, h: number, radius: number): Points {
  const r = Math.min(radius, w / 2, h / 2);
  const corners: readonly (readonly [number, number, number])[] = [
    [x + w - r, y + r, -Math.PI / 2],
    [x + w - r, y + h - r, 0],
    [x + r, y + h - r, Math.PI / 2],
    [x + r, y + r, Math.PI],
  ];
  return corners.flatMap(([cx, cy, from]) =>
    [0, 1, 2, 3, 4].map((step): Point => {
      const angle = from + (step / 4) * (Math.PI / 2);
      return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
    }),
  );
}
