import { listTop, scrollSpace, scrollTopOf, topShowing, visibleRows } from './virtual-scroll.ts';

export const rowHeight = 24;
const headHeight = 28;
const overscan = 8;

/** Where a list was scrolled to, for when it is shown again. */
export interface ScrollMemory {
  top: number;
}

/** Where a grid is scrolled to, and which of its rows are in view. */
export class GridView {
  width = $state(0);
  #viewHeight = $state(0);
  /** In pixels of the list, which may be taller than the element that is scrolled. */
  #top = $state(0);
  readonly #rowCount: () => number;
  readonly #memory: ScrollMemory;
  #element: HTMLElement | undefined;

  constructor(rowCount: () => number, memory: ScrollMemory) {
    this.#rowCount = rowCount;
    this.#memory = memory;
    this.#top = memory.top;
  }

  readonly space = $derived.by(() => scrollSpace(this.#rowCount(), rowHeight, this.#viewHeight));
  readonly #shownTop = $derived(
    Math.min(this.#top, Math.max(0, this.space.listHeight - this.space.viewHeight)),
  );
  readonly range = $derived.by(() =>
    visibleRows(this.space, this.#shownTop, rowHeight, this.#rowCount(), overscan),
  );
  /** At least as many as rows are ever in the document at this height. */
  readonly pool = $derived(Math.ceil(this.#viewHeight / rowHeight) + 2 * overscan + 2);
  /** Where the first row in the document stands within the scroll area. */
  readonly offset = $derived(
    scrollTopOf(this.space, this.#shownTop) + this.range.first * rowHeight - this.#shownTop,
  );

  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const resized = new ResizeObserver(() => this.#measure(element));
    resized.observe(element);
    this.#measure(element);
    // The scroll area gets its height with the first frame.
    const frame = requestAnimationFrame(() => this.#goTo(this.#memory.top));
    const scrolled = (): void => this.#scrolled(element);
    const wheel = (event: WheelEvent): void => this.#wheel(event);
    element.addEventListener('scroll', scrolled, { passive: true });
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('wheel', wheel);
    };
  };

  toTop(): void {
    this.#goTo(0);
  }

  reveal(row: number): void {
    this.#goTo(topShowing(this.space, this.#shownTop, row, rowHeight));
  }

  /** A row from far away comes to where much of what follows it shows, too. */
  bring(row: number): void {
    const { viewHeight } = this.space;
    const top = row * rowHeight;
    const isInView = top >= this.#shownTop && top + rowHeight <= this.#shownTop + viewHeight;
    if (!isInView) this.#goTo(top - viewHeight / 4);
  }

  /** The row that a key leads to from `active`; undefined for keys that move nowhere. */
  afterKey(key: string, active: number): number | undefined {
    const last = this.#rowCount() - 1;
    const page = Math.max(1, Math.floor(this.#viewHeight / rowHeight) - 1);
    const steps: Partial<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active < 0 ? 0 : active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: last,
    };
    const to = steps[key];
    return to === undefined ? undefined : Math.max(0, Math.min(last, to));
  }

  #measure(element: HTMLElement): void {
    this.width = element.clientWidth - 8;
    this.#viewHeight = Math.max(0, element.clientHeight - headHeight);
  }

  #scrolled(element: HTMLElement): void {
    // The echo of our own move would lose the part of it that a scroll position cannot hold.
    if (Math.abs(element.scrollTop - scrollTopOf(this.space, this.#top)) < 1.5) return;
    this.#top = listTop(this.space, element.scrollTop);
    this.#memory.top = this.#top;
  }

  /** In a shortened scroll area the browser's own step would skip whole screens. */
  #wheel(event: WheelEvent): void {
    if (this.space.ratio === 1 || event.ctrlKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1;
    this.#goTo(this.#shownTop + event.deltaY * unit);
  }

  #goTo(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.space.listHeight - this.space.viewHeight));
    this.#memory.top = this.#top;
    if (this.#element) this.#element.scrollTop = scrollTopOf(this.space, this.#top);
  }
}
