/** Goroutines as lanes of a window. Their short streams lie together: they are read once for all that are asked for. */
import { goStates, stateClass, stateClasses } from '#common/goroutine-state.ts';
import { addBuckets, addSpan } from '#common/lane-buckets.ts';
import { blockKinds, levelStep } from '#common/lane-kinds.ts';
import type { GoroutineTable } from '#common/goroutine-table.ts';
import type { PackedSpan } from '#common/span-chunk.ts';
import type { TraceReader } from '#db/reader.ts';
import { shortSpans, streamSpans } from '../goroutine-spans.ts';
import type { LaneSource } from './lane-source.ts';
import { addLevels } from './level-blocks.ts';

/** A source for each id, in the order of the ids; together they answer for one window. */
export function goroutineSources(
  reader: TraceReader,
  table: GoroutineTable,
  ids: readonly number[],
  window: { readonly from: number; readonly until: number },
): LaneSource[] {
  const reasons = reader.reasons();
  const classes = goStates.map((state) =>
    reasons.map((reason) => stateClasses.indexOf(stateClass(state, reason))),
  );
  const classOf = (span: PackedSpan): number => classes[span.state]?.[span.reason] ?? stateClasses.length - 1;
  let short: ReturnType<typeof shortSpans> | undefined;
  const shortOf = (id: number): readonly PackedSpan[] => {
    short ??= shortSpans(reader, table, ids, window.from, window.until);
    return short.get(id) ?? [];
  };
  return ids.map((id) => {
    const ref = { kind: blockKinds.goroutine, lane: id };
    const each: LaneSource['each'] = (from, until, take) => {
      const own = shortOf(id).filter((span) => span.end > from && span.start < until);
      const spans = [...own, ...streamSpans(reader, id, from, until)].sort((a, b) => a.start - b.start);
      for (const span of spans) {
        const { start, end, reason, stack } = span;
        const state = classOf(span);
        if (take({ start, end, state, goroutine: NaN, partner: NaN, reason, stack }) === false) return;
      }
    };
    return {
      states: stateClasses.length,
      each,
      hasMore: (from, until, most) => {
        let sum = 0;
        for (const row of reader.laneBlockFacts({ ...ref, level: 0 }, from, until))
          if (row.startNs >= from && row.untilNs <= until) sum += row.count;
        return sum > most;
      },
      fill: (grid) => {
        const left = addLevels(reader, ref, grid, levelStep, (block) => addBuckets(grid, block));
        for (const { from, until } of left)
          each(from, until, (span) =>
            addSpan(grid, Math.max(from, span.start), Math.min(until, span.end), span.state),
          );
      },
    };
  });
}
