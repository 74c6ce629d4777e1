import type { Integer } from '#core-wasm/host/event-records.ts';

/** Events in the order of delivery, as columns: `EventRecords` of the core, or a list made by hand. */
export interface OrderedEvents {
  readonly count: number;
  type(i: number): number;
  from(i: number): number;
  to(i: number): number;
  time(i: number): Integer;
  thread(i: number): Integer;
  processor(i: number): Integer;
  goroutine(i: number): Integer;
  subject(i: number): Integer;
  a(i: number): Integer;
  b(i: number): Integer;
  stack(i: number): number;
  otherStack(i: number): number;
  text(i: number): number;
  otherText(i: number): number;
}

/** One broken rule. `event` counts from 0 over the whole trace. */
export interface Complaint {
  readonly event: number;
  readonly time: Integer;
  readonly rule: Rule;
  readonly what: string;
}

export const rules = [
  'time-not-later',
  'sync-number',
  'context-incomplete',
  'context-differs',
  'processor-on-two-threads',
  'goroutine-on-two-threads',
  'state-differs',
  'illegal-transition',
  'missing-resource',
  'range-twice',
  'range-not-begun',
  'task-twice',
  'task-differs',
  'region-differs',
  'reference-out-of-bounds',
] as const;
export type Rule = (typeof rules)[number];

/** Called with the rule that an event breaks. */
export type Complain = (rule: Rule, what: string) => void;

export const none = -1;
