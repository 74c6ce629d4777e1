/** What the chart over time shows of the answers. */
import type { CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import type { GcCycle } from '#common/analyses/gc-analysis.ts';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { inThrees } from '#common/quantity-text.ts';
import type { ChartBand, LineSeries } from '../../widgets/line-chart.ts';

export function seriesOf(counters: CounterAnalysis): readonly LineSeries[] {
  const { level, first, count } = counters.buckets;
  const at = Float64Array.from({ length: count }, (_, i) => (first + i) * 2 ** level);
  const { processors } = counters;
  const busy: readonly LineSeries[] = processors
    ? [
        {
          name: 'Processors busy',
          ...{ ink: 'state-running', unit: 'share', form: 'step', isFilled: true, at },
          values: Float64Array.from({ length: count }, (_, i) => {
            const [running = 0, idle = 0] = processors.mean.subarray(i * 2, i * 2 + 2);
            return running + idle > 0 ? running / (running + idle) : NaN;
          }),
        },
      ]
    : [];
  const inState = (name: string, state: StateClass): LineSeries => ({
    name,
    ...{ ink: `state-${state}`, unit: 'count', form: 'step', at },
    values: Float64Array.from(
      { length: count },
      (_, i) => counters.goroutines.mean[i * stateClasses.length + stateClasses.indexOf(state)]!,
    ),
  });
  return [...busy, inState('Goroutines blocked', 'sync'), inState('Goroutines runnable', 'runnable')];
}

export const bandsOf = (cycles: readonly GcCycle[]): readonly ChartBand[] =>
  cycles.map(({ number, startNs, endNs }) => ({
    name: `Collection ${inThrees(number)}`,
    ink: 'state-gc',
    from: startNs,
    until: endNs,
  }));
