/** How spans are looked through for stays, each whole: how long they were, the longest of them, and who ended them. */
import type { SpanSelection } from './span-sums.ts';

/** Which stays are looked for. */
export interface WantedStays {
  /** By reason × 8 + state (span-chunk.ts): 1 is wanted. */
  readonly whats: Uint8Array;
  /** Absent: at whatever stack. */
  readonly stacks?: readonly number[];
  /** Stays of goroutines that run, or are runnable, count as without a stack. */
  readonly onlyOwnStacks: boolean;
  /** So many of the longest are told. */
  readonly most: number;
  /** The least durations of the histogram's buckets, ascending, from 0 on; up to 128. */
  readonly edgesNs: readonly number[];
}

/** core-wasm/assembly/stay-scan/figures.ts has the same numbers. */
export const wakerKinds = ['goroutine', 'none', 'itself', 'unknown', 'later'] as const;
/**
 * Who ended a wait, or made runnable what is: a goroutine, or none (a timer, the network poller, the runtime); or it ended by itself, as
 * system calls and running do; or it goes on when the window ends.
 */
export type WakerKind = (typeof wakerKinds)[number];

/** The part of a stay that lies in the window; `ns` of it count. */
export interface WholeStay {
  readonly goroutine: number;
  readonly name: number;
  readonly from: number;
  readonly until: number;
  readonly ns: number;
  readonly state: number;
  readonly reason: number;
  readonly stack: number;
  readonly waker: WakerKind;
  readonly wakerStack: number;
}

export interface FoundWaker {
  readonly kind: WakerKind;
  /** Where it was done. */
  readonly stack: number;
  readonly count: number;
  readonly ns: number;
}

/** Of what was found so far. */
export interface FoundStays {
  readonly count: number;
  readonly ns: number;
  readonly shortestNs: number;
  readonly longestNs: number;
  /** By bucket. */
  readonly counts: readonly number[];
  /** In no order. */
  readonly longest: readonly WholeStay[];
  readonly wakers: readonly FoundWaker[];
  /** Ascending; undefined where there are too many. */
  durations(): Float64Array | undefined;
  /** The duration with a place among all, in ascending order, but for a part of 1/512. */
  durationNear(place: number): number;
}

/** Looks through generations in order of time, of each its chunks and then its blocks. */
export interface StayScan {
  /** Anew. */
  open(wanted: WantedStays, selection: SpanSelection, lateNames: ReadonlyMap<number, number>): void;
  /** Whether a generation may have any, by its stored sums, or ends some that were found. */
  isWorthIt(sums: Uint8Array): boolean;
  chunk(spans: Uint8Array, baseNs: number): void;
  /** A row of blocks of one goroutine. */
  blocks(goroutine: number, data: Uint8Array, startNs: number): void;
  endGeneration(untilNs: number): void;
  /** Goroutines whose spans follow from their rows. Yields the share of them that was looked at. */
  plainLives(fromNs: number, untilNs: number): Generator<number>;
  /** Nothing follows. */
  finish(): void;
  found(): FoundStays;
}
