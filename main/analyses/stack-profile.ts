import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { StackProfile, StackValues } from '#common/analyses/stack-profile.ts';
import type { TraceReader } from '#db/reader.ts';

/** A profile of stacks by their numbers, in the order given; `values` has a value for each. */
export function stackProfile(
  reader: TraceReader,
  stacks: ArrayLike<number>,
  values: readonly StackValues[],
): StackProfile {
  const frames: StackFrame[] = [];
  const places = new Map<number, number>();
  const flat: number[] = [];
  const stackStarts = new Uint32Array(stacks.length + 1);
  for (let i = 0; i < stacks.length; i++) {
    for (const frame of reader.stackFrames(stacks[i]!)) {
      let place = places.get(frame);
      if (place === undefined) {
        places.set(frame, (place = frames.length));
        frames.push(reader.frame(frame));
      }
      flat.push(place);
    }
    stackStarts[i + 1] = flat.length;
  }
  return { frames, stackStarts, stackFrames: Uint32Array.from(flat), values };
}
