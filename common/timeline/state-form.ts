import type { StateClass } from '../goroutine-state.ts';

/** How tall a state stands in its lane, the second channel beside its colour. The same numbers stand in tokens.css. */
export const rise: Readonly<Record<StateClass, number>> = {
  running: 1,
  syscall: 1,
  runnable: 0.84,
  sync: 0.7,
  network: 0.7,
  gc: 0.7,
  sleep: 0.24,
  other: 0.24,
  unknown: 0.24,
};

/** How strongly the body of a wait is tinted. Its foot is always solid, so its colour is never lost. */
export const tint: Readonly<Partial<Record<StateClass, number>>> = {
  sync: 0.42,
  network: 0.26,
  gc: 0.4,
  sleep: 0.2,
  other: 0.2,
  unknown: 0.2,
};

export const stateNames: Readonly<Record<StateClass, string>> = {
  running: 'Running',
  syscall: 'Syscall',
  gc: 'GC',
  runnable: 'Runnable',
  sync: 'Sync block',
  network: 'Network',
  other: 'Other wait',
  sleep: 'Sleep',
  unknown: 'Unknown',
};
