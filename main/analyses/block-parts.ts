/** Stored blocks that say everything, of one kind, as far as they touch a window. */
import { unpackParts, type LanePart } from '#common/lane-rows.ts';
import type { TraceReader } from '#db/reader.ts';

type RowFacts = Omit<LanePart, 'data'>;

/** In order of time, with those that only meet the window's borders; without the rows to `pass` by. Others may read in between. */
export function* blockParts(
  reader: TraceReader,
  kind: number,
  from: number,
  until: number,
  pass: (row: RowFacts) => boolean = () => false,
): Generator<LanePart> {
  const ref = { kind, lane: 0, level: 0 };
  for (const { startNs } of [...reader.laneBlockFacts(ref, from - 1, until + 1)].filter(
    (row) => !pass(row),
  )) {
    const row = reader.lastLaneBlock(ref, startNs)!;
    for (const part of unpackParts(row.data, row.startNs))
      if (part.untilNs >= from && part.startNs <= until) yield part;
  }
}

/** Windows that follow each other have each moment once: the trace's last one belongs to the last of them. */
export const isWithin = (ns: number, from: number, until: number, traceEnd: number): boolean =>
  ns >= from && (ns < until || until === traceEnd);
