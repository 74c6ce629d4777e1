import type { Wake } from '#common/analyses/timeline-details.ts';
import type { ShownSpan } from '#common/timeline/lane-picture.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { traceNs } from '#common/units.ts';
import type { App } from '../../state/app.svelte.ts';
import type { Action } from '../../state/keys.ts';
import type { LaneSearch } from './lane-search.svelte.ts';
import type { Notes } from './notes.svelte.ts';
import { laneOf, type Timeline } from './timeline.svelte.ts';

const zoomStep = 1.5;
const panShare = 0.2;

/** What keys and buttons do to the timeline. */
export class TimelineActions {
  readonly #app: App;
  readonly #timeline: Timeline;
  readonly #notes: Notes;
  readonly #search: LaneSearch;
  /** Where `[` came from, so that `]` leads back there. */
  #cameFrom: { readonly lane: LaneKey; readonly at: number } | undefined;

  constructor(app: App, timeline: Timeline, notes: Notes, search: LaneSearch) {
    this.#app = app;
    this.#timeline = timeline;
    this.#notes = notes;
    this.#search = search;
  }

  get byKey(): Partial<Record<Action, () => void>> {
    const timeline = this.#timeline;
    const { viewport } = timeline;
    return {
      'zoom-in': () => viewport.zoom(1 / zoomStep),
      'zoom-out': () => viewport.zoom(zoomStep),
      earlier: () => viewport.pan(-panShare),
      later: () => viewport.pan(panShare),
      whole: () => viewport.goTo(viewport.whole),
      up: () => viewport.widen(),
      fit: () => this.fit(),
      narrow: () => this.narrow(),
      area: () => this.areaFromSelection(),
      'next-span': () => this.step(1),
      'previous-span': () => this.step(-1),
      waker: () => this.toWaker(),
      woken: () => this.toWoken(),
      creator: () => this.toCreator(),
      mark: () => this.mark(),
      note: () => this.#notes.edit(this.mark()),
      search: () => this.#search.openFor('all'),
      'find-lane': () => this.#search.openFor('lanes'),
      filter: () => this.#app.focusFilter(),
      pin: () => this.#withLane((lane) => timeline.togglePin(lane)),
      stacks: () => this.#withLane((lane) => timeline.toggleUnfolded(lane)),
      goroutine: () => this.openGoroutine(),
      'first-lane': () => timeline.scrollTo(0),
      'last-lane': () => timeline.scrollTo(Infinity),
      clear: () => this.#clear(),
    };
  }

  /** Arrows with the focus on the lanes. Returns whether the key was one. */
  arrow(key: string): boolean {
    switch (key) {
      case 'ArrowLeft':
        this.#timeline.viewport.pan(-panShare / 2);
        return true;
      case 'ArrowRight':
        this.#timeline.viewport.pan(panShare / 2);
        return true;
      case 'ArrowUp':
        this.stepLane(-1);
        return true;
      case 'ArrowDown':
        this.stepLane(1);
        return true;
      case 'Enter':
        this.fit();
        return true;
      default:
        return false;
    }
  }

  fit(): void {
    const span = this.#timeline.selectedStretch;
    if (span) this.#timeline.viewport.fit(span);
    else void this.#timeline.fitLife();
  }

  narrow(): void {
    const span = this.#timeline.selectedStretch;
    if (span) this.#timeline.viewport.narrow(span);
  }

