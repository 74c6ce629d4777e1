import { waitClass, type StateClass } from '../goroutine-state.ts';
import type { GenerationId, GoId, NameIx, StackIx } from '../ids.ts';
import type { Bytes, ClockNs, DurNs, TraceNs } from '../units.ts';

/** The facts of a trace; while it loads, of what was read so far. */
export interface TraceFacts {
  /** As the file's header says: `go 1.26`. Go 1.24 writes 1.23's format, 1.27 writes 1.26's. */
  readonly formatVersion: string;
  readonly goVersions: string;
  /** The trace clock at `TraceNs` 0. */
  readonly originNs: ClockNs;
  readonly durationNs: DurNs;
  readonly events: number;
  readonly goroutines: number;
  readonly processors: number;
  readonly threads: number;
  readonly sizeBytes: Bytes;
  readonly generations: number;
  /** Number of events by kind, as Go names the kinds. */
  readonly eventsByKind: Readonly<Record<string, number>>;
  readonly diagnostics: number;
  /** Everything in the file was read and stored. */
  readonly complete: boolean;
  readonly revision: number;
}

/** One generation of the trace: about a second of it, and the unit of reading and storing. */
export interface GenerationFacts {
  readonly generation: GenerationId;
  readonly startNs: TraceNs;
  readonly untilNs: TraceNs;
  readonly startByte: Bytes;
  readonly untilByte: Bytes;
  readonly events: number;
}

/**
 * How long goroutines were in which state, by Go's own definitions of these figures. They do not overlap; what is left of
 * `totalNs` is time nothing is known about. Waiting is told apart by the class of its reason.
 */
export interface StateTotals {
  readonly totalNs: DurNs;
  readonly execNs: DurNs;
  readonly schedWaitNs: DurNs;
  /** In a system call, the processor still held. */
  readonly syscallNs: DurNs;
  /** In a system call after the processor was taken away. */
  readonly syscallBlockNs: DurNs;
  readonly networkNs: DurNs;
  readonly syncNs: DurNs;
  readonly sleepNs: DurNs;
  readonly gcNs: DurNs;
  readonly otherNs: DurNs;
  /** Waiting without a known reason: since before the trace began. */
  readonly unknownNs: DurNs;
}

export const totalColumns = [
  'totalNs',
  'execNs',
  'schedWaitNs',
  'syscallNs',
  'syscallBlockNs',
  'networkNs',
  'syncNs',
  'sleepNs',
  'gcNs',
  'otherNs',
  'unknownNs',
] as const satisfies readonly (keyof StateTotals)[];

/** Totals that are time in one state. */
export const timedStates = totalColumns.filter((column) => column !== 'totalNs');
export type TimedState = (typeof timedStates)[number];

const waitTotals: Partial<Readonly<Record<StateClass, keyof StateTotals>>> = {
  network: 'networkNs',
  sync: 'syncNs',
  sleep: 'sleepNs',
  gc: 'gcNs',
  unknown: 'unknownNs',
};

/** Which of the totals waiting for a reason belongs to. */
export const waitTotal = (reason: string): keyof StateTotals => waitTotals[waitClass(reason)] ?? 'otherNs';

/** Columns of numbers. */
export const groupFigures = ['count', 'longestNs', ...totalColumns] as const;
export const groupColumns = ['name', ...groupFigures] as const;
export type GroupColumn = (typeof groupColumns)[number];

/** All goroutines with the same start function. */
export interface GroupRow extends StateTotals {
  readonly group: NameIx;
  /** `net/http.(*conn).serve`; empty where no stack of theirs is in the trace. */
  readonly name: string;
  readonly count: number;
  /** The longest life among them, as far as it lies in the window. */
  readonly longestNs: DurNs;
}

export interface GroupPage {
  readonly revision: number;
  /** Rows that pass the filter. */
  readonly rowCount: number;
  readonly rows: readonly GroupRow[];
  /** Over all rows that pass the filter. */
  readonly sums: { readonly count: number; readonly totalNs: DurNs; readonly execNs: DurNs };
}

export const goroutineColumns = ['id', 'name', 'creationNs', ...totalColumns] as const;
export type GoroutineColumn = (typeof goroutineColumns)[number];

export interface GoroutineRow extends StateTotals {
  readonly id: GoId;
  readonly group: NameIx;
  readonly name: string;
  /** For one that was there before the trace began: where what is known of it begins. */
  readonly creationNs: TraceNs;
  /** First seen running; absent if it never ran. */
  readonly startNs?: TraceNs;
  /** Absent where it was still alive at the end. */
  readonly endNs?: TraceNs;
}

export interface GoroutinePage {
  readonly revision: number;
  readonly rowCount: number;
  readonly rows: readonly GoroutineRow[];
}

export interface NamedDuration {
  readonly name: string;
  readonly ns: DurNs;
}

export interface GoroutineDetail extends GoroutineRow {
  /** Waiting, by Go's reason, longest first. */
  readonly waits: readonly (NamedDuration & { readonly stateClass: StateClass })[];
  /** Special ranges it was inside (mark assist, stop-the-world …); they overlap the states. */
  readonly ranges: readonly NamedDuration[];
  /** Who created it, if that is in the trace. */
  readonly creator?: { readonly id: GoId; readonly name: string };
  /** Where it was created; 0 if unknown. */
  readonly creationStack: StackIx;
  /** Its life or, before the end of reading, what is known of it. */
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
}

/**
 * The states of one goroutine between `fromNs` and `untilNs`. Either every span, in columns of equal length:
 *
 *     kind 'exact': starts [100, 250], ends [250, 900], classes [0 (running), 4 (sync)], reasons [0, 7], stacks [0, 31]
 *
 * or, where there are more spans than columns, `columns` equal slices of the window with the share of each state class
 * (`shares[column * 9 + class]`, 0 to 1; a slice sums to less than 1 where the goroutine does not exist).
 */
export type SpanPicture =
  | {
      readonly kind: 'exact';
      readonly starts: Float64Array;
      readonly ends: Float64Array;
      /** Index into `stateClasses`. */
      readonly classes: Uint8Array;
      /** Index into `reasonNames`. */
      readonly reasons: Uint32Array;
      readonly reasonNames: readonly string[];
      /** The stack at which the state began: where it blocked, or for runnable who made it so. 0: none. */
      readonly stacks: Uint32Array;
      /** Function at the leaf of each distinct stack, for labels; keyed by stack. */
      readonly leaves: Readonly<Record<number, string>>;
    }
  | {
      readonly kind: 'shares';
      readonly columns: number;
      readonly spanCount: number;
      readonly shares: Float32Array;
    };

export interface StackFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly pc: number;
}
