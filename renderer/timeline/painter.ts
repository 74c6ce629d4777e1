import type { DrawList, Ink, Measure } from '#common/timeline/draw-list.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { FramePainting } from './frame-painting.ts';
import type { Inks } from './inks.ts';
import { TextMasks } from './text-masks.ts';

/** Puts pictures on a canvas. Sizes in CSS pixels; the picture is as sharp as the screen is. */
export interface Painter {
  paint(list: DrawList, width: number, height: number): void;
  readonly measure: Measure;
}

/** How wide texts are, where nothing is painted. */
export const textMeasure = (inks: Inks): Measure => new TextMasks(inks).measure;

/**
 * Paints a whole frame in memory and puts it on the canvas at once (docs/decisions/painting.md). `ground` is what lies behind everything.
 * `pixelRatio`: device pixels for a CSS pixel. `undefined` where there are no canvases.
 */
export function painterOn(
  canvas: HTMLCanvasElement,
  inks: Inks,
  ground: Ink = 'bg-surface',
  pixelRatio = (): number => devicePixelRatio,
): Painter | undefined {
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return undefined;
  const masks = new TextMasks(inks);
  const painting = new FramePainting({
    pigment: (ink) => inks.pigment(ink),
    text: (buffer, command) => masks.paint(buffer, command),
  });
  let image: ImageData | undefined;
  return {
    measure: masks.measure,
    paint: (list, width, height) => {
      const scale = pixelRatio();
      const w = Math.round(width * scale);
      const h = Math.round(height * scale);
      if (w <= 0 || h <= 0) return;
      if (canvas.width !== w) canvas.width = w;
      if (canvas.height !== h) canvas.height = h;
      if (image?.width !== w || image.height !== h) image = new ImageData(w, h);
      const buffer = new FrameBuffer(new Uint32Array(image.data.buffer), w, h);
      masks.prepare(list, scale, w);
      buffer.clear(inks.pigment(ground));
      for (const command of list) painting.paint(buffer, command, scale);
      context.putImageData(image, 0, 0);
    },
  };
}
