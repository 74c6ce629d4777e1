/** What the timeline tells beside its lanes: who woke whom, what the program itself marked, samples, and what a search finds. */
import type { StateClass } from '../goroutine-state.ts';
import type { GoId, NameIx, StackIx } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';
import type { StackFrame } from './goroutine-results.ts';

export interface NamedGoroutine {
  readonly id: GoId;
  /** Of its start function; empty where it is not known. */
  readonly name: string;
}

/** One stay of a goroutine in a state, whole: not cut where a generation ends. */
export interface Stay {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  readonly stateClass: StateClass;
  /** Go's reason for waiting, or for having stopped; empty where there is none. */
  readonly reason: string;
  /** Where it began; 0: none. */
  readonly stack: StackIx;
}

/** A goroutine was made runnable, or created, by another, or by none (a timer, the network poller, the scheduler). */
export interface Wake {
  readonly kind: 'unblock' | 'create';
  readonly atNs: TraceNs;
  readonly goroutine: NamedGoroutine;
  /** Absent: no goroutine, or it is not in the trace. */
  readonly by?: NamedGoroutine;
  /** Where it was done; absent where no processor was involved or it is not in the trace. */
  readonly processor?: number;
  /** The stack of who did it; 0: none. */
  readonly stack: StackIx;
  /** What it put an end to. Absent with a creation. */
  readonly ended?: Stay;
}

export interface SpanLinks {
  readonly revision: number;
  readonly goroutine: NamedGoroutine;
  readonly stay: Stay;
  /** Go's names of the events that began and ended it; absent where they are not in the trace. */
  readonly began?: string;
  readonly ended?: string;
  /** Of one that runs or is in a system call: where, in order of time, each once. */
  readonly processors: readonly number[];
  /** Of a wait (or a system call without a processor): who ended it. Of a runnable stay: who made it runnable. */
  readonly wake?: Wake;
  /** What the one who ended it did meanwhile, other than running: its longest stay within the wait. */
  readonly wakerStay?: Stay;
  /** Whom it woke or created in this stay, in order of time; the first hundred. */
  readonly wakes: readonly Wake[];
  readonly wakeCount: number;
  /** The first it woke after this stay, before it waits again. Only of waits and runnable stays. */
  readonly next?: Wake;
  readonly creation?: Wake;
}

/** What a goroutine did in a window, in one state and for one reason of Go's. */
export interface StaySums {
  readonly stateClass: StateClass;
  /** Empty where there is none. */
  readonly reason: string;
  /** Inside of the window. */
  readonly ns: DurNs;
  /** Stays of which some is inside. */
  readonly times: number;
}

/** A stay in which a goroutine did not run. */
export interface GoroutineWait {
  /** Whole. */
  readonly stay: Stay;
  /** The function at the leaf of its stack; empty where there is none. */
  readonly leaf: string;
  /** Of a wait: who ended it. Of a runnable stay: who made it runnable. */
  readonly wake?: Wake;
  /** Of a runnable stay: the processor that took it up. */
  readonly processor?: number;
}

/** The same at one stack, at which the stays began. */
export interface StackSums {
  readonly stack: StackIx;
  /** Its innermost function outside of the runtime; where there is none, its leaf. */
  readonly place: string;
  readonly stateClass: StateClass;
  readonly ns: DurNs;
  readonly times: number;
}

export interface GoroutineWaits {
  readonly revision: number;
  /** The longest in sum first. */
  readonly sums: readonly StaySums[];
  /** Of waits and system calls, the longest in sum first; the first hundred. */
  readonly stacks: readonly StackSums[];
  /** The longest that touch the window, longest first. */
  readonly longest: readonly GoroutineWait[];
}

/** Goroutines that one created. */
export interface GoroutineChildren {
  readonly revision: number;
  readonly count: number;
  /** The first of them, in order of time. */
  readonly children: readonly (NamedGoroutine & { readonly atNs: TraceNs })[];
}

/** A user region; times are NaN where they are not in the trace. Tasks are 64-bit numbers, in decimal. */
export interface RegionMark {
  readonly name: string;
  readonly fromNs: number;
  readonly untilNs: number;
  /** How many regions it lies in. */
  readonly depth: number;
  /** '0': none. */
  readonly task: string;
}

