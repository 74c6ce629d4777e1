/** The generations that were decoded last, packed, as far as they fit. */
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import { recordCapacity } from '#core-wasm/host/isolated-order.ts';
import type { EventTables } from '#main/exporters/event-source.ts';
import type { Delivery, GenerationDecoder, StoredGeneration } from './generation-decoder.ts';
import { GenerationCopy } from './kept-tables.ts';
import { EventPacker, type PackedEvents } from './packed-events.ts';

/** Events are packed so many at a time: as many as the processor's cache holds while they are. */
export const segmentEvents = recordCapacity;
const usualBytes = 96 << 20;
/** Of a generation that is too large, at least so many segments before the one that is asked for, and behind it. */
const around = 32;
/** Of a packed event, at most, usually. */
const eventBytes = 30;

/** Some events of a generation, from its `firstIndex`-th on. */
export interface Segment {
  readonly firstIndex: number;
  readonly events: PackedEvents;
  readonly tables: EventTables;
  /** Of the generation's first event. */
  readonly snapshot: ClockSnapshot | undefined;
}

interface CachedGeneration {
  readonly segments: ReadonlyMap<number, Segment>;
  readonly bytes: number;
}

export class EventCache {
  readonly #decoder: GenerationDecoder;
  readonly #mostBytes: number;
  /** Those used last are the last. */
  readonly #generations = new Map<number, CachedGeneration>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(decoder: GenerationDecoder, mostBytes = usualBytes) {
    this.#decoder = decoder;
    this.#mostBytes = mostBytes;
  }

  /**
   * The segment with the `index`-th event of a generation. What has begun is not cancelled: whoever asks next, while scrolling say,
   * mostly asks for the same.
   */
  async segment(generation: StoredGeneration, index: number, signal?: AbortSignal): Promise<Segment> {
    const number = Math.floor(index / segmentEvents);
    const known = this.#find(generation.ordinal, number);
    if (known) return known;
    // One after the other: the decoder can do one at a time, and the one before may have decoded what is asked for.
    const own = this.#last.then(async () => {
      signal?.throwIfAborted();
      return this.#find(generation.ordinal, number) ?? (await this.#decode(generation, number));
    });
    this.#waiting++;
    this.#last = own.catch(() => undefined).finally(() => this.#waiting--);
    return own;
  }

  /** Whether all of a generation is there once any of it is; it usually holds. */
  keepsWhole({ events }: StoredGeneration): boolean {
    return events * eventBytes <= this.#mostBytes;
  }

  /** Something is being decoded. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  async idle(): Promise<void> {
    while (this.isBusy) await this.#last;
  }

  #find(ordinal: number, number: number): Segment | undefined {
    const cached = this.#generations.get(ordinal);
    const segment = cached?.segments.get(number);
    if (cached && segment) {
      this.#generations.delete(ordinal);
      this.#generations.set(ordinal, cached);
    }
    return segment;
  }

  async #decode(generation: StoredGeneration, number: number): Promise<Segment> {
    this.#generations.delete(generation.ordinal);
    const collected = new SegmentCollector(number, this.#mostBytes);
    await this.#decoder.decode(generation, (delivery) => collected.add(delivery));
    const cached = collected.finish();
    this.#makeRoom(cached.bytes);
    this.#generations.set(generation.ordinal, cached);
    return cached.segments.get(number)!;
  }

  #makeRoom(bytes: number): void {
    let sum = bytes;
    for (const cached of this.#generations.values()) sum += cached.bytes;
    for (const [ordinal, cached] of this.#generations) {
      if (sum <= this.#mostBytes) return;
      this.#generations.delete(ordinal);
      sum -= cached.bytes;
    }
  }
}

interface PackedSegment {
  readonly number: number;
  readonly events: PackedEvents;
}

/** Packs what is delivered into segments; where they are too many, into those around a wanted one. */
class SegmentCollector {
  readonly #wanted: number;
  readonly #mostBytes: number;
  readonly #packed: PackedSegment[] = [];
  #bytes = 0;
  #next = 0;
  #packer: EventPacker | undefined;
  #core: Core | undefined;
  #snapshot: ClockSnapshot | undefined;

  constructor(wanted: number, mostBytes: number) {
    this.#wanted = wanted;
    this.#mostBytes = mostBytes;
  }

  /** Whether more is wanted. */
  add({ core, snapshot }: Delivery): boolean {
    this.#core = core;
    this.#packer ??= new EventPacker(core, segmentEvents);
    this.#snapshot ??= snapshot;
    const { count } = core.records;
    for (let from = 0; from < count;) {
      const until = Math.min(count, from + this.#packer.room);
      this.#packer.add(from, until);
      from = until;
      if (this.#packer.room === 0) this.#endSegment(this.#packer);
    }
    return this.#bytes <= this.#mostBytes || this.#next <= this.#wanted + around;
  }

  #endSegment(packer: EventPacker): void {
    const events = packer.pack();
    this.#packed.push({ number: this.#next++, events });
    this.#bytes += events.bytes;
    while (this.#bytes > this.#mostBytes && this.#packed[0]!.number < this.#wanted - around)
      this.#bytes -= this.#packed.shift()!.events.bytes;
  }

  /** To be called before the core begins with another generation. */
  finish(): CachedGeneration {
    if (this.#packer && this.#packer.count > 0) this.#endSegment(this.#packer);
    const tables = new GenerationCopy(this.#core!);
    const snapshot = this.#snapshot;
    const segments = this.#packed.map(
      ({ number, events }) =>
        [number, { firstIndex: number * segmentEvents, events, tables, snapshot }] as const,
    );
    return { segments: new Map(segments), bytes: this.#bytes + tables.bytes };
  }
}