  areaFromSelection(): void {
    const { selection, viewport } = this.#timeline;
    if (!selection || selection.kind === 'area') return;
    const span = this.#timeline.selectedStretch ?? viewport.window;
    this.#timeline.select({
      kind: 'area',
      from: Math.max(0, Math.round(span.from)),
      until: Math.round(span.until),
      lanes: [selection.lane],
    });
  }

  /** The next span (1) of the selected lane, or the one before (−1); the first in the window if none is selected. */
  step(by: 1 | -1): void {
    const { selection, selectedSpan } = this.#timeline;
    if (!selection || selection.kind === 'area') return;
    const picture = this.#timeline.picture(selection.lane);
    if (picture.form !== 'spans') return;
    const at = selection.kind === 'span' ? (selectedSpan?.from ?? selection.at) : undefined;
    const next = nextSpan(picture.spans, at, by);
    if (next) this.#timeline.jumpTo(selection.lane, next.from, next.until - next.from);
  }

  /** The lane above (−1) or below (1) the selected one. */
  stepLane(by: 1 | -1): void {
    const { selection, shownRows } = this.#timeline;
    const lanes = shownRows.flatMap((shown) => {
      const lane = laneOf(shown.row);
      return lane === undefined ? [] : [{ lane, shown }];
    });
    const current = selection && selection.kind !== 'area' ? selection.lane : undefined;
    const at = lanes.findIndex(({ lane }) => lane === current);
    const next = lanes[at < 0 ? 0 : at + by];
    if (!next) {
      this.#timeline.scrollTo(this.#timeline.top + by * 40);
      return;
    }
    this.#timeline.select({ kind: 'lane', lane: next.lane });
    if (!this.#timeline.placeOf(next.lane) || next.shown.y + next.shown.height > this.#timeline.height)
      this.#timeline.scrollTo(this.#timeline.top + by * next.shown.height);
  }

  toWaker(): void {
    const links = this.#timeline.selected.links;
    const wake = links?.wake;
    if (!links || !wake?.by) return;
    this.#cameFrom = { lane: `g${links.goroutine.id}`, at: links.stay.fromNs };
    this.follow({ lane: `g${wake.by.id}`, at: wake.atNs });
  }

  /** Back to where `[` came from, else to the first that was woken. */
  toWoken(): void {
    const links = this.#timeline.selected.links;
    if (!links) return;
    const back = this.#cameFrom;
    const wakes = links.next ? [...links.wakes, links.next] : links.wakes;
    const isBack = back && wakes.some(({ goroutine }) => `g${goroutine.id}` === back.lane);
    this.#cameFrom = undefined;
    const [first] = wakes;
    if (isBack) this.follow(back);
    else if (first) this.follow(targetOf(first));
  }

  toCreator(): void {
    const creation = this.#timeline.selected.links?.creation;
    if (creation?.by) this.follow({ lane: `g${creation.by.id}`, at: creation.atNs });
  }

  follow({ lane, at }: { readonly lane: LaneKey; readonly at: number }): void {
    const { selection } = this.#timeline;
    // Both ends of the arrow shall be seen.
    if (selection && selection.kind !== 'area') this.#timeline.keepInView(selection.lane);
    this.#timeline.jumpTo(lane, at);
  }

  mark(): ReturnType<Notes['mark']> {
    const { viewport, selectedStretch } = this.#timeline;
    const middle = traceNs(Math.round((viewport.window.from + viewport.window.until) / 2));
    return this.#notes.mark(selectedStretch ?? { from: middle, until: middle });
  }

  openGoroutine(): void {
    const id = this.#timeline.selectedGoroutine;
    if (id === undefined) return;
    this.#app.showGoroutine(id);
  }

  #clear(): void {
    if (this.#search.isOpen) this.#search.close();
    else if (this.#notes.edited) this.#notes.edit(undefined);
    else if (this.#timeline.selection) this.#timeline.select(undefined);
    else this.#timeline.visitors = [];
  }

  #withLane(act: (lane: LaneKey) => void): void {
    const { selection } = this.#timeline;
    if (selection && selection.kind !== 'area') act(selection.lane);
  }
}

/** The one who was woken becomes runnable at that time. */
export const targetOf = ({ goroutine, atNs }: Wake): { readonly lane: LaneKey; readonly at: number } => ({
  lane: `g${goroutine.id}`,
  at: atNs,
});

function nextSpan(spans: readonly ShownSpan[], at: number | undefined, by: 1 | -1): ShownSpan | undefined {
  if (at === undefined) return spans[0];
  return by === 1 ? spans.find(({ from }) => from > at) : spans.findLast(({ from }) => from < at);
}
