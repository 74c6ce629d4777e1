import { flushSync } from 'svelte';
import { toStore } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { timeAt } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { Viewport } from './viewport.svelte.ts';

const window = (from: number, until: number): TimeWindow => ({ from: traceNs(from), until: traceNs(until) });

/** Of a trace of 10 µs, 1000 pixels wide. */
function viewport(): Viewport {
  const made = new Viewport();
  made.grow(10_000);
  made.width = 1000;
  return made;
}

describe('zooming', () => {
  it.each([0, 250, 999])('keeps the time at pixel %d where it is', (x) => {
    const seen = viewport();
    seen.look(window(2000, 6000));
    const at = timeAt(seen.window, seen.width, x);
    for (const factor of [0.5, 0.3, 1.7]) {
      seen.zoom(factor, at);
      expect(timeAt(seen.window, seen.width, x)).toBeCloseTo(at, 6);
    }
  });

  it('never shows what is before the trace or after it', () => {
    const seen = viewport();
    seen.look(window(0, 1000));
    seen.zoom(4, 900);
    expect(seen.window).toEqual(window(0, 4000));
    seen.look(window(9000, 10_000));
    seen.zoom(4, 9100);
    expect(seen.window).toEqual(window(6000, 10_000));
    seen.zoom(100);
    expect(seen.window).toEqual(window(0, 10_000));
    expect(seen.showsAll).toBe(true);
  });

  it('ends where nothing more can be told apart', () => {
    const seen = viewport();
    seen.zoom(1e-9);
    expect(seen.window.until - seen.window.from).toBe(64);
  });
});

describe('moving', () => {
  it('stops at the ends of the trace, and keeps the length of the window', () => {
    const seen = viewport();
    seen.look(window(1000, 3000));
    seen.pan(-5);
    expect(seen.window).toEqual(window(0, 2000));
    seen.pan(100);
    expect(seen.window).toEqual(window(8000, 10_000));
  });

  it('is seen by whoever watches where the window is going, from one part to another too', () => {
    const seen = viewport();
    const goals: TimeWindow[] = [];
    const stop = toStore(() => seen.goal).subscribe((goal) => goals.push(goal));
    seen.look(window(0, 1000));
    flushSync();
    seen.look(window(0, 500));
    flushSync();
    stop();
    expect(goals).toEqual([window(0, 10_000), window(0, 1000), window(0, 500)]);
  });
});

describe('narrowing', () => {
  it('leaves a way back through the windows before', () => {
    const seen = viewport();
    seen.narrow(window(1000, 9000));
    expect(seen.outer).toEqual([]);
    seen.narrow(window(2000, 8000));
    seen.narrow(window(3000, 4000));
    expect(seen.outer).toEqual([window(1000, 9000), window(2000, 8000)]);
    seen.widen();
    expect(seen.window).toEqual(window(2000, 8000));
    seen.widen();
    seen.widen();
    expect(seen.showsAll).toBe(true);
  });

  it('forgets wider windows that are no longer around the window', () => {
    const seen = viewport();
    seen.narrow(window(1000, 5000));
    seen.narrow(window(2000, 3000));
    seen.look(window(4500, 5500));
    expect(seen.outer).toEqual([]);
  });

  it('to a part that ends beyond the trace ends with the trace', () => {
    const seen = viewport();
    seen.narrow(window(9000, 10_100));
    expect(seen.window.until).toBe(10_000);
    expect(seen.goal).toEqual(seen.window);
  });
});

describe('a trace that grows', () => {
  it('is followed by who looks at all of it, and by no one else', () => {
    const seen = viewport();
    seen.grow(20_000);
    expect(seen.window).toEqual(window(0, 20_000));
    seen.look(window(0, 1000));
    seen.grow(30_000);
    expect(seen.window).toEqual(window(0, 1000));
    expect(seen.whole).toEqual(window(0, 30_000));
  });
});
