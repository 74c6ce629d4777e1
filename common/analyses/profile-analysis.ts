import type { StackIx } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';
import { toggle, wholeNumber, word } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { StackProfile } from './stack-profile.ts';

export const profileKinds = ['net', 'sync', 'syscall', 'sched', 'sleep', 'gc', 'preempt', 'all'] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** How often goroutines stayed in a state, and for how long. */
export interface Stays {
  readonly count: number;
  readonly ns: DurNs;
}

/**
 * Where goroutines were kept from running. Its parts have the columns `contentions` in `count` and `delay` in `nanoseconds`; a stay in
 * the state is in one of them.
 */
export interface BlockingProfile {
  readonly kind: ProfileKind;
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  readonly total: Stays;
  readonly parts: Readonly<Record<ProfilePartName, ProfileStays>>;
}

/**
 * Stays that ended in the trace, of goroutines that ran before; those of goroutines that had not run yet; those that go on when the
 * trace ends.
 */
export const profilePartNames = ['ended', 'beforeRun', 'open'] as const;
export type ProfilePartName = (typeof profilePartNames)[number];

export interface ProfileStays extends Stays {
  readonly profile: StackProfile;
  /** By stack of the profile its number. */
  readonly stacks: readonly StackIx[];
}

export const profileAnalysis = analysis<BlockingProfile>()({
  summary: 'where goroutines wait, by call stack: how often and how long',
  about:
    'A profile of what keeps goroutines from running: net, sync, syscall and sched as in go tool trace; sleep, gc (waiting for the ' +
    'garbage collector), preempt (made to give up the processor) and all (waiting for whatever reason) beside. The stack is that of ' +
    "the event that began the wait: the goroutine's own where it blocks, its waker's or creator's where it became runnable. Waits " +
    'before a goroutine runs for the first time and waits that go on at the end of the trace count, and can be told apart. The tsv ' +
    'has no header: count, nanoseconds, frames as function@file:line, leaf first, joined by semicolons.',
  options: {
    kind: word(profileKinds, 'what goroutines wait for'),
    asGo: toggle(
      'as go tool trace: without waits before a goroutine first runs, and without waits that go on at the end',
    ),
    ended: toggle('only waits that end within the trace'),
    afterRun: toggle('only waits of goroutines that have run in the trace'),
    limit: wholeNumber(0, 1e9, `functions in text, 30 by default; 0 for all`),
  },
  formats: ['pprof', 'folded'],
});
