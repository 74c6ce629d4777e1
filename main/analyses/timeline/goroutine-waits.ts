/** What one goroutine did in a window, summed up, and the longest of what it did other than run. */
import type { GoroutineWait, GoroutineWaits, StaySums } from '#common/analyses/timeline-details.ts';
import { Failure } from '#common/errors.ts';
import { spanStates, stateClass } from '#common/goroutine-state.ts';
import type { Params } from '#common/rpc/contract.ts';
import { withoutWaker } from '#common/span-chunk.ts';
import { durNs } from '#common/units.ts';
import { eachStreamSpan, shortSpans } from '../goroutine-spans.ts';
import type { AnalysisInputs } from '../inputs.ts';
import { sumSpans } from '../span-sums.ts';
import { endOfStay } from './links.ts';
import { LongestStretches } from './longest-stretches.ts';

type Asked = Params<'goroutines.waits'>;

const running = spanStates.indexOf('Running');

/** Only one at a time. */
export function* goroutineWaits(
  inputs: AnalysisInputs,
  { id, from, until, most }: Asked,
): Generator<void, GoroutineWaits> {
  const { reader, orders } = inputs;
  if (!orders.table.goroutine(id))
    throw new Failure('no-such-goroutine', `There is no goroutine ${id} in this trace.`, { id });
  const window = { from: Math.max(0, Math.floor(from)), until: Math.ceil(until) };
  const sums = yield* staySums(inputs, id, window);
  const stretches = yield* longestStretches(inputs, id, window, most);
  const longest: GoroutineWait[] = [];
  for (const stretch of stretches)
    for (let at = stretch.from; at < stretch.until;) {
      // What is parted by nothing that took time is more than one stay.
      const end = yield* endOfStay(inputs, id, at);
      if (!end || end.stay.untilNs <= at) break;
      at = end.stay.untilNs;
      if (longest.some(({ stay }) => stay.fromNs === end.stay.fromNs)) continue;
      longest.push({ ...end, leaf: reader.stack(end.stay.stack)[0]?.function ?? '' });
    }
  return {
    revision: reader.trace().revision,
    sums,
    longest: longest.sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, most),
  };
}

const lengthOf = ({ stay }: GoroutineWait): number => stay.untilNs - stay.fromNs;

interface Window {
  readonly from: number;
  readonly until: number;
}

/** By state and reason. */
function* staySums(inputs: AnalysisInputs, id: number, window: Window): Generator<void, StaySums[]> {
  const { sums } = yield* sumSpans(inputs, {}, { ...window, ids: new Set([id]) });
  const reasons = inputs.reader.reasons();
  const found = new Map<string, StaySums>();
  for (let i = 0; i < sums.count; i++) {
    const reason = reasons[sums.reasons[i]!] ?? '';
    const state = stateClass(spanStates[sums.states[i]!] ?? 'Undetermined', reason);
    const shown = state === 'running' || state === 'syscall' || state === 'runnable' ? '' : reason;
    const key = `${state} ${shown}`;
    const before = found.get(key);
    found.set(key, {
      stateClass: state,
      reason: shown,
      ns: durNs((before?.ns ?? 0) + sums.ns[i]!),
      times: (before?.times ?? 0) + sums.stays[i]!,
    });
  }
  return [...found.values()].filter(({ ns, times }) => ns > 0 || times > 0).sort((a, b) => b.ns - a.ns);
}

/** Of one goroutine, generation by generation. */
function* longestStretches(
  { reader, orders: { table } }: AnalysisInputs,
  id: number,
  { from, until }: Window,
  most: number,
): Generator<void, readonly Window[]> {
  const short = shortSpans(reader, table, [id], from, until)
    .get(id)!
    .sort((a, b) => a.start - b.start);
  const longest = new LongestStretches(most);
  const take = (start: number, end: number, what: number, stack: number): void => {
    if (withoutWaker(what) % 8 !== running) longest.add(start, end, what, stack);
  };
  let at = 0;
  for (const { startNs, untilNs } of reader.spanSums()) {
    if (untilNs <= from || startNs >= until) continue;
    for (; at < short.length && short[at]!.start < untilNs; at++) {
      const { start, end, state, reason, stack } = short[at]!;
      if (state !== running) longest.add(start, end, reason * 8 + state, stack);
    }
    eachStreamSpan(reader, id, Math.max(from, startNs), Math.min(until, untilNs), take);
    yield;
  }
  return longest.found;
}
