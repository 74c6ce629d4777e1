/**
 * The exact spans of goroutines, wherever they are: short streams together in chunks, long ones by themselves, those of plain
 * lives in the goroutine's own columns.
 */
import type { GoroutineTable } from '#common/goroutine-table.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { joinSpans, spansInChunk, unpackStream, type PackedSpan } from '#common/span-chunk.ts';
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
  const short = shortSpans(reader, table, [goroutine], from, until).get(goroutine) ?? [];
  const all = [...short, ...streamSpans(reader, goroutine, from, until)];
  return joinSpans(all.sort((a, b) => a.start - b.start));
}

/** Spans of short streams and plain lives that touch the window, by goroutine; those of a generation are in order of time. */
export function shortSpans(
  reader: TraceReader,
  table: GoroutineTable,
  goroutines: readonly number[],
  from: number,
  until: number,
): Map<number, PackedSpan[]> {
  const wanted = new Set(goroutines);
  const touches = (span: PackedSpan): boolean => span.end > from && span.start < until;
  const plain = (goroutine: number): PackedSpan[] =>
    [...table.lives(goroutine)].flatMap((life) => (life.isPlain ? plainSpans(life).filter(touches) : []));
  const found = new Map(goroutines.map((goroutine) => [goroutine, plain(goroutine)]));
  const range = { first: Math.min(...goroutines), last: Math.max(...goroutines) };
  for (const chunk of reader.spanChunks(range, from, until))
    for (const { goroutine, spans } of spansInChunk(chunk.spans, wanted, chunk.baseNs)) {
      const all = found.get(goroutine)!;
      for (const span of spans) if (touches(span)) all.push(span);
    }
  return found;
}

/** Spans of long streams that touch the window, in order of time. */
export function streamSpans(
  reader: TraceReader,
  goroutine: number,
  from: number,
  until: number,
): PackedSpan[] {
  const lane = { kind: blockKinds.goroutine, lane: goroutine, level: 0 };
  const found: PackedSpan[] = [];
  for (const { data, startNs } of reader.laneBlocks(lane, from, until))
    for (const span of unpackStream(data, 0, data.length, startNs))
      if (span.end > from && span.start < until) found.push(span);
  return found;
}
