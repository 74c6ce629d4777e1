/**
 * Which events of a generation pass a filter, in as little memory as the way back to them takes: where they are few, the events
 * themselves; where they are many, how many there are in each block, since whoever wants to see them needs the generation anyway.
 */
import type { ClockSnapshot } from '#core-wasm/host/core.ts';
import type { RecordFilter } from '#main/exporters/event-filter.ts';
import { segmentEvents, type Segment } from './event-cache.ts';
import type { Delivery } from './generation-decoder.ts';
import { NamedTables } from './kept-tables.ts';
import { EventPacker } from './packed-events.ts';

/** Events of one block; a segment holds whole blocks. */
export const blockEvents = segmentEvents;

export type FoundEvents =
  /** All from the `first` one on, of which nothing else needs to be known. */
  | { readonly kind: 'range'; readonly count: number; readonly first: number }
  | { readonly kind: 'kept'; readonly count: number; readonly indexes: Uint32Array; readonly among: Kept }
  /** Of a generation that is likely to be decoded: their places in it. */
  | { readonly kind: 'indexed'; readonly count: number; readonly indexes: Uint32Array }
  /** In each block. */
  | { readonly kind: 'counted'; readonly count: number; readonly blocks: Uint16Array };

type Kept = Omit<Segment, 'firstIndex'>;

export const nothingFound: FoundEvents = { kind: 'range', count: 0, first: 0 };

/** Collects those that pass while a generation is delivered. */
export class FoundCollector {
  readonly #filter: (delivery: Delivery) => RecordFilter;
  readonly #most: number;
  readonly #blocks: Uint16Array;
  #kept:
    { readonly packer: EventPacker; readonly indexes: number[]; readonly core: Delivery['core'] } | undefined;
  #snapshot: ClockSnapshot | undefined;
  #seen = 0;
  count = 0;

  /** `most`: so many are kept. */
  constructor(events: number, most: number, filter: (delivery: Delivery) => RecordFilter) {
    this.#filter = filter;
    this.#most = most;
    this.#blocks = new Uint16Array(Math.ceil(events / blockEvents));
  }

  add(delivery: Delivery): void {
    const { core, snapshot } = delivery;
    this.#snapshot ??= snapshot;
    this.#kept ??= { packer: new EventPacker(core, this.#most), indexes: [], core };
    const filter = this.#filter(delivery);
    filter.enterDelivery();
    const { count } = core.records;
    for (let i = 0; i < count; i++) if (filter.passes(i)) this.#take(i);
    this.#seen += count;
  }

  #take(i: number): void {
    const index = this.#seen + i;
    this.#blocks[Math.floor(index / blockEvents)]!++;
    if (this.count++ >= this.#most) return;
    this.#kept!.packer.add(i, i + 1);
    this.#kept!.indexes.push(index);
  }

  /** To be called before the core begins with another generation. */
  finish(): FoundEvents {
    const { count } = this;
    if (!this.#kept || count === 0) return nothingFound;
    if (count > this.#most) return { kind: 'counted', count, blocks: this.#blocks };
    const events = this.#kept.packer.pack();
    const tables = new NamedTables(events, this.#kept.core.tables);
    const indexes = Uint32Array.from(this.#kept.indexes);
    return { kind: 'kept', count, indexes, among: { events, tables, snapshot: this.#snapshot } };
  }
}

/** The same of events whose places are known. */
export function foundAt(indexes: readonly number[], events: number, most: number): FoundEvents {
  const count = indexes.length;
  if (count === 0) return nothingFound;
  if (count <= most) return { kind: 'indexed', count, indexes: Uint32Array.from(indexes) };
  const blocks = new Uint16Array(Math.ceil(events / blockEvents));
  for (const index of indexes) blocks[Math.floor(index / blockEvents)]!++;
  return { kind: 'counted', count, blocks };
}
