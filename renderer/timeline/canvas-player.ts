import { columnCommands } from '#common/timeline/bucket-drawing.ts';
import type { DrawCommand, DrawList, Measure } from '#common/timeline/draw-list.ts';
import { unreachable } from '#common/unreachable.ts';
import type { Inks } from './inks.ts';

/** Makes the canvas as sharp as the screen is. Returns its size in CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  const scale = devicePixelRatio;
  const w = Math.round(width * scale);
  const h = Math.round(height * scale);
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}

export function play(context: CanvasRenderingContext2D, list: DrawList, inks: Inks): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.scale(devicePixelRatio, devicePixelRatio);
  context.textBaseline = 'middle';
  for (const command of list) draw(context, command, inks);
}

function draw(context: CanvasRenderingContext2D, command: DrawCommand, inks: Inks): void {
  switch (command.kind) {
    case 'rect':
      context.fillStyle = inks.colour(command.fill);
      context.globalAlpha = command.alpha ?? 1;
      if (command.radius === undefined) context.fillRect(command.x, command.y, command.w, command.h);
      else roundedRect(context, command, command.radius);
      context.globalAlpha = 1;
      return;
    case 'columns':
      for (const part of columnCommands(command)) draw(context, part, inks);
      return;
    case 'pattern':
      context.fillStyle = inks.pattern(context, command.fill, command.pattern) ?? inks.colour(command.fill);
      context.fillRect(command.x, command.y, command.w, command.h);
      return;
    case 'outline':
      context.strokeStyle = inks.colour(command.stroke);
      context.lineWidth = command.width;
      context.setLineDash(command.dash ?? []);
      context.strokeRect(command.x, command.y, command.w, command.h);
      return;
    case 'line':
    case 'curve':
      context.strokeStyle = inks.colour(command.stroke);
      context.lineWidth = command.width;
      context.setLineDash(command.dash ?? []);
      context.beginPath();
      tracePath(context, command.kind, command.points);
      context.stroke();
      return;
    case 'polygon':
      context.fillStyle = inks.colour(command.fill);
      context.globalAlpha = command.alpha;
      context.beginPath();
      for (const [x, y] of command.points) context.lineTo(x, y);
      context.fill();
      context.globalAlpha = 1;
      return;
    case 'text':
      context.fillStyle = inks.colour(command.fill);
      context.font = inks.font(command.font);
      context.textAlign = command.align ?? 'start';
      context.fillText(command.text, command.x, command.y);
      return;
    default:
      unreachable(command);
  }
}

function roundedRect(
  context: CanvasRenderingContext2D,
  { x, y, w, h }: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
  radius: number,
): void {
  context.beginPath();
  context.roundRect(x, y, w, h, radius);
  context.fill();
}

function tracePath(
  context: CanvasRenderingContext2D,
  kind: 'line' | 'curve',
  points: readonly (readonly [number, number])[],
): void {
  const [start, a, b, end] = points;
  if (kind === 'curve' && start && a && b && end) {
    context.moveTo(...start);
    context.bezierCurveTo(...a, ...b, ...end);
  } else for (const point of points) context.lineTo(...point);
}

/** Measures labels in the face they are drawn with, each once. */
export function measuring(context: CanvasRenderingContext2D, inks: Inks): Measure {
  const known = new Map<string, number>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    context.font = inks.font('ui');
    const { width } = context.measureText(text);
    known.set(text, width);
    return width;
  };
}
