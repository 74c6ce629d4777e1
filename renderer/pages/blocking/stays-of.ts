import type { StayKind } from '#common/analyses/stay-results.ts';
import type { StackIx } from '#common/ids.ts';
import { kindWords } from './blocking-kinds.ts';
import { stateAt } from './function-words.ts';
import type { KindProfile } from './kind-profiles.svelte.ts';

/** As many as can be asked about. */
const mostStacks = 20_000;

/** Which stays a function stands for: those of a state, or at stacks that are its own. */
export interface StaysOf {
  readonly kind: StayKind;
  /** Absent: all. */
  readonly stacks?: readonly StackIx[];
  /** Running and runnable time stands at start functions, without a stack by which it could be found. */
  readonly leavesOut: boolean;
}

/** `through`: only at these of the profile's stacks. */
export function staysOf(
  { kind, stacks, numbers }: KindProfile,
  func: string | undefined,
  through?: readonly number[],
): StaysOf {
  const stayKind = kindWords[kind].profile ?? 'wall';
  if (func === undefined) return { kind: stayKind, leavesOut: false };
  const state = stateAt(func);
  if (state !== undefined && !through) return { kind: state, leavesOut: false };
  const at = stacks.functions.indexOf(func);
  const isAt = (i: number): boolean =>
    stacks.frames.subarray(stacks.starts[i], stacks.starts[i + 1]).includes(at);
  const found = through ? through.map((i) => numbers[i]!) : numbers.filter((_, i) => isAt(i));
  const own = [...new Set(kind === 'wall' ? found.filter((stack) => stack !== 0) : found)];
  return {
    kind: state ?? stayKind,
    stacks: own.slice(0, mostStacks),
    leavesOut: own.length < new Set(found).size,
  };
}
