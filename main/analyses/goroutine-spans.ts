/**
 * The exact spans of goroutines, wherever they are: short streams together in chunks, long ones by themselves, those of plain
 * lives in the goroutine's own columns.
 */
import type { GoroutineTable } from '#common/goroutine-table.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { eachInBlock, joinSpans, packedSpan, spansInChunk, type PackedSpan } from '#common/span-chunk.ts';
import type { TraceReader } from '#db/reader.ts';
import { plainSpans } from './plain-life.ts';

/** The spans that touch the window, in order of time; joined where they were only cut at the end of a generation. */
export function goroutineSpans(
  reader: TraceReader,
  table: GoroutineTable,
  goroutine: number,
  from: number,
  until: number,
): PackedSpan[] {
  return joinSpans(unjoinedSpans(reader, table, goroutine, from, until));
}

/** The same as they are stored, but for empty ones. */
export function unjoinedSpans(
  reader: TraceReader,
  table: GoroutineTable,
  goroutine: number,
  from: number,
  until: number,
): PackedSpan[] {
  const short = shortSpans(reader, table, [goroutine], from, until).get(goroutine) ?? [];
  const all = [...short, ...streamSpans(reader, goroutine, from, until)];
  return all.sort((a, b) => a.start - b.start);
}

/** Without those of plain lives, which need the goroutine's row; in order of time. */
export function storedSpans(
  reader: TraceReader,
  goroutine: number,
  from: number,
  until: number,
): PackedSpan[] {
  const short = new Map([[goroutine, [] as PackedSpan[]]]);
  addChunkSpans(reader, short, from, until);
  return [...short.get(goroutine)!, ...streamSpans(reader, goroutine, from, until)].sort(
    (a, b) => a.start - b.start,
  );
}

/** Spans of short streams and plain lives that touch the window, by goroutine; those of a generation are in order of time. */
export function shortSpans(
  reader: TraceReader,
  table: GoroutineTable,
  goroutines: readonly number[],
  from: number,
  until: number,
): Map<number, PackedSpan[]> {
  const touches = (span: PackedSpan): boolean => span.end > from && span.start < until;
  const plain = (goroutine: number): PackedSpan[] =>
    [...table.lives(goroutine)].flatMap((life) => (life.isPlain ? plainSpans(life).filter(touches) : []));
  const found = new Map(goroutines.map((goroutine) => [goroutine, plain(goroutine)]));
  addChunkSpans(reader, found, from, until);
  return found;
}

function addChunkSpans(
  reader: TraceReader,
  found: ReadonlyMap<number, PackedSpan[]>,
  from: number,
  until: number,
): void {
  const wanted = new Set(found.keys());
  const range = { first: Math.min(...wanted), last: Math.max(...wanted) };
  for (const chunk of reader.spanChunks(range, from, until))
    for (const { goroutine, spans } of spansInChunk(chunk.spans, wanted, chunk.baseNs)) {
      const all = found.get(goroutine)!;
      for (const span of spans) if (span.end > from && span.start < until) all.push(span);
    }
}

/** Spans of long streams that touch the window, in order of time. */
export function streamSpans(
  reader: TraceReader,
  goroutine: number,
  from: number,
  until: number,
): PackedSpan[] {
  const found: PackedSpan[] = [];
  eachStreamSpan(reader, goroutine, from, until, (start, end, what, stack) => {
    found.push(packedSpan(start, end, what, stack));
  });
  return found;
}

/** The same without making anything of them: `what` as it is stored, see `withoutWaker`. */
export function eachStreamSpan(
  reader: TraceReader,
  goroutine: number,
  from: number,
  until: number,
  take: (start: number, end: number, what: number, stack: number) => void,
): void {
  const lane = { kind: blockKinds.goroutine, lane: goroutine, level: 0 };
  for (const row of reader.laneBlocks(lane, from, until))
    for (const { data, startNs, untilNs } of unpackParts(row.data, row.startNs))
      if (untilNs > from && startNs < until)
        eachInBlock(data, startNs, (start, end, what, stack) => {
          if (end > from && start < until) take(start, end, what, stack);
        });
}
