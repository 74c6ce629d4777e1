import { wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { BucketRange } from './timeline-results.ts';
import type { GoId, ProcId, StackIx } from '../ids.ts';
import type { StackFrame } from './goroutine-results.ts';
import type { DurNs, TraceNs } from '../units.ts';

/** What a processor did in the window, to the nanosecond. */
export interface ProcessorUse {
  readonly id: ProcId;
  /** By `processorStates`; together the time for which it is there. */
  readonly ns: Float64Array;
  /** `[bucket * processorStates.length + state]`, of whole buckets. */
  readonly overTime: Float64Array;
}

/** Goroutines that could run, and did not. */
export interface RunQueue {
  /** Of all of them together. */
  readonly waitNs: DurNs;
  readonly meanGoroutines: number;
  /** In the buckets that the window touches. */
  readonly leastGoroutines: number;
  readonly greatestGoroutines: number;
  readonly overTime: {
    readonly ns: Float64Array;
    readonly least: Float64Array;
    readonly greatest: Float64Array;
  };
}

/** A goroutine that could run, and did not; cut at the window. */
export interface SchedulingDelay {
  readonly goroutine: GoId;
  readonly name: string;
  readonly startNs: TraceNs;
  readonly ns: DurNs;
  /** Where it was made runnable: its waker's or creator's stack, or its own; 0: not known. */
  readonly stack: StackIx;
  /** The leaf of that. */
  readonly madeRunnableAt?: StackFrame;
}

export interface SchedulerAnalysis {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Of everything over time. Whole ones: the first and the last may reach beyond the window. */
  readonly buckets: BucketRange;
  /** Of each bucket, how much of it lies within the trace. */
  readonly coveredNs: Float64Array;
  /** In order of their numbers. */
  readonly processors: readonly ProcessorUse[];
  readonly queue: RunQueue;
  /** The longest first. */
  readonly delays: readonly SchedulingDelay[];
  /** At least one goroutine could run, and at least one processor was idle. */
  readonly idleWhileRunnable: {
    readonly ns: DurNs;
    /** Of that, while the world was stopped. */
    readonly worldStoppedNs: DurNs;
    readonly overTime: Float64Array;
  };
  /** Processors that were taken from threads in system calls. */
  readonly steals: { readonly count: number; readonly overTime: Float64Array };
}

export const schedulerAnalysis = analysis<SchedulerAnalysis>()({
  summary: 'what processors did, how many goroutines waited for one, and whether that was needed',
  about:
    'Processors are asked about, not goroutines: of what was asked for, only the window counts here. What changes over time is told in equal steps of 2^n ns, counted from the beginning of the trace; the first and the last may reach beyond the window.',
  options: {
    columns: wholeNumber(1, 2048, 'at most so many steps over time; 50 by default'),
    delays: wholeNumber(0, 64, 'so many of the longest scheduling delays; 10 by default'),
  },
});
