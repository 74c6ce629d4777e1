import { describe, expect, it } from 'vitest';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { paintColumns } from './column-painting.ts';
import { FrameBuffer } from './frame-buffer.ts';

/** Each state as its own red, on white. */
const pigments = Uint32Array.from(stateClasses, (_, index) => 0xff000000 | index);
const letters = 'rscRSnoz?';

function painted(columns: readonly Partial<Record<StateClass, number>>[], scale = 1, h = 10): string[] {
  const width = Math.round(columns.length * scale);
  const height = Math.round(h * scale);
  const buffer = new FrameBuffer(new Uint32Array(width * height).fill(0xffffffff), width, height);
  const shares = Float32Array.from(
    columns.flatMap((column) => stateClasses.map((state) => column[state] ?? 0)),
  );
  paintColumns(buffer, { x: 0, y: 0, w: columns.length, h }, shares, pigments, scale);
  return Array.from({ length: width }, (_, x) =>
    Array.from({ length: height }, (_, row) => {
      const pixel = buffer.pixels[(height - 1 - row) * width + x]! >>> 0;
      if (pixel === 0xffffffff) return '.';
      return (pixel & 0xffff00) === 0 ? letters[pixel & 0xff] : '~';
    }).join(''),
  );
}

describe('columns', () => {
  it('stack the states from the floor up', () => {
    expect(painted([{ running: 0.5, runnable: 0.5 }])).toEqual(['rrrrrRRRRR']);
  });

  it('give every state that is present a pixel', () => {
    expect(painted([{ running: 1 - 2e-6, syscall: 1e-6, runnable: 1e-6 }])).toEqual(['rrrrrrrrsR']);
  });

  it('tint waits under a solid edge', () => {
    expect(painted([{ sync: 1 }])).toEqual(['~~~~~~~~~S']);
    expect(painted([{ sync: 1 }], 2)[0]).toBe(`${'~'.repeat(17)}SSS`);
  });

  it('leave free what was not lived', () => {
    expect(painted([{}, { running: 0.25 }])).toEqual(['..........', 'rrr~......']);
  });

  it('share a pixel where states meet within it', () => {
    const [column] = painted([{ running: 0.55, gc: 0.45 }]);
    // The red between 0 and 2.
    expect(column).toBe('rrrrrscccc');
  });

  it.each([1.25, 1.5, 2, 3])('have no seams at %d device pixels to one of CSS', (scale) => {
    const columns = painted(
      Array.from({ length: 12 }, (_, i) => ({ running: (i % 3) / 4, gc: 1 - (i % 3) / 4 })),
      scale,
    );
    for (const column of columns) expect(column).toMatch(/^r*s?c+~?$/);
  });
});
