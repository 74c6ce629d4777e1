import { SvelteMap } from 'svelte/reactivity';
import type {
  GoroutineColumn,
  GoroutinePage,
  GoroutineRow,
  GroupColumn,
  GroupRow,
} from '#common/analyses/goroutine-results.ts';
import { goroutineSorts, type GoroutineSort } from '#common/analyses/goroutine-analysis.ts';
import type { LaneTotals } from '#common/analyses/timeline-results.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import { nameIx, type NameIx } from '#common/ids.ts';
import { inThrees } from '#common/quantity-text.ts';
import {
  listHeight,
  rowsIn,
  rowTop,
  runHeight,
  type PlacedRow,
  type RowRun,
} from '#common/timeline/lane-layout.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { traceNs } from '#common/units.ts';
import { PagedRows } from '../../state/paged-rows.svelte.ts';
import { SingleFlight } from '../../state/single-flight.ts';
import type { Grouping, LaneFilter, LaneOrder } from '../../state/timeline-view.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { TaskList, type TaskRow } from './task-list.svelte.ts';

export const sectionNames = ['processors', 'threads', 'goroutines'] as const;
export type SectionName = (typeof sectionNames)[number];

export interface Section {
  readonly kind: 'section';
  readonly name: SectionName;
  readonly title: string;
  readonly note: string;
  readonly isOpen: boolean;
}

/** What stands in a run of rows. */
export type RunWhat =
  | { readonly kind: 'collector' | 'heap' | 'goroutine-counts' | 'processor-counts' }
  | Section
  | { readonly kind: 'lanes'; readonly lanes: readonly LaneTotals[] }
  | { readonly kind: 'group'; readonly row: GroupRow; readonly isOpen: boolean }
  | { readonly kind: 'task'; readonly row: TaskRow; readonly isOpen: boolean }
  | { readonly kind: 'goroutines'; readonly rows: PagedRows<GoroutineRow, GoroutinePage> }
  | { readonly kind: 'message'; readonly text: string };

/** One row as it is shown. */
export type Row =
  | Exclude<RunWhat, { kind: 'lanes' | 'goroutines' }>
  | { readonly kind: 'lane'; readonly lane: LaneKey }
  | {
      readonly kind: 'goroutine';
      readonly lane: LaneKey | undefined;
      readonly row: GoroutineRow | undefined;
    };

export const rowHeights = {
  collector: 20,
  heap: 44,
  'goroutine-counts': 44,
  'processor-counts': 34,
  section: 22,
  lanes: 18,
  group: 34,
  task: 26,
  goroutines: 20,
  message: 26,
} as const;

/** More groups than these are found by filtering. */
const mostGroups = 5000;
const groupsAtOnce = 1000;

export interface RowsWish {
  readonly filter: LaneFilter;
  readonly grouping: Grouping;
  readonly order: LaneOrder;
  readonly open: readonly number[];
  readonly shut: readonly string[];
  /** Where only goroutines of the window are wished for. */
  readonly window?: TimeWindow;
}

/** All lanes of a trace, in order: a list that may hold millions of them, of which only those in view are fetched. */
export class LaneRows {
  wish = $state.raw<RowsWish>();
  lanes = $state.raw<readonly LaneTotals[]>([]);
  groups = $state.raw<readonly GroupRow[]>([]);
  groupCount = $state(0);
  /** Groups have come once. */
  isRead = $state(false);
  failure = $state.raw<Failure>();
  readonly tasks: TaskList;

  readonly #trace: TraceState;
  readonly #extra: (lane: LaneKey) => number;
  readonly #gone = new AbortController();
  /** Goroutines of the groups (or tasks) that are open, by `groupKey`. */
  readonly #open = new SvelteMap<string, PagedRows<GoroutineRow, GoroutinePage>>();
  readonly #lanesFlight = new SingleFlight(() => this.#renewLanes());
  readonly #groupsFlight = new SingleFlight(() => this.#renewGroups());

  /** `extra`: how much taller the lane of a goroutine is; 0 unless it is unfolded. */
  constructor(trace: TraceState, extra: (lane: LaneKey) => number) {
    this.#trace = trace;
    this.#extra = extra;
    this.tasks = new TaskList(trace);
  }

