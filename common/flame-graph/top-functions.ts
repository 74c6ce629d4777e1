/** What each function takes by itself, and with what it calls. */
import { stackCount, type WeightedStacks } from './weighted-stacks.ts';

/** By place in `functions` of the stacks. */
export interface TopFunctions {
  readonly self: Float64Array;
  /** A stack counts once, however often the function is in it. */
  readonly totals: Float64Array;
  /** How many were measured with the function on the stack. */
  readonly counts: Float64Array;
}

export function topFunctions(stacks: WeightedStacks): TopFunctions {
  const functions = stacks.functions.length;
  const [self, totals, counts] = [functions, functions, functions].map((length) => new Float64Array(length));
  const top = { self: self!, totals: totals!, counts: counts! };
  /** By function the last stack it was seen in, counted from 1. */
  const seen = new Uint32Array(functions);
  for (let stack = 0; stack < stackCount(stacks); stack++) {
    const [from, until] = [stacks.starts[stack]!, stacks.starts[stack + 1]!];
    for (let at = from; at < until; at++) {
      const frame = stacks.frames[at]!;
      if (seen[frame] === stack + 1) continue;
      seen[frame] = stack + 1;
      top.totals[frame]! += stacks.weights[stack]!;
      top.counts[frame]! += stacks.counts[stack]!;
    }
    if (until > from) top.self[stacks.frames[until - 1]!]! += stacks.weights[stack]!;
  }
  return top;
}
