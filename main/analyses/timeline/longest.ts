/** The longest stays of groups of goroutines in a window: that one goroutine was blocked long among 800,000. */
import type { LongStay, TimelineLongest } from '#common/analyses/timeline-details.ts';
import { spanStates, stateClass } from '#common/goroutine-state.ts';
import { goId, stackIx } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { StayPiece } from '#common/span-sums.ts';
import { traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { GroupPieces } from './group-pieces.ts';
import { joined, longestFirst, LongestPieces, whole } from './whole-stays.ts';

type Asked = Params<'timeline.longest'>;

/** `pieces`: shares nothing with other answers, which so need not wait. */
export function* longestStays(
  reader: TraceReader,
  pieces: GroupPieces,
  { groups: asked, most, ...window }: Asked,
): Generator<void, TimelineLongest> {
  const { durationNs, revision } = reader.trace();
  const from = Math.floor(Math.max(0, window.from));
  const until = Math.ceil(Math.min(durationNs, window.until));
  const groups = [...new Set<number>(asked)].filter((group) => group >= 0);
  const found = new Map(groups.map((group) => [group, new LongestPieces(most)]));
  // With twice as many even the pieces of stays that lie beside each other leave enough.
  const wanted = { from, until, most: most * 2 };
  yield* pieces.longest(wanted, groups, (group, own) => found.get(group)!.add(own));
  const stays = new Map<number, readonly LongStay[]>();
  for (const [group, own] of found) stays.set(group, yield* longestOf(reader, own.pieces, most));
  return { revision, groups: asked.map((group) => stays.get(group) ?? []) };
}

function* longestOf(
  reader: TraceReader,
  pieces: readonly StayPiece[],
  most: number,
): Generator<void, LongStay[]> {
  const reasons = reader.reasons();
  const { durationNs } = reader.trace();
  // Two pieces of one stay may be here without those between them.
  const stays = new Map<string, StayPiece>();
  for (const stay of joined(pieces).sort(longestFirst).slice(0, most)) {
    const all = whole(reader, stay, durationNs);
    stays.set(`${all.goroutine} ${all.from}`, all);
    if (stay.isPiece) yield;
  }
  return [...stays.values()].sort(longestFirst).map(({ goroutine, from, until, state, reason, stack }) => ({
    goroutine: goId(goroutine),
    fromNs: traceNs(from),
    untilNs: traceNs(until),
    stateClass: stateClass(spanStates[state] ?? 'Undetermined', reasons[reason] ?? ''),
    reason: reasons[reason] ?? '',
    stack: stackIx(stack),
  }));
}
