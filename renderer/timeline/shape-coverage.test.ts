import { describe, expect, it } from 'vitest';
import { FrameBuffer } from './frame-buffer.ts';
import { ShapeCoverage, type Points } from './shape-coverage.ts';
import { flattened, roundBox, strokeBox, strokeLine } from './strokes.ts';

const ink = { pixel: 0xff000000, alpha: 1 };

function frame(width: number, height: number): FrameBuffer {
  return new FrameBuffer(new Uint32Array(width * height).fill(0xffffffff), width, height);
}

const darkness = (pixel: number): number => 1 - (pixel & 0xff) / 255;
const inkIn = ({ pixels }: FrameBuffer): number => pixels.reduce((sum, pixel) => sum + darkness(pixel), 0);

function filled(points: Points, width = 40, height = 40): FrameBuffer {
  const buffer = frame(width, height);
  new ShapeCoverage().fill(buffer, points, ink);
  return buffer;
}

describe('a polygon', () => {
  it.each<[string, Points, number]>([
    [
      'a triangle',
      [
        [5, 5],
        [25, 5],
        [5, 25],
      ],
      200,
    ],
    [
      'a flat triangle',
      [
        [2, 10],
        [38, 10.5],
        [2, 11],
      ],
      18,
    ],
    [
      'a turned square',
      [
        [20, 5],
        [35, 20],
        [20, 35],
        [5, 20],
      ],
      450,
    ],
    [
      'the same the other way round',
      [
        [5, 20],
        [20, 35],
        [35, 20],
        [20, 5],
      ],
      450,
    ],
    [
      'a box between pixels',
      [
        [1.5, 1.5],
        [4.25, 1.5],
        [4.25, 3.75],
        [1.5, 3.75],
      ],
      6.1875,
    ],
  ])('has as much ink as its area: %s', (_name, points, area) => {
    expect(inkIn(filled(points))).toBeCloseTo(area, 0);
  });

  it('is cut at the frame, and where it is cut stays as it is', () => {
    const whole = filled([
      [-19, 20],
      [20, -19],
      [60, 20],
      [20, 60],
    ]);
    expect(darkness(whole.pixels[0]!)).toBeCloseTo(0.5, 1);
    expect(darkness(whole.pixels[20 * 40 + 20]!)).toBe(1);
    expect(
      inkIn(
        filled([
          [50, 50],
          [60, 50],
          [60, 60],
        ]),
      ),
    ).toBe(0);
    expect(
      inkIn(
        filled([
          [-10, -10],
          [-5, -10],
          [-5, 60],
        ]),
      ),
    ).toBe(0);
  });

  it('without points is nothing', () => expect(inkIn(filled([]))).toBe(0));

  it('is the same after larger ones', () => {
    const shapes = new ShapeCoverage();
    const buffer = frame(40, 40);
    shapes.fill(
      frame(40, 40),
      [
        [0, 0],
        [40, 0],
        [40, 40],
        [0, 39],
      ],
      ink,
    );
    shapes.fill(
      buffer,
      [
        [5, 5],
        [25, 5],
        [5, 25],
      ],
      ink,
    );
    expect(buffer.pixels).toEqual(
      filled([
        [5, 5],
        [25, 5],
        [5, 25],
      ]).pixels,
    );
  });
});

describe('a stroke', () => {
  const stroked = (points: Points, width: number, dash?: readonly [number, number]): FrameBuffer => {
    const buffer = frame(120, 120);
    strokeLine(buffer, new ShapeCoverage(), points, { pigment: ink, width, ...(dash ? { dash } : {}) });
    return buffer;
  };

  it.each<[string, Points, number]>([
    [
      'level',
      [
        [10, 10.5],
        [110, 10.5],
      ],
      200,
    ],
    [
      'upright',
      [
        [10.5, 10],
        [10.5, 110],
      ],
      200,
    ],
    [
      'slanted',
      [
        [10, 10],
        [90, 70],
      ],
      200,
    ],
  ])('is as long and as wide as it should be: %s', (_name, points, area) => {
    expect(inkIn(stroked(points, 2))).toBeCloseTo(area, -1);
  });

  it('fills its corners', () => {
    const buffer = stroked(
      [
        [10, 10],
        [20, 10],
        [20, 20],
      ],
      4,
    );
    expect(darkness(buffer.pixels[9 * 120 + 21]!)).toBe(1);
  });

  it('in dashes is drawn in part, around corners too', () => {
    expect(
      inkIn(
        stroked(
          [
            [10, 10.5],
            [110, 10.5],
          ],
          1,
          [3, 2],
        ),
      ),
    ).toBeCloseTo(60, 0);
    expect(
      inkIn(
        stroked(
          [
            [10, 10.5],
            [60.5, 10.5],
            [60.5, 60],
          ],
          1,
          [3, 2],
        ),
      ),
    ).toBeCloseTo(60, -1);
  });

  it('around a box covers each corner once', () => {
    const buffer = frame(20, 20);
    const pigment = { pixel: 0xff000000, alpha: 0.5 };
    strokeBox(buffer, { x: 4, y: 4, w: 10, h: 6 }, { pigment, width: 2 }, new ShapeCoverage());
    expect(inkIn(buffer)).toBeCloseTo((12 * 8 - 8 * 4) / 2, 0);
  });

  it('along a curve goes from its start to its end', () => {
    const points = flattened([
      [0, 0],
      [10, 0],
      [0, 20],
      [10, 20],
    ]);
    expect([points[0], points.at(-1)]).toEqual([
      [0, 0],
      [10, 20],
    ]);
    expect(points[12]).toEqual([5, 10]);
  });
});

it('a box with round corners has as much ink as its area', () => {
  expect(inkIn(filled(roundBox(5, 5, 20, 12, 4)))).toBeCloseTo(20 * 12 - (4 - Math.PI) * 16, -0.5);
});
