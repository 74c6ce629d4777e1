import type { SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import { countText, durationText, plain, shareText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import { countFact, durationFact, shareFact, type Fact } from '../../figures/fact.ts';
import { chartValue } from '../../widgets/chart-axis.ts';
import { shareOfAll } from './over-time.ts';

export const factNames = [
  'Processors running',
  'Could run, on average',
  'Waiting for a processor',
  'Longest delay',
  'Idle while one could run',
  'Taken from system calls',
] as const;

export function schedulerFacts(scheduler: SchedulerAnalysis): readonly Fact[] {
  const { queue, delays, idleWhileRunnable, steals, processors, fromNs, untilNs } = scheduler;
  const length = Math.max(1, untilNs - fromNs);
  const longest = delays[0];
  const idle = shareOfAll(scheduler, 'idle');
  return [
    shareFact('Processors running', shareOfAll(scheduler, 'running'), {
      figure: 'Scheduler/Processors',
      caption: `of ${plain(countText(processors.length))}, idle ${plain(shareText(idle))}`,
    }),
    {
      name: 'Could run, on average',
      text: [{ value: chartValue('count', Number(queue.meanGoroutines.toPrecision(3))), unit: '' }],
      exact: queue.meanGoroutines.toString(),
      figure: 'Scheduler/Goroutines that could run',
      caption: `goroutines, at most ${plain(countText(queue.greatestGoroutines))}`,
    },
    durationFact('Waiting for a processor', queue.waitNs, {
      figure: 'Scheduler/Goroutines that could run',
      caption: 'all goroutines together',
    }),
    durationFact('Longest delay', longest?.ns ?? durNs(0), {
      figure: 'Scheduler/Longest delays',
      caption: longest ? `G${longest.goroutine}` : 'none had to wait',
    }),
    durationFact('Idle while one could run', idleWhileRunnable.ns, {
      figure: 'Scheduler/A processor idle while one could run',
      caption: `${plain(shareText(idleWhileRunnable.ns / length))}, world stopped ${plain(durationText(idleWhileRunnable.worldStoppedNs))}`,
    }),
    countFact('Taken from system calls', steals.count, {
      figure: 'Scheduler/Processors taken from system calls',
      caption: 'processors',
    }),
  ];
}
