/**
 * What a lane shows in a window, before it is drawn: exact spans where they are wide enough to be told apart, else columns one pixel
 * wide with the share of each state. The pointer is answered from the same picture.
 */
import { firstIndex } from '../first-index.ts';
import { stateClasses, type StateClass } from '../goroutine-state.ts';
import { stackIx, type StackIx } from '../ids.ts';
import { traceNs } from '../units.ts';
import type { Span } from './span-picture.ts';
import type { LaneKey, LaneTile, TilePiece } from './tiles.ts';
import { lengthOf, type TimeWindow } from './time-window.ts';

/** A span of a lane, as long as it is known to be. */
export interface ShownSpan extends Span {
  /** Of a processor or thread: the goroutine that it runs or that is in a system call. */
  readonly goroutine?: number;
  readonly goroutineName?: string;
  /** Of a processor its thread, of a thread its processor. */
  readonly partner?: number;
  /** Go's word for a state that has no class: `scheduling`, `idle`, `parked`. */
  readonly word?: string;
}

export type LanePicture =
  | { readonly form: 'spans'; readonly spans: readonly ShownSpan[] }
  | {
      readonly form: 'columns';
      /** `shares[column * 9 + class]`, 0 to 1; nothing where the lane is not there. */
      readonly shares: Float32Array;
      /** Where it is wider than a column, time was shared out evenly within so many nanoseconds. */
      readonly bucketNs: number;
    }
  /** Nothing has come yet. */
  | { readonly form: 'unread' };

const classCount = stateClasses.length;
const nothing = 255;
const classIndex = (name: StateClass): number => stateClasses.indexOf(name);
const [running, syscall, other, unknown, gc] = (
  ['running', 'syscall', 'other', 'unknown', 'gc'] as const
).map(classIndex) as [number, number, number, number, number];

type LaneType = 'p' | 't' | 'g' | 'c' | 'f';
const typeOf = (lane: LaneKey): LaneType => lane[0] as LaneType;

/** By the states of each kind of lane (`statesOfLane`): the class that they are drawn as. Idle processors and parked threads are not drawn. */
const classesOf: Readonly<Record<LaneType, readonly number[]>> = {
  p: [running, syscall, other, nothing, unknown],
  t: [running, syscall, other, nothing, unknown, syscall],
  g: stateClasses.map((_, index) => index),
  f: stateClasses.map((_, index) => index),
  c: [gc, nothing],
};

const wordsOf: Readonly<Partial<Record<LaneType, readonly string[]>>> = {
  p: ['running', 'syscall', 'scheduling', 'idle', 'unknown'],
  t: ['running', 'syscall', 'scheduling', 'parked', 'unknown', 'blocked in a system call'],
};

/** Narrower than this on average, spans are drawn as columns. */
const narrowest = 3;

export function lanePicture(
  lane: LaneKey,
  pieces: readonly TilePiece[],
  window: TimeWindow,
  width: number,
): LanePicture {
  const seen = pieces.filter(({ from, until }) => from < window.until && until > window.from);
  if (seen.length === 0) return { form: 'unread' };
  const most = width / narrowest;
  if (seen.every(({ tile }) => tile.kind === 'exact')) {
    const spans = spansIn(lane, seen, window, most);
    if (spans) return { form: 'spans', spans };
  }
  const widths = seen.map(({ tile }) => (tile.kind === 'exact' ? 0 : 2 ** tile.level));
  return {
    form: 'columns',
    shares: sharesOf(lane, seen, window, width),
    bucketNs: Math.max(...widths),
  };
}

/** The spans in a window, joined where tiles or generations cut them; `undefined` where there are more than `most`. */
function spansIn(
  lane: LaneKey,
  pieces: readonly TilePiece[],
  window: TimeWindow,
  most: number,
): readonly ShownSpan[] | undefined {
  const spans: ShownSpan[] = [];
  for (const piece of pieces) {
    const { tile } = piece;
    if (tile.kind !== 'exact') return undefined;
    const from = Math.max(piece.from, window.from);
    const until = Math.min(piece.until, window.until);
    for (let i = firstEndingAfter(tile.lane.ends, from); i < tile.lane.starts.length; i++) {
      if (tile.lane.starts[i]! >= until) break;
      const span = spanOf(lane, tile, i);
      if (!span) continue;
      const last = spans.at(-1);
      if (last && continues(last, span)) spans[spans.length - 1] = joined(last, span);
      else spans.push(span);
      if (spans.length > most) return undefined;
    }
  }
  return spans;
}

