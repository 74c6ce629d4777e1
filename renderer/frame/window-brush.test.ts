import { describe, expect, it } from 'vitest';
import { traceNs } from '#common/units.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { afterKey, brushMarks, busyCommands, dragged, gripAt } from './window-brush.ts';

const span = (from: number, until: number): TimeWindow => ({ from: traceNs(from), until: traceNs(until) });
/** A pixel is 1000 ns. */
const whole = span(0, 160_000);
const window = span(40_000, 80_000);

describe('the brush on the whole trace', () => {
  it('is taken at its ends or in the middle; elsewhere a new one is drawn', () => {
    expect([10, 38, 42, 60, 78, 82, 120].map((x) => gripAt(x, whole, window))).toEqual([
      ...['draw', 'start', 'start', 'move', 'end', 'end', 'draw'],
    ]);
    expect(gripAt(60, whole, undefined)).toBe('draw');
  });

  it('can be taken as a whole and at both ends however narrow it is', () => {
    const narrow = span(60_000, 60_100);
    expect([57, 60.05, 63].map((x) => gripAt(x, whole, narrow))).toEqual(['start', 'move', 'end']);
  });

  it('is moved, resized and drawn anew, within the trace', () => {
    expect(dragged('move', { from: 60, to: 70 }, whole, window)).toEqual(span(50_000, 90_000));
    expect(dragged('move', { from: 60, to: 400 }, whole, window)).toEqual(span(120_000, 160_000));
    expect(dragged('start', { from: 40, to: 30 }, whole, window)).toEqual(span(30_000, 80_000));
    expect(dragged('end', { from: 80, to: 90 }, whole, window)).toEqual(span(40_000, 90_000));
    expect(dragged('draw', { from: 120, to: 100 }, whole, window)).toEqual(span(100_000, 120_000));
    expect(dragged('draw', { from: 159, to: 300 }, whole, window)).toEqual(span(159_000, 160_000));
  });

  it('turns round where one end is dragged over the other', () => {
    expect(dragged('start', { from: 40, to: 100 }, whole, window)).toEqual(span(80_000, 100_000));
  });

  it('is moved by arrows, resized with Shift, and sent to the ends', () => {
    const key = (name: string, shiftKey = false): TimeWindow | undefined =>
      afterKey({ key: name, shiftKey }, whole, window);
    expect(key('ArrowRight')).toEqual(span(44_000, 84_000));
    expect(key('ArrowLeft', true)).toEqual(span(40_000, 76_000));
    expect(key('PageDown')).toEqual(span(80_000, 120_000));
    expect(key('Home')).toEqual(span(0, 40_000));
    expect(key('End')).toEqual(span(120_000, 160_000));
    expect(key('x')).toBeUndefined();
  });

  it('shows how many processors are busy, at most all the way up', () => {
    const ns = Float64Array.of(80_000, 80_000, 160_000, 0);
    const counts = { level: 16, first: 0, count: 2, states: 2, ns, least: ns, greatest: ns };
    expect(stateClasses[0]).toBe('running');
    const [area] = busyCommands(counts, whole);
    expect(area?.kind).toBe('polygon');
    if (area?.kind === 'polygon') expect(Math.min(...area.points.map(([, y]) => y))).toBeCloseTo(2);
  });

  it('dims what is outside', () => {
    const [before, behind] = brushMarks(whole, window);
    expect([before, behind]).toMatchObject([
      { x: 0, w: 40 },
      { x: 80, w: 80 },
    ]);
  });
});
