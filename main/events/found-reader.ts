/** The way from what was found in a generation to the events themselves. */
import { setImmediate } from 'node:timers/promises';
import { RecordFilter, type EventFilter } from '#main/exporters/event-filter.ts';
import type { EventCache, Segment } from './event-cache.ts';
import type { EventPlace } from './event-rows.ts';
import { blockEvents, foundAt, type FoundEvents } from './found-events.ts';
import type { StoredGeneration } from './generation-decoder.ts';

/** A generation with when it was: its events come behind `startNs`, up to `untilNs`. */
export interface TimedGeneration extends StoredGeneration {
  readonly startNs: number;
  readonly untilNs: number;
  /** Events of the trace before it. */
  readonly eventsBefore: number;
}

export interface DecodedEvents {
  readonly originNs: bigint;
  readonly cache: EventCache;
}

/** Places in one generation that are kept. */
const mostIndexed = 1 << 16;

export class FoundReader {
  readonly #trace: DecodedEvents;
  readonly #filter: EventFilter;

  constructor(trace: DecodedEvents, filter: EventFilter) {
    this.#trace = trace;
    this.#filter = filter;
  }

  /** The first event of a generation at a time or later. */
  async indexAt(generation: TimedGeneration, ns: number, signal: AbortSignal): Promise<number> {
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

  /** The first event of a generation that is in the window, and the first behind it. */
  async windowIn(generation: TimedGeneration, signal: AbortSignal): Promise<readonly [number, number]> {
    const { fromNs = 0, untilNs = Infinity } = this.#filter;
    const first = await this.indexAt(generation, fromNs, signal);
    if (untilNs > generation.untilNs) return [first, generation.events];
    return [first, await this.indexAt(generation, untilNs, signal)];
  }

  /** What passes of some events of a generation. */
  async lookAt(
    generation: TimedGeneration,
    [first, end]: readonly [number, number],
    signal: AbortSignal,
  ): Promise<FoundEvents> {
    const indexes: number[] = [];
    for (let index = first; index < end;) {
      const segment = await this.#trace.cache.segment(generation, index, signal);
      const { firstIndex, events } = segment;
      const until = Math.min(end - firstIndex, events.count);
      for (const at of this.#passing(segment, index - firstIndex, until)) indexes.push(firstIndex + at);
      index = firstIndex + until;
      await setImmediate();
      signal.throwIfAborted();
    }
    return foundAt(indexes, generation.events, mostIndexed);
  }

  /** Of those found in a generation, `wanted` from the `from`-th on. */
  async places(
    generation: TimedGeneration,
    found: FoundEvents,
    from: number,
    wanted: number,
    signal: AbortSignal,
  ): Promise<readonly EventPlace[]> {
    switch (found.kind) {
      case 'kept':
        return Array.from(found.indexes.subarray(from, from + wanted), (index, i) =>
          placeIn(generation, found.among, from + i, index),
        );
      case 'indexed':
        return this.#indexed(generation, found.indexes.subarray(from, from + wanted), signal);
      case 'range':
        return this.#indexed(generation, numbers(found.first + from, wanted), signal);
      case 'counted':
        return this.#counted(generation, found.blocks, from, wanted, signal);
    }
  }

  /** How many of those found in a generation come before a time. */
  async countBefore(
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
    const index = await this.indexAt(generation, ns, signal);
    if (found.kind === 'indexed') return found.indexes.filter((one) => one < index).length;
    if (found.kind === 'range') return Math.min(found.count, Math.max(0, index - found.first));
    const block = Math.floor(index / blockEvents);
    const whole = found.blocks.subarray(0, block).reduce((sum, count) => sum + count, 0);
    if (block === found.blocks.length) return whole;
    const { segment, at } = await this.#passingInBlock(generation, block, signal);
    return whole + at.filter((i) => i + segment.firstIndex < index).length;
  }

  async #indexed(
    generation: TimedGeneration,
    indexes: Iterable<number>,
    signal: AbortSignal,
  ): Promise<readonly EventPlace[]> {
    const places: EventPlace[] = [];
    let segment: Segment | undefined;
    for (const index of indexes) {
      if (!segment || index >= segment.firstIndex + segment.events.count)
        segment = await this.#trace.cache.segment(generation, index, signal);
      places.push(placeIn(generation, segment, index - segment.firstIndex, index));
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
      const { segment, at } = await this.#passingInBlock(generation, block, signal);
      for (const i of at.slice(skipped, skipped + wanted - places.length))
        places.push(placeIn(generation, segment, i, segment.firstIndex + i));
    }
    return places;
  }

  /** Those of a block that pass, by their place in their segment, which holds whole blocks. */
  async #passingInBlock(
    generation: TimedGeneration,
    block: number,
    signal: AbortSignal,
  ): Promise<{ readonly segment: Segment; readonly at: readonly number[] }> {
    const segment = await this.#trace.cache.segment(generation, block * blockEvents, signal);
    const first = block * blockEvents - segment.firstIndex;
    const until = Math.min(segment.events.count, first + blockEvents);
    return { segment, at: this.#passing(segment, first, until) };
  }

  #passing({ events, tables }: Segment, first: number, until: number): readonly number[] {
    const filter = new RecordFilter({ records: events, tables }, this.#filter, this.#trace.originNs);
    const at: number[] = [];
    for (let i = first; i < until; i++) if (filter.passes(i)) at.push(i);
    return at;
  }
}

const numbers = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i);

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
