/**
 * Checks a stream of ordered events against what a Go program can do, without asking how the stream was made: time goes
 * forwards, states change as they can, a processor is on one thread, a thread runs one goroutine, contexts agree with the
 * transitions before, what ends has begun. It accepts whatever Go's reader delivers for a trace that a Go runtime wrote.
 */
import { eventType, wireEventByType } from '#common/trace-format/event-table.ts';
import type { TraceVersion } from '#common/trace-format/releases.ts';
import type { Core } from '#core-wasm/host/core.ts';
import { traceNameBit, type Integer } from '#core-wasm/host/event-records.ts';
import { none, type Complaint, type Complain, type OrderedEvents, type Rule } from './ordered-events.ts';
import { noTask, RangeRules } from './range-rules.ts';
import { SchedulerRules } from './scheduler-rules.ts';

export type { Complaint, OrderedEvents, Rule } from './ordered-events.ts';

/** What an event cannot be without: a thread (M), a processor (P), a goroutine (G). */
const needs = new Map<number, string>(
  Object.entries({
    ProcsChange: 'MPG',
    GoLabel: 'MPG',
    UserLog: 'MPG',
    UserTaskBegin: 'MPG',
    UserTaskEnd: 'MPG',
    UserRegionBegin: 'MPG',
    UserRegionEnd: 'MPG',
    STWBegin: 'MPG',
    STWEnd: 'MPG',
    GCMarkAssistBegin: 'MPG',
    GCMarkAssistEnd: 'MPG',
    GoStop: 'MPG',
    GoBlock: 'MPG',
    GoDestroy: 'MPG',
    GoSyscallBegin: 'MPG',
    GoSyscallEnd: 'MPG',
    GoSwitch: 'MPG',
    GoSwitchDestroy: 'MPG',
    GCEnd: 'MPG',
    GoSyscallEndBlocked: 'MG',
    GoDestroySyscall: 'MG',
    HeapAlloc: 'MP',
    HeapGoal: 'MP',
    GCSweepBegin: 'MP',
    GCSweepEnd: 'MP',
    GoCreate: 'MP',
    GoCreateBlocked: 'MP',
    GoStart: 'MP',
    ProcStop: 'MP',
    ProcStart: 'M',
    ProcSteal: 'M',
    GoCreateSyscall: 'M',
  }).map(([name, letters]) => [eventType[name]!, letters]),
);

/** Where texts and stacks of events are found. */
export interface EventReferences {
  readonly textOf: (text: number) => string;
  readonly stackCount: () => number;
  readonly textCount: () => number;
}

export function coreReferences(core: Core): EventReferences {
  return {
    textOf: (text) => (text === 0 ? '' : Buffer.from(core.tables.text(text)).toString('latin1')),
    stackCount: () => core.exports.stackTableCount(),
    textCount: () => core.exports.stringCount(),
  };
}

export class EventValidator {
  readonly #references: EventReferences;
  readonly #hasContexts: boolean;
  readonly #scheduler = new SchedulerRules();
  readonly #ranges: RangeRules;
  #count = 0;
  #syncs = 0;
  #lastTime: Integer | undefined;

  /**
   * The formats before Go 1.22 do not say on which thread things happen: their contexts are made up, and the end of a task
   * names none as its parent where the beginning did.
   */
  constructor(references: EventReferences, family: TraceVersion['family'] = 'v2') {
    this.#references = references;
    this.#hasContexts = family === 'v2';
    this.#ranges = new RangeRules(references.textOf, this.#hasContexts ? noTask : 0);
  }

  /** How many events have been checked. */
  get count(): number {
    return this.#count;
  }

  /** Checks the next events of the trace. */
  check(events: OrderedEvents): readonly Complaint[] {
    const complaints: Complaint[] = [];
    for (let i = 0; i < events.count; i++) {
      const time = events.time(i);
      const name = wireEventByType[events.type(i)]?.name ?? events.type(i);
      this.#event(events, i, (rule: Rule, what: string) =>
        complaints.push({ event: this.#count, time, rule, what: `${name}: ${what}` }),
      );
      this.#count++;
    }
    return complaints;
  }

  #event(events: OrderedEvents, i: number, complain: Complain): void {
    const time = events.time(i);
    if (this.#lastTime !== undefined && time <= this.#lastTime)
      complain('time-not-later', `${time} does not come after ${this.#lastTime}`);
    this.#lastTime = time;
    this.#bounds(events, i, complain);
    const type = events.type(i);
    const kind = wireEventByType[type]?.kind;
    if (kind === 'Sync') this.#sync(events, i, complain);
    else if (kind !== 'StackSample' && this.#hasContexts) this.#context(events, i, complain);
    if (kind === 'StateTransition') this.#transition(events, i, complain);
    else if (kind === 'RangeBegin' || kind === 'RangeActive' || kind === 'RangeEnd')
      this.#ranges.range(events, i, this.#syncs <= 1, complain);
    else if (kind === 'TaskBegin' || kind === 'TaskEnd') this.#ranges.task(events, i, complain);
    else if (kind === 'RegionBegin' || kind === 'RegionEnd') this.#ranges.region(events, i, complain);
  }

  #sync(events: OrderedEvents, i: number, complain: Complain): void {
    this.#syncs++;
    if (events.a(i) !== this.#syncs) complain('sync-number', `has number ${events.a(i)}, not ${this.#syncs}`);
    if (![events.thread(i), events.processor(i), events.goroutine(i)].every((id) => id === none))
      complain('context-differs', 'belongs to nobody, but has a context');
  }

  #context(events: OrderedEvents, i: number, complain: Complain): void {
    const need = needs.get(events.type(i)) ?? '';
    if (need.includes('M') && events.thread(i) === none) complain('context-incomplete', 'has no thread');
    if (need.includes('P') && events.processor(i) === none)
      complain('context-incomplete', 'has no processor');
    if (need.includes('G') && events.goroutine(i) === none)
      complain('context-incomplete', 'has no goroutine');
    this.#scheduler.context(events, i, complain);
  }

  #transition(events: OrderedEvents, i: number, complain: Complain): void {
    this.#scheduler.transition(events, i, complain);
    if (this.#hasContexts) this.#scheduler.bind(events, i, complain);
    const subject = events.subject(i);
    const isGoroutine = !wireEventByType[events.type(i)]!.name.startsWith('Proc');
    if (isGoroutine && !this.#scheduler.hasGoroutine(subject)) this.#ranges.forgetGoroutine(subject);
  }

  #bounds(events: OrderedEvents, i: number, complain: Complain): void {
    const { stackCount, textCount } = this.#references;
    for (const stack of [events.stack(i), events.otherStack(i)])
      if (stack > 0 && stack >= stackCount())
        complain('reference-out-of-bounds', `has stack ${stack} of ${stackCount()}`);
    for (const text of [events.text(i), events.otherText(i)])
      if (text > 0 && text < traceNameBit && text >= textCount())
        complain('reference-out-of-bounds', `has text ${text} of ${textCount()}`);
  }
}
