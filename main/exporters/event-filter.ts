/** Which events somebody wants to see, decided on the core's records: what is passed over costs next to nothing. */
import { wireEvents } from '#common/trace-format/event-table.ts';
import type { EventRecords, Integer } from '#core-wasm/host/event-records.ts';

/** An event passes if it meets every condition that is there. */
export interface EventFilter {
  /** From here on, and before there, counted from the first event. */
  readonly fromNs?: number;
  readonly untilNs?: number;
  /** Those it happens on, or to: a goroutine that is made runnable by another passes with either. */
  readonly goroutines?: ReadonlySet<Integer>;
  readonly processors?: ReadonlySet<Integer>;
  readonly threads?: ReadonlySet<Integer>;
  /** Wire types, as `typesNamed` gives them. */
  readonly types?: ReadonlySet<number>;
}

/** The wire types of a kind (`StateTransition`) or an event (`GoBlock`), in upper or lower case; undefined: no such name. */
export function typesNamed(name: string): readonly number[] | undefined {
  const wanted = name.toLowerCase();
  const found = deliverable.filter(
    (event) => event.name.toLowerCase() === wanted || event.kind?.toLowerCase() === wanted,
  );
  return found.length > 0 ? found.map((event) => event.type) : undefined;
}

// A clock snapshot is delivered as part of a Sync.
const deliverable = wireEvents.filter((event) => event.kind !== undefined && event.name !== 'ClockSnapshot');

/** Every name that `typesNamed` knows as a kind. */
export const kindNames: readonly string[] = [...new Set(deliverable.flatMap((event) => event.kind ?? []))];

const typesWhere = (wanted: (name: string, kind: string) => boolean): ReadonlySet<number> =>
  new Set(deliverable.filter((event) => wanted(event.name, event.kind!)).map((event) => event.type));
/** Types with a subject that may be another than the context: a processor, or a goroutine. */
const processorSubjects = typesWhere(
  (name, kind) => name === 'GCSweepActive' || (kind === 'StateTransition' && name.startsWith('Proc')),
);
const goroutineSubjects = typesWhere(
  (name, kind) => name === 'GCMarkAssistActive' || (kind === 'StateTransition' && !name.startsWith('Proc')),
);

export class RecordFilter {
  readonly #records: EventRecords;
  readonly #filter: EventFilter;
  #from: Integer = 0;
  #until: Integer | undefined;
  #originKnown = false;

  constructor(records: EventRecords, filter: EventFilter) {
    this.#records = records;
    this.#filter = filter;
  }

  /** To be called with each delivery. */
  enterDelivery(): void {
    if (this.#originKnown || this.#records.count === 0) return;
    this.#originKnown = true;
    const origin = this.#records.time(0);
    const { fromNs, untilNs } = this.#filter;
    this.#from = later(origin, fromNs ?? 0);
    this.#until = untilNs === undefined ? undefined : later(origin, untilNs);
  }

  /** Whether nothing of what follows the last delivery can pass: time only grows. */
  get isOver(): boolean {
    const { count } = this.#records;
    return this.#until !== undefined && count > 0 && this.#records.time(count - 1) >= this.#until;
  }

  passes(i: number): boolean {
    const r = this.#records;
    const { types, threads, processors, goroutines } = this.#filter;
    if (types && !types.has(r.type(i))) return false;
    const time = r.time(i);
    if (time < this.#from || (this.#until !== undefined && time >= this.#until)) return false;
    if (threads && !threads.has(r.thread(i))) return false;
    return (
      (!processors || this.#concerns(i, processors, r.processor(i), processorSubjects)) &&
      (!goroutines || this.#concerns(i, goroutines, r.goroutine(i), goroutineSubjects))
    );
  }

  #concerns(i: number, ids: ReadonlySet<Integer>, context: Integer, subjects: ReadonlySet<number>): boolean {
    if (ids.has(context)) return true;
    return subjects.has(this.#records.type(i)) && ids.has(this.#records.subject(i));
  }
}

/** Exact whatever the clock: a number where that is exact. */
function later(origin: Integer, ns: number): Integer {
  const sum = BigInt(origin) + BigInt(ns);
  return sum >= BigInt(Number.MIN_SAFE_INTEGER) && sum <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sum) : sum;
}
