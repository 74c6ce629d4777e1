/** Where events are read from: the core's last delivery, or what was kept of one. */
import type { Integer } from '#core-wasm/host/event-records.ts';
import type { TableFrame } from '#core-wasm/host/generation-tables.ts';

/** The fields of some events, by their index (core-wasm/host/event-records.ts). */
export interface EventFields {
  readonly count: number;
  type(i: number): number;
  from(i: number): number;
  to(i: number): number;
  /** Nanoseconds on the trace's own clock. */
  time(i: number): Integer;
  thread(i: number): Integer;
  processor(i: number): Integer;
  goroutine(i: number): Integer;
  subject(i: number): Integer;
  a(i: number): Integer;
  b(i: number): Integer;
  c(i: number): Integer;
  stack(i: number): number;
  otherStack(i: number): number;
  text(i: number): number;
  otherText(i: number): number;
}

/** The strings and stacks that they name. */
export interface EventTables {
  text(number: number): Uint8Array;
  /** Leaf first. */
  frames(stack: number): readonly TableFrame[];
}

export interface EventSource {
  readonly records: EventFields;
  readonly tables: EventTables;
}
