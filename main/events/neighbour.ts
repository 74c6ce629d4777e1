import type { EventRow } from '#common/analyses/event-results.ts';
import { RecordFilter, type EventFilter } from '#main/exporters/event-filter.ts';
import type { Segment } from './event-cache.ts';
import { RowReader } from './event-rows.ts';
import type { EventsOfTrace } from './event-search.ts';
import { placeIn, type TimedGeneration } from './found-reader.ts';

export interface NeighbourParams {
  readonly index: number;
  readonly goroutine: number;
  readonly direction: 'before' | 'after';
}

/** The next event on a goroutine or to it, looked for from an event on. */
export async function neighbourOf(
  events: EventsOfTrace,
  generations: readonly TimedGeneration[],
  { index, goroutine, direction }: NeighbourParams,
  signal: AbortSignal,
): Promise<EventRow | null> {
  const filter = { goroutines: new Set([goroutine]) };
  const isAfter = direction === 'after';
  for (const generation of isAfter ? generations : generations.toReversed()) {
    const { eventsBefore, events: count } = generation;
    if (isAfter ? eventsBefore + count <= index + 1 : eventsBefore >= index) continue;
    // From here on, step by step, by the place in the generation.
    let at = isAfter ? Math.max(0, index + 1 - eventsBefore) : Math.min(count, index - eventsBefore) - 1;
    while (at >= 0 && at < count) {
      const segment = await events.cache.segment(generation, at, signal);
      const found = nextIn(segment, filter, events.originNs, at - segment.firstIndex, isAfter ? 1 : -1);
      if (found !== undefined)
        return new RowReader(events.originNs).row(
          placeIn(generation, segment, found, segment.firstIndex + found),
        );
      at = isAfter ? segment.firstIndex + segment.events.count : segment.firstIndex - 1;
    }
  }
  return null;
}

function nextIn(
  { events, tables }: Segment,
  filter: EventFilter,
  originNs: bigint,
  from: number,
  step: 1 | -1,
): number | undefined {
  const passing = new RecordFilter({ records: events, tables }, filter, originNs);
  for (let i = from; i >= 0 && i < events.count; i += step) if (passing.passes(i)) return i;
  return undefined;
}
