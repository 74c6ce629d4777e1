import type { StackFrame } from './goroutine-results.ts';

/** What was measured at call stacks; stack `i` has the frames `stackFrames[stackStarts[i]]` up to `stackStarts[i + 1]`, leaf first. */
export interface StackProfile {
  /** Each frame once; stacks name them by their place here. */
  readonly frames: readonly StackFrame[];
  /** One more than there are stacks. */
  readonly stackStarts: Uint32Array;
  readonly stackFrames: Uint32Array;
  /** What was measured, as pprof names it, in columns with a value for each stack. */
  readonly values: readonly StackValues[];
}

export interface StackValues {
  /** `contentions`, `delay`, `samples` … */
  readonly type: string;
  /** `count`, `nanoseconds` … */
  readonly unit: string;
  readonly values: Float64Array;
}

/** The frames of a stack, leaf first. */
export const framesOf = (profile: StackProfile, stack: number): readonly StackFrame[] =>
  Array.from(
    profile.stackFrames.subarray(profile.stackStarts[stack], profile.stackStarts[stack + 1]),
    (frame) => profile.frames[frame]!,
  );
