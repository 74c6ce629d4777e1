/** What the palette offers for what was typed; a pure matter of text. */
import type { SearchHit } from '#common/analyses/timeline-details.ts';
import { parseDuration } from '#common/duration-input.ts';
import type { RecentTrace } from '#common/rpc/contract.ts';
import { bindings, type Action, type Binding } from './keys.ts';

export type Effect =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'hit'; readonly hit: SearchHit }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'time'; readonly ns: number }
  | { readonly kind: 'text'; readonly page: 'blocking' | 'events' | 'filter'; readonly text: string };

export interface PaletteEntry {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly keys: readonly string[];
  readonly effect: Effect;
}

export interface PaletteSection {
  readonly title: string;
  readonly entries: readonly PaletteEntry[];
}

/** `>` actions, `@` goroutine, `#` task, `:` time; without one of them, everything. */
export type PaletteKind = 'all' | 'actions' | 'goroutines' | 'tasks' | 'time';
const prefixes: Readonly<Record<string, PaletteKind>> = {
  '>': 'actions',
  '@': 'goroutines',
  '#': 'tasks',
  ':': 'time',
};

export interface PaletteQuery {
  readonly kind: PaletteKind;
  readonly text: string;
}

export function paletteQuery(typed: string): PaletteQuery {
  const kind = prefixes[typed.charAt(0)];
  return kind ? { kind, text: typed.slice(1).trim() } : { kind: 'all', text: typed.trim() };
}

/** What the host is to be asked for; undefined: nothing. */
export const searchedText = ({ kind, text }: PaletteQuery): string | undefined =>
  text === '' || kind === 'actions' || kind === 'time' ? undefined : text;

/** All words of the text stand in the title, wherever. */
function matches(title: string, text: string): boolean {
  const all = title.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

export interface PaletteSources {
  readonly hits: readonly SearchHit[];
  readonly recent: readonly RecentTrace[];
  /** Those that somebody answers now. */
  readonly canDo: (action: Action) => boolean;
  readonly wholeNs: number;
}

export function paletteSections(query: PaletteQuery, sources: PaletteSources): readonly PaletteSection[] {
  const sections = [
    { title: 'Time', entries: timeEntries(query, sources.wholeNs) },
    {
      title: 'Goroutines and functions',
      entries: hitEntries(query, sources.hits, ['goroutine', 'function']),
    },
    { title: 'Tasks and logs', entries: hitEntries(query, sources.hits, ['task', 'log']) },
    { title: 'Pages', entries: actionEntries(query, sources, true) },
    { title: 'Actions', entries: [...textEntries(query), ...actionEntries(query, sources, false)] },
    { title: 'Recent traces', entries: recentEntries(query, sources.recent) },
  ];
  return sections.filter(({ entries }) => entries.length > 0);
}

function timeEntries({ kind, text }: PaletteQuery, wholeNs: number): readonly PaletteEntry[] {
  const ns = kind === 'time' ? parseDuration(/[a-zµμ]$/i.test(text) ? text : `${text}s`) : undefined;
  if (ns === undefined || ns > wholeNs) return [];
  return [
    {
      key: 'time',
      title: 'Show this time on the timeline',
      note: '',
      keys: [],
      effect: { kind: 'time', ns },
    },
  ];
}

const mostHits = 6;

function hitEntries(
  { kind }: PaletteQuery,
  hits: readonly SearchHit[],
  kinds: readonly SearchHit['kind'][],
): readonly PaletteEntry[] {
  if (kind === 'actions' || kind === 'time') return [];
  const wanted: readonly SearchHit['kind'][] =
    kind === 'goroutines' ? ['goroutine', 'function'] : kind === 'tasks' ? ['task'] : kinds;
  return hits
    .filter((hit) => kinds.includes(hit.kind) && wanted.includes(hit.kind))
    .slice(0, kind === 'all' ? mostHits : 50)
    .map((hit, at) => ({
      key: `${kinds.join()} ${at}`,
      ...hitWords(hit),
      keys: [],
      effect: { kind: 'hit', hit },
    }));
}

function hitWords(hit: SearchHit): { readonly title: string; readonly note: string } {
  switch (hit.kind) {
    case 'goroutine':
      return { title: `G${hit.goroutine.id}`, note: hit.goroutine.name };
    case 'function':
      return {
        title: hit.name,
        note: hit.count === 1 ? `1 goroutine, G${hit.first}` : `${hit.count} goroutines`,
      };
    case 'task':
      return { title: `${hit.task.name} ${hit.task.id}`, note: 'task' };
    case 'log':
      return {
        title: hit.log.category === '' ? hit.log.message : `${hit.log.category}: ${hit.log.message}`,
        note: `log of G${hit.goroutine.id}`,
      };
  }
}

/** Keys that only mean something where the focus is are no actions of their own. */
function actionEntries(
  { kind, text }: PaletteQuery,
  { canDo }: PaletteSources,
  isPage: boolean,
): readonly PaletteEntry[] {
  if (kind !== 'all' && kind !== 'actions') return [];
  return bindings
    .filter(
      ({ action, title, section, handledBy }: Binding) =>
        handledBy === undefined &&
        (section === 'Pages') === isPage &&
        action !== 'palette' &&
        matches(title, text) &&
        canDo(action as Action),
    )
    .map(({ action, title, keys }) => ({
      key: action,
      title,
      note: '',
      keys,
      effect: { kind: 'action', action },
    }));
}

function textEntries({ kind, text }: PaletteQuery): readonly PaletteEntry[] {
  if (kind !== 'all' || text === '') return [];
  const entry = (page: 'blocking' | 'events' | 'filter', title: string): PaletteEntry => ({
    key: `text ${page}`,
    title,
    note: '',
    keys: [],
    effect: { kind: 'text', page, text },
  });
  return [
    entry('filter', `Keep only goroutines started with “${text}”`),
    entry('blocking', `Find “${text}” in blocking stacks`),
    entry('events', `Search events for “${text}”`),
  ];
}

function recentEntries(
  { kind, text }: PaletteQuery,
  recent: readonly RecentTrace[],
): readonly PaletteEntry[] {
  if (kind !== 'all') return [];
  return recent
    .filter(({ condition, name, folder }) => condition !== 'gone' && matches(`${name} ${folder}`, text))
    .slice(0, 5)
    .map(({ path, name, folder }) => ({
      key: path,
      title: name,
      note: folder,
      keys: [],
      effect: { kind: 'open', path },
    }));
}
