/** One choice of events: looks for them generation by generation, and finds the way back to any of those it has found. */
import type { EventCount, EventPage } from '#common/analyses/event-results.ts';
import { RecordFilter, type EventFilter } from '#main/exporters/event-filter.ts';
import type { EventCache, Segment } from './event-cache.ts';
import { RowReader, type EventPlace } from './event-rows.ts';
import { blockEvents, FoundCollector, nothingFound, type FoundEvents } from './found-events.ts';
import type { Delivery, GenerationDecoder, StoredGeneration } from './generation-decoder.ts';

/** A generation with when it was: its events come behind `startNs`, up to `untilNs`. */
export interface TimedGeneration extends StoredGeneration {
  readonly startNs: number;
  readonly untilNs: number;
  /** Events of the trace before it. */
  readonly eventsBefore: number;
}

export interface EventsOfTrace {
  readonly originNs: bigint;
  /** Of what is shown. */
  readonly cache: EventCache;
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
  /** Of time alone. */
  readonly #isWindow: boolean;
  #generations: readonly TimedGeneration[] = [];
  /** By generation, from the first on. */
  readonly #found: FoundEvents[] = [];

  constructor(trace: EventsOfTrace, choice: EventChoice) {
    this.#trace = trace;
    this.#choice = choice;
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
      const found = this.#isWindow
        ? await this.#windowIn(generation, signal)
        : await this.#lookThrough(generation, signal);
      this.#found.push(found);
      this.update(this.#generations);
    });
  }

  // --- looking ---

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

  async #windowIn(generation: TimedGeneration, signal: AbortSignal): Promise<FoundEvents> {
    const { fromNs = 0, untilNs = Infinity } = this.#choice.filter;
    const first = await this.#indexAt(generation, fromNs, signal);
    const end =
      untilNs > generation.untilNs ? generation.events : await this.#indexAt(generation, untilNs, signal);
    return { kind: 'range', first, count: end - first };
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

  /** The first event of a generation at a time or later. */
  async #indexAt(generation: TimedGeneration, ns: number, signal?: AbortSignal): Promise<number> {
    let [low, high] = [0, generation.events];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { events, firstIndex } = await this.#trace.cache.segment(generation, middle, signal);
      const time = BigInt(events.time(middle - firstIndex)) - this.#trace.originNs;
      if (Number(time) < ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // --- the way back ---

  async page(offset: number, limit: number, signal: AbortSignal): Promise<EventPage> {
    const places: EventPlace[] = [];
    let before = 0;
    for (const [ordinal, found] of this.#found.entries()) {
      if (places.length === limit) break;
      const from = offset + places.length - before;
      before += found.count;
      if (from >= found.count) continue;
      const wanted = Math.min(limit - places.length, found.count - from);
      places.push(...(await this.#places(this.#generations[ordinal]!, found, from, wanted, signal)));
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
      if (generation.untilNs >= ns) return count + (await this.#countIn(generation, found, ns, signal));
      count += found.count;
    }
    return count;
  }

  async #countIn(
    generation: TimedGeneration,
    found: FoundEvents,
    ns: number,
    signal: AbortSignal,
  ): Promise<number> {
    if (found.count === 0) return 0;
    if (found.kind === 'kept') {
      const { events } = found.among;
      const times = Array.from({ length: found.count }, (_, i) => BigInt(events.time(i)));
      return times.filter((time) => Number(time - this.#trace.originNs) < ns).length;
    }
    const index = await this.#indexAt(generation, ns, signal);
    if (found.kind === 'range') return Math.min(found.count, Math.max(0, index - found.first));
    const block = Math.floor(index / blockEvents);
    const whole = found.blocks.subarray(0, block).reduce((sum, count) => sum + count, 0);
    if (block === found.blocks.length) return whole;
    const passing = await this.#passing(generation, block, signal);
    return whole + passing.at.filter((at) => at + passing.segment.firstIndex < index).length;
  }

  async #places(
    generation: TimedGeneration,
    found: FoundEvents,
    from: number,
    wanted: number,
    signal: AbortSignal,
  ): Promise<readonly EventPlace[]> {
    switch (found.kind) {
      case 'kept':
        return Array.from({ length: wanted }, (_, i) =>
          placeIn(generation, found.among, from + i, found.indexes[from + i]!),
        );
      case 'range':
        return this.#range(generation, found.first + from, wanted, signal);
      case 'counted':
        return this.#counted(generation, found.blocks, from, wanted, signal);
    }
  }

  async #range(
    generation: TimedGeneration,
    first: number,
    wanted: number,
    signal: AbortSignal,
  ): Promise<readonly EventPlace[]> {
    const places: EventPlace[] = [];
    while (places.length < wanted) {
      const index = first + places.length;
      const segment = await this.#trace.cache.segment(generation, index, signal);
      const at = index - segment.firstIndex;
      const until = Math.min(segment.events.count, at + wanted - places.length);
      for (let i = at; i < until; i++) places.push(placeIn(generation, segment, i, segment.firstIndex + i));
    }
    return places;
  }

  async #counted(
    generation: TimedGeneration,
    blocks: Uint16Array,
    from: number,
    wanted: number,
    signal: AbortSignal,
  ): Promise<readonly EventPlace[]> {
    const places: EventPlace[] = [];
    let before = 0;
    for (let block = 0; block < blocks.length && places.length < wanted; block++) {
      const skipped = from + places.length - before;
      before += blocks[block]!;
      if (skipped >= blocks[block]!) continue;
      const { segment, at } = await this.#passing(generation, block, signal);
      for (const i of at.slice(skipped, skipped + wanted - places.length))
        places.push(placeIn(generation, segment, i, segment.firstIndex + i));
    }
    return places;
  }

  /** Those of a block that pass, by their place in their segment. */
  async #passing(
    generation: TimedGeneration,
    block: number,
    signal: AbortSignal,
  ): Promise<{ readonly segment: Segment; readonly at: readonly number[] }> {
    const segment = await this.#trace.cache.segment(generation, block * blockEvents, signal);
    const { events, tables, firstIndex } = segment;
    const filter = new RecordFilter({ records: events, tables }, this.#choice.filter, this.#trace.originNs);
    const first = block * blockEvents - firstIndex;
    const at: number[] = [];
    for (let i = first; i < Math.min(events.count, first + blockEvents); i++)
      if (filter.passes(i)) at.push(i);
    return { segment, at };
  }
}

export const placeIn = (
  { eventsBefore }: TimedGeneration,
  among: EventPlace['among'],
  at: number,
  indexInGeneration: number,
): EventPlace => ({
  among,
  at,
  index: eventsBefore + indexInGeneration,
  isFirst: indexInGeneration === 0,
});
