/** Whether goroutines wait for processors, and whether they need to. */
import type { SchedulerAnalysis } from '../analyses/scheduler-analysis.ts';
import { processorStates } from '../lane-kinds.ts';
import { inThrees, plain, shareText } from '../quantity-text.ts';
import { isRuntimeOwn } from '../runtime-goroutines.ts';
import { durNs } from '../units.ts';
import {
  bucketCourse,
  durationWords,
  lengthNs,
  pointWords,
  severityOf,
  type Finding,
  type Observed,
} from './finding.ts';
import { thresholds } from './thresholds.ts';

const idle = processorStates.indexOf('idle');
const unknown = processorStates.indexOf('unknown');

/** Processors that some thread has, as a share of those there are; 0 where nothing is known. */
export function busyShare({ processors }: SchedulerAnalysis): number {
  let busy = 0;
  let known = 0;
  for (const { ns } of processors) {
    const there = ns.reduce((sum, one) => sum + one, 0) - ns[unknown]!;
    known += there;
    busy += there - ns[idle]!;
  }
  return known === 0 ? 0 : busy / known;
}

export function idleWhileRunnable(observed: Observed): Finding | undefined {
  const { scheduler, isFiltered } = observed;
  if (!scheduler || isFiltered) return undefined;
  const { ns, worldStoppedNs, overTime } = scheduler.idleWhileRunnable;
  const share = (ns - worldStoppedNs) / lengthNs(observed);
  const severity = severityOf(share, thresholds.idleWhileRunnable);
  if (!severity) return undefined;
  return {
    rule: 'idle-while-runnable',
    severity,
    weight: share,
    title: 'Processors idle while goroutines could run',
    text: [
      `For ${plain(shareText(share))} of the time a goroutine waited for a processor although one had nothing to do, not counting stops of the world.`,
    ],
    figure: { kind: 'duration', ns: durNs(ns - worldStoppedNs) },
    figureName: 'idle',
    course: bucketCourse(observed, scheduler.buckets, overTime),
    link: { page: 'scheduler' },
  };
}

export function busyProcessors(observed: Observed): Finding | undefined {
  const { scheduler, isFiltered } = observed;
  if (!scheduler || isFiltered || scheduler.processors.length === 0) return undefined;
  const busy = busyShare(scheduler);
  const { meanGoroutines, waitNs, greatestGoroutines, overTime } = scheduler.queue;
  const severity = severityOf(meanGoroutines / scheduler.processors.length, thresholds.queuePerProcessor);
  if (!severity || busy < thresholds.busyShare) return undefined;
  return {
    rule: 'busy-processors',
    severity,
    weight: 1 - 1 / (1 + meanGoroutines / scheduler.processors.length),
    title: 'More goroutines could run than there are processors',
    text: [
      `${plain(shareText(busy))} of the processors are busy, and ${meanGoroutines.toPrecision(3)} goroutines wait for one on the mean, at most ${inThrees(greatestGoroutines)} at once.`,
    ],
    figure: { kind: 'duration', ns: waitNs },
    figureName: 'waited to run',
    course: bucketCourse(observed, scheduler.buckets, overTime.ns),
    link: { page: 'scheduler' },
  };
}

export function longDelay(observed: Observed): Finding | undefined {
  const { scheduler, isFiltered } = observed;
  const delay = scheduler?.delays.find(({ name }) => !isRuntimeOwn(name));
  const severity = delay && severityOf(delay.ns, thresholds.delayNs);
  if (!delay || !severity || isFiltered) return undefined;
  const { goroutine, startNs, ns, name, madeRunnableAt } = delay;
  return {
    rule: 'long-delay',
    severity,
    weight: ns / lengthNs(observed),
    title: `A goroutine waited ${durationWords(ns)} for a processor`,
    text: [
      `G${goroutine} `,
      ...(name === '' ? [] : [{ function: name }]),
      ` could run from ${pointWords(startNs)} on`,
      ...(madeRunnableAt ? [', made so in ', { function: madeRunnableAt.function }] : []),
      '.',
    ],
    figure: { kind: 'duration', ns },
    figureName: 'delayed',
    link: { page: 'timeline', goroutine, fromNs: startNs, ns },
  };
}
