/**
 * One frame as device pixels, from the upper left corner; places are in device pixels and may lie between them:
 *
 *     pixels[y * width + x] = 0xff_bb_gg_rr      (what an ImageData holds, as one number on a little-endian machine)
 *
 * Every pixel is opaque, so that laying one colour over another needs no second alpha.
 */
export interface Pigment {
  /** `0xff_bb_gg_rr` */
  readonly pixel: number;
  /** 0 to 1, from the colour itself. */
  readonly alpha: number;
}

/** Below this a short loop is faster than a call of `fill`. */
const shortRun = 24;

export class FrameBuffer {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;

  constructor(pixels: Uint32Array, width: number, height: number) {
    this.pixels = pixels;
    this.width = width;
    this.height = height;
  }

  clear({ pixel }: Pigment): void {
    this.pixels.fill(pixel);
  }

  /** Edges between pixels cover them in part. */
  rect(x: number, y: number, w: number, h: number, { pixel, alpha }: Pigment, strength = 1): void {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + w);
    const top = Math.max(0, y);
    const bottom = Math.min(this.height, y + h);
    if (!(right > left && bottom > top)) return;
    const most = alpha * strength;
    const wholeFrom = Math.ceil(top);
    const wholeUntil = Math.floor(bottom);
    if (wholeFrom > wholeUntil) {
      this.#band(wholeUntil, wholeFrom, left, right, pixel, most * (bottom - top));
      return;
    }
    if (top < wholeFrom) this.#band(wholeFrom - 1, wholeFrom, left, right, pixel, most * (wholeFrom - top));
    this.#band(wholeFrom, wholeUntil, left, right, pixel, most);
    if (wholeUntil < bottom)
      this.#band(wholeUntil, wholeUntil + 1, left, right, pixel, most * (bottom - wholeUntil));
  }

  /** Whole rows of pixels; only the first and the last pixel of each can be covered in part. */
  #band(top: number, bottom: number, left: number, right: number, pixel: number, strength: number): void {
    const wholeFrom = Math.ceil(left);
    const wholeUntil = Math.floor(right);
    if (wholeFrom > wholeUntil) {
      this.#block(top, bottom, wholeUntil, wholeFrom, pixel, strength * (right - left));
      return;
    }
    if (left < wholeFrom)
      this.#block(top, bottom, wholeFrom - 1, wholeFrom, pixel, strength * (wholeFrom - left));
    this.#block(top, bottom, wholeFrom, wholeUntil, pixel, strength);
    if (wholeUntil < right)
      this.#block(top, bottom, wholeUntil, wholeUntil + 1, pixel, strength * (right - wholeUntil));
  }

  /** Whole pixels, all covered alike. */
  #block(top: number, bottom: number, left: number, right: number, pixel: number, strength: number): void {
    const weight = Math.round(strength * 256);
    if (weight <= 0 || left >= right) return;
    if (weight >= 256) this.#solid(top, bottom, left, right, pixel);
    else this.#tinted(top, bottom, left, right, pixel, weight);
  }

  #solid(top: number, bottom: number, left: number, right: number, pixel: number): void {
    const { pixels, width } = this;
    const run = right - left;
    const end = bottom * width + left;
    for (let from = top * width + left; from < end; from += width) {
      if (run > shortRun) pixels.fill(pixel, from, from + run);
      else for (let at = from; at < from + run; at++) pixels[at] = pixel;
    }
  }

  #tinted(top: number, bottom: number, left: number, right: number, pixel: number, weight: number): void {
    const { pixels, width } = this;
    const run = right - left;
    const rest = 256 - weight;
    const redBlue = Math.imul(pixel & 0xff00ff, weight);
    const green = Math.imul(pixel & 0xff00, weight);
    const end = bottom * width + left;
    for (let from = top * width + left; from < end; from += width) {
      for (let at = from; at < from + run; at++) {
        const below = pixels[at]!;
        pixels[at] =
          (((redBlue + Math.imul(below & 0xff00ff, rest)) >>> 8) & 0xff00ff) |
          (((green + Math.imul(below & 0xff00, rest)) >>> 8) & 0xff00) |
          0xff000000;
      }
    }
  }

  /** Lays a colour over one pixel; `strength` 0 to 1. */
  mix(at: number, pixel: number, strength: number): void {
    const weight = Math.round(strength * 256);
    if (weight <= 0) return;
    if (weight >= 256) this.pixels[at] = pixel;
    else this.pixels[at] = mixed(this.pixels[at]!, pixel, weight);
  }
}

/** `weight` 0 to 256: how much of `above`. Red and blue are multiplied together: a byte lies free between them. */
export const mixed = (below: number, above: number, weight: number): number =>
  (((Math.imul(above & 0xff00ff, weight) + Math.imul(below & 0xff00ff, 256 - weight)) >>> 8) & 0xff00ff) |
  (((Math.imul(above & 0xff00, weight) + Math.imul(below & 0xff00, 256 - weight)) >>> 8) & 0xff00) |
  0xff000000;
