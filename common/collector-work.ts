/** What analyses ask of the collector's work: who worked for it when, and what it left to the program. */

import type { SweepSums } from './sweep-sums.ts';

/** What counts as the collector's: stops of the world, mark workers, assists, sweeps. */
export const utilizationFlags = ['stw', 'background', 'assist', 'sweep'] as const;
export type UtilizationFlag = (typeof utilizationFlags)[number];

export interface UtilizationChoice {
  readonly flags: ReadonlySet<UtilizationFlag>;
  /** A utilization of each processor instead of one of all. */
  readonly perProcessor: boolean;
  /** As Go 1.27 computes it, with its mistakes. */
  readonly asGo: boolean;
  readonly from: number;
  readonly until: number;
}

export interface UtilizationWindow {
  readonly startNs: number;
  readonly endNs: number;
  readonly utilization: number;
  /** Where each processor has a utilization of its own. */
  readonly processor: number;
}

/** How much of the processors was left to the program, as steps in the core. */
export interface Utilization {
  readonly series: number;
  readonly firstNs: number;
  readonly lastNs: number;
  /** Over all there is. */
  readonly mean: number;
  /** The least of all windows of a length; a series that is shorter counts whole. */
  minimum(windowNs: number): number;
  /** The worst window, then the worst that does not overlap it, and so on. */
  worst(windowNs: number, count: number): Generator<UtilizationWindow>;
  /** Below which utilizations so large shares of all windows lie. */
  quantiles(windowNs: number, shares: readonly number[]): readonly number[];
}

/** A piece of the collector's work; points in time count from the origin. */
export interface WorkSpan {
  readonly kind: 'stop' | 'assist' | 'dedicated' | 'fractional' | 'idle' | 'mark';
  readonly startNs: number;
  readonly endNs: number;
  /** It goes on since before the trace, or behind its end. */
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
  /** −1: none. */
  readonly goroutine: number;
  /** Of workers. */
  readonly processor: number;
  /** Of a stop: the number of its reason's name. */
  readonly nameIx: number;
  /** Of an assist: how long the goroutine ran. */
  readonly ranNs: number;
  /** Of marking, in bytes: allocated when it began and when it ended, and the goals then; 0: not known. */
  readonly heap?: {
    readonly startBytes: number;
    readonly endBytes: number;
    readonly startGoalBytes: number;
    readonly endGoalBytes: number;
  };
}

/** What was swept in a stretch of time: a single sweep, or many of a goroutine on a processor. */
export type SweepTaker = (sums: SweepSums) => void;

export interface CollectorWork {
  /** Undefined: Go's own code fails on this trace. Yields every few milliseconds. */
  utilization(choice: UtilizationChoice): Generator<void, Utilization | undefined>;
  /** All but sweeps, of the whole trace; those of a kind in order of their ends. */
  spans(take: (span: WorkSpan) => void): Generator<void, void>;
  /**
   * Sweeps as far as they lie in a window: their time cut at it, their number and bytes where they end in it, the longest as it is.
   * `intervals` gives the stretches of a goroutine, from, until, from, until …, that alone are to count.
   */
  sweeps(
    window: { readonly from: number; readonly until: number },
    take: SweepTaker,
    intervals?: (goroutine: number) => readonly number[],
  ): Generator<void, void>;
}

/** Where the work is stored, and what is to be known beside. */
export interface CollectorWorkSource {
  laneBlocks(
    lane: { readonly kind: number; readonly lane: number; readonly level: number },
    fromNs: number,
    untilNs: number,
  ): Iterable<{
    readonly startNs: number;
    readonly untilNs: number;
    readonly count: number;
    readonly data: Uint8Array;
  }>;
  generations(): readonly { readonly untilNs: number }[];
  trace(): { readonly durationNs: number; readonly processors: number };
  name(ix: number): string;
}

/** `isWorker` says of a goroutine that was labelled as a mark worker whether it is one. */
export type OpenCollectorWork = (
  source: CollectorWorkSource,
  isWorker: (goroutine: number) => boolean,
) => CollectorWork;
