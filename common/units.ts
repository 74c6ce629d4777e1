/** Quantities carry their unit in their type; a plain number becomes one only here or where data enters the program. */

declare const unit: unique symbol;
type Branded<Base, Unit extends string> = Base & { readonly [unit]: Unit };

/** A point in time: integer nanoseconds since the first event of the trace. */
export type TraceNs = Branded<number, 'TraceNs'>;
/** A length of time in integer nanoseconds. */
export type DurNs = Branded<number, 'DurNs'>;
/** The trace's own clock in nanoseconds, as Go prints it. Only at the edges: everything else counts from the origin. */
export type ClockNs = Branded<bigint, 'ClockNs'>;
/** A number of bytes, or a place in a file counted in bytes from its beginning. */
export type Bytes = Branded<number, 'Bytes'>;

export const traceNs = (value: number): TraceNs => value as TraceNs;
export const durNs = (value: number): DurNs => value as DurNs;
export const clockNs = (value: bigint): ClockNs => value as ClockNs;
export const bytes = (value: number): Bytes => value as Bytes;

/** From `from` to `until`. */
export const between = (from: TraceNs, until: TraceNs): DurNs => (until - from) as DurNs;
/** The point `length` after `start`. */
export const after = (start: TraceNs, length: DurNs): TraceNs => (start + length) as TraceNs;
