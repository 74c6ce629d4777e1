/** Which events somebody wants to see, decided on the core's records: what is passed over costs next to nothing. */
import { wireEvents } from '#common/trace-format/event-table.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';
import type { EventFields, EventSource } from './event-source.ts';
import { TextFilter } from './event-text-filter.ts';

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
  /** Whether a goroutine counts at a time, counted from the first event; what was said of `goroutines` holds. */
  readonly counts?: (goroutine: Integer, ns: number) => boolean;
  /** Part of the event's name or kind, or of a string that it has: a reason, a label, a message. The case of letters does not matter. */
  readonly text?: string;
  /** Part of the name of a function on its stack, or on that of the goroutine it creates. The case of letters does not matter. */
  readonly stackText?: string;
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
  readonly #records: EventFields;
  readonly #filter: EventFilter;
  readonly #texts: TextFilter | undefined;
  #origin = 0n;
  #from: Integer = 0;
  #until: Integer | undefined;
  #originKnown = false;

  /** `originNs`: the trace's clock at its first event, where that is not delivered. */
  constructor(source: EventSource, filter: EventFilter, originNs?: bigint) {
    this.#records = source.records;
    this.#filter = filter;
    const { text, stackText } = filter;
    if (text !== undefined || stackText !== undefined) this.#texts = new TextFilter(source, text, stackText);
    if (originNs !== undefined) this.#beginAt(originNs);
  }

  /** Strings and stacks belong to a generation. */
  enterGeneration(): void {
    this.#texts?.enterGeneration();
  }

  /** To be called with each delivery. */
  enterDelivery(): void {
    if (!this.#originKnown && this.#records.count > 0) this.#beginAt(BigInt(this.#records.time(0)));
  }

  #beginAt(origin: bigint): void {
    this.#originKnown = true;
    this.#origin = origin;
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
    const { types, threads, processors, goroutines, counts } = this.#filter;
    if (types && !types.has(r.type(i))) return false;
    const time = r.time(i);
    if (time < this.#from || (this.#until !== undefined && time >= this.#until)) return false;
    if (threads && !threads.has(r.thread(i))) return false;
    return (
      (!processors || this.#concerns(i, processors, r.processor(i), processorSubjects)) &&
      (!goroutines || this.#concerns(i, goroutines, r.goroutine(i), goroutineSubjects)) &&
      (!counts || this.#countsAt(i, time, counts)) &&
      (!this.#texts || this.#texts.passes(i))
    );
  }

  #countsAt(i: number, time: Integer, counts: NonNullable<EventFilter['counts']>): boolean {
    const r = this.#records;
    const ns = Number(BigInt(time) - this.#origin);
    return counts(r.goroutine(i), ns) || (goroutineSubjects.has(r.type(i)) && counts(r.subject(i), ns));
  }

  #concerns(i: number, ids: ReadonlySet<Integer>, context: Integer, subjects: ReadonlySet<number>): boolean {
    if (ids.has(context)) return true;
    return subjects.has(this.#records.type(i)) && ids.has(this.#records.subject(i));
  }
}

/** Exact whatever the clock: a number where that is exact. */
function later(origin: bigint, ns: number): Integer {
  const sum = origin + BigInt(ns);
  return sum >= BigInt(Number.MIN_SAFE_INTEGER) && sum <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sum) : sum;
}
