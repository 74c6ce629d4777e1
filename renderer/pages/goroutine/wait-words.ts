import type { GoroutineWait } from '#common/analyses/timeline-details.ts';
import { shortFunction, type Span } from '#common/timeline/span-picture.ts';

/** `Mutex.Lock` where it stood, else Go's reason; of a runnable stay a processor. */
export function waitedFor({ stay, leaf }: GoroutineWait): string {
  if (stay.stateClass === 'runnable') return 'a processor';
  // Where the runtime itself waits says less than why.
  const name = leaf.startsWith('runtime.') && stay.reason !== '' ? '' : shortFunction(leaf);
  if (name !== '') return name;
  return stay.reason === '' ? stay.stateClass : stay.reason;
}

/** Who ended it, where that was no goroutine. */
export function endedBy({ stay, wake, processor }: GoroutineWait): string {
  if (stay.stateClass === 'runnable') return processor === undefined ? '–' : `P${processor}`;
  if (stay.stateClass === 'syscall') return 'itself';
  if (!wake) return 'still waiting';
  if (stay.stateClass === 'network') return 'network poller';
  return stay.stateClass === 'sleep' ? 'timer' : 'no goroutine';
}

export const spanOfWait = ({ stay, leaf }: GoroutineWait): Span => ({
  from: stay.fromNs,
  until: stay.untilNs,
  stateClass: stay.stateClass,
  reason: stay.reason,
  stack: stay.stack,
  leaf,
});
