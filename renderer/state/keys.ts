/**
 * Every key of the app: what the overlay shows and what the keyboard does both come from here.
 *
 *     Ctrl Shift Z      modifiers in this order: Ctrl, Alt, Shift (on macOS Ctrl stands for Command)
 *
 * Keys with `handledBy` are answered by the part that has the focus; the others act wherever their action exists.
 */
export interface Binding {
  readonly action: string;
  readonly title: string;
  readonly keys: readonly string[];
  readonly section: Section;
  readonly handledBy?: 'table' | 'life band' | 'pointer';
}

export const sections = ['Everywhere', 'Tables', 'Life of a goroutine'] as const;
export type Section = (typeof sections)[number];

type Named<A extends string> = Binding & { readonly action: A };

const everywhere = <A extends string>(action: A, title: string, ...keys: string[]): Named<A> => ({
  action,
  title,
  keys,
  section: 'Everywhere',
});
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
  everywhere('goroutines', 'Goroutines', '1'),
  everywhere('diagnostics', 'Diagnostics', '2'),
  everywhere('filter', 'Filter these rows', 'Ctrl F'),
  everywhere('panel', 'Details panel', 'I'),
  everywhere('up', 'One level up', 'Backspace'),
  everywhere('undo', 'Undo navigation', 'Ctrl Z'),
  everywhere('redo', 'Redo navigation', 'Ctrl Shift Z'),
  everywhere('clear', 'Close, clear the selection', 'Escape'),
  everywhere('keys', 'Keys', '?'),
  table('row', 'Row up, down', 'ArrowUp', 'ArrowDown'),
  table('screen', 'A screen up, down', 'PageUp', 'PageDown'),
  table('ends', 'First, last row', 'Home', 'End'),
  table('unfold', 'Collapse, expand a group', 'ArrowLeft', 'ArrowRight'),
  table('enter', 'Open the row', 'Enter'),
  life('zoom-in', 'Zoom in', 'W'),
  life('zoom-out', 'Zoom out', 'S'),
  life('earlier', 'Earlier', 'A'),
  life('later', 'Later', 'D'),
  life('next-span', 'Next span', '.'),
  life('previous-span', 'Previous span', ','),
  life('fit', 'Fit the selected span', 'F'),
  life('whole', 'Whole life', '0'),
  life('creator', 'Creator', '{'),
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
  const parts = [
    (mac ? event.metaKey : event.ctrlKey) ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey && (letter || event.key.length > 1) ? 'Shift' : '',
    letter ? event.key.toUpperCase() : event.key,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

export const bindingOf = (key: string): Binding | undefined =>
  bindings.find((binding: Binding) => binding.handledBy === undefined && binding.keys.includes(key));

/** Keys that stand for two things at once in the same part of the app. */
export function duplicates(list: readonly Binding[]): string[] {
  const taken = new Map<string, string>();
  const twice: string[] = [];
  for (const { keys, handledBy = 'anywhere', action } of list) {
    for (const key of keys) {
      const places = handledBy === 'anywhere' ? ['anywhere', 'table', 'life band'] : [handledBy];
      for (const place of places) {
        const before = taken.get(`${place} ${key}`);
        if (before !== undefined && before !== action) twice.push(`${key}: ${before}, ${action}`);
        taken.set(`${place} ${key}`, action);
      }
    }
  }
  return twice;
}
