/** Which stays are looked for: in some states, for some reasons, at some stacks. */
import { allocate, release } from '../memory';
import { GO_IS_RUNNABLE, GO_IS_RUNNING } from '../go-states';

/** A byte for each `what` (reason × 8 + state), and for each stack: 1 is wanted. */
let whats: usize = 0;
let whatCount: u32 = 0;
let stacks: usize = 0;
let stackCount: u32 = 0;
let hasStacks: bool = false;
/** The stack of one that is runnable is another's, that of one that runs is old: they count as without. */
let ownStacksOnly: bool = false;

/** Anew: room for a byte for each `what`, all 0. */
export function wantWhats(count: u32, onlyOwnStacks: bool): usize {
  if (whatCount > 0) release(whats, whatCount);
  whatCount = count;
  whats = allocate(count);
  memory.fill(whats, 0, count);
  ownStacksOnly = onlyOwnStacks;
  hasStacks = false;
  return whats;
}

/** Room for a byte for each stack, all 0; without it any will do. */
export function wantStacks(count: u32): usize {
  if (stackCount > 0) release(stacks, stackCount);
  stackCount = count;
  stacks = allocate(count);
  memory.fill(stacks, 0, count);
  hasStacks = true;
  return stacks;
}

// @ts-ignore: decorator
@inline
export function isWanted(what: u32, stack: u32): bool {
  if (what >= whatCount || load<u8>(whats + what) == 0) return false;
  return !hasStacks || isStackWanted(stackCounted(what, stack));
}

/** The stack that a stay counts at. */
// @ts-ignore: decorator
@inline
export function stackCounted(what: u32, stack: u32): u32 {
  const state = what & 7;
  return ownStacksOnly && (state == GO_IS_RUNNING || state == GO_IS_RUNNABLE) ? 0 : stack;
}

function isStackWanted(stack: u32): bool {
  return stack < stackCount && load<u8>(stacks + stack) != 0;
}
