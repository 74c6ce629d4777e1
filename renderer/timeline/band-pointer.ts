import { bandPad } from '#common/timeline/life-band.ts';
import { lengthOf, panned, timeAt, xOf, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { laneAt, type LifeBand } from './life-band.svelte.ts';

/** How far the pointer may move and still have clicked. */
const clickSlack = 4;
/** How far from a sliver a click still means it. */
const reachPx = 4;

/** A press in the detail pans; one in the overview draws the window, or moves it if it began inside. */
type Drag =
  | { readonly x0: number; moved: boolean; readonly kind: 'pan'; readonly start: TimeWindow }
  | { readonly x0: number; moved: boolean; readonly kind: 'move'; readonly start: TimeWindow }
  | { readonly x0: number; moved: boolean; readonly kind: 'draw'; readonly from: number };

export interface Pointed {
  readonly x: number;
  readonly lane: 'overview' | 'detail';
  readonly time: number;
}

/** What the pointer does to a band. Places are in CSS pixels from its upper left corner. */
export class BandPointer {
  readonly #band: LifeBand;
  /** Of the lanes, without the air at both sides. */
  readonly #width: () => number;
  #drag: Drag | undefined;

  constructor(band: LifeBand, width: () => number) {
    this.#band = band;
    this.#width = width;
  }

  get dragging(): boolean {
    return this.#drag?.moved ?? false;
  }

  pointed(x: number, y: number): Pointed {
    const lane = laneAt(y);
    return { x, lane, time: timeAt(this.#windowOf(lane), this.#width(), x - bandPad) };
  }

  down(x: number, y: number): void {
    const { lane, time } = this.pointed(x, y);
    const { window } = this.#band;
    if (lane === 'detail') this.#drag = { kind: 'pan', x0: x, moved: false, start: window };
    else if (!this.#band.whole && time >= window.from && time <= window.until && this.#boxWidth() > 6) {
      this.#drag = { kind: 'move', x0: x, moved: false, start: window };
    } else this.#drag = { kind: 'draw', x0: x, moved: false, from: time };
  }

  move(x: number): void {
    const drag = this.#drag;
    if (!drag) return;
    if (Math.abs(x - drag.x0) > clickSlack) drag.moved = true;
    if (!drag.moved) return;
    const { life } = this.#band;
    const across = (x - drag.x0) / this.#width();
    if (drag.kind === 'pan') this.#band.look(panned(drag.start, -across, life));
    else if (drag.kind === 'move') {
      this.#band.look(panned(drag.start, (across * lengthOf(life)) / lengthOf(drag.start), life));
    } else this.#band.look(this.#drawn(drag.from, timeAt(life, this.#width(), x - bandPad)));
  }

  /** Ends a press; a click selects a span in the detail, and brings the window to its place in the overview. */
  up(x: number, y: number): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (!drag || drag.moved) return;
    const { lane, time } = this.pointed(x, y);
    if (lane === 'detail') this.#band.select(this.spanAt(x, y));
    else {
      const { window, life } = this.#band;
      const middle = (window.from + window.until) / 2;
      this.#band.look(panned(window, (time - middle) / lengthOf(window), life));
    }
  }

  cancel(): void {
    this.#drag = undefined;
  }

  double(x: number, y: number): void {
    if (laneAt(y) === 'overview') this.#band.lookAtAll();
    else this.#band.fit(this.spanAt(x, y));
  }

  /** Ctrl zooms at the pointer, Shift or a sideways wheel pans. Returns whether the wheel meant the band. */
  wheel(
    event: Pick<WheelEvent, 'ctrlKey' | 'metaKey' | 'shiftKey' | 'deltaX' | 'deltaY'>,
    x: number,
    y: number,
  ): boolean {
    if (event.ctrlKey || event.metaKey) {
      this.#band.zoom(Math.exp(Math.max(-240, Math.min(240, event.deltaY)) * 0.003), this.pointed(x, y).time);
      return true;
    }
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (sideways === 0) return false;
    this.#band.pan(sideways / this.#width());
    return true;
  }

  spanAt(x: number, y: number): ReturnType<LifeBand['spanAt']> {
    const { lane, time } = this.pointed(x, y);
    return this.#band.spanAt(lane, time, (lengthOf(this.#windowOf(lane)) / this.#width()) * reachPx);
  }

  #windowOf(lane: 'overview' | 'detail'): TimeWindow {
    return lane === 'overview' ? this.#band.life : this.#band.window;
  }

  #boxWidth(): number {
    const { life, window } = this.#band;
    return xOf(life, this.#width(), window.until) - xOf(life, this.#width(), window.from);
  }

  #drawn(a: number, b: number): TimeWindow {
    const { life } = this.#band;
    const from = Math.max(life.from, Math.min(a, b));
    return { from: traceNs(from), until: traceNs(Math.min(life.until, Math.max(a, b, from + 64))) };
  }
}
