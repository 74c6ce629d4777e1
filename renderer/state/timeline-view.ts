/**
 * What one sees of the timeline beside window and goroutines (scope.ts), as it stands in the address:
 *
 *     s=syncNs                   only goroutines that were in a state; here=1: only those that are there in the window
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
import { without } from '#common/without.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import type { PageOptions } from './place.ts';
import { wholeScope, windowOf, windowText, type GoroutineFilter, type Scope } from './scope.ts';

export type StateColumn = Exclude<keyof StateTotals, 'totalNs'>;
export const stateColumns = totalColumns.filter((column): column is StateColumn => column !== 'totalNs');

export const groupings = ['function', 'task', 'none'] as const;
export type Grouping = (typeof groupings)[number];

export interface LaneFilter extends GoroutineFilter {
  readonly state?: StateColumn;
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

export interface TimelineView extends Scope {
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
  ...wholeScope,
  grouping: 'function',
  order: { column: 'totalNs', descending: true },
  open: [],
  unfolded: [],
  shut: ['threads'],
  pinned: [],
  visitors: [],
  top: 0,
};

/** Window and goroutines of a view, without what only lanes are filtered by. */
export function scopeOfView({ window, outer, filter }: TimelineView): Scope {
  return { ...(window ? { window } : {}), outer, filter: without(filter, 'state', 'here') };
}

/** Beside the scope; only what differs from the plain view. */
export function optionsOfView(view: TimelineView): PageOptions {
  const { filter, order } = view;
  const all: Readonly<Record<string, string | undefined>> = {
    s: filter.state,
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
export function viewOf({ window, outer, filter }: Scope, options: PageOptions): TimelineView {
  const list = (name: string): readonly string[] =>
    (options[name] ?? '').split(',').filter((part) => part !== '');
  const selection = selectionOf(options['sel'] ?? '');
  const state = stateColumns.find((column) => column === options['s']);
  return {
    ...(window ? { window } : {}),
    outer,
    filter: {
      ...filter,
      ...(state ? { state } : {}),
      ...(options['here'] === '1' ? { here: true as const } : {}),
    },
    grouping: groupings.find((one) => one === options['by']) ?? 'function',
    order: orderOf(options['o'] ?? ''),
    open: list('open').map(Number).filter(Number.isInteger),
    unfolded: lanesOf(list('in')),
    shut: options['shut'] === undefined ? plainView.shut : list('shut').filter((name) => name !== 'none'),
    pinned: lanesOf(list('pin')),
    visitors: lanesOf(list('v')),
    ...(selection ? { selection } : {}),
    top: Math.max(0, Number(options['y']) || 0),
  };
}

const isLane = (text: string): text is LaneKey => /^[ptgcf]-?\d+$/.test(text);
const lanesOf = (texts: readonly string[]): readonly LaneKey[] => texts.filter(isLane);

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
