/** The events of a trace as lists show them, and what is known of one. */
import type { TraceNs } from '../units.ts';

/** A 64-bit integer: a number where it is exact. An id that is not there is null. */
type EventInteger = number | bigint;

export interface EventRow {
  /** Which event of the trace it is, from 0. */
  readonly index: number;
  readonly timeNs: TraceNs;
  /** As Go names it: `StateTransition`. */
  readonly kind: string;
  /** As the file does: `GoBlock`. */
  readonly event: string;
  readonly goroutine: EventInteger | null;
  readonly processor: EventInteger | null;
  readonly thread: EventInteger | null;
  /** What else is to be said, in order: `from`, `Running`; stacks apart. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** The function at the leaf of its stack; absent where it has none. */
  readonly at?: string;
}

/** How far a search has come. */
export interface EventCount {
  /** Events that pass so far. */
  readonly found: number;
  /** Events that were looked at, of those in the window. */
  readonly seen: number;
  readonly toSee: number;
}

export interface EventPage {
  readonly offset: number;
  readonly rows: readonly EventRow[];
  /** Events that pass; as long as not all were looked at, at least so many. */
  readonly rowCount: number;
  readonly isExact: boolean;
}

export interface EventFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly pc: string;
}

export interface EventDetail {
  readonly row: EventRow;
  /** The goroutine or processor that it happens to, where it names one. */
  readonly subjectGoroutine?: EventInteger;
  readonly subjectProcessor?: EventInteger;
  /** Leaf first. */
  readonly stack?: readonly EventFrame[];
  /** Where the goroutine that it creates begins. */
  readonly newStack?: readonly EventFrame[];
  /** As `gopherscope events --format json` prints it. */
  readonly json: string;
}
