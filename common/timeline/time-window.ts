/**
 * A stretch of the trace that is looked at, and how it lies on the screen:
 *
 *     from                        until         time, ns since the trace's first event
 *      |───────────────────────────|
 *      0                         width          x, CSS pixels
 */
import { traceNs, type TraceNs } from '../units.ts';

export interface TimeWindow {
  readonly from: TraceNs;
  readonly until: TraceNs;
}

/** Closer than this nothing more can be told apart: the clock's resolution is far coarser. */
export const shortestWindow = 64;

export const lengthOf = (window: TimeWindow): number => window.until - window.from;

export const xOf = (window: TimeWindow, width: number, time: number): number =>
  ((time - window.from) / lengthOf(window)) * width;

export const timeAt = (window: TimeWindow, width: number, x: number): TraceNs =>
  traceNs(window.from + (x / width) * lengthOf(window));

/** Moves a window inside `bounds` without changing its length, unless it is longer than they are. */
function inside(from: number, length: number, bounds: TimeWindow): TimeWindow {
  const fits = Math.min(Math.max(length, Math.min(shortestWindow, lengthOf(bounds))), lengthOf(bounds));
  const start = Math.min(Math.max(from, bounds.from), bounds.until - fits);
  return { from: traceNs(start), until: traceNs(start + fits) };
}

/** Shorter for a factor below 1. The point `at` keeps its place on the screen. */
export function zoomed(window: TimeWindow, factor: number, at: number, bounds: TimeWindow): TimeWindow {
  const length = Math.min(Math.max(lengthOf(window) * factor, shortestWindow), lengthOf(bounds));
  const share = (at - window.from) / lengthOf(window);
  return inside(at - share * length, length, bounds);
}

/** By a share of its own length; positive is later. */
export const panned = (window: TimeWindow, share: number, bounds: TimeWindow): TimeWindow =>
  inside(window.from + share * lengthOf(window), lengthOf(window), bounds);

/** So that `part` stands in the middle with a tenth of air on both sides. */
export function fitted(part: TimeWindow, bounds: TimeWindow): TimeWindow {
  const length = Math.max(lengthOf(part) * 1.2, shortestWindow);
  const middle = (part.from + part.until) / 2;
  return inside(middle - length / 2, length, bounds);
}

/** Moved as little as needed to show `part`, or its beginning if it is longer than the window. */
export function revealing(window: TimeWindow, part: TimeWindow, bounds: TimeWindow): TimeWindow {
  const air = lengthOf(window) * 0.04;
  if (part.from < window.from) return inside(part.from - air, lengthOf(window), bounds);
  if (part.until <= window.until) return window;
  const from = Math.min(part.from - air, part.until + air - lengthOf(window));
  return inside(from, lengthOf(window), bounds);
}

/** On the way from one window to another, at `share` (0 to 1) of it. The zoom is even: every step scales by the same factor. */
export function onTheWay(from: TimeWindow, to: TimeWindow, share: number): TimeWindow {
  const [a, b] = [lengthOf(from), lengthOf(to)];
  const length = a * (b / a) ** share;
  const moved = Math.abs(b - a) < 1 ? share : (length - a) / (b - a);
  const start = from.from + (to.from - from.from) * moved;
  return share >= 1 ? to : { from: traceNs(start), until: traceNs(start + length) };
}

/** Wider by `share` of its length on both sides: what to ask for, so that a short pan needs no answer. */
export function widened(window: TimeWindow, share: number, bounds: TimeWindow): TimeWindow {
  const more = lengthOf(window) * share;
  return {
    from: traceNs(Math.max(bounds.from, Math.floor(window.from - more))),
    until: traceNs(Math.min(bounds.until, Math.ceil(window.until + more))),
  };
}

export const sameWindow = (a: TimeWindow, b: TimeWindow): boolean => a.from === b.from && a.until === b.until;