  readonly runs = $derived.by((): readonly RowRun<RunWhat>[] => this.#runs());
  readonly height = $derived(listHeight(this.runs));

  ask(wish: RowsWish): void {
    const before = this.wish;
    this.wish = wish;
    const isSame =
      before &&
      before.grouping === wish.grouping &&
      before.order.column === wish.order.column &&
      before.order.descending === wish.order.descending &&
      before.window === wish.window &&
      JSON.stringify(before.filter) === JSON.stringify(wish.filter);
    if (!isSame) {
      for (const rows of this.#open.values()) rows.dispose();
      this.#open.clear();
    }
    this.#openAsWished();
    if (!isSame) this.refresh();
  }

  refresh(): void {
    this.#lanesFlight.run();
    if (this.wish?.grouping === 'function') this.#groupsFlight.run();
    if (this.wish?.grouping === 'task') this.tasks.ask(this.wish.filter.text, this.wish.order);
    for (const rows of this.#open.values()) rows.refresh();
  }

  leave(): void {
    this.#gone.abort();
    this.tasks.leave();
    for (const rows of this.#open.values()) rows.dispose();
  }

  /** The rows between two places of the list; fetches those that are not here. */
  rowsIn(top: number, viewHeight: number): readonly PlacedRow<RunWhat>[] {
    return rowsIn(this.runs, top, viewHeight);
  }

  show(rows: readonly PlacedRow<RunWhat>[]): void {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- lives for this call only
    const ranges = new Map<PagedRows<GoroutineRow, GoroutinePage>, [number, number]>();
    for (const { what, index } of rows) {
      if (what.kind !== 'goroutines') continue;
      const range = ranges.get(what.rows);
      if (range) range[1] = index + 1;
      else ranges.set(what.rows, [index, index + 1]);
    }
    for (const [paged, [first, end]] of ranges) paged.show(first, end);
  }

  rowAt(what: RunWhat, index: number): Row {
    switch (what.kind) {
      case 'lanes': {
        const { kind, id } = what.lanes[index]!;
        return { kind: 'lane', lane: kind === 'processor' ? `p${id}` : `t${id}` };
      }
      case 'goroutines': {
        const row = what.rows.rowAt(index);
        return { kind: 'goroutine', lane: row && `g${row.id}`, row };
      }
      default:
        return what;
    }
  }

  /** The start functions of the groups among some lanes. */
  namesOf(lanes: readonly LaneKey[]): ReadonlyMap<LaneKey, string> {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with every question
    const names = new Map<LaneKey, string>();
    for (const { group, name } of this.groups) if (lanes.includes(`f${group}`)) names.set(`f${group}`, name);
    return names;
  }

  /** Goroutines among some lanes that are in none of the groups among them. */
  outside(lanes: readonly LaneKey[]): readonly LaneKey[] {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with every question
    const inside = new Set<LaneKey>();
    for (const rows of this.#open.values())
      for (const [, { id, group }] of rows.loaded()) if (lanes.includes(`f${group}`)) inside.add(`g${id}`);
    return lanes.filter((lane) => lane.startsWith('g') && !inside.has(lane));
  }

  /** Where a lane stands in the list, if that is known. */
  placeOf(lane: LaneKey): { readonly top: number; readonly height: number } | undefined {
    let top = 0;
    for (const run of this.runs) {
      const index = this.#indexOf(run.what, lane);
      if (index !== undefined) {
        const height = run.height + (run.taller?.get(index) ?? 0);
        return { top: top + rowTop(run, index), height };
      }
      top += runHeight(run);
    }
    return undefined;
  }

  #indexOf(what: RunWhat, lane: LaneKey): number | undefined {
    if (what.kind === 'lanes') {
      const kind = lane[0] === 'p' ? 'processor' : lane[0] === 't' ? 'thread' : undefined;
      const at = what.lanes.findIndex((one) => one.kind === kind && one.id === Number(lane.slice(1)));
      return at < 0 ? undefined : at;
    }
    if (what.kind === 'group') return lane === `f${what.row.group}` ? 0 : undefined;
    if (what.kind !== 'goroutines' || lane[0] !== 'g') return undefined;
    for (const [at, row] of what.rows.loaded()) if (`g${row.id}` === lane) return at;
    return undefined;
  }

  #runs(): readonly RowRun<RunWhat>[] {
    const { wish } = this;
    if (!wish) return [];
    const one = (what: RunWhat & { kind: keyof typeof rowHeights }): RowRun<RunWhat> => ({
      what,
      count: 1,
      height: rowHeights[what.kind],
    });
    const processors = this.lanes.filter(({ kind }) => kind === 'processor');
    const threads = this.lanes.filter(({ kind }) => kind === 'thread');
    return [
      one({ kind: 'collector' }),
      one({ kind: 'heap' }),
      one({ kind: 'goroutine-counts' }),
      one({ kind: 'processor-counts' }),
      ...this.#laneRuns('processors', 'Processors', processors, wish),
      ...this.#laneRuns('threads', 'Threads', threads, wish),
      ...this.#goroutineRuns(wish, one),
    ];
  }

  #laneRuns(
    name: SectionName,
    title: string,
    lanes: readonly LaneTotals[],
    { shut }: RowsWish,
  ): readonly RowRun<RunWhat>[] {
    if (lanes.length === 0) return [];
    const isOpen = !shut.includes(name);
    const note = lanes.length.toString();
    return [
      { what: { kind: 'section', name, title, note, isOpen }, count: 1, height: rowHeights.section },
      ...(isOpen
        ? [{ what: { kind: 'lanes' as const, lanes }, count: lanes.length, height: rowHeights.lanes }]
        : []),
    ];
  }

  #goroutineRuns(
    wish: RowsWish,
    one: (what: RunWhat & { kind: keyof typeof rowHeights }) => RowRun<RunWhat>,
  ): readonly RowRun<RunWhat>[] {
    const isOpen = !wish.shut.includes('goroutines');
    const section = one({
      kind: 'section',
      name: 'goroutines',
      title: wish.grouping === 'task' ? 'Tasks' : 'Goroutines',
      note: this.#note(wish.grouping),
      isOpen,
    });
    if (!isOpen) return [section];
    switch (wish.grouping) {
      case 'function':
        return [section, ...this.#groupRuns(one)];
      case 'task':
        return [section, ...this.#taskRuns(one)];
      case 'none':
        return [section, ...this.#runOf('all')];
    }
  }

  #note(grouping: Grouping): string {
    if (grouping === 'task') return `${inThrees(this.tasks.count)} tasks`;
    if (grouping === 'none') return inThrees(this.#open.get('all')?.rowCount ?? 0);
    return this.groupCount === 1 ? '1 group' : `${inThrees(this.groupCount)} groups`;
  }

  #groupRuns(
    one: (what: RunWhat & { kind: keyof typeof rowHeights }) => RowRun<RunWhat>,
  ): readonly RowRun<RunWhat>[] {
    const runs = this.groups.flatMap((row) => {
      const isOpen = this.#open.has(groupKey(row.group));
      return [one({ kind: 'group', row, isOpen }), ...(isOpen ? this.#runOf(groupKey(row.group)) : [])];
    });
    if (this.isRead && runs.length === 0)
      runs.push(one({ kind: 'message', text: this.#whyEmpty('goroutines') }));
    const more = this.groupCount - this.groups.length;
    if (more > 0)
      runs.push(one({ kind: 'message', text: `${inThrees(more)} more groups: filter to see them` }));
    return runs;
  }

  /** Says which filter left nothing. */
  #whyEmpty(what: string): string {
    const { text = '', group, state } = this.wish?.filter ?? {};
    if (group !== undefined) return `No ${what} of this start function with “${text}”`;
    if (text !== '') return `No ${what} with “${text}”`;
    return state === undefined ? `No ${what} in this trace` : `No ${what} were in this state`;
  }

  #taskRuns(
    one: (what: RunWhat & { kind: keyof typeof rowHeights }) => RowRun<RunWhat>,
  ): readonly RowRun<RunWhat>[] {
    const runs = this.tasks.rows.flatMap((row) => {
      const isOpen = this.#open.has(taskKey(row.id));
      return [one({ kind: 'task', row, isOpen }), ...(isOpen ? this.#runOf(taskKey(row.id)) : [])];
    });
    const more = this.tasks.count - this.tasks.rows.length;
    if (more > 0)
      runs.push(one({ kind: 'message', text: `${inThrees(more)} more tasks: filter to see them` }));
    return runs;
  }

  #runOf(key: string): readonly RowRun<RunWhat>[] {
    const rows = this.#open.get(key);
    if (!rows) return [];
    const height = rowHeights.goroutines;
    return [{ what: { kind: 'goroutines', rows }, count: rows.rowCount, height, taller: this.#taller(rows) }];
  }

  #taller(rows: PagedRows<GoroutineRow, GoroutinePage>): ReadonlyMap<number, number> {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with every change
    const taller = new Map<number, number>();
    for (const [at, row] of rows.loaded()) {
      const more = this.#extra(`g${row.id}`);
      if (more > 0) taller.set(at, more);
    }
    return taller;
  }

  #openAsWished(): void {
    const { wish } = this;
    if (!wish) return;
    const keys = wish.grouping === 'none' ? ['all'] : wish.open.map((id) => `${wish.grouping[0]!}${id}`);
    for (const [key, rows] of this.#open) {
      if (keys.includes(key)) continue;
      rows.dispose();
      this.#open.delete(key);
    }
    for (const key of keys) if (!this.#open.has(key)) this.#open.set(key, this.#goroutinesOf(key, wish));
  }

  #goroutinesOf(key: string, wish: RowsWish): PagedRows<GoroutineRow, GoroutinePage> {
    const rows = new PagedRows<GoroutineRow, GoroutinePage>(100);
    const { trace } = this.#trace.opened;
    const { column, descending } = wish.order;
    const { text, state } = wish.filter;
    const task = key.startsWith('t') ? key.slice(1) : wish.filter.task;
    const scope = {
      ...(key.startsWith('f') ? { group: nameIx(Number(key.slice(1))) } : {}),
      ...(task === undefined ? {} : { task }),
      ...(state === undefined ? {} : { state }),
    };
    // A group was found by its name, so all of its goroutines have it; a task may have been found by its own.
    const filter = key === 'all' ? text : '';
    rows.ask((range, signal) =>
      wish.window
        ? this.#inWindow(key, wish, wish.window, task, range, signal)
        : this.#trace.caller.call(
            'goroutines.list',
            { trace, sort: column, descending, filter, ...scope, ...range },
            { signal },
          ),
    );
    return rows;
  }

  /** Those that are there in a window, by what they did in it. */
  async #inWindow(
    key: string,
    wish: RowsWish,
    { from, until }: TimeWindow,
    task: string | undefined,
    range: { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<GoroutinePage> {
    const name = this.groups.find(({ group }) => groupKey(group) === key)?.name;
    const answer = await this.#trace.caller.call(
      'analyses.goroutines',
      {
        trace: this.#trace.opened.trace,
        from: traceNs(Math.round(from)),
        until: traceNs(Math.round(until)),
        by: 'goroutine',
        sort: windowSort(wish.order.column),
        ...(name === undefined ? {} : { groups: [name] }),
        ...(task === undefined ? {} : { task }),
        ...(key === 'all' && wish.filter.text !== '' ? { text: wish.filter.text } : {}),
        ...range,
      },
      { signal },
    );
    return { revision: this.#trace.revision, rowCount: answer.rowCount, rows: answer.goroutines ?? [] };
  }

  async #renewLanes(): Promise<void> {
    await this.#kept(async (signal) => {
      const { trace } = this.#trace.opened;
      this.lanes = (await this.#trace.caller.call('timeline.lanes', { trace }, { signal })).lanes;
    });
  }

  async #renewGroups(): Promise<void> {
    const { wish } = this;
    if (!wish) return;
    await this.#kept(async (signal) => {
      const { trace } = this.#trace.opened;
      const { text, group, state } = wish.filter;
      const sort = { sort: groupColumn(wish.order.column), descending: wish.order.descending };
      let groups: readonly GroupRow[] = [];
      let count = Infinity;
      while (groups.length < Math.min(count, mostGroups)) {
        const page = await this.#trace.caller.call(
          'goroutines.groups',
          {
            trace,
            ...sort,
            filter: group ?? text,
            ...(state === undefined ? {} : { state }),
            offset: groups.length,
            limit: groupsAtOnce,
          },
          { signal },
        );
        if (wish.filter !== this.wish?.filter || wish.order !== this.wish.order) return;
        groups = [...groups, ...page.rows];
        count = page.rowCount;
        if (page.rows.length === 0) break;
      }
      this.groups = groups.filter(
        ({ name }) =>
          group === undefined || (name === group && name.toLowerCase().includes(text.toLowerCase())),
      );
      this.isRead = true;
      this.groupCount = group === undefined && Number.isFinite(count) ? count : this.groups.length;
    });
  }

  async #kept(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await act(this.#gone.signal);
      this.failure = undefined;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}

const groupKey = (group: NameIx): string => `f${group}`;
const taskKey = (id: string): string => `t${id}`;

/** Numbers are given in the order of creation. */
const windowSort = (column: GoroutineColumn): GoroutineSort =>
  (Object.keys(goroutineSorts) as GoroutineSort[]).find((sort) => goroutineSorts[sort] === column) ?? 'id';

/** What comes closest to a goroutine's column for a group. */
function groupColumn(column: GoroutineColumn): GroupColumn {
  if (column === 'id') return 'name';
  return column === 'creationNs' ? 'count' : column;
}
