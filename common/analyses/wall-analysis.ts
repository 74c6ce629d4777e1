import type { StateClass } from '../goroutine-state.ts';
import type { NameIx, StackIx } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';
import { wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { Stays } from './profile-analysis.ts';
import type { StackProfile } from './stack-profile.ts';

/**
 * All time of goroutines, on and off the processor. Columns of equal length have a row for each start function, state and stack:
 *
 *     groups [12, 12], states [4 (sync), 0 (running)], stacks [31, 0], profile: `main.worker;sync.(*Mutex).Lock` 300 ns, `main.worker` 50 ns
 */
export interface WallAnalysis {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  readonly total: Stays;
  readonly byState: Readonly<Record<StateClass, Stays>>;
  /** CPU samples that running time was spread over, and how much of it was. */
  readonly samples: number;
  readonly spreadNs: DurNs;
  /** Start functions. */
  readonly groups: readonly NameIx[];
  /** Places in `stateClasses`. */
  readonly states: Uint8Array;
  /** Where the goroutine blocked, entered a system call or, running, was sampled; 0: the row stands for its start function. */
  readonly stacks: readonly StackIx[];
  /**
   * `stays`/`count` and `time`/`nanoseconds`, the longest first. The start function is the root of every stack. Running stays are counted at
   * it, also where their time is spread over stacks.
   */
  readonly profile: StackProfile;
}

export const wallAnalysis = analysis<WallAnalysis>()({
  summary: 'wall-clock profile: all time of goroutines by call stack, running or not',
  about:
    'Where the time of goroutines goes: running, runnable, in system calls and waiting, together. Waits and system calls stand at the ' +
    'stack at which they began, everything below the function that the goroutine was started with. A trace does not say which function ' +
    'runs: running time stands at the start function or, where there are CPU samples of its goroutines in the window, is spread over ' +
    'their stacks. The folded stacks end in the state, as [sync]; in pprof it is the label "state". The tsv has the columns count, ns, ' +
    'state, and frames as function@file:line, leaf first, joined by semicolons.',
  options: {
    limit: wholeNumber(0, 1e9, 'functions in the text, 30 by default; 0 for all'),
  },
  formats: ['pprof', 'folded'],
});
