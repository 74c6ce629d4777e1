/**
 * Every key of the app: what the overlay shows and what the keyboard does both come from here.
 *
 *     Ctrl Shift Z      modifiers in this order: Ctrl, Alt, Shift (on macOS Ctrl stands for Command)
 *
 * Keys with `handledBy` are answered by the part that has the focus; the others act wherever their action exists.
 */
import type { PageName } from './place.ts';

export interface Binding {
  readonly action: string;
  readonly title: string;
  readonly keys: readonly string[];
  readonly section: Section;
  readonly handledBy?:
    'table' | 'life band' | 'lanes' | 'pointer' | 'lane pointer' | 'flame graph' | 'window brush';
}

export const sections = [
  'Everywhere',
  'Pages',
  'Timeline',
  'Flame graphs',
  'Tables',
  'Life of a goroutine',
] as const;
export type Section = (typeof sections)[number];

type Named<A extends string> = Binding & { readonly action: A };

const everywhere = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  action,
  title,
  keys,
  section: 'Everywhere',
});
const windowBrush = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  ...everywhere(action, title, ...keys),
  handledBy: 'window brush',
});
const page = <P extends PageName>(name: P, title: string, ...keys: string[]): Named<`page-${P}`> => ({
  action: `page-${name}`,
  title,
  keys,
  section: 'Pages',
});
const timeline = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  action,
  title,
  keys,
  section: 'Timeline',
});
const lanes = <A extends string>(
  handledBy: 'lanes' | 'lane pointer',
  action: A,
  title: string,
  ...keys: string[]
): Named<A> => ({ ...timeline(action, title, ...keys), handledBy });
const table = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  action,
  title,
  keys,
  section: 'Tables',
  handledBy: 'table',
});
const life = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  action,
  title,
  keys,
  section: 'Life of a goroutine',
});
const flame = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  action,
  title,
  keys,
  section: 'Flame graphs',
});
const flameGraph = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  ...flame(action, title, ...keys),
  handledBy: 'flame graph',
});
const lifeBand = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  ...life(action, title, ...keys),
  handledBy: 'life band',
});
const pointer = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  ...life(action, title, ...keys),
  handledBy: 'pointer',
});

