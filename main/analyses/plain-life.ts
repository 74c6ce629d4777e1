import type { GoroutineFigures } from '#common/goroutine-table.ts';
import { goStates } from '#common/goroutine-state.ts';
import { wokenByNoneOn, type PackedSpan } from '#common/span-chunk.ts';

/** The spans of a plain life, which are not stored: runnable where it was created, then running until its end. */
export const plainSpans = (life: GoroutineFigures): PackedSpan[] =>
  allPlainSpans(life).filter(({ start, end }) => end > start);

/** The same with empty ones. Which processor a goroutine that created it was on does not follow from the row. */
export function allPlainSpans({
  creationNs,
  schedWaitNs,
  execNs,
  creationStackIx,
  creatorId,
  plainWaker,
}: GoroutineFigures): PackedSpan[] {
  const middle = creationNs + schedWaitNs;
  return [
    {
      start: creationNs,
      end: middle,
      state: goStates.indexOf('Runnable'),
      reason: 0,
      stack: creationStackIx,
      ...(creatorId === null ? { waker: wokenByNoneOn(plainWaker) } : {}),
    },
    { start: middle, end: middle + execNs, state: goStates.indexOf('Running'), reason: 0, stack: 0 },
  ];
}
