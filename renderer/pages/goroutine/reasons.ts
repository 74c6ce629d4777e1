import type { GoroutineDetail } from '#common/analyses/goroutine-results.ts';
import type { StateClass } from '#common/goroutine-state.ts';
import type { DurNs } from '#common/units.ts';
import { stateParts } from '../../figures/state-parts.ts';

export interface Reason {
  readonly state: StateClass;
  readonly name: string;
  readonly ns: DurNs;
}

const ownNames: Partial<Record<StateClass, string>> = {
  running: 'running',
  runnable: 'runnable',
  syscall: 'syscall',
};

/** Where all of a goroutine's time went: waits by Go's reason, the rest by its state; longest first. */
export function reasonsOf(detail: GoroutineDetail): readonly Reason[] {
  const parts = stateParts(detail);
  const states = parts.flatMap(({ state, ns }) => {
    const name = ownNames[state];
    return name === undefined ? [] : [{ state, name, ns }];
  });
  const waits = detail.waits.map(({ name, ns, stateClass }) => ({
    state: stateClass,
    name: name === '' ? 'waiting since before the trace' : name,
    ns,
  }));
  const known = detail.waits.reduce(
    (sum, { ns, stateClass }) => (stateClass === 'unknown' ? sum + ns : sum),
    0,
  );
  const unknown = (parts.find(({ state }) => state === 'unknown')?.ns ?? 0) - known;
  const rest = unknown > 0 ? [{ state: 'unknown' as const, name: 'unknown', ns: unknown as DurNs }] : [];
  return [...states, ...waits, ...rest].filter(({ ns }) => ns > 0).sort((a, b) => b.ns - a.ns);
}
