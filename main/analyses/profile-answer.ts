/** Blocking profiles: which stays count, and at which stacks. Definitions: docs/figures.md; Go's: cmd/trace/pprof.go. */
import {
  profilePartNames,
  type BlockingProfile,
  type ProfilePartName,
  type ProfileStays,
} from '#common/analyses/profile-analysis.ts';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import { spanStates } from '#common/goroutine-state.ts';
import { stackIx } from '#common/ids.ts';
import type { LooseEnd } from '#common/loose-ends.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import { unjoinedSpans } from './goroutine-spans.ts';
import type { AnalysisInputs } from './inputs.ts';
import { isSyscall, testOf, type Test } from './profile-kinds.ts';
import { timeSelected, selectionOf, type Selection } from './selection.ts';
import { stackProfile } from './stack-profile.ts';
import { sumSpans } from './span-sums.ts';

interface StackFigures {
  count: number;
  ns: number;
  last: number;
}

const hasNoAddress = (reader: TraceReader, stack: number): boolean =>
  reader.stack(stack).every(({ pc }) => pc === 0);

/** Stays by stack. */
class StackStays {
  readonly #figures = new Map<number, StackFigures>();

  /** `last`: where the last of them ended. */
  add(stack: number, count: number, ns: number, last = NaN): void {
    const known = this.#figures.get(stack) ?? { count: 0, ns: 0, last: -Infinity };
    this.#figures.set(stack, known);
    known.count += count;
    known.ns += ns;
    if (last > known.last) known.last = last;
  }

