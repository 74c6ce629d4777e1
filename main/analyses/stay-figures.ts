/** What was found of stays, as it is told. */
import {
  durationFigures,
  histogramOfCounts,
  type DurationFigures,
} from '#common/analyses/duration-figures.ts';
import type { Stays } from '#common/analyses/profile-analysis.ts';
import type { LongestStay, StayFigures, StayWakers } from '#common/analyses/stay-results.ts';
import { spanStates, stateClass } from '#common/goroutine-state.ts';
import { goId, nameIx, stackIx } from '#common/ids.ts';
import type { FoundStays, FoundWaker, WholeStay } from '#common/stay-scan.ts';
import { durNs, traceNs, type DurNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Selection } from './selection.ts';

interface Known {
  readonly total: Stays;
  /** 1: it is over. */
  readonly scanned: number;
}

export function stayFigures(
  reader: TraceReader,
  { from, until }: Selection,
  { total, scanned }: Known,
  found: FoundStays,
): StayFigures {
  const durations = scanned === 1 ? found.durations() : undefined;
  const figures = durations ? durationFigures(durations) : nearFigures(found);
  return {
    revision: reader.trace().revision,
    fromNs: traceNs(from),
    untilNs: traceNs(until),
    total,
    scanned,
    found: { count: found.count, ns: durNs(found.ns) },
    histogram: histogramOfCounts(found.counts),
    ...(figures ? { figures } : {}),
    areExact: durations !== undefined,
    longest: longestOf(reader, found.longest),
    wakers: wakersOf(reader, found.wakers),
  };
}

function nearFigures(found: FoundStays): DurationFigures | undefined {
  const { count, ns, shortestNs, longestNs } = found;
  if (count === 0) return undefined;
  const rank = (share: number): DurNs => {
    const near = found.durationNear(Math.max(0, Math.ceil(share * count) - 1));
    return durNs(Math.min(longestNs, Math.max(shortestNs, near)));
  };
  return {
    minNs: durNs(shortestNs),
    meanNs: durNs(ns / count),
    p50Ns: rank(0.5),
    p90Ns: rank(0.9),
    p99Ns: rank(0.99),
    maxNs: durNs(longestNs),
  };
}

const longerFirst = (a: WholeStay, b: WholeStay): number =>
  b.ns - a.ns || a.goroutine - b.goroutine || a.from - b.from;

function longestOf(reader: TraceReader, stays: readonly WholeStay[]): readonly LongestStay[] {
  const reasons = reader.reasons();
  return stays.toSorted(longerFirst).map((stay) => {
    const reason = reasons[stay.reason] ?? '';
    return {
      goroutine: goId(stay.goroutine),
      group: nameIx(stay.name),
      name: reader.name(stay.name),
      fromNs: traceNs(stay.from),
      untilNs: traceNs(stay.until),
      ns: durNs(stay.ns),
      stateClass: stateClass(spanStates[stay.state] ?? 'Undetermined', reason),
      reason,
      stack: stackIx(stay.stack),
      waker: stay.waker,
      wakerStack: stackIx(stay.wakerStack),
    };
  });
}

function wakersOf(reader: TraceReader, found: readonly FoundWaker[]): readonly StayWakers[] {
  const groups = new Map<string, FoundWaker[]>();
  for (const waker of found) {
    const key = `${waker.kind} ${rootOf(reader, waker)}`;
    const own = groups.get(key);
    if (own) own.push(waker);
    else groups.set(key, [waker]);
  }
  return [...groups.values()]
    .map((own) => wakersAlike(reader, own))
    .sort((a, b) => b.ns - a.ns || b.count - a.count);
}

function rootOf(reader: TraceReader, { kind, stack }: FoundWaker): string {
  const root = kind === 'goroutine' ? reader.stackFrames(stack).at(-1) : undefined;
  return root === undefined ? '' : reader.frame(root).function;
}

function wakersAlike(reader: TraceReader, wakers: readonly FoundWaker[]): StayWakers {
  const sorted = wakers.toSorted((a, b) => b.ns - a.ns || a.stack - b.stack);
  const [first] = sorted as [FoundWaker];
  return {
    kind: first.kind,
    name: rootOf(reader, first),
    count: sorted.reduce((so, { count }) => so + count, 0),
    ns: durNs(sorted.reduce((so, { ns }) => so + ns, 0)),
    stacks: sorted.map(({ stack }) => stackIx(stack)),
    stackCounts: Float64Array.from(sorted, ({ count }) => count),
    stackNs: Float64Array.from(sorted, ({ ns }) => ns),
  };
}