const continues = (a: ShownSpan, b: ShownSpan): boolean =>
  a.until >= b.from &&
  a.stateClass === b.stateClass &&
  a.reason === b.reason &&
  a.stack === b.stack &&
  a.goroutine === b.goroutine &&
  a.partner === b.partner &&
  a.word === b.word;

const joined = (a: ShownSpan, b: ShownSpan): ShownSpan => ({
  ...a,
  from: traceNs(Math.min(a.from, b.from)),
  until: traceNs(Math.max(a.until, b.until)),
});

function spanOf(
  lane: LaneKey,
  { lane: columns, names }: Extract<LaneTile, { kind: 'exact' }>,
  at: number,
): ShownSpan | undefined {
  const type = typeOf(lane);
  const state = columns.states[at]!;
  const shown = classesOf[type][state] ?? unknown;
  if (shown === nothing) return undefined;
  const stack: StackIx = stackIx(columns.stacks[at]!);
  const span: ShownSpan = {
    from: traceNs(columns.starts[at]!),
    until: traceNs(columns.ends[at]!),
    stateClass: stateClasses[shown]!,
    reason: names.reasons[columns.reasons[at]!] ?? '',
    stack,
    leaf: names.leaves[stack] ?? '',
  };
  return type === 'p' || type === 't' ? withPartners(span, columns, names.goroutines, at, type, state) : span;
}

function withPartners(
  span: ShownSpan,
  { goroutines, partners }: Extract<LaneTile, { kind: 'exact' }>['lane'],
  names: Readonly<Record<number, string>>,
  at: number,
  type: 'p' | 't',
  state: number,
): ShownSpan {
  const goroutine = goroutines[at]!;
  const partner = partners[at]!;
  const goroutineName = names[goroutine] ?? '';
  const isCollecting = span.stateClass === 'running' && goroutineName === markWorker;
  return {
    ...span,
    ...(isCollecting ? { stateClass: 'gc' } : {}),
    ...(Number.isNaN(goroutine) ? {} : { goroutine, goroutineName }),
    ...(Number.isNaN(partner) ? {} : { partner }),
    word: wordsOf[type]![state] ?? 'unknown',
  };
}

const markWorker = 'runtime.gcBgMarkWorker';

/** The first place in a column of ends that is behind `time`. */
const firstEndingAfter = (ends: Float64Array, time: number): number =>
  firstIndex(ends.length, (i) => ends[i]! > time);

let scratch = new Float64Array(0);

/** The same memory for every lane of every frame. */
function zeros(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length);
  else scratch.fill(0, 0, length);
  return scratch.subarray(0, length);
}

/** Of goroutines' sums: shares of the goroutines' time; of all other lanes: of the column's. */
function sharesOf(
  lane: LaneKey,
  pieces: readonly TilePiece[],
  window: TimeWindow,
  width: number,
): Float32Array {
  const columns = Math.ceil(width);
  const ns = zeros(columns * classCount);
  for (const piece of pieces) addPiece(ns, columns, typeOf(lane), piece, window, width);
  const shares = new Float32Array(ns.length);
  const columnNs = lengthOf(window) / width;
  for (let column = 0; column < columns; column++) {
    const first = column * classCount;
    let whole = columnNs;
    if (typeOf(lane) === 'f') {
      whole = 0;
      for (let i = 0; i < classCount; i++) whole += ns[first + i]!;
    }
    if (whole <= 0) continue;
    for (let i = 0; i < classCount; i++) shares[first + i] = ns[first + i]! / whole;
  }
  return shares;
}

