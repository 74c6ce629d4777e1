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
      context.fillRect(command.x, command.y, command.w, command.h);
      context.globalAlpha = 1;
      return;
    case 'pattern':
      context.fillStyle = inks.pattern(context, command.fill, command.pattern) ?? inks.colour(command.fill);
      context.fillRect(command.x, command.y, command.w, command.h);
      return;
    case 'outline':
      context.strokeStyle = inks.colour(command.stroke);
      context.lineWidth = command.width;
      context.strokeRect(command.x, command.y, command.w, command.h);
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
