import type { TimelineSamples } from '#common/analyses/timeline-details.ts';
import type {
  TimelineCounters,
  TimelineCounts,
  TimelineOverview,
} from '#common/analyses/timeline-results.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import { goId } from '#common/ids.ts';
import type { PlacedRow } from '#common/timeline/lane-layout.ts';
import { shownSpanAt, type LanePicture, type ShownSpan } from '#common/timeline/lane-picture.ts';
import { sliceAt, type PointedSlice } from '#common/timeline/stack-drawing.ts';
import type { StackTrack } from '#common/timeline/stack-track.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { timeAt, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { SingleFlight } from '../../state/single-flight.ts';
import {
  plainView,
  type Grouping,
  type LaneFilter,
  type LaneOrder,
  type Selection,
  type TimelineView,
} from '../../state/timeline-view.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { LaneTiles } from '../../timeline/lane-tiles.svelte.ts';
import { Viewport } from '../../timeline/viewport.svelte.ts';
import { WindowFetch } from '../../timeline/window-fetch.svelte.ts';
import { GroupOutliers } from './group-outliers.svelte.ts';
import { LaneDetails } from './lane-details.svelte.ts';
import { markAt, markRowHeight, type PointedMark } from '../../timeline/mark-drawing.ts';
import { LaneRows, rowHeights, type Row, type RunWhat, type SectionName } from './lane-rows.svelte.ts';
import { SelectedSpan } from './selected-span.svelte.ts';

/** A row where it stands on the screen, below the axis. */
export interface ShownRow {
  readonly key: string;
  readonly row: Row;
  readonly y: number;
  readonly height: number;
  /** Always on top, and not scrolled. */
  readonly isPinned: boolean;
}

/** What the pointer is at. */
export interface Hit {
  readonly x: number;
  readonly y: number;
  readonly time: number;
  readonly shown: ShownRow;
  readonly lane: LaneKey | undefined;
  readonly picture: LanePicture | undefined;
  readonly span: ShownSpan | undefined;
  /** Below the bars of a goroutine that is unfolded. */
  readonly mark?: PointedMark;
  readonly slice?: PointedSlice;
}

/** How far from a sliver the pointer still means it. */
const reachPx = 4;
const mostVisitors = 3;
const mostSamples = 4000;

/** The timeline of one trace: what is seen of it, and everything that is fetched to show that. */
export class Timeline {
  readonly trace: TraceState;
  readonly viewport = new Viewport();
  readonly rows: LaneRows;
  readonly tiles: LaneTiles;
  readonly details: LaneDetails;
  readonly outliers: GroupOutliers;
  readonly selected: SelectedSpan;
  readonly counters: WindowFetch<TimelineCounters>;
  readonly counts: WindowFetch<TimelineCounts>;
  readonly samples: WindowFetch<TimelineSamples>;
  overview = $state.raw<TimelineOverview>();
  failure = $state.raw<Failure>();

  filter = $state.raw<LaneFilter>(plainView.filter);
  grouping = $state<Grouping>(plainView.grouping);
  order = $state.raw<LaneOrder>(plainView.order);
  open = $state.raw<readonly number[]>([]);
  unfolded = $state.raw<readonly LaneKey[]>([]);
  shut = $state.raw<readonly string[]>(plainView.shut);
  pinned = $state.raw<readonly LaneKey[]>([]);
  /** Lanes that were jumped to and are not pinned, the latest last. */
  visitors = $state.raw<readonly LaneKey[]>([]);
  selection = $state.raw<Selection>();
  top = $state(0);
  /** Of the lanes' part of the screen, CSS pixels. */
  height = $state(0);

  readonly #gone = new AbortController();
  readonly #overviewFlight = new SingleFlight(() => this.#renewOverview());
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen depends on it alone
  readonly #names = new Map<LaneKey, string>();
  #started = false;
  /** A window from the address that reaches beyond what was read so far. */
  #wishedWindow = $state.raw<TimeWindow>();

