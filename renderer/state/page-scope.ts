import { lengthOf, sameWindow, widened, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import type { Navigation } from './navigation.svelte.ts';
import type { TracePlace } from './place.ts';
import { wholeScope, type GoroutineFilter, type Scope } from './scope.ts';
import type { ShownScope } from './shown-scope.ts';

/** A gesture is over once nothing has moved for so long; the next one is another step back. */
const gestureMs = 700;

/** The scope as it stands in the address; changing it goes to another place. */
export class PageScope implements ShownScope {
  readonly #navigation: Navigation;
  readonly #wholeNs: () => number;
  #lastMs = -Infinity;

  /** `wholeNs`: how long the trace is, as far as it is known. */
  constructor(navigation: Navigation, wholeNs: () => number) {
    this.#navigation = navigation;
    this.#wholeNs = wholeNs;
  }

  get windows(): readonly TimeWindow[] {
    const { window, outer } = this.#scope;
    return window ? [...outer, window] : [];
  }

  get filter(): GoroutineFilter {
    return this.#scope.filter;
  }

  widenTo(index: number): void {
    const { outer, filter } = this.#scope;
    const window = outer[index];
    this.#go(window ? { window, outer: outer.slice(0, index), filter } : { outer: [], filter });
  }

  narrow(window: TimeWindow): void {
    const { window: before, outer, filter } = this.#scope;
    const inner = rounded(widened(window, 0, this.#whole));
    if (before && sameWindow(before, inner)) return;
    const around = [...outer, ...(before ? [before] : [])].filter((one) => contains(one, inner));
    this.#go(
      sameWindow(inner, this.#whole) ? { outer: [], filter } : { window: inner, outer: around, filter },
    );
  }

  look(window: TimeWindow): void {
    const { outer, filter } = this.#scope;
    const shown = rounded(window);
    const now = performance.now();
    const isSameGesture = now - this.#lastMs < gestureMs;
    this.#lastMs = now;
    const around = outer.filter((one) => contains(one, shown));
    const scope = sameWindow(shown, this.#whole)
      ? { outer: [], filter }
      : { window: shown, outer: around, filter };
    if (isSameGesture) this.#navigation.replace(this.#at(scope));
    else this.#go(scope);
  }

  filterBy(filter: GoroutineFilter): void {
    const now = performance.now();
    // One step for a word, not one for each letter.
    const isTyping = filter.text !== this.filter.text && now - this.#lastMs < gestureMs;
    this.#lastMs = now;
    const place = this.#at({ ...this.#scope, filter });
    if (isTyping) this.#navigation.replace(place);
    else this.#navigation.go(place);
  }

  get #scope(): Scope {
    const { place } = this.#navigation;
    return place.page === 'start' ? wholeScope : place.scope;
  }

  get #whole(): TimeWindow {
    return { from: traceNs(0), until: traceNs(Math.max(1, this.#wholeNs())) };
  }

  #at(scope: Scope): TracePlace {
    const { place } = this.#navigation;
    if (place.page === 'start') throw new Error('the start page has no scope');
    return { ...place, scope };
  }

  #go(scope: Scope): void {
    this.#navigation.go(this.#at(scope));
  }
}

const rounded = ({ from, until }: TimeWindow): TimeWindow => ({
  from: traceNs(Math.round(from)),
  until: traceNs(Math.max(Math.round(from) + 1, Math.round(until))),
});

const contains = (outer: TimeWindow, inner: TimeWindow): boolean =>
  outer.from <= inner.from && outer.until >= inner.until && lengthOf(outer) > lengthOf(inner);
