/** What the timeline shows of a window. Points in time count from the trace's origin, like the numbers of buckets. */
import type { CounterName, LaneKind } from '../lane-kinds.ts';
import type { NameIx } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';

export interface LaneRef {
  readonly kind: LaneKind;
  /** Go's number of the processor or goroutine, the system's of the thread, the collector's of `collectorLanes`. */
  readonly id: number;
}

/**
 * Buckets of 2^`level` ns: bucket `first + i` covers the time from (first + i) × 2^level up to, but without, (first + i + 1) ×
 * 2^level. They are those of a grid that does not depend on the window, and always whole, so that they can be kept and joined.
 */
export interface BucketRange {
  readonly level: number;
  readonly first: number;
  readonly count: number;
}

/** A lane's spans that touch the window, in columns of equal length. Numbers of what is not there are NaN. */
export interface ExactLane {
  readonly kind: 'exact';
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Index into the lane's states (`statesOfLane`). */
  readonly states: Uint8Array;
  /** Of a processor or thread: the goroutine that it runs or that is in a system call. */
  readonly goroutines: Float64Array;
  /** Of a processor its thread, of a thread its processor. */
  readonly partners: Float64Array;
  /**
   * Of a goroutine: why it waits, as an index into `reasonNames`, and the stack at which the state began (0: none). Of a lane that has
   * `names`, an index into these.
   */
  readonly reasons: Uint32Array;
  readonly stacks: Uint32Array;
  /** Of the collector's stopped world: why it is stopped, in Go's words; the first is empty, for when it is not. */
  readonly names?: readonly string[];
}

/** Nanoseconds in each state: `ns[bucket * states + state]`. They sum up to the time for which the lane is there. */
export interface BucketLane {
  readonly kind: 'buckets';
  readonly states: number;
  readonly ns: Float64Array;
}

export interface TimelineWindow {
  readonly revision: number;
  /** Of lanes in buckets. */
  readonly buckets: BucketRange;
  /** In the order they were asked for. */
  readonly lanes: readonly (ExactLane | BucketLane)[];
  readonly reasonNames: readonly string[];
  /** Start functions of the goroutines in exact spans of processors and threads, by their numbers. */
  readonly goroutineNames: Readonly<Record<number, string>>;
  /** Functions at the leaf of the stacks in exact spans of goroutines, by stack. */
  readonly leaves: Readonly<Record<number, string>>;
}

/**
 * How many goroutines, or processors, are in which state: for each bucket the nanoseconds they spent there together (divided
 * by the bucket's width, the mean number), and the least and greatest number at once: NaN where nothing is known, and of groups.
 * `[bucket * states + state]`.
 */
export interface StateCounts extends BucketRange {
  readonly states: number;
  readonly ns: Float64Array;
  readonly least: Float64Array;
  readonly greatest: Float64Array;
}

/** A value over time: every change, the first of them the value in effect when the window begins, or buckets. */
export type ValueSeries =
  | { readonly kind: 'changes'; readonly times: Float64Array; readonly values: Float64Array }
  | ({
      readonly kind: 'buckets';
      /** In effect before the first bucket; NaN if not known. */
      readonly before: number;
      /** The least and greatest value in effect in the bucket, and the last; NaN where nothing changes. */
      readonly least: Float64Array;
      readonly greatest: Float64Array;
      readonly last: Float64Array;
    } & BucketRange);

export interface TimelineCounters {
  readonly revision: number;
  readonly values: Readonly<Partial<Record<CounterName, ValueSeries>>>;
}

export interface TimelineCounts {
  readonly revision: number;
  readonly counts: readonly StateCounts[];
}

/** The whole trace at a glance. */
export interface TimelineOverview {
  readonly revision: number;
  readonly durationNs: DurNs;
  /** By `stateClasses`. */
  readonly goroutines: StateCounts;
  /** Processors by Go's own two states: 0 running (some thread has it), 1 idle. */
  readonly processors: StateCounts;
  readonly values: TimelineCounters['values'];
  /** Buckets: for each the nanoseconds for which a collection marked, and the world was stopped. */
  readonly collector: BucketRange & { readonly marking: Float64Array; readonly stopped: Float64Array };
}

export interface LaneTotals extends LaneRef {
  readonly kind: 'processor' | 'thread';
  /** Where what is known of it begins. */
  readonly firstNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Nanoseconds in each of its states. */
  readonly sums: Float64Array;
}

export interface TimelineLanes {
  readonly revision: number;
  /** In order of their numbers, processors first. */
  readonly lanes: readonly LaneTotals[];
}

/** Whose counts are asked for: goroutines of a start function, or all; processors. */
export type CountsOf =
  | { readonly kind: 'group'; readonly group: NameIx }
  | { readonly kind: 'goroutines' }
  | { readonly kind: 'processors' };
