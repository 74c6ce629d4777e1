/** Answers of analyses for tests: two processors over 10 s, with nothing that stands out but what a test adds. */
import type { CounterAnalysis } from '../analyses/counter-analysis.ts';
import type { GcAnalysis, GcCycle, GcPause } from '../analyses/gc-analysis.ts';
import type { GroupRow } from '../analyses/goroutine-results.ts';
import type { BlockingProfile, ProfileStays } from '../analyses/profile-analysis.ts';
import type { SchedulerAnalysis, SchedulingDelay } from '../analyses/scheduler-analysis.ts';
import { stateClasses } from '../goroutine-state.ts';
import { nameIx, procId, stackIx } from '../ids.ts';
import { durNs, traceNs } from '../units.ts';

const span = { fromNs: traceNs(0), untilNs: traceNs(10e9) };
const none = durNs(0);

export interface MadeUpCollections {
  readonly count?: number;
  readonly stops?: readonly { readonly kind: string; readonly at: number; readonly ns: number }[];
  readonly dedicatedNs?: number;
  readonly assistNs?: number;
}

export function collections({
  count = 1,
  stops = [],
  dedicatedNs = 0,
  assistNs = 0,
}: MadeUpCollections): GcAnalysis {
  const sums = { count: 1, totalNs: durNs(assistNs), longestNs: durNs(assistNs) };
  const sweeps = { ...sums, sweptBytes: 0, reclaimedBytes: 0, goroutineCount: 0 };
  const isNotCut = { isCutBefore: false, isCutAfter: false };
  const pauses = stops.map(({ kind, at, ns }): GcPause => ({
    ...{ startNs: traceNs(at), durationNs: durNs(ns), kind, goroutine: 1, goroutineName: 'main.main' },
    ...isNotCut,
  }));
  return {
    ...span,
    markNs: none,
    cycleCount: count,
    cycles: Array.from({ length: count }, (_, i) => cycle(i, count)),
    pauseCount: pauses.length,
    pauses,
    pauseKinds: stops.map(({ kind, ns }) => ({
      ...{ kind, count: 1, totalNs: durNs(ns), p50Ns: durNs(ns), p99Ns: durNs(ns), maxNs: durNs(ns) },
    })),
    workers: { dedicatedNs: durNs(dedicatedNs), fractionalNs: none, idleNs: durNs(5e9) },
    assists: { ...sums, ranNs: durNs(assistNs), goroutineCount: 1, goroutines: [], groups: [] },
    sweeps: { ...sweeps, goroutines: [], groups: [], processors: [] },
    waits: null,
  };
}

const cycle = (index: number, count: number): GcCycle => ({
  number: index + 1,
  startNs: traceNs((index * span.untilNs) / count),
  endNs: traceNs((index * span.untilNs) / count + 1e6),
  ...{ isCutBefore: false, isCutAfter: false },
  ...{ sweepTerminationNs: none, concurrentMarkNs: none, markTerminationNs: none },
  ...{ startBytes: 4e6, endBytes: 4e6, goalBytes: 4e6, nextGoalBytes: 4e6 },
  ...{ dedicatedNs: none, fractionalNs: none, idleNs: none, assistNs: none },
});

export interface MadeUpProcessors {
  readonly idleNs?: number;
  /** Goroutines that could run, on the mean. */
  readonly queued?: number;
  readonly idleWhileRunnableNs?: number;
  readonly worldStoppedNs?: number;
  readonly delays?: readonly Omit<SchedulingDelay, 'stack'>[];
}

export function processors({
  idleNs = 5e9,
  queued = 0,
  idleWhileRunnableNs = 0,
  worldStoppedNs = 0,
  delays = [],
}: MadeUpProcessors): SchedulerAnalysis {
  const ns = Float64Array.of(10e9 - idleNs, 0, 0, idleNs, 0);
  const overTime = new Float64Array(1);
  return {
    ...span,
    buckets: { level: 34, first: 0, count: 1 },
    coveredNs: Float64Array.of(10e9),
    processors: [0, 1].map((id) => ({ id: procId(id), ns, overTime: new Float64Array(5) })),
    queue: {
      waitNs: durNs(queued * 10e9),
      meanGoroutines: queued,
      ...{ leastGoroutines: 0, greatestGoroutines: queued * 2 },
      overTime: { ns: overTime, least: overTime, greatest: overTime },
    },
    delays: delays.map((delay) => ({ ...delay, stack: stackIx(0) })),
    idleWhileRunnable: { ns: durNs(idleWhileRunnableNs), worldStoppedNs: durNs(worldStoppedNs), overTime },
    steals: { count: 0, overTime },
  };
}

/** Goroutines alive, all of them waiting for synchronization, and the least of the heap in each step. */
export function counted({
  alive,
  heap,
}: {
  readonly alive?: readonly number[];
  readonly heap?: readonly number[];
}): CounterAnalysis {
  const count = alive?.length ?? heap?.length ?? 0;
  const states = stateClasses.length;
  const mean = new Float64Array(count * states);
  alive?.forEach((value, step) => (mean[step * states + stateClasses.indexOf('sync')] = value));
  const values = Float64Array.from(heap ?? []);
  const value = { least: values, greatest: values, last: values };
  return {
    ...span,
    buckets: { level: 28, first: 0, count },
    goroutines: { states: stateClasses, mean, least: mean, greatest: mean },
    ...(heap ? { values: { heapAllocated: value, heapGoal: value, gomaxprocs: value } } : {}),
  };
}

export const ofGroup = (name: string, count: number, execNs: number): GroupRow => ({
  ...{ group: nameIx(1), name, count, longestNs: durNs(execNs) },
  ...{ totalNs: durNs(execNs * 2), execNs: durNs(execNs), schedWaitNs: durNs(execNs) },
  ...{ syscallNs: none, syscallBlockNs: none, networkNs: none, syncNs: none },
  ...{ sleepNs: none, gcNs: none, otherNs: none, unknownNs: none },
});

/** So many goroutines that wait in a function, each so long, and still do when the trace ends. */
export function openWaits(name: string, count: number, eachNs: number): BlockingProfile {
  const total = { count, ns: durNs(count * eachNs) };
  const frames = ['runtime.chanrecv1', name].map((one) => ({ function: one, file: '', line: 0, pc: 0 }));
  const open: ProfileStays = {
    ...total,
    stacks: [stackIx(1)],
    profile: {
      frames,
      stackStarts: Uint32Array.of(0, 2),
      stackFrames: Uint32Array.of(0, 1),
      values: [
        { type: 'contentions', unit: 'count', values: Float64Array.of(total.count) },
        { type: 'delay', unit: 'nanoseconds', values: Float64Array.of(total.ns) },
      ],
    },
  };
  const nobody: ProfileStays = {
    ...{ count: 0, ns: none, stacks: [] },
    profile: { frames: [], stackStarts: Uint32Array.of(0), stackFrames: new Uint32Array(), values: [] },
  };
  return { kind: 'all', ...span, total, parts: { ended: nobody, beforeRun: nobody, open } };
}
