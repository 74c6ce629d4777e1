import { describe, expect, it } from 'vitest';
import type { CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { durNs, traceNs } from '#common/units.ts';
import { bandsOf, seriesOf } from './over-time.ts';

/** Two steps of 16 ns that begin at 32 ns; 3 and 5 goroutines wait for others, 1 and 0 could run. */
function counters(): CounterAnalysis {
  const mean = new Float64Array(2 * stateClasses.length);
  mean[stateClasses.indexOf('sync')] = 3;
  mean[stateClasses.indexOf('runnable')] = 1;
  mean[stateClasses.length + stateClasses.indexOf('sync')] = 5;
  return {
    fromNs: traceNs(32),
    untilNs: traceNs(64),
    buckets: { level: 4, first: 2, count: 2 },
    goroutines: { states: stateClasses, mean, least: mean, greatest: mean },
  };
}

describe('the chart over time', () => {
  it('has processors as shares, and goroutines as numbers', () => {
    const processors = Float64Array.of(1, 3, 4, 0);
    const all = { states: ['running', 'idle'], mean: processors, least: processors, greatest: processors };
    const series = seriesOf({ ...counters(), processors: all });
    expect(series.map(({ name, unit, values }) => [name, unit, ...values])).toEqual([
      ['Processors busy', 'share', 0.25, 1],
      ['Goroutines blocked', 'count', 3, 5],
      ['Goroutines runnable', 'count', 1, 0],
    ]);
    expect([...series[0]!.at]).toEqual([32, 48]);
  });

  it('leaves processors out where only some goroutines are asked about', () => {
    expect(seriesOf(counters()).map(({ name }) => name)).toEqual([
      'Goroutines blocked',
      'Goroutines runnable',
    ]);
  });

  it('has collections as bands from their first stop of the world to their last', () => {
    const none = durNs(0);
    const [band] = bandsOf([
      {
        ...{ number: 12, startNs: traceNs(100), endNs: traceNs(900), isCutBefore: false, isCutAfter: false },
        ...{ sweepTerminationNs: none, concurrentMarkNs: none, markTerminationNs: none },
        ...{ startBytes: null, endBytes: null, goalBytes: null, nextGoalBytes: null },
        ...{ dedicatedNs: none, fractionalNs: none, idleNs: none, assistNs: none },
      },
    ]);
    expect(band).toEqual({ name: 'Collection 12', ink: 'state-gc', from: 100, until: 900 });
  });
});
