import type { EventDetail, EventRow } from '#common/analyses/event-results.ts';
import { exactJson } from '#common/exact-json.ts';
import { EventFactsReader } from '#main/exporters/event-facts.ts';
import { factsOf } from '#main/exporters/event-line.ts';
import type { TraceEvent } from '#main/exporters/trace-event.ts';
import type { Segment } from './event-cache.ts';

/** One event among some that were kept. */
export interface EventPlace {
  readonly among: Omit<Segment, 'firstIndex'>;
  readonly at: number;
  /** Which event of the trace it is. */
  readonly index: number;
  /** The first of its generation: a Sync, which may have a clock snapshot. */
  readonly isFirst: boolean;
}

/** Strings and stacks that several of the events have are made once. */
export class RowReader {
  readonly #originNs: bigint;
  readonly #readers = new Map<EventPlace['among']['events'], EventFactsReader>();

  constructor(originNs: bigint) {
    this.#originNs = originNs;
  }

  row(place: EventPlace): EventRow {
    return rowOf(this.#event(place), place.index);
  }

  detail(place: EventPlace): EventDetail {
    const event = this.#event(place);
    const { subjectGoroutine, subjectProcessor, stack, newStack } = event as Partial<EventDetail>;
    return {
      row: rowOf(event, place.index),
      ...(subjectGoroutine === undefined ? {} : { subjectGoroutine }),
      ...(subjectProcessor === undefined ? {} : { subjectProcessor }),
      ...(stack ? { stack } : {}),
      ...(newStack ? { newStack } : {}),
      json: exactJson(event),
    };
  }

  #event({ among, at, isFirst }: EventPlace): TraceEvent {
    const { events, tables, snapshot } = among;
    let reader = this.#readers.get(events);
    if (!reader) {
      reader = new EventFactsReader({ records: events, tables }, { stacks: true, originNs: this.#originNs });
      this.#readers.set(events, reader);
    }
    return reader.event(at, isFirst ? snapshot : undefined);
  }
}

function rowOf(event: TraceEvent, index: number): EventRow {
  const { timeNs, kind, event: name, goroutine, processor, thread } = event;
  const stack = 'stack' in event ? event.stack : undefined;
  return {
    index,
    timeNs,
    kind,
    event: name,
    goroutine,
    processor,
    thread,
    facts: factsOf(event).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : exactJson(value),
    ]),
    ...(stack ? { at: stack[0]?.function ?? '' } : {}),
  };
}
