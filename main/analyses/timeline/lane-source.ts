/** Processors, threads and the collector as lanes of a window: their exact spans, and their buckets. */
import { addBuckets, addSpan, type BucketGrid } from '#common/lane-buckets.ts';
import { blockKinds, collectorLanes, collectorStates, processorStates } from '#common/lane-kinds.ts';
import { threadKinds } from '#common/lane-spans.ts';
import { addLevels, type BlockRef } from './level-blocks.ts';
import type { LaneSpan } from './span-columns.ts';
import type { StoredSpans } from './stored-spans.ts';

export interface LaneSource {
  /** Calls `take` for each exact span that touches the stretch, in order of time; `false` from it ends that. */
  each(from: number, until: number, take: (span: LaneSpan) => unknown): void;
  /** Quickly: whether there are certainly more spans in the stretch than `most`. */
  hasMore(from: number, until: number, most: number): boolean;
  /** Adds the lane's time to a grid of its states. */
  fill(grid: BucketGrid): void;
  /** What the reasons of its spans are numbers of, where they are names. */
  readonly nameOf?: (reason: number) => string;
}

const none = { reason: 0, stack: 0 } as const;
const running = processorStates.indexOf('running');
const syscall = processorStates.indexOf('syscall');

/** `undefined`: there is no such lane. */
export function laneSource(
  stored: StoredSpans,
  kind: 'processor' | 'thread' | 'collector',
  id: number,
): LaneSource | undefined {
  if (kind === 'collector') return collectorSource(stored, id);
  const lane = stored.reader.laneNumber(blockKinds[kind], id);
  if (lane === undefined) return undefined;
  const ref = { kind: blockKinds[kind], lane };
  const spans = kind === 'processor' ? processorSpans(stored, lane) : threadSpans(stored, lane);
  return {
    each: (from, until, take) => {
      spans(from, until, (start, end, state, goroutine, partner) =>
        take({ start, end, state, goroutine, partner, ...none }),
      );
    },
    hasMore: (from, until, most) => stored.hasMore(ref, from, until, most),
    fill: (grid) => fillFrom(stored, ref, spans, grid),
  };
}

function fillFrom(stored: StoredSpans, ref: BlockRef, spans: Spans, grid: BucketGrid): void {
  const left = addLevels(stored.reader, ref, grid, (block) => addBuckets(grid, block));
  for (const { from, until } of left)
    spans(from, until, (start, end, state) =>
      addSpan(grid, Math.max(from, start), Math.min(until, end), state),
    );
}

function collectorSource(stored: StoredSpans, lane: number): LaneSource | undefined {
  if (!Object.values(collectorLanes).some((known) => known === lane)) return undefined;
  const ref = { kind: blockKinds.collector, lane };
  // A span's id is the name of why the world is stopped.
  const spans: Spans = (from, until, take) =>
    stored.each(ref, from, until, undefined, ({ starts, ends, kinds, ids }, i) =>
      take(starts[i]!, ends[i]!, kinds[i]!, NaN, NaN, kinds[i] === on ? ids[i]! : 0),
    );
  return {
    each: (from, until, take) => {
      spans(from, until, (start, end, state, goroutine, partner, reason = 0) =>
        take({ start, end, state, goroutine, partner, reason, stack: 0 }),
      );
    },
    hasMore: (from, until, most) => stored.hasMore(ref, from, until, most),
    fill: (grid) => fillFrom(stored, ref, spans, grid),
    ...(lane === collectorLanes.stopped ? { nameOf: (name: number) => stored.reader.name(name) } : {}),
  };
}

const on = collectorStates.indexOf('on');

type TakeSpan = (
  start: number,
  end: number,
  state: number,
  goroutine: number,
  partner: number,
  reason?: number,
) => unknown;
type Spans = (from: number, until: number, take: TakeSpan) => unknown;

/** `within`: the stretch that will be asked about in pieces. */
const processorSpans =
  (stored: StoredSpans, lane: number, within?: { readonly from: number; readonly until: number }): Spans =>
  (from, until, take) =>
    stored.each({ kind: blockKinds.processor, lane }, from, until, within, (spans, i) => {
      const state = spans.kinds[i]!;
      const goroutine = state === running || state === syscall ? spans.ids[i]! : NaN;
      return take(spans.starts[i]!, spans.ends[i]!, state, goroutine, spans.threads[i]!);
    });

/** What a thread with a processor does is stored with the processor. */
const threadSpans =
  (stored: StoredSpans, lane: number): Spans =>
  (from, until, take) =>
    stored.each({ kind: blockKinds.thread, lane }, from, until, undefined, (spans, i) => {
      const [start, end, state, id] = [spans.starts[i]!, spans.ends[i]!, spans.kinds[i]!, spans.ids[i]!];
      if (state !== threadKinds.hasProcessor)
        return take(start, end, state, state === threadKinds.blocked ? id : NaN, NaN);
      const processor = stored.reader.laneNumber(blockKinds.processor, id);
      if (processor === undefined) return undefined;
      return processorSpans(stored, processor, { from, until })(
        Math.max(start, from),
        Math.min(end, until),
        (spanStart, spanEnd, what, goroutine) =>
          take(Math.max(spanStart, start), Math.min(spanEnd, end), what, goroutine, id),
      );
    });
