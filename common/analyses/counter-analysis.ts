import { duration, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { BucketRange } from './timeline-results.ts';
import type { CounterName } from '../lane-kinds.ts';
import type { TraceNs } from '../units.ts';

/** How many were in each of some states, over time: `[bucket * states + state]`. */
export interface CountedStates {
  readonly states: readonly string[];
  /** Over the part of the bucket that lies within the trace. */
  readonly mean: Float64Array;
  /** At any one time; NaN where that is not stored: of groups, and in steps that are too short. */
  readonly least: Float64Array;
  readonly greatest: Float64Array;
}

/** A value over time, in buckets; NaN before it is known. What holds when a bucket begins counts. */
export interface CountedValue {
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  /** When the bucket ends. */
  readonly last: Float64Array;
}

export interface CounterAnalysis {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Whole ones: the first and the last may reach beyond the window. */
  readonly buckets: BucketRange;
  /** By class of state. */
  readonly goroutines: CountedStates;
  /** What follows is the whole program's: it is absent where only some goroutines were asked for. */
  readonly processors?: CountedStates;
  /** Threads whose goroutine is in a system call, with their processor or without it. */
  readonly threads?: CountedStates;
  /** Bytes, and processors. */
  readonly values?: Readonly<Record<CounterName, CountedValue>>;
}

export const counterAnalysis = analysis<CounterAnalysis>()({
  summary: 'goroutines by state, processors, threads in system calls, heap and GOMAXPROCS over time',
  about:
    'Time is cut into equal steps of 2^n ns, counted from the beginning of the trace, so that means are exact; the first and the last may reach beyond the window.',
  options: {
    columns: wholeNumber(1, 8192, 'at most so many steps; 50 by default'),
    every: duration('steps of at most this length, instead'),
  },
});
