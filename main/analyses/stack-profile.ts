import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { StackProfile, StackValues } from '#common/analyses/stack-profile.ts';
import type { TraceReader } from '#db/reader.ts';

/**
 * A profile of stacks by their numbers, in the order given; `values` has a value for each. `roots`: for each the function that stands at
 * its root, below the stack where it does not end in it; '': none.
 */
export function stackProfile(
  reader: TraceReader,
  stacks: ArrayLike<number>,
  values: readonly StackValues[],
  roots?: readonly string[],
): StackProfile {
  const frames = new ProfileFrames(reader);
  const flat: number[] = [];
  const stackStarts = new Uint32Array(stacks.length + 1);
  for (let i = 0; i < stacks.length; i++) {
    const own = frames.ofStack(stacks[i]!);
    for (const place of own) flat.push(place);
    const root = roots?.[i] ?? '';
    if (root !== '' && frames.all[own.at(-1) ?? -1]?.function !== root) flat.push(frames.ofRoot(root));
    stackStarts[i + 1] = flat.length;
  }
  return { frames: frames.all, stackStarts, stackFrames: Uint32Array.from(flat), values };
}

/** Each frame once, as stacks turn up. */
class ProfileFrames {
  readonly all: StackFrame[] = [];
  readonly #reader: TraceReader;
  readonly #places = new Map<number | string, number>();
  readonly #stacks = new Map<number, readonly number[]>();

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  ofStack(stack: number): readonly number[] {
    let places = this.#stacks.get(stack);
    if (!places) {
      places = this.#reader.stackFrames(stack).map((ix) => this.#place(ix, () => this.#reader.frame(ix)));
      this.#stacks.set(stack, places);
    }
    return places;
  }

  /** Of a start function only the name is known. */
  ofRoot(name: string): number {
    return this.#place(name, () => ({ function: name, file: '', line: 0, pc: 0 }));
  }

  #place(key: number | string, read: () => StackFrame): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      this.#places.set(key, (place = this.all.length));
      this.all.push(read());
    }
    return place;
  }
}
