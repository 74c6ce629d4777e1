/** What stays of goroutines come to that are looked at one by one: how long they were, the longest of them, and who ended them. */
import { stateClasses, type StateClass } from '../goroutine-state.ts';
import type { GoId, NameIx, StackIx } from '../ids.ts';
import type { WakerKind } from '../stay-scan.ts';
import type { DurNs, TraceNs } from '../units.ts';
import type { DurationFigures, DurationHistogram } from './duration-figures.ts';
import { profileKinds, type Stays } from './profile-analysis.ts';

/**
 * Of a profile of waiting, with its stacks; or of the wall clock, in any state or in one of them, where running and runnable stays have the
 * stack 0.
 */
export const stayKinds = [...new Set([...profileKinds, 'wall' as const, ...stateClasses])] as const;
export type StayKind = (typeof stayKinds)[number];

export interface LongestStay {
  readonly goroutine: GoId;
  readonly group: NameIx;
  /** Of its start function. */
  readonly name: string;
  /** As far as it lies in the window. */
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Less than between these where only stretches of the goroutine count. */
  readonly ns: DurNs;
  readonly stateClass: StateClass;
  readonly reason: string;
  readonly stack: StackIx;
  readonly waker: WakerKind;
  readonly wakerStack: StackIx;
}

/** Those who ended waits, or made goroutines runnable: with one start function, the root of the stacks at which they did it. */
export interface StayWakers extends Stays {
  readonly kind: WakerKind;
  /** Empty where it is no goroutine, or not known. */
  readonly name: string;
  /** The longest first, with columns of the same length. */
  readonly stacks: readonly StackIx[];
  readonly stackCounts: Float64Array;
  readonly stackNs: Float64Array;
}

export interface StayFigures {
  readonly revision: number;
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** All there are; known before any is looked at. */
  readonly total: Stays;
  /** How much of the window was looked through, 0 to 1; what follows is about that. */
  readonly scanned: number;
  readonly found: Stays;
  readonly histogram: DurationHistogram;
  /** Absent: none was found. */
  readonly figures?: DurationFigures;
  /** Otherwise percentiles are off by up to 1/512 of themselves. */
  readonly areExact: boolean;
  readonly longest: readonly LongestStay[];
  /** The longest first. */
  readonly wakers: readonly StayWakers[];
}
