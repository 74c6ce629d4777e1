/** Stacks under a goroutine's lane: a row for each depth, the outermost function on top. */
import { firstIndex } from '../first-index.ts';
import { functionName } from '../function-name.ts';
import type { DrawCommand, Ink, Measure } from './draw-list.ts';
import {
  certainties,
  certaintyOf,
  type Certainty,
  type StackPart,
  type StackSlice,
  type StackTrack,
} from './stack-track.ts';
import { timeAt, xOf, type TimeWindow } from './time-window.ts';

export const stackRowHeight = 13;

/** Where the rows stand: the first at `y`. */
export interface StackView {
  readonly window: TimeWindow;
  readonly width: number;
  readonly y: number;
  /** The program's own packages, such as `github.com/x/shop`; the package `main` is always its own. */
  readonly ownPackages?: readonly string[];
}

export const stackHeight = (track: StackTrack): number => track.rows.length * stackRowHeight;

const margin = 8;
/** Parts narrower than this are drawn with their neighbours, all as uncertain as the least certain. */
const narrowestPart = 4;
const narrowestLabel = 18;
const labelAir = 4;
/** Below this a cut name tells nothing. The ellipsis is one of them. */
const fewestLetters = 5;
const uncertainStrength = 0.55;

export function stackCommands(track: StackTrack, view: StackView, measure: Measure): DrawCommand[] {
  return track.rows.flatMap((row, depth) => rowCommands(row, view.y + depth * stackRowHeight, view, measure));
}

function rowCommands(
  row: readonly StackSlice[],
  y: number,
  view: StackView,
  measure: Measure,
): readonly DrawCommand[] {
  const { window, width } = view;
  const bodies: DrawCommand[] = [];
  const labels: DrawCommand[] = [];
  let drawnTo = -Infinity;
  for (let index = firstEndingAfter(row, window.from); index < row.length; index++) {
    const slice = row[index]!;
    if (slice.from >= window.until) break;
    const x0 = Math.max(-margin, xOf(window, width, slice.from));
    const x1 = Math.min(width + margin, xOf(window, width, slice.until));
    // One sliver a pixel is enough, however many there are.
    if (x1 <= drawnTo) continue;
    const w = Math.max(1, x1 - x0 - (x1 - x0 > 4 ? 1 : 0));
    drawnTo = x0 + w;
    bodies.push(...sliceBody(slice, x0, w, y, view));
    labels.push(...sliceLabel(slice, x0, w, y, measure));
  }
  return [...bodies, ...labels];
}

function sliceBody(slice: StackSlice, x: number, w: number, y: number, view: StackView): DrawCommand[] {
  const fill = frameInk(slice.frame.function, view.ownPackages ?? []);
  const box = { y: y + 0.5, h: stackRowHeight - 1 };
  const commands: DrawCommand[] = [];
  const end = x + w;
  for (const part of drawnParts(slice, view)) {
    const from = Math.max(x, part.from);
    const width = Math.min(end, part.until) - from;
    if (part.kind === 'exact') commands.push({ kind: 'rect', ...box, x: from, w: Math.max(1, width), fill });
    else commands.push(...uncertain(from, Math.max(1, width), box, fill));
  }
  if (slice.deeper > 0 && w > narrowestPart)
    commands.push({ kind: 'rect', x, y: y + stackRowHeight - 1.5, w, h: 1, fill: 'neutral-8' });
  return commands;
}

function uncertain(
  x: number,
  w: number,
  { y, h }: { readonly y: number; readonly h: number },
  fill: Ink,
): DrawCommand[] {
  const ground: DrawCommand = { kind: 'rect', x, y, w, h, fill, alpha: uncertainStrength };
  if (w <= narrowestPart) return [ground];
  const edge = { x: x + 0.5, y: y + 0.5, w: w - 1, h: h - 1 };
  return [ground, { kind: 'outline', ...edge, stroke: 'neutral-8', width: 1, dash: [2, 2] }];
}

/** In pixels; what is too narrow to be told apart is joined. */
function drawnParts({ parts }: StackSlice, { window, width }: StackView): readonly StackPart[] {
  const drawn: StackPart[] = [];
  for (const part of parts) {
    const from = Math.max(-margin, xOf(window, width, part.from));
    const until = Math.min(width + margin, xOf(window, width, part.until));
    if (until <= from && drawn.length > 0) continue;
    const last = drawn.at(-1);
    const narrow = until - from < narrowestPart || (last && last.until - last.from < narrowestPart);
    if (last && (narrow || last.kind === part.kind))
      drawn[drawn.length - 1] = { from: last.from, until, kind: weaker(last.kind, part.kind) };
    else drawn.push({ from, until, kind: part.kind });
  }
  return drawn;
}

