import { describe, expect, it } from 'vitest';
import { FrameBuffer } from './frame-buffer.ts';

const paper = { pixel: 0xffffffff, alpha: 1 };
const ink = { pixel: 0xff000000, alpha: 1 };

function frame(width: number, height: number): FrameBuffer {
  const buffer = new FrameBuffer(new Uint32Array(width * height), width, height);
  buffer.clear(paper);
  return buffer;
}

/** How much ink, in tenths: one digit a pixel, `X` for all. */
export function tenths({ pixels, width, height }: FrameBuffer): string[] {
  return Array.from({ length: height }, (_, row) =>
    Array.from(pixels.subarray(row * width, (row + 1) * width), (pixel) => {
      const dark = Math.round((1 - (pixel & 0xff) / 255) * 10);
      return dark === 10 ? 'X' : dark === 0 ? '.' : dark.toString();
    }).join(''),
  );
}

describe('a rectangle', () => {
  it('fills whole pixels', () => {
    const buffer = frame(5, 3);
    buffer.rect(1, 1, 3, 2, ink);
    expect(tenths(buffer)).toEqual(['.....', '.XXX.', '.XXX.']);
  });

  it('covers pixels at its edges in part', () => {
    const buffer = frame(5, 4);
    buffer.rect(0.5, 0.5, 3, 2, ink);
    expect(tenths(buffer)).toEqual(['3553.', '5XX5.', '3553.', '.....']);
  });

  it('may lie within one pixel', () => {
    const buffer = frame(3, 3);
    buffer.rect(1.25, 1.25, 0.5, 0.8, ink);
    expect(tenths(buffer)).toEqual(['...', '.4.', '...']);
  });

  it('may be narrower than a pixel and lie in two', () => {
    const buffer = frame(4, 1);
    buffer.rect(1.7, 0, 0.6, 1, ink);
    expect(tenths(buffer)).toEqual(['.33.']);
  });

  it('is cut at the frame', () => {
    const buffer = frame(3, 2);
    buffer.rect(-1e9, -5, 1e9 + 1, 1e9, ink);
    buffer.rect(NaN, 0, 1, 1, ink);
    expect(tenths(buffer)).toEqual(['X..', 'X..']);
  });

  it('lets through what is below as much as it is weak', () => {
    const buffer = frame(1, 1);
    buffer.rect(0, 0, 1, 1, { pixel: 0xff0000ff, alpha: 0.5 }, 0.5);
    expect(buffer.pixels[0]).toBe(0xffbfbfff);
  });
});
