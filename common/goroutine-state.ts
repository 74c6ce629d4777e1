/**
 * What a goroutine is doing, as the screens show it: Go's five states, with waiting told apart by what is waited for.
 * The order is that of stacked bars and buckets, from the floor up.
 */
export const stateClasses = [
  'running',
  'syscall',
  'gc',
  'runnable',
  'sync',
  'network',
  'other',
  'sleep',
  'unknown',
] as const;
export type StateClass = (typeof stateClasses)[number];

/** Go's states of a goroutine, by their number in events and in Go's own reader. */
export const goStates = ['Undetermined', 'NotExist', 'Runnable', 'Running', 'Waiting', 'Syscall'] as const;
export type GoState = (typeof goStates)[number];

/** States of spans (span-chunk.ts): Go's, and a system call whose processor was taken away. */
export const spanStates = [...goStates, 'BlockedSyscall'] as const;
export type SpanState = (typeof spanStates)[number];

/**
 * What kind of wait a reason is. Synchronization is what Go's own blocking profile counts (`chan`, `sync`, `select`
 * anywhere in the text). The empty reason belongs to goroutines that waited since before the trace began.
 */
export function waitClass(reason: string): StateClass {
  if (reason === '') return 'unknown';
  if (reason === 'network') return 'network';
  if (reason === 'sleep') return 'sleep';
  if (reason.startsWith('GC ') || reason === 'wait until GC ends') return 'gc';
  if (reason.includes('chan') || reason.includes('sync') || reason.includes('select')) return 'sync';
  return 'other';
}

/** The class of a state; `reason` matters for `Waiting` only. */
export function stateClass(state: SpanState, reason: string): StateClass {
  switch (state) {
    case 'Running':
      return 'running';
    case 'Runnable':
      return 'runnable';
    case 'Syscall':
    case 'BlockedSyscall':
      return 'syscall';
    case 'Waiting':
      return waitClass(reason);
    default:
      return 'unknown';
  }
}
