/**
 * The one window of time and the one choice of goroutines that every page obeys, as they stand in the address:
 *
 *     w=4120400000-4149900000    the window, ns since the trace's beginning; absent: all of the trace
 *     c=3902000000-4502000000    the wider windows it was narrowed from, the widest first
 *     q=Mutex                    a text in the name of the start function
 *     fn=main.worker             a start function by its whole name; empty: those without a known one
 *     g=18231                    a goroutine
 *     t=8812                     a user task, in decimal: the goroutines that took part in it, while it lasted
 *     region=parse               user regions of a name: the goroutines' time inside
 */
import type { Scope as ScopeParams } from '#common/analyses/scope.ts';
import { goId, type GoId } from '#common/ids.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';

/** Everything that is given must hold. */
export interface GoroutineFilter {
  readonly text: string;
  readonly group?: string;
  readonly goroutine?: GoId;
  readonly task?: string;
  readonly region?: string;
}

export interface Scope {
  /** Absent: all of the trace. */
  readonly window?: TimeWindow;
  /** Wider windows that it was narrowed from, the widest first. */
  readonly outer: readonly TimeWindow[];
  readonly filter: GoroutineFilter;
}

export const wholeScope: Scope = { outer: [], filter: { text: '' } };

export const isFiltered = ({ text, group, goroutine, task, region }: GoroutineFilter): boolean =>
  text !== '' || [group, goroutine, task, region].some((part) => part !== undefined);

export const windowText = ({ from, until }: { readonly from: number; readonly until: number }): string =>
  `${Math.round(from)}-${Math.round(until)}`;

/** What cannot be understood is no window. */
export function windowOf(text: string): TimeWindow | undefined {
  const [, from, until] = /^(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  if (from === undefined || Number(until) <= Number(from)) return undefined;
  return { from: traceNs(Number(from)), until: traceNs(Number(until)) };
}

export const scopeNames: readonly string[] = ['w', 'c', 'q', 'fn', 'g', 't', 'region'];

/** Only what is chosen. */
export function scopeQuery({ window, outer, filter }: Scope): Readonly<Record<string, string>> {
  return {
    ...(window ? { w: windowText(window) } : {}),
    ...(outer.length > 0 ? { c: outer.map(windowText).join(',') } : {}),
    ...(filter.text === '' ? {} : { q: filter.text }),
    ...(filter.group === undefined ? {} : { fn: filter.group }),
    ...(filter.goroutine === undefined ? {} : { g: filter.goroutine.toString() }),
    ...(filter.task === undefined ? {} : { t: filter.task }),
    ...(filter.region === undefined ? {} : { region: filter.region }),
  };
}

/** What cannot be understood is left out. */
export function scopeOf(query: URLSearchParams): Scope {
  const window = windowOf(query.get('w') ?? '');
  const outer = (query.get('c') ?? '').split(',').flatMap((text) => windowOf(text) ?? []);
  return { ...(window ? { window } : {}), outer, filter: filterOf(query) };
}

function filterOf(query: URLSearchParams): GoroutineFilter {
  const [group, goroutine, task, region] = ['fn', 'g', 't', 'region'].map((name) => query.get(name));
  return {
    text: query.get('q') ?? '',
    ...(group == null ? {} : { group }),
    ...(goroutine != null && /^\d{1,15}$/.test(goroutine) ? { goroutine: goId(Number(goroutine)) } : {}),
    ...(task != null && /^\d{1,20}$/.test(task) ? { task } : {}),
    ...(region == null || region === '' ? {} : { region }),
  };
}

/** As every analysis of the contract takes it. */
export function scopeParams({ window, filter }: Scope): ScopeParams {
  return {
    ...(window ? { from: traceNs(Math.round(window.from)), until: traceNs(Math.round(window.until)) } : {}),
    ...(filter.text === '' ? {} : { text: filter.text }),
    ...(filter.group === undefined ? {} : { groups: [filter.group] }),
    ...(filter.goroutine === undefined ? {} : { goroutines: [filter.goroutine] }),
    ...(filter.task === undefined ? {} : { task: filter.task }),
    ...(filter.region === undefined ? {} : { region: filter.region }),
  };
}
