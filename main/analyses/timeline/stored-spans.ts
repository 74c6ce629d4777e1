/** The exact spans of processors, threads and the collector, as they are stored. */
import { firstIndex } from '#common/first-index.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { unpackLaneSpans, type LaneSpans } from '#common/lane-spans.ts';
import type { TraceReader } from '#db/reader.ts';
import type { BlockRef, Stretch } from './level-blocks.ts';

/** For the time of one question: a thread asks its processors for the same blocks again and again. */
export class StoredSpans {
  readonly reader: TraceReader;
  readonly #unpacked = new Map<Uint8Array, LaneSpans>();
  readonly #rows = new Map<string, readonly StoredPart[]>();
  readonly #places = new Map<string, readonly Stretch[]>();

  constructor(reader: TraceReader) {
    this.reader = reader;
  }

  /**
   * Calls `take` for each span that touches the stretch, in order of time; `false` from it ends that, and is returned. Who
   * asks about many stretches says `within` what they lie.
   */
  each(
    ref: BlockRef,
    from: number,
    until: number,
    within: Stretch | undefined,
    take: (spans: LaneSpans, index: number) => unknown,
  ): boolean {
    const rows = this.#rowPlaces(ref, within ?? { from, until });
    for (let row = firstIndex(rows.length, (i) => rows[i]!.until > from); row < rows.length; row++) {
      if (rows[row]!.from >= until) break;
      for (const part of this.#parts(ref, rows[row]!.from)) {
        if (part.untilNs <= from || part.startNs >= until) continue;
        const spans = this.#unpack(ref, part);
        const first = firstIndex(spans.count, (i) => spans.ends[i]! > from);
        for (let i = first; i < spans.count && spans.starts[i]! < until; i++)
          if (take(spans, i) === false) return false;
      }
    }
    return true;
  }

  /** Whether there are more spans in rows that lie wholly in the stretch than `most`. */
  hasMore(ref: BlockRef, from: number, until: number, most: number): boolean {
    let sum = 0;
    for (const row of this.reader.laneBlockFacts({ ...ref, level: 0 }, from, until)) {
      if (row.startNs >= from && row.untilNs <= until) sum += row.count;
      if (sum > most) return true;
    }
    return false;
  }

  #rowPlaces(ref: BlockRef, { from, until }: Stretch): readonly Stretch[] {
    const key = `${ref.kind} ${ref.lane} ${from} ${until}`;
    let places = this.#places.get(key);
    if (!places) {
      const rows = [...this.reader.laneBlockFacts({ ...ref, level: 0 }, from, until)];
      places = rows.map((row) => ({ from: row.startNs, until: row.untilNs }));
      this.#places.set(key, places);
    }
    return places;
  }

  #parts(ref: BlockRef, startNs: number): readonly StoredPart[] {
    const key = `${ref.kind} ${ref.lane} ${startNs}`;
    let parts = this.#rows.get(key);
    if (!parts) {
      const row = this.reader.lastLaneBlock({ ...ref, level: 0 }, startNs);
      parts = row ? unpackParts(row.data, row.startNs) : [];
      this.#rows.set(key, parts);
    }
    return parts;
  }

  #unpack({ kind }: BlockRef, part: StoredPart): LaneSpans {
    let spans = this.#unpacked.get(part.data);
    if (!spans) {
      const lane = kind === blockKinds.processor ? 'processor' : 'other';
      spans = unpackLaneSpans(part.data, part.count, part.startNs, lane);
      this.#unpacked.set(part.data, spans);
    }
    return spans;
  }
}

type StoredPart = ReturnType<typeof unpackParts>[number];
