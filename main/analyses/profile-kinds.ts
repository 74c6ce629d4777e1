/** What the kinds of profiles are about. */
import { profileKinds, type ProfileKind } from '#common/analyses/profile-analysis.ts';
import type { StayKind } from '#common/analyses/stay-results.ts';
import { spanStates, stateClass, waitClass, type SpanState } from '#common/goroutine-state.ts';
import type { TraceReader } from '#db/reader.ts';

/** Whether being in a state, for a reason, is what a profile is about. */
const tests: Readonly<Record<ProfileKind, (state: SpanState, reason: string) => boolean>> = {
  net: (state, reason) => state === 'Waiting' && reason === 'network',
  sync: (state, reason) => state === 'Waiting' && waitClass(reason) === 'sync',
  syscall: (state) => isSyscall(state),
  sched: (state) => state === 'Runnable',
  sleep: (state, reason) => state === 'Waiting' && reason === 'sleep',
  gc: (state, reason) => state === 'Waiting' && waitClass(reason) === 'gc',
  preempt: (state, reason) => (state === 'Waiting' || state === 'Runnable') && reason === 'preempted',
  all: (state) => state === 'Waiting',
};

export const isSyscall = (state: SpanState): boolean => state === 'Syscall' || state === 'BlockedSyscall';

/** Of numbers of a state and a reason. */
export type Test = (state: number, reason: number) => boolean;

export function testOf(reader: TraceReader, kind: StayKind): Test {
  const reasons = reader.reasons();
  const test = isProfileKind(kind) ? tests[kind] : wallTest(kind);
  return (state, reason) => test(spanStates[state] ?? 'Undetermined', reasons[reason] ?? '');
}

/** The others are about the wall clock. */
export const isProfileKind = (kind: StayKind): kind is ProfileKind =>
  (profileKinds as readonly StayKind[]).includes(kind);

const wallTest =
  (kind: StayKind): ((state: SpanState, reason: string) => boolean) =>
  (state, reason) =>
    kind === 'wall' || stateClass(state, reason) === kind;
