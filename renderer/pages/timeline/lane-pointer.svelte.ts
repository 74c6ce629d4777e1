import { lengthOf, panned, timeAt, type TimeWindow } from '#common/timeline/time-window.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { traceNs } from '#common/units.ts';
import { laneOf, type Hit, type Timeline } from './timeline.svelte.ts';

/** How far the pointer may move and still have clicked. */
const clickSlack = 4;
const gripReach = 6;

type Drag =
  | {
      readonly kind: 'pan';
      readonly x0: number;
      readonly y0: number;
      readonly window: TimeWindow;
      readonly top: number;
    }
  | { readonly kind: 'area'; readonly x0: number; readonly y0: number }
  | { readonly kind: 'edge'; readonly other: number };

/** What the pointer does to the lanes. Places are in CSS pixels from their upper left corner. */
export class LanePointer {
  x = $state<number>();
  dragging = $state<Drag['kind']>();

  /** Where it rests, while nothing is dragged. */
  #rest = $state.raw<{ readonly x: number; readonly y: number }>();
  readonly #timeline: Timeline;
  #drag: Drag | undefined;
  #moved = false;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** What it rests on: another thing once lanes or time have moved below it. */
  readonly hovered = $derived.by(
    (): Hit | undefined => this.#rest && this.#timeline.hit(this.#rest.x, this.#rest.y),
  );

  down(x: number, y: number, shift: boolean): void {
    const { viewport, top } = this.#timeline;
    this.#moved = false;
    const other = this.#otherEdge(x, y);
    if (other !== undefined) this.#drag = { kind: 'edge', other };
    else if (shift) this.#drag = { kind: 'area', x0: x, y0: y };
    else this.#drag = { kind: 'pan', x0: x, y0: y, window: viewport.window, top };
  }

  move(x: number, y: number): void {
    this.x = x;
    const drag = this.#drag;
    if (!drag) {
      this.#rest = { x, y };
      return;
    }
    if (drag.kind !== 'edge' && Math.hypot(x - drag.x0, y - drag.y0) > clickSlack) this.#moved = true;
    if (drag.kind === 'edge') this.#moved = true;
    if (!this.#moved) return;
    this.#rest = undefined;
    this.dragging = drag.kind;
    if (drag.kind === 'pan') this.#pan(drag, x, y);
    else if (drag.kind === 'area') this.#select(drag, x, y);
    else this.#moveEdge(drag.other, x);
  }

  up(x: number, y: number): void {
    const drag = this.#drag;
    this.#drag = undefined;
    this.dragging = undefined;
    if (!drag || this.#moved) return;
    this.#click(this.#timeline.hit(x, y));
  }

  cancel(): void {
    this.#drag = undefined;
    this.dragging = undefined;
  }

  leave(): void {
    this.#rest = undefined;
    this.x = undefined;
  }

  /** What was double-clicked becomes the window. */
  double(x: number, y: number): void {
    const span = this.#timeline.hit(x, y)?.span;
    if (span) this.#timeline.viewport.narrow(padded(span));
    else
      this.#timeline.viewport.narrow(
        zoomTarget(this.#timeline.viewport.window, this.#timeline.viewport.width, x),
      );
  }

  /** Ctrl zooms at the pointer, Shift or a sideways wheel pans, else lanes scroll. */
  wheel(
    event: Pick<WheelEvent, 'ctrlKey' | 'metaKey' | 'shiftKey' | 'deltaX' | 'deltaY' | 'deltaMode'>,
    x: number,
  ): void {
    const { viewport } = this.#timeline;
    const unit = event.deltaMode === 1 ? 16 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) {
      const at = timeAt(viewport.window, viewport.width, x);
      viewport.zoom(Math.exp(Math.max(-240, Math.min(240, dy)) * 0.003), at);
      return;
    }
    const sideways = event.shiftKey && dx === 0 ? dy : dx;
    if (sideways !== 0) viewport.pan(sideways / Math.max(1, viewport.width));
    if (!event.shiftKey && dy !== 0) this.#timeline.scrollTo(this.#timeline.top + dy);
    this.#rest = undefined;
  }

  #pan(drag: Extract<Drag, { kind: 'pan' }>, x: number, y: number): void {
    const { viewport } = this.#timeline;
    viewport.look(panned(drag.window, -(x - drag.x0) / viewport.width, viewport.whole));
    this.#timeline.scrollTo(drag.top - (y - drag.y0));
  }

  #select(drag: Extract<Drag, { kind: 'area' }>, x: number, y: number): void {
    const { viewport } = this.#timeline;
    const time = (at: number): number =>
      timeAt(viewport.window, viewport.width, Math.max(0, Math.min(viewport.width, at)));
    const [from, until] = [Math.min(x, drag.x0), Math.max(x, drag.x0)].map(time) as [number, number];
    const lanes = this.#lanesBetween(Math.min(y, drag.y0), Math.max(y, drag.y0));
    if (lanes.length === 0) return;
    this.#timeline.select({ kind: 'area', from: Math.round(from), until: Math.round(until), lanes });
  }

  #lanesBetween(top: number, bottom: number): readonly LaneKey[] {
    const lanes = this.#timeline.shownRows
      .filter(({ y, height }) => y < bottom && y + height > top)
      .flatMap(({ row }) => laneOf(row) ?? []);
    return lanes.filter((lane, at) => lanes.indexOf(lane) === at);
  }

  #moveEdge(other: number, x: number): void {
    const { viewport, selection } = this.#timeline;
    if (selection?.kind !== 'area') return;
    const time = Math.round(
      timeAt(viewport.window, viewport.width, Math.max(0, Math.min(viewport.width, x))),
    );
    this.#timeline.select({ ...selection, from: Math.min(time, other), until: Math.max(time, other) });
  }

  /** The far edge of the area, where the pointer is at the near one. */
  #otherEdge(x: number, y: number): number | undefined {
    const { viewport, selection } = this.#timeline;
    if (selection?.kind !== 'area') return undefined;
    const rows = this.#timeline.shownRows.filter(({ row }) => {
      const lane = laneOf(row);
      return lane !== undefined && selection.lanes.includes(lane);
    });
    if (!rows.some((row) => y >= row.y && y < row.y + row.height)) return undefined;
    const place = (time: number): number =>
      ((time - viewport.window.from) / lengthOf(viewport.window)) * viewport.width;
    if (Math.abs(x - place(selection.from)) < gripReach) return selection.until;
    return Math.abs(x - place(selection.until)) < gripReach ? selection.from : undefined;
  }

  #click(hit: Hit | undefined): void {
    const { shown, lane, span } = hit ?? {};
    if (shown?.row.kind === 'section') this.#timeline.toggleSection(shown.row.name);
    else if (lane && span) this.#timeline.select({ kind: 'span', lane, at: span.from });
    else if (lane) this.#timeline.select({ kind: 'lane', lane });
    else this.#timeline.select(undefined);
  }
}

const padded = ({ from, until }: TimeWindow): TimeWindow => {
  const air = Math.max(32, (until - from) * 0.1);
  return { from: traceNs(Math.max(0, from - air)), until: traceNs(until + air) };
};

/** A quarter of the window around a place. */
function zoomTarget(window: TimeWindow, width: number, x: number): TimeWindow {
  const at = timeAt(window, width, x);
  const length = Math.max(64, lengthOf(window) / 4);
  return { from: traceNs(Math.max(0, at - length / 2)), until: traceNs(at + length / 2) };
}
