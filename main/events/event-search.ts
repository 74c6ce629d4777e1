/** One choice of events: looks for them generation by generation, and finds the way back to any of those it has found. */
import type { EventCount, EventPage } from '#common/analyses/event-results.ts';
import { RecordFilter, type EventFilter } from '#main/exporters/event-filter.ts';
import { RowReader, type EventPlace } from './event-rows.ts';
import { FoundCollector, nothingFound, type FoundEvents } from './found-events.ts';
import { FoundReader, type DecodedEvents, type TimedGeneration } from './found-reader.ts';
import type { Delivery, GenerationDecoder } from './generation-decoder.ts';

export interface EventsOfTrace extends DecodedEvents {
  /** Looks for events, one generation at a time. */
  readonly scanner: GenerationDecoder;
  readonly inTurn: <T>(answer: () => Promise<T>) => Promise<T>;
}

export interface EventChoice {
  readonly filter: EventFilter;
  /** Where goroutines are named: nothing of theirs is before or after. */
  readonly lifeNs?: readonly [from: number, until: number];
}

/** Events that are kept as they are found, over all generations. */
const mostKept = 400_000;

export class EventSearch {
  readonly #trace: EventsOfTrace;
  readonly #choice: EventChoice;
  readonly #reader: FoundReader;
  /** Of time alone. */
  readonly #isWindow: boolean;
  #generations: readonly TimedGeneration[] = [];
  /** By generation, from the first on. */
  readonly #found: FoundEvents[] = [];

  constructor(trace: EventsOfTrace, choice: EventChoice) {
    this.#trace = trace;
    this.#choice = choice;
    this.#reader = new FoundReader(trace, choice.filter);
    this.#isWindow = Object.keys(choice.filter).every((name) => name === 'fromNs' || name === 'untilNs');
  }

  /** Those that are there: while the trace is being read, they become more. */
  update(generations: readonly TimedGeneration[]): void {
    this.#generations = generations;
    // What need not be decoded is known at once.
    while (this.#next && this.#isEasy(this.#next)) this.#found.push(this.#easily(this.#next));
  }

  get #next(): TimedGeneration | undefined {
    return this.#generations[this.#found.length];
  }

  get isComplete(): boolean {
    return this.#next === undefined;
  }

  get count(): EventCount {
    const sum = (of: readonly TimedGeneration[]): number =>
      of.reduce((so, generation) => so + (this.#isOutside(generation) ? 0 : generation.events), 0);
    return {
      found: this.#found.reduce((so, { count }) => so + count, 0),
      seen: sum(this.#generations.slice(0, this.#found.length)),
      toSee: sum(this.#generations),
    };
  }

  /** A window's first rows need no search. */
  async begin(signal: AbortSignal): Promise<void> {
    if (!this.#isWindow) return;
    while (!this.isComplete) await this.advance(signal);
  }

  /** Looks through one more generation. */
  async advance(signal: AbortSignal): Promise<void> {
    await this.#trace.inTurn(async () => {
      signal.throwIfAborted();
      const generation = this.#next;
      if (!generation) return;
      this.#found.push(await this.#foundIn(generation, signal));
      this.update(this.#generations);
    });
  }

  #isOutside({ startNs, untilNs, ordinal }: TimedGeneration): boolean {
    const { fromNs = 0, untilNs: before = Infinity } = this.#choice.filter;
    if (untilNs < fromNs || startNs >= before) return true;
    const [born, gone] = this.#choice.lifeNs ?? [0, Infinity];
    // A CPU sample may come a little early or late.
    const [last, next] = [this.#generations[ordinal - 1], this.#generations[ordinal + 1]];
    return (next?.untilNs ?? untilNs) < born || (last?.startNs ?? startNs) > gone;
  }

  #isInside({ startNs, untilNs }: TimedGeneration): boolean {
    const { fromNs = 0, untilNs: before = Infinity } = this.#choice.filter;
    return startNs >= fromNs && untilNs < before;
  }

  #isEasy(generation: TimedGeneration): boolean {
    return this.#isOutside(generation) || (this.#isWindow && this.#isInside(generation));
  }

  #easily(generation: TimedGeneration): FoundEvents {
    if (this.#isOutside(generation)) return nothingFound;
    return { kind: 'range', count: generation.events, first: 0 };
  }

  /** Where a window begins or ends, somebody looks closely: the generation is kept for the next question. */
  async #foundIn(generation: TimedGeneration, signal: AbortSignal): Promise<FoundEvents> {
    if (!this.#isWindow && (this.#isInside(generation) || !this.#trace.cache.keepsWhole(generation)))
      return this.#lookThrough(generation, signal);
    const [first, end] = await this.#reader.windowIn(generation, signal);
    if (this.#isWindow) return { kind: 'range', first, count: end - first };
    return this.#reader.lookAt(generation, [first, end], signal);
  }

  async #lookThrough(generation: TimedGeneration, signal: AbortSignal): Promise<FoundEvents> {
    const { cache, scanner, originNs } = this.#trace;
    const most = Math.min(2048, Math.max(256, Math.floor(mostKept / this.#generations.length)));
    let filter: RecordFilter | undefined;
    const filterOf = ({ core }: Delivery): RecordFilter =>
      (filter ??= new RecordFilter(core, this.#choice.filter, originNs));
    const collector = new FoundCollector(generation.events, most, filterOf);
    await scanner.decode(generation, async (delivery) => {
      signal.throwIfAborted();
      collector.add(delivery);
      // Whoever waits for rows comes first.
      if (cache.isBusy) await cache.idle();
      return true;
    });
    return collector.finish();
  }

  async page(offset: number, limit: number, signal: AbortSignal): Promise<EventPage> {
    const places: EventPlace[] = [];
    let before = 0;
    for (const [ordinal, found] of this.#found.entries()) {
      if (places.length === limit) break;
      const from = offset + places.length - before;
      before += found.count;
      if (from >= found.count) continue;
      const wanted = Math.min(limit - places.length, found.count - from);
      const generation = this.#generations[ordinal]!;
      places.push(...(await this.#reader.places(generation, found, from, wanted, signal)));
    }
    const reader = new RowReader(this.#trace.originNs);
    const rows = places.map((place) => reader.row(place));
    return { offset, rows, rowCount: this.count.found, isExact: this.isComplete };
  }

  /** How many of those found come before a time. */
  async countBefore(ns: number, signal: AbortSignal): Promise<number> {
    let count = 0;
    for (const [ordinal, found] of this.#found.entries()) {
      const generation = this.#generations[ordinal]!;
      if (generation.untilNs >= ns)
        return count + (await this.#reader.countBefore(generation, found, ns, signal));
      count += found.count;
    }
    return count;
  }
}
