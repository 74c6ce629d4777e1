/** The longest waits of goroutines that could have run. */
import type { SchedulingDelay } from '#common/analyses/scheduler-analysis.ts';
import { spanStates } from '#common/goroutine-state.ts';
import { goId, stackIx } from '#common/ids.ts';
import type { Delay } from '#common/span-sums.ts';
import { durNs, traceNs } from '#common/units.ts';
import { goroutineSpans } from './goroutine-spans.ts';
import type { AnalysisInputs } from './inputs.ts';

const runnable = spanStates.indexOf('Runnable');

/** The longest first, cut at the window. `found`: what was collected, where one that crosses generations may lie in pieces. */
export function* longestDelays(
  inputs: AnalysisInputs,
  found: readonly Delay[],
  { from, until }: { readonly from: number; readonly until: number },
  most: number,
): Generator<void, SchedulingDelay[]> {
  const { reader, orders } = inputs;
  const whole = new Map<string, Delay>();
  for (const delay of promising(found, most)) {
    const one = delay.isPiece ? joined(inputs, delay, from, until) : delay;
    const key = `${one.goroutine} ${one.from}`;
    if ((whole.get(key)?.until ?? -Infinity) < one.until) whole.set(key, one);
    if (delay.isPiece) yield;
  }
  const longest = [...whole.values()].sort(longestFirst);
  yield;
  return longest.slice(0, most).map((delay) => {
    const madeRunnableAt = reader.leaf(delay.stack);
    const name = orders.table.nameOf(delay.goroutine) ?? 0;
    return {
      goroutine: goId(delay.goroutine),
      name: reader.name(name),
      startNs: traceNs(delay.from),
      ns: durNs(delay.until - delay.from),
      stack: stackIx(delay.stack),
      ...(madeRunnableAt ? { madeRunnableAt } : {}),
    };
  });
}

const longestFirst = (a: Delay, b: Delay): number =>
  b.until - b.from - (a.until - a.from) || a.from - b.from || a.goroutine - b.goroutine;

/**
 * Those that may be among the longest: a delay over a border has a piece of at least half its length, or one that fills a whole
 * generation, which is as long as any there.
 */
function promising(found: readonly Delay[], most: number): readonly Delay[] {
  const sorted = [...found].sort(longestFirst);
  // Each may be offered twice: with a part of it, and with all.
  const last = sorted[Math.min(sorted.length, 2 * most) - 1];
  const least = last ? (last.until - last.from) / 2 : 0;
  return sorted.filter(({ from, until, isPiece }, i) => i < 2 * most || (isPiece && until - from >= least));
}

/** All of a delay of which a generation has a piece. */
function joined({ reader, orders }: AnalysisInputs, piece: Delay, from: number, until: number): Delay {
  let { from: start, until: end } = piece;
  for (;;) {
    const spans = goroutineSpans(reader, orders.table, piece.goroutine, start - 1, end + 1);
    const all = spans.find((span) => span.state === runnable && span.start <= start && span.end >= end);
    if (!all || (all.start === start && all.end === end)) break;
    [start, end] = [all.start, all.end];
    if (start < from && end > until) break;
  }
  return { ...piece, from: Math.max(from, start), until: Math.min(until, end) };
}
