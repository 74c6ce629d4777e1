/** Pointer and keys of charts: pointing, choosing a range by dragging, taking a place by a click. */
import type { Range } from './chart-axis.ts';
import type { ChartCursor } from './chart-cursor.svelte.ts';

interface DragAnswers {
  /** What lies under the pointer. */
  readonly place: (event: MouseEvent) => number;
  readonly canSelect: () => boolean;
  readonly select: (range: Range) => void;
  readonly pick: (at: number) => void;
}

/** Less than this is a click, in CSS pixels. */
const leastDrag = 4;

export class ChartDrag {
  readonly #cursor: ChartCursor;
  readonly #answers: DragAnswers;
  #from: number | undefined;

  constructor(cursor: ChartCursor, answers: DragAnswers) {
    this.#cursor = cursor;
    this.#answers = answers;
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    this.#from = event.offsetX;
    this.#cursor.begin(this.#answers.place(event));
  }

  move(event: PointerEvent): void {
    const at = this.#answers.place(event);
    if (this.#from === undefined || !this.#answers.canSelect()) this.#cursor.point(at);
    else this.#cursor.extend(at);
  }

  up(event: PointerEvent): void {
    if (this.#from === undefined) return;
    const isClick = Math.abs(event.offsetX - this.#from) < leastDrag;
    this.#from = undefined;
    const range = this.#cursor.taken();
    if (isClick) this.#answers.pick(this.#answers.place(event));
    else if (range && this.#answers.canSelect()) this.#answers.select(range);
  }

  /** The pointer has gone, or what it did was taken from it. */
  leave(): void {
    this.#from = undefined;
    this.#cursor.point(undefined);
  }
}

/** The place that a key leads to from another, over `stops` in their order; undefined for keys that move nowhere. */
export function afterKey(key: string, stops: readonly number[], at: number | undefined): number | undefined {
  const last = stops.length - 1;
  if (last < 0) return undefined;
  const next = at === undefined ? 0 : stops.findIndex((stop) => stop > at);
  const before = at === undefined ? last : stops.findLastIndex((stop) => stop < at);
  const page = Math.max(1, Math.round(stops.length / 10));
  const places: Partial<Record<string, number>> = {
    ArrowRight: next < 0 ? last : next,
    ArrowLeft: Math.max(0, before),
    PageDown: next < 0 ? last : next + page - 1,
    PageUp: before - page + 1,
    Home: 0,
    End: last,
  };
  const to = places[key];
  return to === undefined ? undefined : stops[Math.max(0, Math.min(last, to))];
}
