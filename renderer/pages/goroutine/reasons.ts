import type { StaySums } from '#common/analyses/timeline-details.ts';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { durNs, type DurNs } from '#common/units.ts';
import type { StatePart } from '../../figures/state-parts.ts';

export interface Reason {
  readonly state: StateClass;
  readonly name: string;
  readonly ns: DurNs;
  /** Stays; absent where nobody knows. */
  readonly times?: number;
}

const ownNames: Partial<Record<StateClass, string>> = {
  running: 'running',
  runnable: 'runnable',
  syscall: 'syscall',
};

/** Where all of a goroutine's time went: waits by Go's reason, the rest by its state; longest first. */
export function reasonsIn(sums: readonly StaySums[], totalNs: number): readonly Reason[] {
  const known = sums.reduce((so, { ns }) => so + ns, 0);
  const rest = totalNs - known;
  const named = sums.map(({ stateClass, reason, ns, times }) => ({
    state: stateClass,
    name: ownNames[stateClass] ?? (reason === '' ? 'waiting since before the trace' : reason),
    ns,
    times,
  }));
  const unknown = rest > 0 ? [{ state: 'unknown' as const, name: 'unknown', ns: durNs(rest) }] : [];
  return [...named, ...unknown].filter(({ ns }) => ns > 0).sort((a, b) => b.ns - a.ns);
}

/** The same by state, in the order of stacked bars. */
export function partsOf(reasons: readonly Reason[]): readonly StatePart[] {
  const whole = reasons.reduce((so, { ns }) => so + ns, 0);
  return stateClasses.flatMap((state) => {
    const ns = reasons.reduce((so, reason) => (reason.state === state ? so + reason.ns : so), 0);
    return ns > 0 ? [{ state, ns: durNs(ns), share: ns / whole }] : [];
  });
}