export interface TaskMark {
  readonly id: string;
  readonly name: string;
  /** NaN where they are not in the trace. */
  readonly fromNs: number;
  readonly untilNs: number;
}

export const taskSorts = ['start', 'duration', 'name', 'id'] as const;
export type TaskSort = (typeof taskSorts)[number];

export interface TaskRow extends TaskMark {
  /** Those that took part in it: the first twenty, in order of their numbers. */
  readonly goroutines: readonly GoId[];
  readonly goroutineCount: number;
}

/** A page of the trace's tasks. What is not in the trace lasts from its beginning, or to its end. */
export interface TaskPage {
  readonly revision: number;
  /** Rows that pass the filter. */
  readonly rowCount: number;
  readonly rows: readonly TaskRow[];
}

export interface LogMark {
  readonly atNs: TraceNs;
  readonly category: string;
  readonly message: string;
  /** '0': none. */
  readonly task: string;
}

/** What the program marked in one goroutine, in a window; in order of time. */
export interface GoroutineMarks {
  readonly goroutine: GoId;
  readonly tasks: readonly TaskMark[];
  readonly regions: readonly RegionMark[];
  readonly logs: readonly LogMark[];
  /** There are more than were asked for: then the longest regions and tasks, and the first logs, are here. */
  readonly more: boolean;
}

export interface TimelineMarks {
  readonly revision: number;
  readonly goroutines: readonly GoroutineMarks[];
}

/**
 * CPU samples in a window, in order of time, in columns; or, where they are more than were asked for, their number in equal slices of
 * the window as it was asked for: as many slices, but at most 2048.
 */
export type TimelineSamples =
  | {
      readonly kind: 'samples';
      readonly revision: number;
      readonly times: Float64Array;
      /** NaN: none. */
      readonly processors: Float64Array;
      readonly goroutines: Float64Array;
      /** 0: none. */
      readonly stacks: Uint32Array;
    }
  | { readonly kind: 'counts'; readonly revision: number; readonly counts: Uint32Array };

/**
 * A stay of a group's goroutine that touches a window. They are chosen by their lengths in the generations that touch the window too, and
 * told whole, longest first.
 */
export interface LongStay extends Stay {
  readonly goroutine: GoId;
}

export interface TimelineLongest {
  readonly revision: number;
  /** In the order in which groups were asked for. */
  readonly groups: readonly (readonly LongStay[])[];
}

export interface StacksOf {
  /** In the order in which stacks were asked for, leaf first. */
  readonly stacks: readonly (readonly StackFrame[])[];
}

export const searchKinds = ['goroutine', 'function', 'task', 'log'] as const;
export type SearchKind = (typeof searchKinds)[number];

export type SearchHit =
  | { readonly kind: 'goroutine'; readonly goroutine: NamedGoroutine; readonly atNs: TraceNs }
  /** A start function: all its goroutines. */
  | {
      readonly kind: 'function';
      readonly group: NameIx;
      readonly name: string;
      readonly count: number;
      /** Where the first of them begins, and which it is. */
      readonly first: GoId;
      readonly atNs: TraceNs;
    }
  | {
      readonly kind: 'task';
      readonly task: TaskMark;
      /** One that took part in it. */
      readonly goroutine?: NamedGoroutine;
      readonly atNs: TraceNs;
    }
  | {
      readonly kind: 'log';
      readonly log: LogMark;
      readonly goroutine: NamedGoroutine;
      readonly atNs: TraceNs;
    };

export interface SearchResult {
  readonly revision: number;
  /** By kind in the order of `searchKinds`; within a kind goroutines and functions as they match best, the others in order of time. */
  readonly hits: readonly SearchHit[];
  /** There are more of these than were asked for. */
  readonly more: readonly SearchKind[];
}

/** A place that the user marked, kept for the trace's content, whatever its file is called. */
export interface Note {
  /** Given by whoever makes it; unique for the trace. */
  readonly id: string;
  readonly fromNs: TraceNs;
  /** The same as `fromNs` for a point in time. */
  readonly untilNs: TraceNs;
  readonly text: string;
  readonly goroutine?: GoId;
}
