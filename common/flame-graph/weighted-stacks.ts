/**
 * Call stacks with what was measured at each, as flame graphs take them: stack `i` has the functions `frames[starts[i]]` up to
 * `starts[i + 1]`, the outermost first. Views of a flame graph are stacks made from stacks:
 *
 *     main;serve;lock 3        inverted  lock;serve;main 3        callees of serve  serve;lock 3        its callers  serve;main 3
 */
import type { StackProfile } from '../analyses/stack-profile.ts';

export interface WeightedStacks {
  /** Each function once; frames name them by their place here. */
  readonly functions: readonly string[];
  /** One more than there are stacks. */
  readonly starts: Uint32Array;
  readonly frames: Uint32Array;
  /** What the widths stand for, nanoseconds mostly. */
  readonly weights: Float64Array;
  /** How many were measured. */
  readonly counts: Float64Array;
}

/** Stands for a stack of which nothing is known, so that its part is seen. */
export const noStack = '(no stack)';

export const stackCount = ({ weights }: WeightedStacks): number => weights.length;

/** Collects stacks, the same function under one number. */
class StackCollector {
  readonly #functions: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #starts: number[] = [0];
  readonly #frames: number[] = [];
  readonly #weights: number[] = [];
  readonly #counts: number[] = [];

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.#functions.length);
    return this.#functions.push(name) - 1;
  }

  add(frames: Iterable<number>, weight: number, count: number): void {
    for (const frame of frames) this.#frames.push(frame);
    this.#starts.push(this.#frames.length);
    this.#weights.push(weight);
    this.#counts.push(count);
  }

  finished(): WeightedStacks {
    return {
      functions: this.#functions,
      starts: Uint32Array.from(this.#starts),
      frames: Uint32Array.from(this.#frames),
      weights: Float64Array.from(this.#weights),
      counts: Float64Array.from(this.#counts),
    };
  }
}

/** Which columns of a profile are drawn; one that is not there counts as 0. */
export interface ProfileColumns {
  readonly weight: string;
  readonly count: string;
}

/**
 * All stacks of some profiles. `endOf` gives a stack a last frame, such as the state that the time at it belongs to.
 */
export function stacksOfProfiles(
  profiles: readonly StackProfile[],
  columns: ProfileColumns,
  endOf?: (stack: number) => string,
): WeightedStacks {
  const collector = new StackCollector();
  for (const profile of profiles) {
    const functions = profile.frames.map((frame) => collector.place(frame.function || noStack));
    const column = (type: string): Float64Array | undefined =>
      profile.values.find((values) => values.type === type)?.values;
    const [weights, counts] = [column(columns.weight), column(columns.count)];
    for (let i = 0; i + 1 < profile.stackStarts.length; i++) {
      const leafFirst = profile.stackFrames.subarray(profile.stackStarts[i], profile.stackStarts[i + 1]);
      const frames = Array.from(leafFirst, (frame) => functions[frame]!).reverse();
      if (frames.length === 0) frames.push(collector.place(noStack));
      if (endOf) frames.push(collector.place(endOf(i)));
      collector.add(frames, weights?.[i] ?? 0, counts?.[i] ?? 0);
    }
  }
  return collector.finished();
}

export interface StackInOrder {
  /** Names of functions. */
  readonly leafFirst: readonly string[];
  readonly weight: number;
  /** A last frame beyond the leaf. */
  readonly end?: string;
}

/** One stack after the other, each counted once. */
export function stacksInOrder(stacks: Iterable<StackInOrder>): WeightedStacks {
  const collector = new StackCollector();
  for (const { leafFirst, weight, end } of stacks) {
    const names = leafFirst.length === 0 ? [noStack] : [...leafFirst].reverse();
    if (end !== undefined) names.push(end);
    collector.add(
      names.map((name) => collector.place(name || noStack)),
      weight,
      1,
    );
  }
  return collector.finished();
}

/** `main;serve;lock 12 3`: a line for each stack, its weight and, where it is not 1, its count. */
export function stacksWritten(text: string): WeightedStacks {
  const collector = new StackCollector();
  for (const line of text.trim().split('\n')) {
    const [, names = '', weight, count] = /^(.*?) (\d+)(?: (\d+))?$/.exec(line.trim()) ?? [];
    collector.add(
      names.split(';').map((name) => collector.place(name)),
      Number(weight),
      Number(count ?? 1),
    );
  }
  return collector.finished();
}

/** The same stacks with other frames; where `change` gives none, the stack is left out. */
function changed(
  stacks: WeightedStacks,
  change: (frames: Uint32Array) => readonly number[] | Uint32Array | undefined,
): WeightedStacks {
  const starts = [0];
  const frames: number[] = [];
  const kept: number[] = [];
  for (let i = 0; i < stackCount(stacks); i++) {
    const to = change(stacks.frames.subarray(stacks.starts[i], stacks.starts[i + 1]));
    if (to === undefined) continue;
    for (const frame of to) frames.push(frame);
    starts.push(frames.length);
    kept.push(i);
  }
  return {
    functions: stacks.functions,
    starts: Uint32Array.from(starts),
    frames: Uint32Array.from(frames),
    weights: Float64Array.from(kept, (i) => stacks.weights[i]!),
    counts: Float64Array.from(kept, (i) => stacks.counts[i]!),
  };
}

/** The innermost function first: what all of them wait in stands at the root. */
export const inverted = (stacks: WeightedStacks): WeightedStacks =>
  changed(stacks, (frames) => frames.slice().reverse());

/** A function that is on the stack already is left out, and what it calls counts for its first call: `a;b;a;c` becomes `a;b;c`. */
export const withoutRecursion = (stacks: WeightedStacks): WeightedStacks =>
  changed(stacks, (frames) => [...new Set(frames)]);

/** Which stacks begin with these functions. */
export const stacksThrough = (stacks: WeightedStacks, path: readonly number[]): readonly number[] =>
  Array.from(stacks.weights.keys()).filter((stack) => {
    const from = stacks.starts[stack]!;
    const fits = stacks.starts[stack + 1]! - from >= path.length;
    return fits && path.every((frame, depth) => stacks.frames[from + depth] === frame);
  });

/** Stacks with a function, from its outermost call on. */
export const calleesOf = (stacks: WeightedStacks, of: number): WeightedStacks =>
  changed(stacks, (frames) => {
    const at = frames.indexOf(of);
    return at < 0 ? undefined : frames.subarray(at);
  });

/** Stacks with a function, from its outermost call outwards. */
export const callersOf = (stacks: WeightedStacks, of: number): WeightedStacks =>
  changed(stacks, (frames) => {
    const at = frames.indexOf(of);
    return at < 0 ? undefined : frames.slice(0, at + 1).reverse();
  });
