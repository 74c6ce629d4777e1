/**
 * What a goroutine did, function by function, from three kinds of knowledge:
 *
 *     state      waits in a        runs              waits in b
 *     stacks     main f recv  ·      sample main f g    main f send
 *     row 0      main ──────────────────────────────────────────
 *     row 1      f ─────────╌╌╌╌╌╌╌╌┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄─────────
 *     row 2      recv ──┘            g ┄┄┄┄┄┄┄┄┄┄┄┄┄┄   send ────
 *                       exact ─      inferred ╌      sampled ┄
 *
 * While it waits its stack is known exactly. While it runs, a sample tells it from there to the next sample or to the end of the run;
 * elsewhere only the functions that were on the stack on both sides are shown: it may have left them and come back.
 */
import type { StackFrame } from '../analyses/goroutine-results.ts';
import { functionName } from '../function-name.ts';
import type { StackIx } from '../ids.ts';
import type { TraceNs } from '../units.ts';
import type { Span } from './span-picture.ts';

/** From the most certain to the least. */
export const certainties = ['exact', 'sampled', 'inferred'] as const;
export type Certainty = (typeof certainties)[number];

export type StackSpan = Pick<Span, 'from' | 'until' | 'stateClass' | 'stack'>;

export interface StackSample {
  readonly at: TraceNs;
  readonly stack: StackIx;
}

export interface StackSource {
  /** Of one goroutine, in order of time. */
  readonly spans: readonly StackSpan[];
  /** Of the same, in order of time. */
  readonly samples: readonly StackSample[];
  /** Leaf first; `undefined` or empty where the stack is not known. */
  readonly framesOf: (stack: StackIx) => readonly StackFrame[] | undefined;
}

export interface StackPart {
  readonly from: number;
  readonly until: number;
  readonly kind: Certainty;
}

/** A function that was on the stack at one depth for a while, called by the same functions. */
export interface StackSlice {
  /** 0: the outermost. */
  readonly depth: number;
  readonly from: number;
  readonly until: number;
  /** As it was first: its line may change later. */
  readonly frame: StackFrame;
  /** One after the other without gaps, neighbours of different kinds. */
  readonly parts: readonly StackPart[];
  /** So many more frames lie within it, at most, and are left out. */
  readonly deeper: number;
}

export interface StackTrack {
  /** By depth, each in order of time. */
  readonly rows: readonly (readonly StackSlice[])[];
}

/** The least certain of a slice's parts. */
export const certaintyOf = ({ parts }: StackSlice): Certainty =>
  certainties[Math.max(...parts.map(({ kind }) => certainties.indexOf(kind)))] ?? 'exact';

export function stackTrack(source: StackSource, mostRows: number): StackTrack {
  const rows = new StackRows(mostRows);
  for (const piece of piecesOf(source)) rows.add(piece);
  return { rows: rows.finish() };
}

/** A stretch of time with one stack, outermost first. */
interface Piece extends StackPart {
  readonly frames: readonly StackFrame[];
}

const none: readonly StackFrame[] = [];

function* piecesOf({ spans, samples, framesOf }: StackSource): Generator<Piece> {
  const outermostFirst = (stack: StackIx): readonly StackFrame[] => framesOf(stack)?.toReversed() ?? none;
  const runs = joined(spans);
  let sample = 0;
  /** What the goroutine resumes with; none after a gap. */
  let before = none;
  let end = -Infinity;
  for (const [index, { from, until, stateClass, stack }] of runs.entries()) {
    if (from > end) before = none;
    end = until;
    if (stateClass !== 'running') {
      // Who waited and became runnable is still where it waited: the stack is that of who woke or created it.
      const last = runs[index - 1];
      const wasRunning = last?.stateClass === 'running' && last.until === from;
      if (stateClass !== 'runnable' || wasRunning) before = outermostFirst(stack);
      yield { from, until, kind: 'exact', frames: before };
      continue;
    }
    while (sample < samples.length && samples[sample]!.at < from) sample++;
    const first = sample;
    while (sample < samples.length && samples[sample]!.at < until) sample++;
    const here = samples
      .slice(first, sample)
      .map(({ at, stack: sampled }) => ({ at, frames: outermostFirst(sampled) }))
      .filter(({ frames }) => frames.length > 0);
    const next = runs[index + 1];
    const after = next && next.from <= until ? outermostFirst(next.stack) : none;
    yield* runPieces(from, until, before, here, after);
    before = none;
  }
}

