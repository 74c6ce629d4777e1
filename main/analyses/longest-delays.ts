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
  for (const delay of found) {
    const one = delay.isPiece ? joined(inputs, delay, from, until) : delay;
    const key = `${one.goroutine} ${one.from}`;
    if ((whole.get(key)?.until ?? -Infinity) < one.until) whole.set(key, one);
    if (delay.isPiece) yield;
  }
  const longest = [...whole.values()].sort(
    (a, b) => b.until - b.from - (a.until - a.from) || a.from - b.from || a.goroutine - b.goroutine,
  );
  yield;
  return longest.slice(0, most).map((delay) => {
    const [madeRunnableAt] = reader.stack(delay.stack);
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

/** All of a delay of which a generation has a piece. */
function joined({ reader, orders }: AnalysisInputs, piece: Delay, from: number, until: number): Delay {
  const spans = goroutineSpans(reader, orders.table, piece.goroutine, from, until);
  const all = spans.find(
    ({ state, start, end }) => state === runnable && start <= piece.from && end >= piece.until,
  );
  return all ? { ...piece, from: Math.max(from, all.start), until: Math.min(until, all.end) } : piece;
}
