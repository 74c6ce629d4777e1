import { Failure, isCancelled } from '#common/errors.ts';
import type { GoId } from '#common/ids.ts';
import { detailLane, overviewLane, type LifeBandPicture } from '#common/timeline/life-band.ts';
import {
  firstEndingAfter,
  sameSpan,
  spanAt,
  spanNear,
  type PlacedPicture,
  type Span,
} from '#common/timeline/span-picture.ts';
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
import { SingleFlight } from '../state/single-flight.ts';
import type { TraceState } from '../state/trace.svelte.ts';
import { Travel } from './travel.ts';

const mostColumns = 8192;
/** How far to both sides of the window pictures are asked for, in windows. */
const ahead = 0.5;

/** The life of one goroutine and the part of it that is looked at. */
export class LifeBand implements LifeBandPicture {
  life = $state.raw<TimeWindow>({ from: traceNs(0), until: traceNs(1) });
  window = $state.raw<TimeWindow>({ from: traceNs(0), until: traceNs(1) });
  overview = $state.raw<PlacedPicture>();
  detail = $state.raw<PlacedPicture>();
  selected = $state.raw<Span>();
  failure = $state.raw<Failure>();
  readonly whole = $derived(sameWindow(this.life, this.window));
  readonly inShares = $derived(this.detail?.picture.kind === 'shares');

  #width = 0;
  /** Where the window is going, or is. */
  #goal: TimeWindow = this.window;
  readonly #travel = new Travel();
  /** There is more to read than the detail shows; it stays until its successor comes. */
  #outdated = false;
  readonly #trace: TraceState;
  readonly #id: GoId;
  readonly #gone = new AbortController();
  readonly #overviewFlight = new SingleFlight(() => this.#renewOverview());
  readonly #detailFlight = new SingleFlight(() => this.#renewDetail());

  constructor(trace: TraceState, id: GoId) {
    this.#trace = trace;
    this.#id = id;
  }

  leave(): void {
    this.#travel.stop();
    this.#gone.abort();
  }

  /** Known anew with every generation that is read; who looked at all of it goes on doing so. */
  setLife(life: TimeWindow): void {
    if (life.until <= life.from) life = { from: life.from, until: traceNs(life.from + 1) };
    const follow = this.whole || this.overview === undefined;
    this.life = life;
    if (follow) {
      this.#goal = life;
      this.window = life;
    }
    this.#overviewFlight.run();
    this.#outdated = true;
    this.#detailFlight.run();
  }

  setWidth(width: number): void {
    if (width === this.#width || width <= 0) return;
    this.#width = width;
    this.#overviewFlight.run();
    this.#detailFlight.run();
  }

  look(window: TimeWindow): void {
    this.#travel.stop();
    this.#aim(window);
    this.window = window;
  }

  lookAtAll(): void {
    this.#goTo(this.life);
  }

  /** Asks at once for what will be seen on arrival. */
  #goTo(window: TimeWindow): void {
    this.#aim(window);
    this.#travel.go(this.window, window, (shown) => (this.window = shown));
  }

  #aim(window: TimeWindow): void {
    this.#goal = window;
    if (!this.#suffices()) this.#detailFlight.run();
  }

  zoom(factor: number, at: number = (this.window.from + this.window.until) / 2): void {
    this.look(zoomed(this.window, factor, at, this.life));
  }

  pan(share: number): void {
    this.look(panned(this.window, share, this.life));
  }

  fit(span: TimeWindow | undefined = this.selected): void {
    if (span) this.#goTo(fitted(span, this.life));
  }

  select(span: Span | undefined): void {
    this.selected = span;
    if (span) this.look(revealing(this.window, span, this.life));
  }

  /** The next span (`by` 1) or the one before (−1); the first in the window if none is selected. */
  step(by: 1 | -1): void {
    const picture = this.detail?.picture;
    if (picture?.kind !== 'exact' || picture.starts.length === 0) return;
    const { selected } = this;
    const from = firstEndingAfter(picture, selected?.from ?? this.window.from);
    const at = Math.max(0, Math.min(picture.starts.length - 1, selected ? from + by : from));
    this.select(spanAt(picture, at));
  }

  /** The span at a place, `reach` ns around it. Only where single spans are shown. */
  spanAt(lane: 'overview' | 'detail', time: number, reach: number): Span | undefined {
    const picture = this[lane]?.picture;
    return picture?.kind === 'exact' ? spanNear(picture, time, reach) : undefined;
  }

  /** The picture that is there shows the window as well as a new one would. */
  #suffices(): boolean {
    const { detail } = this;
    if (this.#outdated) return false;
    const window = this.#goal;
    if (!detail || detail.window.from > window.from || detail.window.until < window.until) return false;
    if (detail.picture.kind === 'exact') return true;
    const slice = lengthOf(detail.window) / detail.picture.columns;
    return slice / lengthOf(window) <= 1.05 / this.#width && slice / lengthOf(window) >= 0.5 / this.#width;
  }

  async #renewOverview(): Promise<void> {
    const placed = await this.#fetch(this.life, this.#width);
    if (placed) this.overview = placed;
  }

  async #renewDetail(): Promise<void> {
    if (this.#suffices()) return;
    this.#outdated = false;
    const goal = this.#goal;
    const window = widened(goal, ahead, this.life);
    const columns = Math.ceil((this.#width * lengthOf(window)) / lengthOf(goal));
    const placed = await this.#fetch(window, columns);
    if (placed) this.detail = placed;
    if (placed && this.selected) this.#renewSelected(this.selected);
  }

  /** The same span in the new picture: while a trace is read the last one of a goroutine grows. */
  #renewSelected(selected: Span): void {
    const again = this.spanAt('detail', selected.from, 0);
    if (again?.from === selected.from && !sameSpan(again, selected)) this.selected = again;
  }

  async #fetch(window: TimeWindow, columns: number): Promise<PlacedPicture | undefined> {
    if (this.#width <= 0 || this.#gone.signal.aborted) return undefined;
    try {
      const picture = await this.#trace.caller.call(
        'goroutines.spans',
        {
          trace: this.#trace.opened.trace,
          id: this.#id,
          ...window,
          columns: Math.max(1, Math.min(mostColumns, Math.round(columns))),
        },
        { signal: this.#gone.signal },
      );
      this.failure = undefined;
      return { window, picture };
    } catch (error) {
      if (isCancelled(error)) return undefined;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
      return undefined;
    }
  }
}

/** Which of the band's lanes a place belongs to. */
export const laneAt = (y: number): 'overview' | 'detail' =>
  y < (overviewLane.y + overviewLane.h + detailLane.y) / 2 ? 'overview' : 'detail';
