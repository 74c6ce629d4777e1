import {
  fitted,
  lengthOf,
  panned,
  revealing,
  sameWindow,
  widened,
  zoomed,
  type TimeWindow,
} from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { Travel } from './travel.ts';

/** The window of time that is looked at, inside of the whole trace. */
export class Viewport {
  whole = $state.raw<TimeWindow>({ from: traceNs(0), until: traceNs(1) });
  window = $state.raw<TimeWindow>({ from: traceNs(0), until: traceNs(1) });
  /** Wider windows that this one was narrowed from on purpose, the widest first. */
  outer = $state.raw<readonly TimeWindow[]>([]);
  /** Of the lanes, CSS pixels. */
  width = $state(0);
  readonly showsAll = $derived(sameWindow(this.whole, this.window));

  /** Where the window is going, or is. */
  #goal = $state.raw<TimeWindow>(this.window);
  readonly #travel = new Travel();

  get goal(): TimeWindow {
    return this.#goal;
  }

  /** The trace is longer than was known; who looked at all of it goes on doing so. */
  grow(durationNs: number): void {
    const whole = { from: traceNs(0), until: traceNs(Math.max(1, durationNs)) };
    if (sameWindow(whole, this.whole)) return;
    const follow = sameWindow(this.#goal, this.whole);
    this.whole = whole;
    if (follow) this.look(whole);
  }

  /** At once: for the user's own drag and wheel. */
  look(window: TimeWindow): void {
    this.#travel.stop();
    this.#goal = window;
    this.window = window;
    this.#dropInner(window);
  }

  /** Taking the eye along. */
  goTo(window: TimeWindow): void {
    this.#goal = window;
    this.#travel.go(this.window, window, (shown) => (this.window = shown));
    this.#dropInner(window);
  }

  /** To a part of what is seen, with a way back to it. */
  narrow(window: TimeWindow): void {
    const before = this.#goal;
    const inner = widened(window, 0, this.whole);
    this.goTo(inner);
    if (!sameWindow(before, this.whole) && contains(before, inner)) this.outer = [...this.outer, before];
  }

  /** To the next wider window. */
  widen(): void {
    const outer = this.outer.at(-1);
    this.outer = this.outer.slice(0, -1);
    this.goTo(outer ?? this.whole);
  }

  zoom(factor: number, at: number = (this.#goal.from + this.#goal.until) / 2): void {
    this.look(zoomed(this.#goal, factor, at, this.whole));
  }

  pan(share: number): void {
    this.look(panned(this.#goal, share, this.whole));
  }

  panBy(ns: number): void {
    this.pan(ns / lengthOf(this.#goal));
  }

  fit(part: TimeWindow): void {
    this.goTo(fitted(part, this.whole));
  }

  reveal(part: TimeWindow): void {
    const window = revealing(this.#goal, part, this.whole);
    if (!sameWindow(window, this.#goal)) this.goTo(window);
  }

  stop(): void {
    this.#travel.stop();
  }

  /** A wider window that is no longer around the window is no way back. */
  #dropInner(window: TimeWindow): void {
    if (this.outer.some((outer) => !contains(outer, window)))
      this.outer = this.outer.filter((outer) => contains(outer, window));
  }
}

const contains = (outer: TimeWindow, inner: TimeWindow): boolean =>
  outer.from <= inner.from && outer.until >= inner.until && lengthOf(outer) > lengthOf(inner);
