/** Processors and threads as lanes of a window: their exact spans, and their buckets. */
import { addBuckets, addSpan, type BucketGrid } from '#common/lane-buckets.ts';
import { blockKinds, levelStep, processorStates, threadStates } from '#common/lane-kinds.ts';
import { threadKinds } from '#common/lane-spans.ts';
import { addLevels } from './level-blocks.ts';
import type { LaneSpan } from './span-columns.ts';
import type { StoredSpans } from './stored-spans.ts';

export interface LaneSource {
  readonly states: number;
  /** Calls `take` for each exact span that touches the stretch, in order of time; `false` from it ends that. */
  each(from: number, until: number, take: (span: LaneSpan) => unknown): void;
  /** Quickly: whether there are certainly more spans in the stretch than `most`. */
  hasMore(from: number, until: number, most: number): boolean;
  fill(grid: BucketGrid): void;
}

const none = { reason: 0, stack: 0 } as const;
const running = processorStates.indexOf('running');
const syscall = processorStates.indexOf('syscall');

/** `undefined`: there is no such lane. */
export function laneSource(
  stored: StoredSpans,
  kind: 'processor' | 'thread',
  id: number,
): LaneSource | undefined {
  const number = stored.reader.laneNumber(blockKinds[kind], id);
  if (number === undefined) return undefined;
  const ref = { kind: blockKinds[kind], lane: number };
  const each = kind === 'processor' ? eachOfProcessor(stored, number) : eachOfThread(stored, number);
  return {
    states: kind === 'processor' ? processorStates.length : threadStates.length,
    each,
    hasMore: (from, until, most) => stored.hasMore(ref, from, until, most),
    fill: (grid) => {
      const left = addLevels(stored.reader, ref, grid, levelStep, (block) => addBuckets(grid, block));
      for (const { from, until } of left)
        each(from, until, (span) =>
          addSpan(grid, Math.max(from, span.start), Math.min(until, span.end), span.state),
        );
    },
  };
}

const eachOfProcessor =
  (stored: StoredSpans, lane: number): LaneSource['each'] =>
  (from, until, take) =>
    stored.each({ kind: blockKinds.processor, lane }, from, until, (spans, i) => {
      const state = spans.kinds[i]!;
      return take({
        start: spans.starts[i]!,
        end: spans.ends[i]!,
        state,
        goroutine: state === running || state === syscall ? spans.ids[i]! : NaN,
        partner: spans.threads[i]!,
        ...none,
      });
    });

/** What a thread with a processor does is stored with the processor. */
const eachOfThread =
  (stored: StoredSpans, lane: number): LaneSource['each'] =>
  (from, until, take) =>
    stored.each({ kind: blockKinds.thread, lane }, from, until, (spans, i) => {
      const start = spans.starts[i]!;
      const end = spans.ends[i]!;
      const state = spans.kinds[i]!;
      const id = spans.ids[i]!;
      if (state !== threadKinds.hasProcessor)
        return take({
          start,
          end,
          state,
          goroutine: state === threadKinds.blocked ? id : NaN,
          partner: NaN,
          ...none,
        });
      const number = stored.reader.laneNumber(blockKinds.processor, id);
      if (number === undefined) return;
      let goesOn: unknown = true;
      eachOfProcessor(stored, number)(Math.max(start, from), Math.min(end, until), (span) => {
        const cut = { start: Math.max(span.start, start), end: Math.min(span.end, end) };
        goesOn = take({ ...span, ...cut, partner: id });
        return goesOn;
      });
      return goesOn;
    });