/** Nanoseconds by class in a stretch, from the tiles that are here; where buckets are cut, by their even share. */
export function laneSums(lane: LaneKey, pieces: readonly TilePiece[], stretch: TimeWindow): Float64Array {
  const ns = new Float64Array(classCount);
  for (const piece of pieces) addPiece(ns, 1, typeOf(lane), piece, stretch, 1);
  return ns;
}

function addPiece(
  ns: Float64Array,
  columns: number,
  type: LaneType,
  piece: TilePiece,
  window: TimeWindow,
  width: number,
): void {
  const classes = classesOf[type];
  const from = Math.max(piece.from, window.from);
  const until = Math.min(piece.until, window.until);
  const scale = width / lengthOf(window);
  const { tile } = piece;
  const add = (start: number, end: number, amount: number, shown: number): void => {
    spread(ns, columns, (start - window.from) * scale, (end - window.from) * scale, amount, shown);
  };
  if (tile.kind === 'exact') {
    const { starts, ends, states } = tile.lane;
    for (let i = firstEndingAfter(ends, from); i < starts.length && starts[i]! < until; i++) {
      const shown = classes[states[i]!] ?? unknown;
      if (shown === nothing) continue;
      const start = Math.max(starts[i]!, from);
      const end = Math.min(ends[i]!, until);
      add(start, end, end - start, shown);
    }
    return;
  }
  const bucketNs = 2 ** tile.level;
  const count = tile.ns.length / tile.states;
  const firstBucket = Math.max(0, Math.floor(from / bucketNs) - tile.first);
  const endBucket = Math.min(count, Math.ceil(until / bucketNs) - tile.first);
  for (let bucket = firstBucket; bucket < endBucket; bucket++) {
    const begin = (tile.first + bucket) * bucketNs;
    const start = Math.max(begin, from);
    const end = Math.min(begin + bucketNs, until);
    const part = (end - start) / bucketNs;
    for (let state = 0; state < tile.states; state++) {
      const amount = tile.ns[bucket * tile.states + state]!;
      const shown = classes[state] ?? unknown;
      if (amount > 0 && shown !== nothing) add(start, end, amount * part, shown);
    }
  }
}

/** Spreads an amount evenly over the columns between two places. */
function spread(
  ns: Float64Array,
  columns: number,
  x0: number,
  x1: number,
  amount: number,
  shown: number,
): void {
  const first = Math.max(0, Math.floor(x0));
  const last = Math.min(columns - 1, Math.ceil(x1) - 1);
  if (last <= first || x1 <= x0) {
    const place = Math.min(first, columns - 1) * classCount + shown;
    ns[place] = ns[place]! + amount;
    return;
  }
  const perPixel = amount / (x1 - x0);
  for (let column = first; column <= last; column++) {
    const part = Math.min(x1, column + 1) - Math.max(x0, column);
    const place = column * classCount + shown;
    ns[place] = ns[place]! + perPixel * part;
  }
}

/** The span at `x`, or within `reach` pixels of it: a sliver must be reachable by the pointer. */
export function shownSpanAt(
  picture: LanePicture,
  window: TimeWindow,
  width: number,
  x: number,
  reach: number,
): ShownSpan | undefined {
  if (picture.form !== 'spans') return undefined;
  const time = window.from + (x / width) * lengthOf(window);
  const slack = (reach / width) * lengthOf(window);
  let best: ShownSpan | undefined;
  let nearest = slack;
  for (const span of picture.spans) {
    if (span.from <= time && time < span.until) return span;
    const distance = time < span.from ? span.from - time : time - span.until;
    if (distance <= nearest) {
      best = span;
      nearest = distance;
    }
  }
  return best;
}

export interface ShareAt {
  readonly state: StateClass;
  readonly share: number;
}

/** The states in the column at `x`, the largest share first. */
export function sharesAtX(picture: LanePicture, x: number): readonly ShareAt[] {
  if (picture.form !== 'columns') return [];
  const first = Math.floor(x) * classCount;
  return stateClasses
    .map((state, index) => ({ state, share: picture.shares[first + index] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}
