/** What a timeline's lanes are, and what their buckets tell apart. Numbers are those of core-wasm/assembly/lanes. */
import { stateClasses } from './goroutine-state.ts';

/** What stored blocks are about, by number. */
export const blockKinds = {
  processor: 0,
  thread: 1,
  goroutine: 2,
  group: 3,
  allGoroutines: 4,
  collector: 5,
  counter: 6,
  allProcessors: 7,
  samples: 8,
  scheduler: 9,
  steals: 10,
  collectorWork: 11,
} as const;

/**
 * What a processor does: a goroutine runs on it; its goroutine is in a system call and the processor still its own; a
 * thread has it without a goroutine, as between two of them; no thread has it; nothing is known.
 */
export const processorStates = ['running', 'syscall', 'scheduling', 'idle', 'unknown'] as const;
export type ProcessorState = (typeof processorStates)[number];

/**
 * What a thread does: the first three as its processor; without a processor it is parked (or in code that Go does not
 * trace), or blocked in a system call; `unknown`: it carries a goroutine that runs without a processor.
 */
export const threadStates = ['running', 'syscall', 'scheduling', 'parked', 'unknown', 'blocked'] as const;
export type ThreadState = (typeof threadStates)[number];

export const collectorStates = ['on', 'off'] as const;
/** The two lanes of the collector: marking, and the world stopped. */
export const collectorLanes = { marking: 0, stopped: 1 } as const;

/**
 * What is told of the scheduler in buckets: time for which a goroutine could run while a processor was idle, apart that while the
 * world was stopped, and processors taken from threads in system calls, each as a nanosecond.
 */
export const schedulerClasses = ['idleWhileRunnable', 'whileWorldStopped', 'steals'] as const;
/** The streams of the collector's work: all but sweeps, sweeps, and sums of sweeps. */
export const collectorStreams = { work: 0, sweeps: 1, sweepSums: 2 } as const;

/** Values that the trace tells from time to time, by their number. */
export const counterNames = ['heapAllocated', 'heapGoal', 'gomaxprocs'] as const;
export type CounterName = (typeof counterNames)[number];

/** The collector's ids are those of `collectorLanes`. */
export const laneKinds = ['processor', 'thread', 'goroutine', 'collector'] as const;
export type LaneKind = (typeof laneKinds)[number];

export const statesOfLane = {
  processor: processorStates,
  thread: threadStates,
  goroutine: stateClasses,
  collector: collectorStates,
} as const;

/** No buckets are wider than 2^62 ns. */
export const coarsestLevel = 62;
