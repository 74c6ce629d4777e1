import type { StateTotals } from '#common/analyses/goroutine-results.ts';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { plain, shareText } from '#common/quantity-text.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import { durNs, type DurNs } from '#common/units.ts';

export interface StatePart {
  readonly state: StateClass;
  readonly ns: DurNs;
  /** Of the whole, 0 to 1. */
  readonly share: number;
}

const nsOf: Readonly<Record<StateClass, (totals: StateTotals) => number>> = {
  running: (totals) => totals.execNs,
  syscall: (totals) => totals.syscallNs + totals.syscallBlockNs,
  gc: (totals) => totals.gcNs,
  runnable: (totals) => totals.schedWaitNs,
  sync: (totals) => totals.syncNs,
  network: (totals) => totals.networkNs,
  other: (totals) => totals.otherNs,
  sleep: (totals) => totals.sleepNs,
  unknown: (totals) => totals.unknownNs + unexplained(totals),
};

/** What no figure accounts for: nothing is known about it. */
function unexplained(totals: StateTotals): number {
  const explained =
    totals.execNs +
    totals.schedWaitNs +
    totals.syscallNs +
    totals.syscallBlockNs +
    totals.networkNs +
    totals.syncNs +
    totals.sleepNs +
    totals.gcNs +
    totals.otherNs +
    totals.unknownNs;
  return Math.max(0, totals.totalNs - explained);
}

/** Where the time went: the states that took any, in the order of stacked bars. */
export const stateParts = (totals: StateTotals): readonly StatePart[] =>
  partsByState(Object.fromEntries(stateClasses.map((state) => [state, nsOf[state](totals)])));

/** The same of times that are known by state already. */
export function partsByState(times: Readonly<Partial<Record<StateClass, number>>>): readonly StatePart[] {
  const parts = stateClasses.map((state) => ({ state, ns: durNs(times[state] ?? 0) }));
  const whole = parts.reduce((sum, { ns }) => sum + ns, 0);
  return parts.filter(({ ns }) => ns > 0).map((part) => ({ ...part, share: part.ns / whole }));
}

/** The same in words, for those who do not see the bar. */
export const partsInWords = (parts: readonly StatePart[]): string =>
  parts.map(({ state, share }) => `${stateNames[state]} ${plain(shareText(share))}`).join(', ');