  constructor(trace: TraceState) {
    this.trace = trace;
    this.rows = new LaneRows(trace, (lane) => (this.unfolded.includes(lane) ? this.details.height(lane) : 0));
    this.tiles = new LaneTiles(trace);
    this.details = new LaneDetails(trace);
    this.outliers = new GroupOutliers(trace);
    this.selected = new SelectedSpan(trace);
    const key = trace.opened.trace;
    this.counters = new WindowFetch(
      ({ window, columns }, signal) =>
        trace.caller.call(
          'timeline.counters',
          { trace: key, ...window, columns, names: ['heapAllocated', 'heapGoal', 'gomaxprocs'] },
          { signal },
        ),
      ({ values }) => Object.values(values).every((series) => series.kind === 'changes'),
    );
    this.counts = new WindowFetch(({ window, columns }, signal) =>
      trace.caller.call(
        'timeline.counts',
        { trace: key, ...window, columns, of: [{ kind: 'goroutines' }, { kind: 'processors' }] },
        { signal },
      ),
    );
    this.samples = new WindowFetch(
      ({ window }, signal) =>
        trace.caller.call('timeline.samples', { trace: key, ...window, most: mostSamples }, { signal }),
      ({ kind }) => kind === 'samples',
    );
  }

  readonly pinnedRows = $derived.by((): readonly ShownRow[] => this.#pinnedRows());
  readonly pinnedHeight = $derived.by(() => {
    const last = this.pinnedRows.at(-1);
    return last ? last.y + last.height : 0;
  });
  readonly scrollHeight = $derived.by(() => this.rows.height);
  readonly viewHeight = $derived(Math.max(0, this.height - this.pinnedHeight));
  /** How many rows of stacks there are below the goroutines that are unfolded. */
  readonly stackRows = $derived.by(() =>
    this.#unfoldedInView().map((lane) => this.stacksOf(lane)?.rows.length ?? 0),
  );
  readonly #placed = $derived.by(() => this.rows.rowsIn(this.top, this.viewHeight));
  /** All rows on the screen, pinned ones first. */
  readonly shownRows = $derived.by((): readonly ShownRow[] => [
    ...this.pinnedRows,
    ...this.#placed.map((row) => this.#shown(row)),
  ]);
  /** Lanes on the screen that tiles are asked for. */
  readonly lanesInView = $derived.by((): readonly LaneKey[] => [
    'c0',
    'c1',
    ...unique(this.shownRows.flatMap(({ row }) => laneOf(row) ?? [])),
  ]);

  /** The selected span as far as it is known: whole once its details have come. */
  readonly selectedSpan = $derived.by((): TimeWindow | undefined => {
    const { selection } = this;
    if (selection?.kind !== 'span') return undefined;
    const stay = this.selected.links?.stay;
    const isGoroutine = selection.lane.startsWith('g');
    if (isGoroutine && stay && stay.fromNs <= selection.at && selection.at <= stay.untilNs)
      return { from: stay.fromNs, until: stay.untilNs };
    return this.shownSelection;
  });
  /** What the lane shows where a span is selected. */
  readonly shownSelection = $derived.by((): ShownSpan | undefined => {
    const { selection } = this;
    if (selection?.kind !== 'span') return undefined;
    const picture = this.picture(selection.lane);
    if (picture.form !== 'spans') return undefined;
    return picture.spans.find(({ from, until }) => from <= selection.at && selection.at < until);
  });
  /** The goroutine that is selected, or that the selected processor or thread ran. */
  readonly selectedGoroutine = $derived.by((): number | undefined => {
    const { selection } = this;
    if (!selection || selection.kind === 'area') return undefined;
    if (selection.lane.startsWith('g')) return Number(selection.lane.slice(1));
    return this.shownSelection?.goroutine;
  });
  /** The time of what is selected. */
  readonly selectedStretch = $derived.by((): TimeWindow | undefined => {
    const { selection } = this;
    if (selection?.kind === 'area') return { from: traceNs(selection.from), until: traceNs(selection.until) };
    return this.selectedSpan;
  });

  get view(): TimelineView {
    const { viewport, filter, grouping, order, open, unfolded, shut, pinned, visitors, selection, top } =
      this;
    const window = this.#wishedWindow ?? (viewport.showsAll ? undefined : viewport.goal);
    return {
      ...(window ? { window } : {}),
      outer: viewport.outer,
      filter,
      grouping,
      order,
      open,
      unfolded,
      shut,
      pinned,
      visitors,
      ...(selection ? { selection } : {}),
      top,
    };
  }

  /** Shows what an address says. */
  apply(view: TimelineView): void {
    const isFirst = !this.#started;
    this.#started = true;
    this.filter = view.filter;
    this.grouping = view.grouping;
    this.order = view.order;
    this.open = view.open;
    this.unfolded = view.unfolded;
    this.shut = view.shut;
    this.pinned = view.pinned;
    this.visitors = view.visitors;
    this.top = view.top;
    this.selection = view.selection;
    this.#askRows();
    this.#follow(view.window, view.outer, isFirst);
  }

  #follow(window: TimeWindow | undefined, outer: readonly TimeWindow[], isFirst: boolean): void {
    this.#wishedWindow = undefined;
    const { viewport } = this;
    if (!window) viewport.goTo(viewport.whole);
    else if (window.until > viewport.whole.until) this.#wishedWindow = window;
    else if (isFirst) viewport.look(window);
    else viewport.goTo(window);
    viewport.outer = outer;
    this.#heedWish();
  }