/** Runs that were cut where generations meet are one. */
function joined(spans: readonly StackSpan[]): readonly StackSpan[] {
  const runs: StackSpan[] = [];
  for (const span of spans) {
    const last = runs.at(-1);
    if (last?.stateClass === 'running' && span.stateClass === 'running' && span.from <= last.until)
      runs[runs.length - 1] = { ...last, until: span.until > last.until ? span.until : last.until };
    else runs.push(span);
  }
  return runs;
}

function* runPieces(
  from: number,
  until: number,
  before: readonly StackFrame[],
  samples: readonly { readonly at: number; readonly frames: readonly StackFrame[] }[],
  after: readonly StackFrame[],
): Generator<Piece> {
  const [first] = samples;
  const inferred = first ? sharedFrames(before, first.frames) : sharedFrames(before, withoutRuntime(after));
  yield { from, until: first?.at ?? until, kind: 'inferred', frames: inferred };
  for (const [i, { at, frames }] of samples.entries())
    yield { from: at, until: samples[i + 1]?.at ?? until, kind: 'sampled', frames };
}

/**
 * The outermost frames that both have, without the runtime's own of who waited before. Of who is known on one side only it is the
 * function that the goroutine began with, which is there all its life.
 */
function sharedFrames(before: readonly StackFrame[], after: readonly StackFrame[]): readonly StackFrame[] {
  if (before.length === 0 || after.length === 0) return [...before, ...after].slice(0, 1);
  const own = withoutRuntime(before);
  let shared = 0;
  while (shared < own.length && own[shared]!.function === after[shared]?.function) shared++;
  return own.slice(0, shared);
}

/** `main.work` → `sync.(*Mutex).Lock` → `runtime.gopark`: the last is how it waits, and not where it goes on. */
function withoutRuntime(frames: readonly StackFrame[]): readonly StackFrame[] {
  let length = frames.length;
  while (length > 1 && functionName(frames[length - 1]!.function).package === 'runtime.') length--;
  return frames.slice(0, length);
}

interface OpenSlice {
  readonly depth: number;
  readonly from: number;
  readonly frame: StackFrame;
  readonly parts: StackPart[];
  deeper: number;
}

/** Joins pieces that come in order of time: a slice goes on as long as it and all its callers do. */
class StackRows {
  readonly #mostRows: number;
  readonly #rows: StackSlice[][] = [];
  #open: OpenSlice[] = [];
  #until = -Infinity;

  constructor(mostRows: number) {
    this.#mostRows = mostRows;
  }

  add({ from: begin, until, kind, frames }: Piece): void {
    const from = Math.max(begin, this.#until);
    if (!(until > from)) return;
    const gap = from > this.#until;
    const depth = Math.min(frames.length, this.#mostRows);
    let same = 0;
    if (!gap) {
      while (same < depth && this.#open[same]?.frame.function === frames[same]!.function) same++;
    }
    this.#close(same);
    for (let at = same; at < depth; at++)
      this.#open.push({ depth: at, from, frame: frames[at]!, parts: [], deeper: 0 });
    for (const slice of this.#open) prolong(slice.parts, { from, until, kind });
    const last = this.#open.at(-1);
    if (last) last.deeper = Math.max(last.deeper, frames.length - depth);
    this.#until = until;
  }

  finish(): readonly (readonly StackSlice[])[] {
    this.#close(0);
    return this.#rows;
  }

  #close(depth: number): void {
    for (const slice of this.#open.slice(depth)) {
      const row = (this.#rows[slice.depth] ??= []);
      row.push({ ...slice, until: slice.parts.at(-1)!.until });
    }
    this.#open = this.#open.slice(0, depth);
  }
}

function prolong(parts: StackPart[], part: StackPart): void {
  const last = parts.at(-1);
  if (last?.kind === part.kind) parts[parts.length - 1] = { ...last, until: part.until };
  else parts.push(part);
}
