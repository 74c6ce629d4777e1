import type { GoroutineFigures } from '#common/goroutine-table.ts';
import { goStates } from '#common/goroutine-state.ts';
import type { PackedSpan } from '#common/span-chunk.ts';

/** The spans of a plain life, which are not stored: runnable where it was created, then running until its end. */
export function plainSpans({
  creationNs,
  schedWaitNs,
  execNs,
  creationStackIx,
}: GoroutineFigures): PackedSpan[] {
  const middle = creationNs + schedWaitNs;
  const spans = [
    {
      start: creationNs,
      end: middle,
      state: goStates.indexOf('Runnable'),
      reason: 0,
      stack: creationStackIx,
    },
    { start: middle, end: middle + execNs, state: goStates.indexOf('Running'), reason: 0, stack: 0 },
  ];
  return spans.filter(({ start, end }) => end > start);
}
