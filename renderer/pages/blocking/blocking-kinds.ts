import type { ProfileKind } from '#common/analyses/profile-analysis.ts';
import type { StateClass } from '#common/goroutine-state.ts';
import type { BlockingKind } from './blocking-options.ts';

export interface KindWords {
  readonly label: string;
  /** Absent: of all states. */
  readonly state?: StateClass;
  /** Absent: not only where goroutines are kept from running. */
  readonly profile?: ProfileKind;
  /** Stacks begin with the function that the goroutine was started with. */
  readonly hasOwnStacks: boolean;
  /** What one of them is called, and several. */
  readonly one: string;
  readonly several: string;
  /** `Nobody …` where there are none. */
  readonly nobody: string;
  /** What go tool trace calls it, where it has such a profile. */
  readonly inGo?: string;
}

export const kindWords: Readonly<Record<BlockingKind, KindWords>> = {
  sync: {
    label: 'Sync',
    hasOwnStacks: true,
    state: 'sync',
    profile: 'sync',
    one: 'wait',
    several: 'waits',
    nobody: 'No goroutine waited for another',
    inGo: 'Synchronization blocking profile',
  },
  network: {
    label: 'Network',
    hasOwnStacks: true,
    state: 'network',
    profile: 'net',
    one: 'wait',
    several: 'waits',
    nobody: 'No goroutine waited for the network',
    inGo: 'Network blocking profile',
  },
  syscall: {
    label: 'Syscall',
    hasOwnStacks: true,
    state: 'syscall',
    profile: 'syscall',
    one: 'call',
    several: 'calls',
    nobody: 'No goroutine was in a system call',
    inGo: 'Syscall profile',
  },
  scheduler: {
    label: 'Scheduler',
    hasOwnStacks: false,
    state: 'runnable',
    profile: 'sched',
    one: 'wait',
    several: 'waits',
    nobody: 'No goroutine waited for a processor',
    inGo: 'Scheduler latency profile',
  },
  sleep: {
    label: 'Sleep',
    hasOwnStacks: true,
    state: 'sleep',
    profile: 'sleep',
    one: 'sleep',
    several: 'sleeps',
    nobody: 'No goroutine slept',
  },
  gc: {
    label: 'GC',
    hasOwnStacks: true,
    state: 'gc',
    profile: 'gc',
    one: 'wait',
    several: 'waits',
    nobody: 'No goroutine waited for the garbage collector',
  },
  wall: {
    label: 'Wall clock',
    hasOwnStacks: true,
    one: 'stay',
    several: 'stays',
    nobody: 'No goroutine was there',
  },
};
