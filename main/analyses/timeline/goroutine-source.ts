/** Goroutines as lanes of a window. Their short streams lie together: they are read once for all that are asked for. */
import { spanStates, stateClass, stateClasses } from '#common/goroutine-state.ts';
import { addBuckets, addSpan, type BucketGrid } from '#common/lane-buckets.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import type { GoroutineTable } from '#common/goroutine-table.ts';
import { withoutWaker, type PackedSpan } from '#common/span-chunk.ts';
import type { TraceReader } from '#db/reader.ts';
import { eachStreamSpan, shortSpans, streamSpans } from '../goroutine-spans.ts';
import type { LaneSource } from './lane-source.ts';
import { addLevels, type Stretch } from './level-blocks.ts';

/** A source for each id, in the order of the ids; together they answer for one window. */
export function goroutineSources(
  reader: TraceReader,
  table: GoroutineTable,
  ids: readonly number[],
  window: Stretch,
): LaneSource[] {
  const shared = new SharedSpans(reader, () => shortSpans(reader, table, ids, window.from, window.until));
  return ids.map((id) => new GoroutineSource(reader, id, shared));
}

/** What the goroutines of a question have in common. */
class SharedSpans {
  readonly #read: () => ReadonlyMap<number, readonly PackedSpan[]>;
  #short: ReadonlyMap<number, readonly PackedSpan[]> | undefined;
  /** By reason × 8 + state. */
  readonly classes: Uint8Array;

  constructor(reader: TraceReader, read: () => ReadonlyMap<number, readonly PackedSpan[]>) {
    this.#read = read;
    const reasons = reader.reasons();
    this.classes = Uint8Array.from({ length: reasons.length * 8 }, (_, what) =>
      stateClasses.indexOf(stateClass(spanStates[what & 7] ?? 'Undetermined', reasons[what >> 3]!)),
    );
  }

  /** From short streams and plain lives, in order of time. */
  of(id: number): readonly PackedSpan[] {
    this.#short ??= this.#read();
    return this.#short.get(id) ?? [];
  }
}

class GoroutineSource implements LaneSource {
  readonly states = stateClasses.length;
  readonly #reader: TraceReader;
  readonly #id: number;
  readonly #shared: SharedSpans;

  constructor(reader: TraceReader, id: number, shared: SharedSpans) {
    this.#reader = reader;
    this.#id = id;
    this.#shared = shared;
  }

  each(from: number, until: number, take: Parameters<LaneSource['each']>[2]): void {
    const { classes } = this.#shared;
    const short = this.#shared.of(this.#id).filter((span) => span.end > from && span.start < until);
    const spans = [...short, ...streamSpans(this.#reader, this.#id, from, until)];
    for (const { start, end, state, reason, stack } of spans.sort((a, b) => a.start - b.start)) {
      const what = classes[reason * 8 + state]!;
      if (take({ start, end, state: what, goroutine: NaN, partner: NaN, reason, stack }) === false) return;
    }
  }

  hasMore(from: number, until: number, most: number): boolean {
    const ref = { kind: blockKinds.goroutine, lane: this.#id, level: 0 };
    let sum = 0;
    for (const row of this.#reader.laneBlockFacts(ref, from, until)) {
      if (row.startNs >= from && row.untilNs <= until) sum += row.count;
      if (sum > most) return true;
    }
    return false;
  }

  fill(grid: BucketGrid): void {
    const { classes } = this.#shared;
    const ref = { kind: blockKinds.goroutine, lane: this.#id };
    const left = addLevels(this.#reader, ref, grid, (block) => addBuckets(grid, block));
    for (const { from, until } of left) {
      const add = (start: number, end: number, what: number): void =>
        addSpan(grid, Math.max(from, start), Math.min(until, end), classes[what]!);
      eachStreamSpan(this.#reader, this.#id, from, until, (start, end, what) =>
        add(start, end, withoutWaker(what)),
      );
      for (const { start, end, reason, state } of this.#shared.of(this.#id))
        if (end > from && start < until) add(start, end, reason * 8 + state);
    }
  }
}
