/** What the scheduler did over time, as lines and shares. Steps count by the part of them that lies within the trace. */
import type { CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import type { SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import type { BucketRange } from '#common/analyses/timeline-results.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { processorStates, type ProcessorState } from '#common/lane-kinds.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import type { LineSeries } from '../../widgets/line-chart.ts';

export const stepStarts = ({ level, first, count }: BucketRange): Float64Array =>
  Float64Array.from({ length: count }, (_, bucket) => (first + bucket) * 2 ** level);

/** By the covered part of each step; NaN where there is none. */
const perCovered = (ns: Float64Array, { coveredNs }: SchedulerAnalysis): Float64Array =>
  ns.map((sum, bucket) => (coveredNs[bucket]! > 0 ? sum / coveredNs[bucket]! : NaN));

/** Which share of a step a processor was in a state. */
export function shareIn(
  { processors, coveredNs }: SchedulerAnalysis,
  row: number,
  step: number,
  state: ProcessorState,
): number {
  const ns = processors[row]?.overTime[step * processorStates.length + processorStates.indexOf(state)] ?? NaN;
  const covered = coveredNs[step] ?? 0;
  return covered > 0 ? Math.min(1, ns / covered) : NaN;
}

/** Of all processors, of the time for which they were there. */
export function shareOfAll({ processors }: SchedulerAnalysis, state: ProcessorState): number {
  let [sum, all] = [0, 0];
  for (const { ns } of processors) {
    sum += ns[processorStates.indexOf(state)]!;
    all += ns.reduce((so, one) => so + one, 0);
  }
  return all === 0 ? 0 : sum / all;
}

export function queueLines(scheduler: SchedulerAnalysis): readonly LineSeries[] {
  const { ns, least, greatest } = scheduler.queue.overTime;
  return [
    {
      name: 'Could run, on average',
      ink: 'state-runnable',
      unit: 'count',
      form: 'step',
      at: stepStarts(scheduler.buckets),
      values: perCovered(ns, scheduler),
      least,
      greatest,
    },
  ];
}

export function idleLines(scheduler: SchedulerAnalysis): readonly LineSeries[] {
  const at = stepStarts(scheduler.buckets);
  const idle = perCovered(scheduler.idleWhileRunnable.overTime, scheduler);
  return [
    {
      name: 'Idle while one could run',
      ink: 'danger',
      unit: 'share',
      form: 'step',
      isFilled: true,
      at,
      values: idle,
    },
    {
      name: 'Taken from system calls',
      ink: 'neutral-8',
      unit: 'count',
      form: 'step',
      isDashed: true,
      at,
      values: scheduler.steals.overTime,
    },
  ];
}

/** Mean numbers of goroutines in each state that occurs, from the floor up. */
export function stateLines({ buckets, goroutines }: CounterAnalysis): readonly LineSeries[] {
  const at = stepStarts(buckets);
  const { states, mean } = goroutines;
  return stateClasses.flatMap((state): readonly LineSeries[] => {
    const column = states.indexOf(state);
    if (column < 0) return [];
    const values = Float64Array.from(at, (_, bucket) => mean[bucket * states.length + column]!);
    if (values.every((value) => !(value > 0))) return [];
    return [{ name: stateNames[state], ink: `state-${state}`, unit: 'count', form: 'step', at, values }];
  });
}