  /** Stacks that are the same for Go are one: of all that have no address the one seen last. */
  joinEmpty(reader: TraceReader): void {
    const empty = [...this.#figures].filter(([stack]) => stack === 0 || hasNoAddress(reader, stack));
    if (empty.length < 2) return;
    const newest = empty.reduce((a, b) => (b[1].last > a[1].last ? b : a), empty[0]!);
    for (const [stack, { count, ns }] of empty) {
      if (stack === newest[0]) continue;
      this.#figures.delete(stack);
      this.add(newest[0], count, ns);
    }
  }

  /** The longest first. */
  stays(reader: TraceReader): ProfileStays {
    const rows = [...this.#figures].filter(([, { count, ns }]) => count !== 0 || ns !== 0);
    rows.sort((a, b) => b[1].ns - a[1].ns || a[0] - b[0]);
    const counts = Float64Array.from(rows, ([, row]) => row.count);
    const ns = Float64Array.from(rows, ([, row]) => row.ns);
    const stacks = rows.map(([stack]) => stackIx(stack));
    return {
      count: counts.reduce((so, one) => so + one, 0),
      ns: durNs(ns.reduce((so, one) => so + one, 0)),
      stacks,
      profile: stackProfile(reader, stacks, [
        { type: 'contentions', unit: 'count', values: counts },
        { type: 'delay', unit: 'nanoseconds', values: ns },
      ]),
    };
  }
}

type Parts = Readonly<Record<ProfilePartName, StackStays>>;

export const profileAnswer: Answer<'profile'> = function* (inputs, params) {
  const { reader } = inputs;
  const selection = selectionOf(inputs, params);
  const test = testOf(reader, params.kind);
  const parts: Parts = { ended: new StackStays(), beforeRun: new StackStays(), open: new StackStays() };
  const { sums } = yield* sumSpans(inputs, { stack: true }, selection);
  for (let i = 0; i < sums.count; i++) {
    if (!test(sums.states[i]!, sums.reasons[i]!)) continue;
    const part = sums.beforeRun[i] === 1 ? parts.beforeRun : parts.ended;
    part.add(sums.stacks[i]!, sums.stays[i]!, sums.ns[i]!, sums.last[i]);
  }
  for (const end of reader.looseEnds()) {
    if (end.isOpen && test(end.state, end.reason)) moveOpen(parts, selection, end, reader.trace().durationNs);
    if (params.asGo && !end.hasRun) addNeverRun(inputs, parts, selection, end, test);
  }
  if (params.asGo) parts.ended.joinEmpty(reader);
  yield;
  return profileOf(reader, params, selection, parts);
};

/** What goes on at the end was summed up with what ended. */
function moveOpen(
  { ended, beforeRun, open }: Parts,
  selection: Selection,
  end: LooseEnd,
  traceEnd: number,
): void {
  const ns = timeSelected(selection, end.goroutine, end.name, end.since, traceEnd);
  if (ns === 0) return;
  (end.hasRun ? ended : beforeRun).add(end.stack, -1, -ns);
  open.add(end.stack, 1, ns);
}

/**
 * Go counts from the first time that a goroutine runs on; of one that never does everything that ends, from the goroutine's first
 * event on. Such stays move to those that Go counts.
 */
function addNeverRun(
  inputs: AnalysisInputs,
  { ended, beforeRun }: Parts,
  selection: Selection,
  end: LooseEnd,
  test: Test,
): void {
  for (const stay of staysOf(inputs, end)) {
    if (!test(stay.state, stay.reason)) continue;
    const all = timeSelected(selection, end.goroutine, end.name, stay.start, stay.end);
    const counted = timeSelected(selection, end.goroutine, end.name, stay.firstEvent, stay.end);
    if (all > 0) beforeRun.add(stay.stack, -1, -all);
    if (counted > 0) ended.add(stay.stack, 1, counted, stay.end);
  }
}

interface Stay {
  readonly start: number;
  /** Where it begins for Go: its state was announced then. */
  readonly firstEvent: number;
  end: number;
  readonly state: number;
  readonly reason: number;
  readonly stack: number;
}

/** The stays of a goroutine that are over. */
function staysOf({ reader, orders }: AnalysisInputs, { goroutine, isOpen }: LooseEnd): Stay[] {
  const { table } = orders;
  const { durationNs } = reader.trace();
  const row = table.goroutine(goroutine);
  const isAnnounced = row !== undefined && row.creatorId === null && row.creationStackIx === 0;
  const borders = new Set(reader.spanSums().map(({ untilNs }) => untilNs));
  const stays: Stay[] = [];
  let last: Stay | undefined;
  for (const [i, span] of unjoinedSpans(reader, table, goroutine, 0, durationNs).entries()) {
    const isSame =
      last?.end === span.start &&
      last.stack === span.stack &&
      (last.state === span.state
        ? last.reason === span.reason
        : isSyscall(spanStates[last.state]!) && isSyscall(spanStates[span.state]!));
    if (!last || !isSame) {
      stays.push((last = { ...span, firstEvent: span.start }));
      continue;
    }
    if (i === 1 && isAnnounced && !borders.has(last.end)) {
      last = { ...last, firstEvent: span.start };
      stays[stays.length - 1] = last;
    }
    last.end = span.end;
  }
  return isOpen ? stays.slice(0, -1) : stays;
}

function profileOf(
  reader: TraceReader,
  params: AnalysisParams<'profile'>,
  { from, until, intervals }: Selection,
  parts: Parts,
): BlockingProfile {
  const { kind, asGo = false } = params;
  // Profiles of regions are not cut at the first run.
  const leavesOut: Readonly<Record<ProfilePartName, boolean>> = {
    ended: false,
    beforeRun: (asGo && intervals === undefined) || params.afterRun === true,
    open: asGo || params.ended === true,
  };
  const stays = profilePartNames.map(
    (name) => [name, (leavesOut[name] ? new StackStays() : parts[name]).stays(reader)] as const,
  );
  const sum = (figure: 'count' | 'ns'): number => stays.reduce((so, [, part]) => so + part[figure], 0);
  return {
    kind,
    fromNs: traceNs(from),
    untilNs: traceNs(until),
    total: { count: sum('count'), ns: durNs(sum('ns')) },
    parts: Object.fromEntries(stays) as unknown as BlockingProfile['parts'],
  };
}