  /** More of the trace was read. */
  refresh(): void {
    const durationNs = this.trace.facts?.durationNs ?? 0;
    this.viewport.grow(durationNs);
    this.#heedWish();
    this.rows.refresh();
    this.#overviewFlight.run();
  }

  /** Shows the window that was wished once the trace reaches that far, or is known not to. */
  #heedWish(): void {
    const { facts } = this.trace;
    const wished = this.#wishedWindow;
    if (!wished || !facts || (wished.until > facts.durationNs && !facts.complete)) return;
    this.#wishedWindow = undefined;
    const until = Math.min(wished.until, facts.durationNs);
    if (wished.from < until) this.viewport.look({ from: wished.from, until: traceNs(until) });
  }

  /** Asks for what is in view and not here, or also for what may come into view next. */
  fetch(what: 'seen' | 'ahead'): void {
    const { viewport } = this;
    const { goal, width, whole } = viewport;
    const { revision } = this.trace;
    this.rows.show(this.#placed);
    const nearby = what === 'ahead' ? this.#lanesNearby() : undefined;
    this.tiles.want(goal, width, this.lanesInView, nearby);
    this.counters.want(goal, width, whole, revision);
    this.counts.want(goal, width, whole, revision);
    this.samples.want(goal, width, whole, revision);
    const unfolded = this.#unfoldedInView();
    this.details.want(unfolded, goal, width, whole, revision);
    const groups = this.lanesInView.filter((lane) => lane.startsWith('f'));
    this.outliers.want(groups, goal, width, whole, revision);
  }

  leave(): void {
    this.#gone.abort();
    this.viewport.stop();
    this.tiles.leave();
    this.rows.leave();
    this.details.leave();
    this.outliers.leave();
    this.selected.leave();
    for (const fetch of [this.counters, this.counts, this.samples]) fetch.leave();
  }

  picture(lane: LaneKey): LanePicture {
    return this.tiles.picture(lane, this.viewport.window, this.viewport.width);
  }

  /** Room for the stacks of the goroutines that are unfolded. */
  makeRoom(): void {
    for (const lane of this.#unfoldedInView())
      this.details.makeRoom(lane, { stacks: this.stacksOf(lane)?.rows.length ?? 0 });
  }

  stacksOf(lane: LaneKey): StackTrack | undefined {
    return this.details.stacksOf(lane, this.picture(lane), this.samples.answer);
  }

  /** `y` from the top of the lanes, pinned ones included. */
  hit(x: number, y: number): Hit | undefined {
    const rows = this.shownRows;
    const shown = (y < this.pinnedHeight ? this.pinnedRows : rows.slice(this.pinnedRows.length)).find(
      (row) => y >= row.y && y < row.y + row.height,
    );
    if (!shown) return undefined;
    const { window, width } = this.viewport;
    const time = timeAt(window, width, x);
    const lane = laneOf(shown.row);
    const inBars = y < shown.y + barsHeight(shown.row);
    const picture = lane && inBars ? this.picture(lane) : undefined;
    const span = picture && shownSpanAt(picture, window, width, x, reachPx);
    const hit = { x, y, time, shown, lane, picture, span };
    return lane && !inBars ? { ...hit, ...this.#below(lane, x, y - shown.y - barsHeight(shown.row)) } : hit;
  }

  /** What stands below a lane's bars at a place; `y` from their lower edge. */
  #below(lane: LaneKey, x: number, y: number): Pick<Hit, 'mark' | 'slice'> {
    const { window, width } = this.viewport;
    const { tasks, regions } = this.details.partsOf(lane);
    const stacksAt = Math.max(1, tasks + regions) * markRowHeight + 1;
    if (y >= stacksAt) {
      const track = this.stacksOf(lane);
      const slice = track && sliceAt(track, { window, width, y: stacksAt }, x, y);
      return slice ? { slice } : {};
    }
    const marks = this.details.marksOf(lane);
    const mark = marks && markAt(marks, tasks, window, width, x, y);
    return mark ? { mark } : {};
  }

  /** Where a lane's bars stand on the screen; undefined: not in view. */
  placeOf(lane: LaneKey): { readonly y: number; readonly h: number; readonly isPinned: boolean } | undefined {
    const shown = this.shownRows.find(({ row }) => laneOf(row) === lane);
    if (!shown) return undefined;
    const y = Math.max(shown.y, shown.isPinned ? 0 : this.pinnedHeight);
    const bottom = Math.min(this.height, shown.y + barsHeight(shown.row));
    return bottom - y < 6
      ? undefined
      : { y: shown.y + 2, h: barsHeight(shown.row) - 4, isPinned: shown.isPinned };
  }

  select(selection: Selection | undefined): void {
    this.selection = selection;
  }

  /** Selects a span wherever it is: brings its lane and its time into view. */
  jumpTo(lane: LaneKey, at: number, length = 0): void {
    this.selection = { kind: 'span', lane, at };
    this.showLane(lane);
    this.viewport.reveal({ from: traceNs(at), until: traceNs(at + length) });
  }

  /** Scrolls to a lane of the list, or puts it on top where its place is not known. */
  showLane(lane: LaneKey): void {
    if (this.placeOf(lane)) return;
    const place = this.rows.placeOf(lane);
    if (place) {
      const middle = place.top - (this.viewHeight - place.height) / 2;
      this.scrollTo(middle);
      return;
    }
    this.visitors = [...this.visitors.filter((one) => one !== lane), lane].slice(-mostVisitors);
  }

  /** A lane that is not in view comes on top. */
  keepInView(lane: LaneKey): void {
    if (this.placeOf(lane) || !lane.startsWith('g')) return;
    this.visitors = [...this.visitors, lane].slice(-mostVisitors);
  }

  /** Time that is not in view comes into it. */
  revealIfOutside(from: number, until: number): void {
    const { goal } = this.viewport;
    if (until < goal.from || from > goal.until)
      this.viewport.reveal({ from: traceNs(from), until: traceNs(until) });
  }

  /** Selects a group and scrolls to it; where another grouping hides it, back to groups. */
  showGroup(group: number): void {
    if (this.grouping !== 'function') this.arrange({ grouping: 'function' });
    const lane: LaneKey = `f${group}`;
    this.select({ kind: 'lane', lane });
    const place = this.rows.placeOf(lane);
    if (place && !this.placeOf(lane)) this.scrollTo(place.top - this.viewHeight / 3);
  }

  /** The whole life of the goroutine whose lane is selected. */
  async fitLife(): Promise<void> {
    const id = this.selectedGoroutine;
    if (id === undefined) return;
    try {
      const { fromNs, untilNs } = await this.trace.caller.call(
        'goroutines.detail',
        { trace: this.trace.opened.trace, id: goId(id) },
        { signal: this.#gone.signal },
      );
      this.viewport.fit({ from: fromNs, until: untilNs });
    } catch (error) {
      if (!isCancelled(error) && !(error instanceof Failure)) throw error;
    }
  }

  /** A goroutine with its tasks, regions and logs. */
  jumpToMarks(lane: LaneKey): void {
    this.select({ kind: 'lane', lane });
    this.showLane(lane);
    if (!this.unfolded.includes(lane)) this.unfolded = [...this.unfolded, lane];
  }

  /** The start function of a goroutine that is not in a table: as its links say. */
  nameOf(lane: LaneKey | undefined): string {
    const known = this.#names.get(lane ?? 'g0');
    if (known !== undefined) return known;
    const goroutine = this.selected.links?.goroutine;
    if (!goroutine || lane !== `g${goroutine.id}`) return '';
    this.#names.set(lane, goroutine.name);
    return goroutine.name;
  }

  /** Asks for the details of what is selected. */
  showSelected(): void {
    const { selection } = this;
    if (selection?.kind !== 'span') return void this.selected.show(undefined, 0);
    const id = this.selectedGoroutine;
    const shown = this.shownSelection;
    const at = Math.max(selection.at, shown?.from ?? selection.at);
    void this.selected.show(id === undefined ? undefined : goId(id), at);
  }

  scrollTo(top: number): void {
    this.top = Math.max(0, Math.min(top, this.scrollHeight - this.viewHeight));
  }

  togglePin(lane: LaneKey): void {
    const isPinned = this.pinned.includes(lane);
    this.pinned = isPinned ? this.pinned.filter((one) => one !== lane) : [...this.pinned, lane];
    this.visitors = this.visitors.filter((one) => one !== lane);
  }

  dismiss(lane: LaneKey): void {
    this.visitors = this.visitors.filter((one) => one !== lane);
    this.pinned = this.pinned.filter((one) => one !== lane);
  }

  /** Lanes that were only jumped to stay low: they come and go. */
  isUnfolded(lane: LaneKey, isLasting = true): boolean {
    return isLasting && this.unfolded.includes(lane);
  }

  toggleUnfolded(lane: LaneKey): void {
    this.unfolded = toggled(this.unfolded, lane);
  }

  toggleSection(name: SectionName): void {
    this.shut = toggled(this.shut, name);
    this.#askRows();
  }

  toggleGroup(id: number): void {
    this.open = toggled(this.open, id);
    this.#askRows();
  }

  /** The window rests: lanes may follow it. */
  settle(): void {
    if (this.filter.here) this.#askRows();
  }

  arrange(change: {
    readonly filter?: LaneFilter;
    readonly grouping?: Grouping;
    readonly order?: LaneOrder;
  }): void {
    if (change.filter) this.filter = change.filter;
    if (change.order) this.order = change.order;
    if (change.grouping && change.grouping !== this.grouping) {
      this.grouping = change.grouping;
      this.open = [];
    }
    this.scrollTo(this.top);
    this.#askRows();
  }

  #askRows(): void {
    const { filter, grouping, order, open, shut, viewport } = this;
    const isPart = filter.here === true && !viewport.showsAll;
    const window = isPart ? viewport.goal : undefined;
    const one = filter.goroutine === undefined ? undefined : { filter: { text: `G${filter.goroutine}` } };
    const wish = { filter, grouping, order, open, shut, ...(window ? { window } : {}) };
    this.rows.ask(one ? { ...wish, ...one, grouping: 'none' } : wish);
  }

  #pinnedRows(): readonly ShownRow[] {
    let y = 0;
    return [...this.pinned, ...this.visitors].map((lane) => {
      const isGoroutine = lane.startsWith('g');
      const row: Row = isGoroutine ? { kind: 'goroutine', lane, row: undefined } : { kind: 'lane', lane };
      const height =
        (isGoroutine ? rowHeights.goroutines : rowHeights.lanes) +
        (this.isUnfolded(lane, this.pinned.includes(lane)) ? this.details.height(lane) : 0);
      const shown = { key: `pinned ${lane}`, row, y, height, isPinned: true };
      y += height;
      return shown;
    });
  }

  #shown({ what, index, top, height }: PlacedRow<RunWhat>): ShownRow {
    const row = this.rows.rowAt(what, index);
    return { key: keyOf(row, top), row, y: top - this.top + this.pinnedHeight, height, isPinned: false };
  }

  #lanesNearby(): readonly LaneKey[] {
    const margin = this.viewHeight / 2;
    const above = this.rows.rowsIn(this.top - margin, margin);
    const below = this.rows.rowsIn(this.top + this.viewHeight, margin);
    return [...above, ...below].flatMap(({ what, index }) => laneOf(this.rows.rowAt(what, index)) ?? []);
  }

  #unfoldedInView(): readonly LaneKey[] {
    return this.unfolded.filter((lane) => this.lanesInView.includes(lane));
  }

  async #renewOverview(): Promise<void> {
    try {
      this.overview = await this.trace.caller.call(
        'timeline.overview',
        { trace: this.trace.opened.trace, columns: 1600 },
        { signal: this.#gone.signal },
      );
      this.failure = undefined;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}

const unique = (lanes: readonly LaneKey[]): readonly LaneKey[] =>
  lanes.filter((lane, at) => lanes.indexOf(lane) === at);

const toggled = <T>(list: readonly T[], one: T): readonly T[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

/** The lane whose tiles a row shows. */
export function laneOf(row: Row): LaneKey | undefined {
  switch (row.kind) {
    case 'lane':
    case 'goroutine':
      return row.lane;
    case 'group':
      return `f${row.row.group}`;
    default:
      return undefined;
  }
}

/** How tall the part of a row is that shows its states. */
export function barsHeight(row: Row): number {
  switch (row.kind) {
    case 'goroutine':
      return rowHeights.goroutines;
    case 'lane':
      return rowHeights.lanes;
    default:
      return rowHeights[row.kind];
  }
}

function keyOf(row: Row, top: number): string {
  const lane = laneOf(row);
  if (lane !== undefined) return lane;
  if (row.kind === 'section') return `section ${row.name}`;
  if (row.kind === 'task') return `task ${row.row.id}`;
  return row.kind === 'goroutine' ? `at ${top}` : row.kind;
}
