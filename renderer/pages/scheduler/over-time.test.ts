import { expect, it } from 'vitest';
import type { CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import type { SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import { procId } from '#common/ids.ts';
import { durNs, traceNs } from '#common/units.ts';
import { idleLines, queueLines, shareIn, shareOfAll, stateLines } from './over-time.ts';

/** Two steps of 16 ns, of which the second ends after 8; one processor that ran for 12 and for 8 ns. */
const scheduler: SchedulerAnalysis = {
  fromNs: traceNs(0),
  untilNs: traceNs(24),
  buckets: { level: 4, first: 0, count: 2 },
  coveredNs: Float64Array.of(16, 8),
  processors: [
    {
      id: procId(0),
      ns: Float64Array.of(20, 0, 0, 4, 0),
      overTime: Float64Array.of(12, 0, 0, 4, 0, 8, 0, 0, 0, 0),
    },
  ],
  queue: {
    waitNs: durNs(40),
    meanGoroutines: 40 / 24,
    leastGoroutines: 0,
    greatestGoroutines: 3,
    overTime: { ns: Float64Array.of(32, 8), least: Float64Array.of(0, 1), greatest: Float64Array.of(3, 1) },
  },
  delays: [],
  idleWhileRunnable: { ns: durNs(4), worldStoppedNs: durNs(0), overTime: Float64Array.of(4, 0) },
  steals: { count: 1, overTime: Float64Array.of(0, 1) },
};

it('counts a step by the part of it that lies within the trace', () => {
  expect([0, 1].map((step) => shareIn(scheduler, 0, step, 'running'))).toEqual([0.75, 1]);
  expect(shareIn(scheduler, 0, 7, 'running')).toBeNaN();
  const [queue] = queueLines(scheduler);
  expect([...queue!.values]).toEqual([2, 1]);
  expect([...queue!.at]).toEqual([0, 16]);
  expect(idleLines(scheduler).map(({ values }) => [...values])).toEqual([
    [0.25, 0],
    [0, 1],
  ]);
});

it('gives the share of all processors in a state', () => {
  expect(shareOfAll(scheduler, 'running')).toBeCloseTo(20 / 24);
  expect(shareOfAll({ ...scheduler, processors: [] }, 'running')).toBe(0);
});

it('shows only states that occur, from the floor up', () => {
  const counters = {
    fromNs: traceNs(0),
    untilNs: traceNs(32),
    buckets: { level: 4, first: 0, count: 2 },
    goroutines: {
      states: ['sleep', 'running', 'gc'],
      mean: Float64Array.of(1, 2, 0, 3, 4, 0),
      least: new Float64Array(6),
      greatest: new Float64Array(6),
    },
  } satisfies CounterAnalysis;
  expect(stateLines(counters).map(({ name, values }) => `${name} ${values.join()}`)).toEqual([
    'Running 2,4',
    'Sleep 1,3',
  ]);
});
