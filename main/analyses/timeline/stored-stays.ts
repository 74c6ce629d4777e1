/**
 * What goroutines did around a point in time, as it is stored: with spans that are empty, which part others, and whole stays, which
 * go on over the borders of generations. What lies in one stream is read together.
 */
import type { GoroutineTable } from '#common/goroutine-table.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { spanStates } from '#common/goroutine-state.ts';
import { unpackAll, unpackBlock, type PackedSpan } from '#common/span-chunk.ts';
import type { SpanSumsFacts, TraceReader } from '#db/reader.ts';
import { allPlainSpans } from '../plain-life.ts';

const syscalls: readonly number[] = [spanStates.indexOf('Syscall'), spanStates.indexOf('BlockedSyscall')];

type What = Pick<PackedSpan, 'state' | 'reason' | 'stack'>;

/** Whether two spans that follow each other are one stay. */
export const isOneStay = (a: What, b: What): boolean =>
  (a.state === b.state && a.reason === b.reason && a.stack === b.stack) ||
  (syscalls.includes(a.state) && syscalls.includes(b.state));

/** The spans of a goroutine that follow each other without a gap. Not all of them are read: it grows where it is asked to. */
export class SpanRun {
  readonly #stays: StoredStays;
  readonly #goroutine: number;
  #spans: readonly PackedSpan[];
  /** Of the span it is about. */
  #index: number;

  constructor(stays: StoredStays, goroutine: number, spans: readonly PackedSpan[], index: number) {
    this.#stays = stays;
    this.#goroutine = goroutine;
    const first = firstInRow(spans, index);
    this.#spans = [...spans.slice(first, index), ...inRow(spans.slice(index))];
    this.#index = index - first;
  }

  /** The span so many behind it, or before. */
  at(distance: number): PackedSpan | undefined {
    if (this.#index + distance < 0) this.#readEarlier();
    if (this.#index + distance >= this.#spans.length) this.#readLater();
    return this.#spans[this.#index + distance];
  }

  #readEarlier(): void {
    const first = this.#spans[0]!;
    const around = this.#stays.around([this.#goroutine], first.start).get(this.#goroutine)!;
    const place = around.findIndex((span) => isSame(span, first));
    const before = place < 0 ? [] : around.slice(firstInRow(around, place), place);
    this.#spans = [...before, ...this.#spans];
    this.#index += before.length;
  }

  #readLater(): void {
    const last = this.#spans.at(-1)!;
    const around = this.#stays.around([this.#goroutine], last.end).get(this.#goroutine)!;
    const place = around.findLastIndex((span) => isSame(span, last));
    if (place >= 0) this.#spans = [...this.#spans, ...inRow(around.slice(place)).slice(1)];
  }

  /** How far the stay reaches in which the span `distance` away is: from the first returned up to the second. */
  *stayAt(distance: number): Generator<void, readonly [first: number, last: number]> {
    let [first, last] = [distance, distance];
    const joins = (a: number): boolean => {
      const [one, next] = [this.at(a), this.at(a + 1)];
      return one !== undefined && next !== undefined && isOneStay(one, next);
    };
    for (; joins(first - 1); first--) yield;
    for (; joins(last); last++) yield;
    return [first, last];
  }
}

/** Where those begin that lead to one without a gap. */
function firstInRow(spans: readonly PackedSpan[], index: number): number {
  let first = index;
  while (first > 0 && spans[first - 1]!.end === spans[first]!.start) first--;
  return first;
}

/** Those that follow the first without a gap. */
function inRow(spans: readonly PackedSpan[]): readonly PackedSpan[] {
  const gap = spans.findIndex(({ start }, i) => i > 0 && spans[i - 1]!.end !== start);
  return gap < 0 ? spans : spans.slice(0, gap);
}

/** Of empty ones there may be several that are equal: they are parted by nothing. */
const isSame = (a: PackedSpan, b: PackedSpan): boolean =>
  a.start === b.start && a.end === b.end && a.state === b.state;

export class StoredStays {
  readonly #reader: TraceReader;
  readonly #table: GoroutineTable;
  readonly generations: readonly SpanSumsFacts[];

  constructor(reader: TraceReader, table: GoroutineTable) {
    this.#reader = reader;
    this.#table = table;
    this.generations = reader.spanSums();
  }

  /** In order of time. */
  generationsIn(from: number, until: number): readonly SpanSumsFacts[] {
    return this.generations.filter(({ startNs, untilNs }) => untilNs >= from && startNs <= until);
  }

