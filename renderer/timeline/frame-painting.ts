import { stateClasses } from '#common/goroutine-state.ts';
import type { Box, DrawCommand, Ink } from '#common/timeline/draw-list.ts';
import { unreachable } from '#common/unreachable.ts';
import { paintColumns } from './column-painting.ts';
import type { FrameBuffer, Pigment } from './frame-buffer.ts';
import { ShapeCoverage, type Points } from './shape-coverage.ts';
import { flattened, roundBox, strokeBox, strokeLine, type Stroke } from './strokes.ts';

/** What a frame is painted with. */
export interface Paints {
  readonly pigment: (ink: Ink) => Pigment;
  readonly text: (buffer: FrameBuffer, command: Extract<DrawCommand, { kind: 'text' }>) => void;
}

/** Paints commands, in CSS pixels, into a frame of `scale` device pixels to each, in their order. */
export class FramePainting {
  readonly #paints: Paints;
  readonly #shapes = new ShapeCoverage();
  readonly #states: Uint32Array;

  constructor(paints: Paints) {
    this.#paints = paints;
    this.#states = Uint32Array.from(stateClasses, (state) => paints.pigment(`state-${state}`).pixel);
  }

  paint(buffer: FrameBuffer, command: DrawCommand, scale: number): void {
    const { pigment } = this.#paints;
    switch (command.kind) {
      case 'rect':
        this.#rect(buffer, command, scale);
        return;
      case 'columns':
        paintColumns(buffer, command, command.shares, this.#states, scale);
        return;
      case 'pattern':
        paintPattern(buffer, scaledBox(command, scale), command.pattern, pigment(command.fill), scale);
        return;
      case 'outline':
        strokeBox(buffer, scaledBox(command, scale), this.#stroke(command, scale), this.#shapes);
        return;
      case 'line':
      case 'curve': {
        const points = scaled(command.points, scale);
        const path = command.kind === 'curve' ? flattened(points) : points;
        strokeLine(buffer, this.#shapes, path, this.#stroke(command, scale));
        return;
      }
      case 'polygon':
        this.#shapes.fill(buffer, scaled(command.points, scale), pigment(command.fill), command.alpha);
        return;
      case 'text':
        this.#paints.text(buffer, command);
        return;
      default:
        unreachable(command);
    }
  }

  #rect(buffer: FrameBuffer, command: Extract<DrawCommand, { kind: 'rect' }>, scale: number): void {
    const { x, y, w, h, fill, alpha = 1, radius } = command;
    const pigment = this.#paints.pigment(fill);
    if (radius === undefined) buffer.rect(x * scale, y * scale, w * scale, h * scale, pigment, alpha);
    else {
      const box = roundBox(x * scale, y * scale, w * scale, h * scale, radius * scale);
      this.#shapes.fill(buffer, box, pigment, alpha);
    }
  }

  #stroke(
    command: { readonly stroke: Ink; readonly width: number; readonly dash?: readonly [number, number] },
    scale: number,
  ): Stroke {
    const { stroke, width, dash } = command;
    const pigment = this.#paints.pigment(stroke);
    if (!dash) return { pigment, width: width * scale };
    return { pigment, width: width * scale, dash: [dash[0] * scale, dash[1] * scale] };
  }
}

const scaledBox = ({ x, y, w, h }: Box, scale: number): Box => ({
  x: x * scale,
  y: y * scale,
  w: w * scale,
  h: h * scale,
});

const scaled = (points: Points, scale: number): Points =>
  scale === 1 ? points : points.map(([x, y]) => [x * scale, y * scale] as const);

/** CSS pixels after which a pattern begins anew, and of which a stripe or stroke takes so many. */
const period = 5;
const stripe = 3;

/** Stripes that rise to the right on a half-strength ground, or upright strokes with gaps. They stand still while boxes move. */
function paintPattern(
  buffer: FrameBuffer,
  { x, y, w, h }: Box,
  kind: 'diagonal' | 'dash',
  pigment: Pigment,
  scale: number,
): void {
  if (kind === 'diagonal') buffer.rect(x, y, w, h, pigment, 0.5);
  const top = Math.max(0, Math.round(y));
  const bottom = Math.min(buffer.height, Math.round(y + h));
  const left = Math.max(0, Math.round(x));
  const right = Math.min(buffer.width, Math.round(x + w));
  const step = 1 / scale;
  for (let row = top; row < bottom; row++) {
    const start = row * buffer.width;
    // Where in a period the pixel is: a remainder for each pixel would take longer than all the rest.
    let phase = (left * step + (kind === 'diagonal' ? row * step + 1 : 0)) % period;
    for (let at = start + left; at < start + right; at++) {
      if (phase < stripe) buffer.pixels[at] = pigment.pixel;
      phase += step;
      if (phase >= period) phase -= period;
    }
  }
}
