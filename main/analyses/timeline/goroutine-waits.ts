/** What one goroutine did in a window, summed up, and the longest of what it did other than run. */
import type {
  GoroutineWait,
  GoroutineWaits,
  StackSums,
  StaySums,
} from '#common/analyses/timeline-details.ts';
import { Failure } from '#common/errors.ts';
import { spanStates, stateClass, type StateClass } from '#common/goroutine-state.ts';
import { stackIx } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import { withoutWaker } from '#common/span-chunk.ts';
import { durNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
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
  const stays = yield* staysByStack(inputs, id, window);
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
    sums: byReason(stays),
    stacks: byStack(stays).map((row) => ({ ...row, place: placeOf(reader, row.stack) })),
    longest: longest.sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, most),
  };
}

/** What the runtime does there itself says little. */
function placeOf(reader: TraceReader, stack: number): string {
  const frames = reader.stack(stackIx(stack));
  const own = frames.find((frame) => !frame.function.startsWith('runtime.'));
  return (own ?? frames[0])?.function ?? '';
}

const lengthOf = ({ stay }: GoroutineWait): number => stay.untilNs - stay.fromNs;

interface Window {
  readonly from: number;
  readonly until: number;
}

interface Stays extends StaySums {
  readonly stack: number;
}

function* staysByStack(inputs: AnalysisInputs, id: number, window: Window): Generator<void, Stays[]> {
  const { sums } = yield* sumSpans(inputs, { stack: true }, { ...window, ids: new Set([id]) });
  const reasons = inputs.reader.reasons();
  return Array.from({ length: sums.count }, (_, i) => {
    const text = reasons[sums.reasons[i]!] ?? '';
    const state = stateClass(spanStates[sums.states[i]!] ?? 'Undetermined', text);
    return {
      stateClass: state,
      reason: isActive(state) || state === 'runnable' ? '' : text,
      stack: sums.stacks[i]!,
      ns: durNs(sums.ns[i]!),
      times: sums.stays[i]!,
    };
  });
}

const isActive = (state: StateClass): boolean => state === 'running' || state === 'syscall';

const byReason = (stays: readonly Stays[]): StaySums[] =>
  added(stays, ({ stateClass, reason }) => `${stateClass} ${reason}`).map(
    ({ stateClass, reason, ns, times }) => ({ stateClass, reason, ns, times }),
  );

const mostStacks = 100;

const byStack = (stays: readonly Stays[]): Omit<StackSums, 'place'>[] =>
  added(
    stays.filter(
      ({ stack, stateClass }) => stack !== 0 && stateClass !== 'running' && stateClass !== 'runnable',
    ),
    ({ stateClass, stack }) => `${stateClass} ${stack}`,
  )
    .slice(0, mostStacks)
    .map(({ stateClass, stack, ns, times }) => ({ stateClass, stack: stackIx(stack), ns, times }));

/** Those with the same key as one, the longest first. */
function added(stays: readonly Stays[], keyOf: (stays: Stays) => string): Stays[] {
  const found = new Map<string, Stays>();
  for (const one of stays) {
    const key = keyOf(one);
    const before = found.get(key);
    const ns = durNs((before?.ns ?? 0) + one.ns);
    found.set(key, { ...one, ns, times: (before?.times ?? 0) + one.times });
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
