/**
 * The whole trace as a strip in the bar, with the window as a brush on it:
 *
 *     0        a          b              width       x, CSS pixels
 *     ├────────╢  window  ╟───────┼╱╱╱╱╱╱┤
 *                                 what is not read yet
 */
import { countShares } from '#common/timeline/series-drawing.ts';
import type { StateCounts } from '#common/analyses/timeline-results.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import type { DrawCommand } from '#common/timeline/draw-list.ts';
import {
  lengthOf,
  panned,
  shortestWindow,
  timeAt,
  xOf,
  type TimeWindow,
} from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';

export const brushWidth = 160;
export const brushHeight = 24;

export type Grip = 'draw' | 'move' | 'start' | 'end';
const gripReach = 5;

/** What is taken hold of at a place; without a window a new one can be drawn anywhere. */
export function gripAt(
  x: number,
  whole: TimeWindow,
  window: TimeWindow | undefined,
  width = brushWidth,
): Grip {
  if (!window) return 'draw';
  const [a, b] = [xOf(whole, width, window.from), xOf(whole, width, window.until)];
  const middle = (a + b) / 2;
  if (Math.abs(x - a) < gripReach && x <= Math.max(a - 1, middle - 1)) return 'start';
  if (Math.abs(x - b) < gripReach && x >= Math.min(b + 1, middle + 1)) return 'end';
  return Math.abs(x - middle) <= Math.max(2, (b - a) / 2) ? 'move' : 'draw';
}

/** The window after a drag from one place to another. */
export function dragged(
  grip: Grip,
  { from, to }: { readonly from: number; readonly to: number },
  whole: TimeWindow,
  window: TimeWindow,
  width = brushWidth,
): TimeWindow {
  const by = ((to - from) / width) * lengthOf(whole);
  if (grip === 'move') return panned(window, by / lengthOf(window), whole);
  if (grip === 'start') return ordered(window.from + by, window.until, whole);
  if (grip === 'end') return ordered(window.from, window.until + by, whole);
  return ordered(timeAt(whole, width, from), timeAt(whole, width, to), whole);
}

function ordered(a: number, b: number, whole: TimeWindow): TimeWindow {
  const from = Math.max(whole.from, Math.min(a, b, whole.until - shortestWindow));
  const until = Math.min(whole.until, Math.max(a, b, from + shortestWindow));
  return { from: traceNs(from), until: traceNs(until) };
}

const step = 0.1;

/** Arrows move the window by a tenth of its length, with Shift its end; undefined for keys that do nothing. */
export function afterKey(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  whole: TimeWindow,
  window: TimeWindow,
): TimeWindow | undefined {
  const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[key];
  if (sign !== undefined && shiftKey)
    return ordered(window.from, window.until + sign * step * lengthOf(window), whole);
  if (sign !== undefined) return panned(window, sign * step, whole);
  const pages: Partial<Record<string, number>> = {
    PageUp: -1,
    PageDown: 1,
    Home: -Infinity,
    End: Infinity,
  };
  const by = pages[key];
  if (by === undefined) return undefined;
  if (Number.isFinite(by)) return panned(window, by, whole);
  return panned(window, ((by > 0 ? 1 : -1) * lengthOf(whole)) / lengthOf(window), whole);
}

const running = stateClasses.indexOf('running');

/** Processors that are busy, of all there are. */
export function busyCommands(
  counts: StateCounts,
  whole: TimeWindow,
  width = brushWidth,
): readonly DrawCommand[] {
  const shares = countShares(counts, whole, width, 1);
  const busy = Array.from({ length: width }, (_, column) => shares[column * stateClasses.length + running]!);
  const most = busy.reduce((so, one) => Math.max(so, one), 0);
  if (most === 0) return [];
  const points = busy.flatMap((value, x): readonly (readonly [number, number])[] => {
    const y = brushHeight - (value / most) * (brushHeight - 2);
    return [
      [x, y],
      [x + 1, y],
    ];
  });
  const area = [
    [0, brushHeight],
    ...points,
    [width, brushHeight],
  ] as const satisfies readonly (readonly number[])[];
  return [
    {
      kind: 'polygon',
      points: area,
      fill: 'state-running',
      alpha: 0.85,
    },
  ];
}

export function brushMarks(
  whole: TimeWindow,
  window: TimeWindow,
  width = brushWidth,
): readonly DrawCommand[] {
  const a = xOf(whole, width, window.from);
  const b = Math.max(a + 2, xOf(whole, width, window.until));
  const h = brushHeight;
  return [
    { kind: 'rect', x: 0, y: 0, w: Math.max(0, a), h, fill: 'bg-panel', alpha: 0.66 },
    { kind: 'rect', x: b, y: 0, w: Math.max(0, width - b), h, fill: 'bg-panel', alpha: 0.66 },
    { kind: 'rect', x: a, y: 0, w: b - a, h, fill: 'accent', alpha: 0.16 },
    { kind: 'rect', x: a - 1, y: 0, w: 2, h, fill: 'accent' },
    { kind: 'rect', x: b - 1, y: 0, w: 2, h, fill: 'accent' },
  ];
}
