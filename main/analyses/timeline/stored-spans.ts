/** The exact spans of processors, threads and the collector, as they are stored. */
import { blockKinds } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { unpackLaneSpans, type LaneSpans } from '#common/lane-spans.ts';
import type { TraceReader } from '#db/reader.ts';
import type { BlockRef } from './level-blocks.ts';

/** For the time of one question: a thread asks its processors for the same blocks again and again. */
export class StoredSpans {
  readonly reader: TraceReader;
  readonly #unpacked = new Map<Uint8Array, LaneSpans>();
  readonly #rows = new Map<string, readonly StoredPart[]>();

  constructor(reader: TraceReader) {
    this.reader = reader;
  }

  /** Calls `take` for each span that touches the stretch, in order of time; `false` from it ends that. */
  each(ref: BlockRef, from: number, until: number, take: (spans: LaneSpans, index: number) => unknown): void {
    for (const part of this.#parts(ref, from, until)) {
      if (part.untilNs <= from || part.startNs >= until) continue;
      const spans = this.#unpack(ref, part);
      for (let i = firstEndingAfter(spans, from); i < spans.count && spans.starts[i]! < until; i++)
        if (take(spans, i) === false) return;
    }
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

  #parts(ref: BlockRef, from: number, until: number): readonly StoredPart[] {
    const rows = [...this.reader.laneBlockFacts({ ...ref, level: 0 }, from, until)];
    return rows.flatMap((row) => {
      const key = `${ref.kind} ${ref.lane} ${row.startNs}`;
      const known = this.#rows.get(key);
      if (known) return known;
      const [whole] = [...this.reader.laneBlocks({ ...ref, level: 0 }, row.startNs, row.startNs + 1)];
      const parts = whole ? unpackParts(whole.data, whole.startNs) : [];
      this.#rows.set(key, parts);
      return parts;
    });
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

function firstEndingAfter(spans: LaneSpans, time: number): number {
  let low = 0;
  let high = spans.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans.ends[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
