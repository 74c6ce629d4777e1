/** The whole trace at a glance, from the coarsest levels; the list of lanes. */
import type { LaneTotals, TimelineLanes, TimelineOverview } from '#common/analyses/timeline-results.ts';
import { addBuckets, addSpan, bucketGrid, type BucketGrid } from '#common/lane-buckets.ts';
import {
  blockKinds,
  collectorLanes,
  collectorStates,
  counterNames,
  processorStates,
  threadStates,
} from '#common/lane-kinds.ts';
import type { Params } from '#common/rpc/contract.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import { stateCounts, valuesOf } from './counters.ts';
import { addLevels, levelFor } from './level-blocks.ts';
import { StoredSpans } from './stored-spans.ts';

export const timelineOverview = (
  reader: TraceReader,
  { columns }: Params<'timeline.overview'>,
): TimelineOverview =>
  reader.consistently(() => {
    const { durationNs, revision } = reader.trace();
    const window = { from: 0, until: durationNs, columns };
    const level = levelFor(0, durationNs, columns);
    const marking = collectorTime(reader, collectorLanes.marking, level, durationNs);
    const stopped = collectorTime(reader, collectorLanes.stopped, level, durationNs);
    return {
      revision,
      durationNs: durNs(durationNs),
      goroutines: stateCounts(reader, { kind: 'goroutines' }, window),
      processors: stateCounts(reader, { kind: 'processors' }, window),
      values: valuesOf(reader, counterNames, window),
      collector: { level, first: 0, count: marking.length, marking, stopped },
    };
  });

/** Nanoseconds for which it was on. */
function collectorTime(reader: TraceReader, lane: number, level: number, untilNs: number): Float64Array {
  const grid = bucketGrid(level, 0, untilNs, collectorStates.length);
  const ref = { kind: blockKinds.collector, lane };
  const stored = new StoredSpans(reader);
  const left = addLevels(reader, ref, grid, (block) => addBuckets(grid, block));
  for (const { from, until } of left)
    stored.each(ref, from, until, undefined, (spans, i) =>
      addSpan(grid, Math.max(from, spans.starts[i]!), Math.min(until, spans.ends[i]!), spans.kinds[i]!),
    );
  return on(grid);
}

const on = (grid: BucketGrid): Float64Array =>
  Float64Array.from({ length: grid.count }, (_, i) => grid.ns[i * grid.classes]!);

export const timelineLanes = (reader: TraceReader): TimelineLanes =>
  reader.consistently(() => ({
    revision: reader.trace().revision,
    lanes: reader
      .lanes()
      .map(({ kind, id, firstNs, untilNs, sums }): LaneTotals => {
        const lane = kind === blockKinds.processor ? 'processor' : 'thread';
        const states = (lane === 'processor' ? processorStates : threadStates).length;
        const ns = new Float64Array(Uint8Array.from(sums).buffer, 0, states);
        return { kind: lane, id, firstNs: traceNs(firstNs), untilNs: traceNs(untilNs), sums: ns };
      })
      .sort((a, b) => a.kind.localeCompare(b.kind) || a.id - b.id),
  }));