  /** All spans of the streams that have the point in time in them, or at their ends; in order, for each of the goroutines. */
  around(goroutines: readonly number[], at: number): ReadonlyMap<number, readonly PackedSpan[]> {
    const ids = [...new Set(goroutines)].sort((a, b) => a - b);
    const found = new Map(ids.map((id) => [id, this.#ownSpans(id, at)]));
    for (const generation of this.generationsIn(at, at))
      for (const chunk of this.#reader.spanChunkFacts(generation, at - 1, at + 1)) {
        const { ix, firstGoroutine, lastGoroutine, baseNs } = chunk;
        const wanted = ids.filter((id) => id >= firstGoroutine && id <= lastGoroutine);
        if (wanted.length === 0) continue;
        const spans = this.#reader.spansOfChunk(ix);
        for (const { goroutine, offset, length, start } of this.#table.wakes.streams(spans, baseNs, wanted)) {
          const own = unpackAll(spans, offset, length, start);
          if (start <= at && own.at(-1)!.end >= at) found.get(goroutine)!.push(...own);
        }
      }
    for (const spans of found.values()) spans.sort((a, b) => a.start - b.start || a.end - b.end);
    return found;
  }

  /** Those of long streams and plain lives. */
  #ownSpans(goroutine: number, at: number): PackedSpan[] {
    const spans: PackedSpan[] = [];
    const lane = { kind: blockKinds.goroutine, lane: goroutine, level: 0 };
    for (const row of this.#reader.laneBlocks(lane, at - 1, at + 1))
      for (const { data, startNs, untilNs } of unpackParts(row.data, row.startNs))
        if (untilNs >= at && startNs <= at) spans.push(...unpackBlock(data, startNs));
    for (const life of this.#table.lives(goroutine))
      if (life.isPlain && life.creationNs <= at && life.creationNs + life.totalNs >= at)
        spans.push(...allPlainSpans(life));
    return spans;
  }

  /** What goes on at a point in time, or ends with it where nothing follows. Undefined: nothing is known there. */
  run(goroutine: number, at: number): SpanRun | undefined {
    const spans = this.around([goroutine], at).get(goroutine)!;
    const inside = spans.findIndex(({ start, end }) => start <= at && at < end);
    return inside >= 0 ? new SpanRun(this, goroutine, spans, inside) : this.#endingAt(goroutine, spans, at);
  }

  /** What ends at a point in time. */
  runUpTo(goroutine: number, at: number): SpanRun | undefined {
    return this.#endingAt(goroutine, this.around([goroutine], at).get(goroutine)!, at);
  }

  #endingAt(goroutine: number, spans: readonly PackedSpan[], at: number): SpanRun | undefined {
    const index = spans.findLastIndex(({ start, end }) => end === at && start < end);
    return index < 0 ? undefined : new SpanRun(this, goroutine, spans, index);
  }

  /** What a goroutine did first, if it is known to begin at this point in time. */
  firstSpan(goroutine: number, creation: number): PackedSpan | undefined {
    const spans = this.around([goroutine], creation).get(goroutine)!;
    const index = spans.findIndex(({ start }) => start >= creation);
    return spans[index]?.start === creation && spans[index - 1]?.end !== creation ? spans[index] : undefined;
  }

  /** A goroutine's spans that touch the window, or lie at its ends, in order of time, some at once. */
  *between(goroutine: number, from: number, until: number): Generator<readonly PackedSpan[]> {
    const touching = ({ start, end }: PackedSpan): boolean => end >= from && start <= until;
    for (const life of this.#table.lives(goroutine))
      if (life.isPlain) yield allPlainSpans(life).filter(touching);
    const lane = { kind: blockKinds.goroutine, lane: goroutine, level: 0 };
    for (const generation of this.generationsIn(from, until)) {
      yield this.#shortSpans(generation, goroutine, from, until).filter(touching);
      for (const row of [...this.#reader.laneBlocks(lane, generation.startNs, generation.untilNs)])
        for (const { data, startNs, untilNs } of unpackParts(row.data, row.startNs))
          if (untilNs >= from && startNs <= until) yield unpackBlock(data, startNs).filter(touching);
    }
  }

  /** Of a generation. */
  #shortSpans(generation: SpanSumsFacts, goroutine: number, from: number, until: number): PackedSpan[] {
    const chunks = this.#reader.spanChunkFacts(generation, from - 1, until + 1);
    return chunks
      .filter(
        ({ firstGoroutine, lastGoroutine }) => goroutine >= firstGoroutine && goroutine <= lastGoroutine,
      )
      .flatMap(({ ix, baseNs }) => {
        const spans = this.#reader.spansOfChunk(ix);
        const streams = this.#table.wakes.streams(spans, baseNs, [goroutine]);
        return streams.flatMap(({ offset, length, start }) => unpackAll(spans, offset, length, start));
      });
  }
}