const weaker = (a: Certainty, b: Certainty): Certainty =>
  certainties.indexOf(a) > certainties.indexOf(b) ? a : b;

function sliceLabel(slice: StackSlice, x0: number, w: number, y: number, measure: Measure): DrawCommand[] {
  if (w < narrowestLabel) return [];
  // In view while its slice begins before the lane.
  const x = Math.max(x0, 0) + labelAir;
  const text = frameLabel(slice.frame.function, x0 + w - x - 2, measure);
  if (text === '') return [];
  return [{ kind: 'text', x, y: y + stackRowHeight / 2 + 0.5, text, fill: 'neutral-12', font: 'mono' }];
}

/** `http.(*conn).serve`, else `(*conn).serve`, else `serve`, else as much of it as there is room for. */
export function frameLabel(name: string, room: number, measure: Measure): string {
  const labels = frameLabels(name);
  const whole = labels.find((label) => measure(label, 'mono') <= room);
  if (whole !== undefined) return whole;
  const shortest = labels.at(-1)!;
  let length = Math.min(shortest.length - 1, Math.floor(room / measure('m', 'mono')) - 1);
  while (length + 1 >= fewestLetters && measure(`${shortest.slice(0, length)}…`, 'mono') > room) length--;
  return length + 1 >= fewestLetters ? `${shortest.slice(0, length)}…` : '';
}

/** Function literals are called after the function they stand in: `Handler.func1`, `run.func2.1`, `(*T).get-fm`. */
const lastPart = /[^.]+(?:\.(?:func|gowrap|deferwrap)?\d+)*$/;

/** What a function may be called, the longest first. */
function frameLabels(full: string): readonly string[] {
  const { package: path, name } = functionName(full.replace(/\[.*\]/, '[…]'));
  const short = `${path.slice(path.lastIndexOf('/') + 1)}${name}`;
  const plain = name.replace('[…]', '');
  return [short, name, lastPart.exec(plain)?.[0] ?? plain];
}

/**
 * By whose the function is. A path whose first part has a dot is somebody's address; of the others those are Go's own that begin as
 * the standard library does, and the program gave itself the rest.
 */
export function frameInk(name: string, ownPackages: readonly string[]): Ink {
  // Go writes the dots of a path's last part so.
  const path = functionName(name).package.slice(0, -1).replaceAll('%2e', '.');
  if (path === 'main' || ownPackages.some((own) => path === own || path.startsWith(`${own}/`)))
    return 'frame-own';
  const [first = ''] = path.split('/');
  if (path === '' || first === 'runtime' || path.startsWith('internal/runtime/')) return 'frame-runtime';
  if (first.includes('.')) return 'frame-dep';
  return standardLibrary.has(first) ? 'frame-std' : 'frame-own';
}

/** First parts of its paths. */
const standardLibrary: ReadonlySet<string> = new Set(
  (
    'archive arena bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go ' +
    'hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime simd slices sort strconv ' +
    'strings structs sync syscall testing text time unicode unique unsafe vendor weak cmd'
  ).split(' '),
);

const reachPx = 3;

export interface PointedSlice {
  readonly slice: StackSlice;
  /** How it is known at that place. */
  readonly kind: Certainty;
}

/** The slice at a place, or within reach of it: a sliver must be reachable by the pointer. `y` as in the view. */
export function sliceAt(track: StackTrack, view: StackView, x: number, y: number): PointedSlice | undefined {
  const row = track.rows[Math.floor((y - view.y) / stackRowHeight)];
  if (!row) return undefined;
  const time = timeAt(view.window, view.width, x);
  const index = firstEndingAfter(row, time);
  const ahead = row[index];
  if (ahead && ahead.from <= time) return pointed(ahead, time);
  const distance = (slice: StackSlice | undefined): number => {
    if (!slice) return Infinity;
    const edge = slice.from > time ? slice.from : slice.until;
    return Math.abs(xOf(view.window, view.width, edge) - x);
  };
  const behind = row[index - 1];
  const nearest = distance(ahead) < distance(behind) ? ahead : behind;
  return nearest && distance(nearest) <= reachPx ? { slice: nearest, kind: certaintyOf(nearest) } : undefined;
}

const pointed = (slice: StackSlice, time: number): PointedSlice => ({
  slice,
  kind: slice.parts.find(({ until }) => time < until)?.kind ?? certaintyOf(slice),
});

const firstEndingAfter = (row: readonly StackSlice[], time: number): number =>
  firstIndex(row.length, (at) => row[at]!.until > time);
