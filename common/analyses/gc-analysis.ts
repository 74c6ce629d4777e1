import type { DurNs, TraceNs } from '../units.ts';
import { choice, toggle, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { ValueSeries } from './timeline-results.ts';

/** One collection. Its times are those of all of it, also where only a part lies in the window. */
export interface GcCycle {
  /** From 1, in the trace. */
  readonly number: number;
  readonly startNs: TraceNs;
  /** When its last stop of the world ends. */
  readonly endNs: TraceNs;
  /** It goes on since before the trace, or behind its end. */
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
  /** The stop that begins it, marking between the stops, and the stop that ends it; a stop may not be in the trace. */
  readonly sweepTerminationNs: DurNs | null;
  readonly concurrentMarkNs: DurNs;
  readonly markTerminationNs: DurNs | null;
  /** Allocated when marking begins and ends, and the goal it works towards; null where the trace does not say. */
  readonly startBytes: number | null;
  readonly endBytes: number | null;
  readonly goalBytes: number | null;
  /** The goal once marking has ended. */
  readonly nextGoalBytes: number | null;
  readonly dedicatedNs: DurNs;
  readonly fractionalNs: DurNs;
  readonly idleNs: DurNs;
  /** Of mark assists that began in it. */
  readonly assistNs: DurNs;
}

/** The world stopped, for whatever reason. */
export interface GcPause {
  readonly startNs: TraceNs;
  readonly durationNs: DurNs;
  readonly kind: string;
  /** Who stopped it. */
  readonly goroutine: number;
  readonly goroutineName: string;
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}

/** Times count only as far as they lie in the window. */
export interface GcPauseKind {
  readonly kind: string;
  readonly count: number;
  readonly totalNs: DurNs;
  readonly p50Ns: DurNs;
  readonly p99Ns: DurNs;
  readonly maxNs: DurNs;
}

export interface GcWorkSums {
  readonly count: number;
  readonly totalNs: DurNs;
  readonly longestNs: DurNs;
}

export interface GcAssistSums extends GcWorkSums {
  /** What of it the goroutine ran; the rest it waited, within the assist. */
  readonly ranNs: DurNs;
}

export interface GcSweepSums extends GcWorkSums {
  readonly sweptBytes: number;
  readonly reclaimedBytes: number;
}

export type OfGoroutine<Sums> = Sums & { readonly goroutine: number; readonly name: string };
/** All goroutines with one start function. */
export type OfGroup<Sums> = Sums & { readonly name: string; readonly goroutines: number };

/** Time that goroutines of a group waited for the collector. */
export interface GcWait {
  readonly name: string;
  readonly goroutines: number;
  readonly waitNs: DurNs;
}

export interface GcAnalysis {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Time in which some collection marked. */
  readonly markNs: DurNs;
  readonly cycleCount: number;
  readonly cycles: readonly GcCycle[];
  readonly pauseCount: number;
  readonly pauses: readonly GcPause[];
  /** The longest in all first. */
  readonly pauseKinds: readonly GcPauseKind[];
  readonly workers: { readonly dedicatedNs: DurNs; readonly fractionalNs: DurNs; readonly idleNs: DurNs };
  /** Most time first. */
  readonly assists: GcAssistSums & {
    readonly goroutineCount: number;
    readonly goroutines: readonly OfGoroutine<GcAssistSums>[];
    readonly groups: readonly OfGroup<GcAssistSums>[];
  };
  readonly sweeps: GcSweepSums & {
    readonly goroutineCount: number;
    readonly goroutines: readonly OfGoroutine<GcSweepSums>[];
    readonly groups: readonly OfGroup<GcSweepSums>[];
    readonly processors: readonly (GcSweepSums & { readonly processor: number })[];
  };
  /** The program's own goroutines, most time first; null: only known for the whole trace, and whole goroutines. */
  readonly waits: readonly GcWait[] | null;
  /** Where `columns` are asked for. */
  readonly heap?: { readonly allocatedBytes: ValueSeries; readonly goalBytes: ValueSeries };
}

export const gcTables = ['cycles', 'pauses', 'kinds', 'assists', 'sweeps', 'waits'] as const;

export const gcAnalysis = analysis<GcAnalysis>()({
  summary: 'garbage collection: cycles, pauses, and who worked or waited for it',
  about:
    'Pauses are all stops of the world, also those that are not for collecting. A cycle or pause belongs to the window if any of it does; ' +
    'sums count what lies inside. Options that choose goroutines hold for mark assists, sweeps and waits.',
  options: {
    limit: wholeNumber(0, 1e9, 'rows of each list; 0 for all'),
    columns: wholeNumber(0, 10_000, 'the heap over time, in at most about so many values; in json'),
    longest: toggle('pauses by their length, the longest first; else by time'),
    table: choice(gcTables, 'what tsv lists; cycles by default'),
  },
});
