/** Stops of the world, what collecting costs, and how the heap goes. */
import type { GcAnalysis, GcPauseKind } from '../analyses/gc-analysis.ts';
import { inThrees, plain, shareText, sizeText } from '../quantity-text.ts';
import { bytes } from '../units.ts';
import { timeByState } from '../wall-places.ts';
import {
  courseOf,
  durationWords,
  lengthNs,
  pointWords,
  severityOf,
  type Finding,
  type Observed,
} from './finding.ts';
import { thresholds } from './thresholds.ts';

/** Tracing itself stops the world when it begins and ends. */
const ofTracing = ['start trace', 'stop trace'];

/** The kind whose longest stop of the world is the longest. */
export const longestStop = (kinds: readonly GcPauseKind[]): GcPauseKind | undefined =>
  [...kinds].sort((a, b) => b.maxNs - a.maxNs)[0];

export function stopOfTheWorld(observed: Observed): Finding | undefined {
  const { gc } = observed;
  const kind = longestStop(gc?.pauseKinds.filter(({ kind: name }) => !ofTracing.includes(name)) ?? []);
  const severity = kind && severityOf(kind.maxNs, thresholds.longestStopNs);
  if (!gc || !kind || !severity) return undefined;
  const at = gc.pauses.find((one) => one.kind === kind.kind && one.durationNs === kind.maxNs);
  const stops = gc.pauses.map(({ startNs, durationNs }) => ({ at: startNs, value: durationNs }));
  return {
    rule: 'stop-of-the-world',
    severity,
    weight: kind.maxNs / lengthNs(observed),
    title: `The world was stopped for ${durationWords(kind.maxNs)}`,
    text: [
      `For ${kind.kind}${at ? `, at ${pointWords(at.startNs)}` : ''}. Of ${inThrees(kind.count)} such stops half lasted no more than ${durationWords(kind.p50Ns)}.`,
    ],
    figure: { kind: 'duration', ns: kind.maxNs },
    figureName: 'stopped',
    course: courseOf(observed, stops, Math.max),
    link: { page: 'gc' },
  };
}

/** Of the processors' time, without idle workers, who take only what nobody wants. */
export function collectorShare({ gc, scheduler }: Observed): number {
  const processorNs = scheduler?.processors.reduce((sum, { ns }) => sum + ns.reduce((a, b) => a + b, 0), 0);
  if (!gc || !processorNs) return 0;
  return (gc.workers.dedicatedNs + gc.workers.fractionalNs + gc.assists.ranNs) / processorNs;
}

export function costOfCollecting(observed: Observed): Finding | undefined {
  const { gc, isFiltered } = observed;
  const share = collectorShare(observed);
  const severity = severityOf(share, thresholds.collectorShare);
  if (!gc || isFiltered || !severity) return undefined;
  const workers = gc.workers.dedicatedNs + gc.workers.fractionalNs;
  return {
    rule: 'cost-of-collecting',
    severity,
    weight: share,
    title: 'Collecting takes much of the processors',
    text: [
      `${inThrees(gc.cycleCount)} collections; mark workers ran ${durationWords(workers)}, mark assists ${durationWords(gc.assists.ranNs)}.`,
    ],
    figure: { kind: 'share', share },
    figureName: 'of processor time',
    course: cycleCourse(observed, gc),
    link: { page: 'gc' },
  };
}

const cycleCourse = (observed: Observed, gc: GcAnalysis): readonly number[] =>
  courseOf(
    observed,
    gc.cycles.map((cycle) => ({
      at: cycle.startNs,
      value: cycle.dedicatedNs + cycle.fractionalNs + cycle.assistNs,
    })),
  );

export function markAssists(observed: Observed): Finding | undefined {
  const { gc, places } = observed;
  const runningNs = places ? timeByState(places).running : 0;
  const share = gc && runningNs > 0 ? gc.assists.ranNs / runningNs : 0;
  const severity = severityOf(share, thresholds.assistShare);
  if (!gc || !severity) return undefined;
  const [most] = gc.assists.groups;
  return {
    rule: 'mark-assists',
    severity,
    weight: share,
    title: 'Goroutines that allocate have to help the collector',
    text: [
      `${plain(shareText(share))} of the running time goes into ${inThrees(gc.assists.count)} mark assists, the longest ${durationWords(gc.assists.longestNs)}.`,
      ...(most && most.name !== '' ? [' Most of it in ', { function: most.name }, '.'] : []),
    ],
    figure: { kind: 'duration', ns: gc.assists.totalNs },
    figureName: 'assisting',
    course: courseOf(
      observed,
      gc.cycles.map(({ startNs, assistNs }) => ({ at: startNs, value: assistNs })),
    ),
    link: { page: 'gc' },
  };
}

export function manyCollections(observed: Observed): Finding | undefined {
  const { gc } = observed;
  const perSecond = gc ? (gc.cycleCount / lengthNs(observed)) * 1e9 : 0;
  if (!gc || gc.cycleCount < 5 || perSecond < thresholds.collectionsPerSecond) return undefined;
  const goals = gc.cycles.flatMap(({ goalBytes }) => goalBytes ?? []).sort((a, b) => a - b);
  const goal = goals[goals.length >> 1];
  return {
    rule: 'many-collections',
    severity: 'note',
    weight: gc.markNs / lengthNs(observed),
    title: 'Collections follow each other quickly',
    text: [
      `One every ${durationWords(1e9 / perSecond)}.`,
      ...(goal === undefined ? [] : [` The heap's goal is mostly ${plain(sizeText(bytes(goal)))}.`]),
    ],
    figure: { kind: 'count', count: gc.cycleCount },
    figureName: 'collections',
    course: courseOf(
      observed,
      gc.cycles.map(({ startNs }) => ({ at: startNs, value: 1 })),
    ),
    link: { page: 'gc' },
  };
}

export function heapGrowth(observed: Observed): Finding | undefined {
  const heap = observed.counters?.values?.heapAllocated;
  if (!heap) return undefined;
  const known = Array.from(heap.least).filter((value) => !Number.isNaN(value));
  const quarter = known.length >> 2;
  if (quarter === 0) return undefined;
  const before = Math.min(...known.slice(0, quarter));
  const after = Math.min(...known.slice(-quarter));
  const { factor, leastBytes } = thresholds.heapGrowth;
  if (after < before * factor || after - before < leastBytes) return undefined;
  return {
    rule: 'heap-growth',
    severity: 'warning',
    weight: 1 - before / after,
    title: 'The heap grows and does not come back',
    text: [
      `At its lowest it had ${plain(sizeText(bytes(before)))} in the first quarter of the time, ${plain(sizeText(bytes(after)))} in the last.`,
    ],
    figure: { kind: 'size', size: bytes(after - before) },
    figureName: 'more',
    course: sampled(known),
    link: { page: 'gc' },
  };
}

/** A few of many values. */
export const sampled = (values: readonly number[], steps = 14): readonly number[] =>
  values.length <= steps
    ? values
    : Array.from({ length: steps }, (_, i) => values[Math.floor(((i + 0.5) * values.length) / steps)]!);
