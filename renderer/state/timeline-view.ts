/**
 * What one sees of the timeline, as it stands in the address, so that reloading, Back and a copied address show the same:
 *
 *     w=4120400000-4149900000    the window, ns since the trace's beginning; absent: all of the trace
 *     c=3902000000-4502000000    the wider windows it was narrowed from, the widest first
 *     q=Mutex&s=syncNs&t=8812    filter: text, state, task; here=1: only goroutines that are there in the window
 *     by=task                    grouping      o=-syncNs    order, - descending
 *     open=17,18                 groups that are open           in=g212    goroutines unfolded        shut=processors
 *     pin=g212,p3&v=g17          lanes kept on top; lanes that were jumped to
 *     sel=g18231@4124300000      selected: a span of a lane by a time inside it, a lane (g18231), an area (area@a-b@g1,g2)
 *     y=1240                     how far the lanes are scrolled, CSS pixels
 */
import {
  goroutineColumns,
  totalColumns,
  type GoroutineColumn,
  type StateTotals,
} from '#common/analyses/goroutine-results.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';

export type StateColumn = Exclude<keyof StateTotals, 'totalNs'>;
export const stateColumns = totalColumns.filter((column): column is StateColumn => column !== 'totalNs');

export const groupings = ['function', 'task', 'none'] as const;
export type Grouping = (typeof groupings)[number];

export interface LaneFilter {
  readonly text: string;
  readonly state?: StateColumn;
  /** In decimal: the goroutines that took part in it. */
  readonly task?: string;
  /** Only goroutines that are there in the window. */
  readonly here?: true;
}

export interface LaneOrder {
  readonly column: GoroutineColumn;
  readonly descending: boolean;
}

export type Selection =
  | { readonly kind: 'span'; readonly lane: LaneKey; readonly at: number }
  | { readonly kind: 'lane'; readonly lane: LaneKey }
  | {
      readonly kind: 'area';
      readonly from: number;
      readonly until: number;
      readonly lanes: readonly LaneKey[];
    };

export interface TimelineView {
  readonly window?: TimeWindow;
  readonly outer: readonly TimeWindow[];
  readonly filter: LaneFilter;
  readonly grouping: Grouping;
  readonly order: LaneOrder;
  readonly open: readonly number[];
  readonly unfolded: readonly LaneKey[];
  readonly shut: readonly string[];
  readonly pinned: readonly LaneKey[];
  readonly visitors: readonly LaneKey[];
  readonly selection?: Selection;
  readonly top: number;
}

export const plainView: TimelineView = {
  outer: [],
  filter: { text: '' },
  grouping: 'function',
  order: { column: 'totalNs', descending: true },
  open: [],
  unfolded: [],
  shut: ['threads'],
  pinned: [],
  visitors: [],
  top: 0,
};

const windowText = ({ from, until }: { readonly from: number; readonly until: number }): string =>
  `${Math.round(from)}-${Math.round(until)}`;

/** Only what differs from the plain view. */
export function viewQuery(view: TimelineView): Readonly<Record<string, string>> {
  const { filter, order } = view;
  const all: Readonly<Record<string, string | undefined>> = {
    w: view.window && windowText(view.window),
    c: view.outer.map(windowText).join(','),
    q: filter.text,
    s: filter.state,
    t: filter.task,
    here: filter.here ? '1' : '',
    by: view.grouping === 'function' ? '' : view.grouping,
    o: sameOrder(order, plainView.order) ? '' : `${order.descending ? '-' : ''}${order.column}`,
    open: view.open.join(','),
    in: view.unfolded.join(','),
    shut: view.shut.join(',') === plainView.shut.join(',') ? undefined : view.shut.join(',') || 'none',
    pin: view.pinned.join(','),
    v: view.visitors.join(','),
    sel: view.selection && selectionText(view.selection),
    y: view.top > 0 ? Math.round(view.top).toString() : '',
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
  );
}

const sameOrder = (a: LaneOrder, b: LaneOrder): boolean =>
  a.column === b.column && a.descending === b.descending;

function selectionText(selection: Selection): string {
  switch (selection.kind) {
    case 'span':
      return `${selection.lane}@${Math.round(selection.at)}`;
    case 'lane':
      return selection.lane;
    case 'area':
      return `area@${windowText(selection)}@${selection.lanes.join(',')}`;
  }
}

/** What cannot be understood is left out. */
export function viewOf(query: URLSearchParams): TimelineView {
  const list = (name: string): readonly string[] =>
    (query.get(name) ?? '').split(',').filter((part) => part !== '');
  const window = windowOf(query.get('w') ?? '');
  const selection = selectionOf(query.get('sel') ?? '');
  const state = stateColumns.find((column) => column === query.get('s'));
  const task = query.get('t');
  return {
    ...(window ? { window } : {}),
    outer: list('c').flatMap((text) => windowOf(text) ?? []),
    filter: {
      text: query.get('q') ?? '',
      ...(state ? { state } : {}),
      ...(task !== null && /^\d{1,20}$/.test(task) ? { task } : {}),
      ...(query.get('here') === '1' ? { here: true as const } : {}),
    },
    grouping: groupings.find((one) => one === query.get('by')) ?? 'function',
    order: orderOf(query.get('o') ?? ''),
    open: list('open').map(Number).filter(Number.isInteger),
    unfolded: lanesOf(list('in')),
    shut: query.get('shut') === null ? plainView.shut : list('shut').filter((name) => name !== 'none'),
    pinned: lanesOf(list('pin')),
    visitors: lanesOf(list('v')),
    ...(selection ? { selection } : {}),
    top: Math.max(0, Number(query.get('y')) || 0),
  };
}

const isLane = (text: string): text is LaneKey => /^[ptgcf]-?\d+$/.test(text);
const lanesOf = (texts: readonly string[]): readonly LaneKey[] => texts.filter(isLane);

function windowOf(text: string): TimeWindow | undefined {
  const [, from, until] = /^(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  if (from === undefined || Number(until) <= Number(from)) return undefined;
  return { from: traceNs(Number(from)), until: traceNs(Number(until)) };
}

function orderOf(text: string): LaneOrder {
  const column = goroutineColumns.find((one) => one === text.replace(/^-/, ''));
  return column ? { column, descending: text.startsWith('-') } : plainView.order;
}

function selectionOf(text: string): Selection | undefined {
  const [first = '', second, third] = text.split('@');
  if (first === 'area') {
    const window = windowOf(second ?? '');
    const lanes = lanesOf((third ?? '').split(','));
    return window && lanes.length > 0 ? { kind: 'area', ...window, lanes } : undefined;
  }
  if (!isLane(first)) return undefined;
  const at = Number(second);
  if (second === undefined) return { kind: 'lane', lane: first };
  return Number.isFinite(at) ? { kind: 'span', lane: first, at } : undefined;
}