export const bindings = [
  everywhere('open', 'Open a trace', 'Ctrl O'),
  page('summary', 'Summary', '1'),
  page('timeline', 'Timeline', '2'),
  page('goroutines', 'Goroutines', '3'),
  page('blocking', 'Blocking', '4'),
  page('tasks', 'Tasks and regions', '5'),
  page('gc', 'Garbage collection', '6'),
  page('scheduler', 'Scheduler', '7'),
  page('events', 'Events', '8'),
  page('diagnostics', 'Diagnostics'),
  page('settings', 'Settings'),
  everywhere('filter', 'Filter these rows or lanes', 'Ctrl F'),
  everywhere('filter-goroutines', 'Filter the goroutines of all pages', 'Ctrl Shift F'),
  everywhere('palette', 'Search or run', 'Ctrl K', 'Ctrl Shift P'),
  everywhere('search', 'Search the trace', '/'),
  everywhere('to-timeline', 'What is selected on the timeline', 'T'),
  everywhere('to-blocking', 'Where what is selected waits', 'B'),
  everywhere('keep', 'Keep only the selected goroutines', 'K'),
  everywhere('panel', 'Details panel', 'I'),
  everywhere('up', 'The wider window, one level up', 'Backspace'),
  everywhere('undo', 'Undo navigation', 'Ctrl Z'),
  everywhere('redo', 'Redo navigation', 'Ctrl Shift Z'),
  windowBrush('brush-move', 'Window brush: move', 'ArrowLeft', 'ArrowRight'),
  windowBrush('brush-resize', 'Window brush: resize', 'Shift ArrowLeft', 'Shift ArrowRight'),
  everywhere('clear', 'Close, clear the selection', 'Escape'),
  everywhere('keys', 'Keys', '?'),
  timeline('zoom-in', 'Zoom in, on every page', 'W'),
  timeline('zoom-out', 'Zoom out, on every page', 'S'),
  timeline('earlier', 'Earlier', 'A'),
  timeline('later', 'Later', 'D'),
  timeline('whole', 'Whole trace, whole life', '0'),
  timeline('next-span', 'Next span', '.'),
  timeline('previous-span', 'Previous span', ','),
  timeline('fit', 'Fit the selection', 'F'),
  timeline('narrow', 'Make the selection the window', 'Ctrl Enter'),
  timeline('area', 'Area from the selection', 'R'),
  timeline('waker', 'Who ended this', '[', 'Alt ArrowUp'),
  timeline('woken', 'What it ended', ']', 'Alt ArrowDown'),
  timeline('creator', 'Creator', '{'),
  timeline('goroutine', 'Page of the goroutine', 'G'),
  timeline('mark', 'Mark', 'M'),
  timeline('note', 'Mark with a note', 'Shift M'),
  timeline('pin', 'Pin the lane', 'P'),
  timeline('stacks', 'Tasks, regions and stacks of the lane', 'C'),
  timeline('find-lane', 'Find a lane', 'Ctrl P'),
  timeline('first-lane', 'First lane', 'Home'),
  timeline('last-lane', 'Last lane', 'End'),
  lanes(
    'lanes',
    'lane-arrows',
    'Earlier, later; lane above, below',
    'ArrowLeft',
    'ArrowRight',
    'ArrowUp',
    'ArrowDown',
  ),
  lanes('lane pointer', 'lane-wheel', 'Zoom; sideways; lanes', 'Ctrl wheel', 'Shift wheel', 'Wheel'),
  lanes('lane pointer', 'lane-drag', 'Pan; select an area', 'Drag', 'Shift drag'),
  lanes('lane pointer', 'lane-double', 'Make a span the window', 'Double-click'),
  flame('graph-view', 'Next view of the graph', 'V'),
  flame('invert', 'Invert: the innermost functions at the root', 'N'),
  flame('expand-all', 'Expand all callers and callees', '*'),
  flameGraph(
    'flame-arrows',
    'Caller, callee; beside in the row',
    'ArrowUp',
    'ArrowDown',
    'ArrowLeft',
    'ArrowRight',
  ),
  flameGraph('flame-zoom', 'Make a box as wide as the picture, and back', 'Enter', 'Double-click'),
  table('row', 'Row up, down', 'ArrowUp', 'ArrowDown'),
  table('screen', 'A screen up, down', 'PageUp', 'PageDown'),
  table('ends', 'First, last row', 'Home', 'End'),
  table('unfold', 'Collapse, expand a group', 'ArrowLeft', 'ArrowRight'),
  table('enter', 'Open the row', 'Enter'),
  table('copy-tsv', 'Copy the table as TSV', 'Ctrl C'),
  table('copy-json', 'Copy the table as JSON', 'Ctrl Alt C'),
  table('sort-more', 'Sort by another column as well', 'Shift click'),
  lifeBand('band-arrows', 'Previous, next span; zoom', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'),
  pointer('wheel', 'Zoom at the pointer', 'Ctrl wheel'),
  pointer('drag', 'Pan; above, choose what shows below', 'Drag'),
  pointer('double', 'Fit a span', 'Double-click'),
] as const;

export type Action = (typeof bindings)[number]['action'];

const symbols: Partial<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};

/** As it is printed on a key cap: `Ctrl Shift Z`, `↑`, on macOS `⌘ Shift Z`. */
export const keyCaps = (key: string, mac = false): string =>
  key
    .split(' ')
    .map((part) => (mac && part === 'Ctrl' ? '⌘' : (symbols[part] ?? part)))
    .join(' ');

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The name of what was pressed, as bindings write it. Shift counts with letters only: `?` is `?` on every keyboard. */
export function pressedKey(event: Pressed, mac = false): string {
  const letter = /^[a-z]$/i.test(event.key);
  // AltGr, which some keyboards need for `[` and `{`, comes as both.
  if (event.ctrlKey && event.altKey && event.key.length === 1 && !letter) return event.key;
  const parts = [
    (mac ? event.metaKey : event.ctrlKey) ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey && (letter || event.key.length > 1) ? 'Shift' : '',
    letter ? event.key.toUpperCase() : event.key,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

export const bindingOf = (key: string, list: readonly Binding[] = bindings): Binding | undefined =>
  list.find((binding) => binding.handledBy === undefined && binding.keys.includes(key));

/** Keys of pages without a table. */
const withoutTables = new Set<string>(['first-lane', 'last-lane']);

/** Keys that stand for two things at once in the same part of the app. */
export function duplicates(list: readonly Binding[]): string[] {
  const taken = new Map<string, string>();
  const twice: string[] = [];
  for (const { keys, handledBy = 'anywhere', action } of list) {
    for (const key of keys) {
      const places =
        handledBy === 'anywhere'
          ? ['anywhere', ...(withoutTables.has(action) ? [] : ['table']), 'life band', 'lanes']
          : [handledBy];
      for (const place of places) {
        const before = taken.get(`${place} ${key}`);
        if (before !== undefined && before !== action) twice.push(`${key}: ${before}, ${action}`);
        taken.set(`${place} ${key}`, action);
      }
    }
  }
  return twice;
}
