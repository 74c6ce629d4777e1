import type { Navigation } from '../../state/navigation.svelte.ts';
import { scopeQuery } from '../../state/scope.ts';
import { optionsOfView, scopeOfView, viewOf, type TimelineView } from '../../state/timeline-view.ts';
import type { Timeline } from './timeline.svelte.ts';

/** A gesture is over once nothing has moved for so long; the next one is another step back. */
const gestureMs = 700;
const writeMs = 200;

const textOf = (view: TimelineView): string =>
  JSON.stringify([scopeQuery(scopeOfView(view)), optionsOfView(view)]);
/** Scrolling and hovering are no steps that one would want to undo. */
const stepOf = (view: TimelineView): string => textOf({ ...view, top: 0, visitors: [] });

/** Keeps the address in line with what is seen: one step of the history for each gesture. */
export class ViewInAddress {
  readonly #navigation: Navigation;
  readonly #timeline: Timeline;
  #written: string;
  #step: string;
  #lastMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(navigation: Navigation, timeline: Timeline) {
    this.#navigation = navigation;
    this.#timeline = timeline;
    const { place } = navigation;
    const view = place.page === 'timeline' ? viewOf(place.scope, place.options) : undefined;
    this.#written = view ? textOf(view) : '';
    this.#step = view ? stepOf(view) : '';
    // What stood in the address has yet to be applied.
    this.#first = true;
  }

  #first: boolean;

  /** Whether a view in the address is the one that stands there because of us. */
  wrote(view: TimelineView): boolean {
    const isOurs = !this.#first && textOf(view) === this.#written;
    this.#first = false;
    this.#written = textOf(view);
    if (!isOurs) this.#step = stepOf(view);
    return isOurs;
  }

  /** At the latest a moment later: browsers refuse too many changes of an address. */
  write(view: TimelineView): void {
    if (textOf(view) === this.#written) return;
    this.#timer ??= setTimeout(() => this.flush(), writeMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { place } = this.#navigation;
    const { view } = this.#timeline;
    if (place.page !== 'timeline' || place.file !== this.#timeline.trace.opened.path) return;
    if (textOf(view) === this.#written) return;
    const now = performance.now();
    const isStep = stepOf(view) !== this.#step && now - this.#lastMs > gestureMs;
    this.#written = textOf(view);
    this.#step = stepOf(view);
    this.#lastMs = now;
    const next = { ...place, scope: scopeOfView(view), options: optionsOfView(view) };
    if (isStep) this.#navigation.go(next);
    else this.#navigation.replace(next);
  }
}
