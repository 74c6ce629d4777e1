/**
 * The events of a trace as objects, one type a kind: what JSON, the readable text and the reader API are made of. The kinds and
 * states are those of Go's own reader (internal/trace/event.go of Go 1.27). Integers are numbers where these are exact and
 * bigints beyond 2^53; an id that is not there is null.
 */
import type { GoState } from '#common/goroutine-state.ts';
import type { TraceNs } from '#common/units.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';

export type { Integer };

export interface EventFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** `0x47e2c1` */
  readonly pc: string;
}

/** Leaf first. */
export type EventStack = readonly EventFrame[];

/** `Bad` is a number that Go has no name for. */
export type GoroutineStateName = GoState | 'Bad';
export type ProcessorStateName = 'Undetermined' | 'NotExist' | 'Running' | 'Idle' | 'Bad';

/** What every event has: when, and in which context. The context is the one before the event. */
interface EventBase {
  /** From the trace's first event. */
  readonly timeNs: TraceNs;
  /** The name of the event in the file: `GoBlock`. */
  readonly event: string;
  readonly thread: Integer | null;
  readonly processor: Integer | null;
  readonly goroutine: Integer | null;
}

/** Where whoever did it was, if the trace says so. */
interface WithStack {
  readonly stack?: EventStack;
}

export interface GoroutineTransition extends EventBase, WithStack {
  readonly kind: 'StateTransition';
  readonly subjectGoroutine: Integer;
  readonly subjectProcessor?: never;
  readonly from: GoroutineStateName;
  readonly to: GoroutineStateName;
  /** Why it blocked or stopped, in Go's words: `chan receive`. */
  readonly reason?: string;
  /** Of a goroutine that was created: where it begins. */
  readonly newStack?: EventStack;
  /** Of a system call in a trace of Go up to 1.21: when it blocked. Go's own tools drop that. */
  readonly blockedNs?: TraceNs;
}

export interface ProcessorTransition extends EventBase, WithStack {
  readonly kind: 'StateTransition';
  readonly subjectProcessor: Integer;
  readonly subjectGoroutine?: never;
  readonly from: ProcessorStateName;
  readonly to: ProcessorStateName;
}

export interface MetricEvent extends EventBase, WithStack {
  readonly kind: 'Metric';
  /** `/memory/classes/heap/objects:bytes` */
  readonly name: string;
  readonly value: Integer;
}

export interface LabelEvent extends EventBase {
  readonly kind: 'Label';
  /** Of the goroutine that is the context. */
  readonly label: string;
}

export interface StackSampleEvent extends EventBase {
  readonly kind: 'StackSample';
  readonly stack: EventStack;
}

/** Something that lasts: a stop of the world, the collector's mark phase, a sweep, a mark assist. */
export interface RangeEvent extends EventBase, WithStack {
  /** `RangeActive` announces one that began before the generation. */
  readonly kind: 'RangeBegin' | 'RangeActive' | 'RangeEnd';
  /** `GC mark assist`, `stop-the-world (GC sweep termination)` … */
  readonly range: string;
  /** Whose it is; neither for the mark phase, which is everybody's. */
  readonly subjectGoroutine?: Integer | null;
  readonly subjectProcessor?: Integer | null;
  /** At the end of a sweep. */
  readonly sweptBytes?: Integer;
  readonly reclaimedBytes?: Integer;
}

export interface TaskEvent extends EventBase, WithStack {
  readonly kind: 'TaskBegin' | 'TaskEnd';
  readonly task: Integer;
  readonly parent: Integer | null;
  readonly type: string;
}

export interface RegionEvent extends EventBase, WithStack {
  readonly kind: 'RegionBegin' | 'RegionEnd';
  /** 0: no task. */
  readonly task: Integer;
  readonly type: string;
}

export interface LogEvent extends EventBase, WithStack {
  readonly kind: 'Log';
  readonly task: Integer;
  readonly category: string;
  readonly message: string;
}

/** Begins each generation, and is the last event of all. */
export interface SyncEvent extends EventBase {
  readonly kind: 'Sync';
  /** From 1. */
  readonly sync: Integer;
  /** On the first event: what times count from, on the trace's own clock. */
  readonly originNs?: bigint;
  /** The same moment on three clocks; wall time counts from 1970. */
  readonly clock?: { readonly traceNs: TraceNs; readonly monotonicNs: bigint; readonly wallNs: bigint };
}

/** Of an experiment that was switched on for the program, `event` says which; with the arguments as they stand in the file. */
export interface ExperimentalEvent extends EventBase {
  readonly kind: 'Experimental';
  readonly args: Readonly<Record<string, Integer>>;
}

export type TraceEvent =
  | GoroutineTransition
  | ProcessorTransition
  | MetricEvent
  | LabelEvent
  | StackSampleEvent
  | RangeEvent
  | TaskEvent
  | RegionEvent
  | LogEvent
  | SyncEvent
  | ExperimentalEvent;
