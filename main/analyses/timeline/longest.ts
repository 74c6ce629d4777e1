/** The longest stays of groups of goroutines in a window: that one goroutine was blocked long among 800,000. */
import type { LongStay, TimelineLongest } from '#common/analyses/timeline-details.ts';
import { spanStates, stateClass } from '#common/goroutine-state.ts';
import { goId, stackIx } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { PackedSpan } from '#common/span-chunk.ts';
import type { StayPiece } from '#common/span-sums.ts';
import { traceNs } from '#common/units.ts';
import type { SpanSumsFacts, TraceReader } from '#db/reader.ts';
import type { GoroutineOrders } from '../goroutine-order.ts';
import { unjoinedSpans } from '../goroutine-spans.ts';
import type { Turn } from '../in-steps.ts';

type Asked = Params<'timeline.longest'>;

/** Bytes of spans between two steps. */
const stepBytes = 1 << 19;
/** Stays of whole generations that are kept for the next question. */
const mostKept = 200_000;

/** Answers in turns, with which other questions to the core take theirs: over a long trace it takes a while, once. */
export class LongestStays {
  readonly #reader: TraceReader;
  readonly #orders: GoroutineOrders;
  /** By generation and group, for so many stays of each. */
  readonly #kept = new Map<string, readonly StayPiece[]>();
  #keptStays = 0;
  #revision = -1;

  constructor(reader: TraceReader, orders: GoroutineOrders) {
    this.#reader = reader;
    this.#orders = orders;
  }

  *answer({ groups: asked, most, ...window }: Asked, turn: Turn): Generator<void, TimelineLongest> {
    const { durationNs, revision } = this.#reader.trace();
    if (revision !== this.#revision) this.#forget(revision);
    const from = Math.floor(Math.max(0, window.from));
    const until = Math.ceil(Math.min(durationNs, window.until));
    const groups = [...new Set<number>(asked)].filter((group) => group >= 0);
    const found = new Map(groups.map((group) => [group, [] as StayPiece[]]));
    if (groups.length > 0 && until > from)
      yield* this.#pieces({ from, until, most }, groups, turn, (group, pieces) =>
        found.get(group)!.push(...pieces),
      );
    const stays = new Map<number, readonly LongStay[]>();
    for (const [group, pieces] of found) stays.set(group, yield* this.#longest(pieces, most, durationNs));
    return { revision, groups: asked.map((group) => stays.get(group) ?? []) };
  }

  #forget(revision: number): void {
    this.#revision = revision;
    this.#kept.clear();
    this.#keptStays = 0;
  }

  /** The longest pieces of each generation, and the longest plain lives. */
  *#pieces(
    { from, until, most }: { readonly from: number; readonly until: number; readonly most: number },
    groups: readonly number[],
    turn: Turn,
    take: (group: number, pieces: readonly StayPiece[]) => void,
  ): Generator<void> {
    const scan = this.#orders.table.spans;
    for (const generation of this.#reader.spanSums()) {
      const { startNs, untilNs, ix } = generation;
      if (untilNs <= from || startNs >= until) continue;
      const isWhole = startNs >= from && untilNs <= until;
      yield* this.#known(isWhole ? `${ix} ${most}` : undefined, groups, turn, take, (missing) => {
        this.#open(missing, most, Math.max(from, startNs), Math.min(until, untilNs));
        return this.#scan(generation, from, until, new Set(missing));
      });
    }
    const isWhole = from === 0 && until === this.#reader.trace().durationNs;
    const plain = (missing: readonly number[]): Generator<void> => {
      this.#open(missing, most, from, until);
      return scan.plainLives(from, until);
    };
    yield* this.#known(isWhole ? `plain ${most}` : undefined, groups, turn, take, plain);
  }

  #open(groups: readonly number[], most: number, from: number, until: number): void {
    const scan = this.#orders.table.spans;
    // With this many even the pieces of stays that lie beside each other leave enough.
    const stays = { groups, most: most * 2 };
    scan.open({}, { from, until, names: new Set(groups) }, { stays });
    scan.knowNames(this.#reader.lateNames());
  }

  /** Takes what is kept under a key, and looks for the rest. */
  *#known(
    key: string | undefined,
    groups: readonly number[],
    turn: Turn,
    take: (group: number, pieces: readonly StayPiece[]) => void,
    look: (missing: readonly number[]) => Generator<void>,
  ): Generator<void> {
    const missing: number[] = [];
    for (const group of groups) {
      const kept = key === undefined ? undefined : this.#kept.get(`${key} ${group}`);
      if (kept) take(group, kept);
      else missing.push(group);
    }
    if (missing.length === 0) return;
    yield* look(missing);
    for (const [i, group] of missing.entries()) {
      const pieces = this.#orders.table.spans.stays(i);
      take(group, pieces);
      if (key !== undefined) this.#keep(`${key} ${group}`, pieces);
    }
    // The core has nothing half done.
    turn.isOver = true;
    yield;
  }

  #keep(key: string, pieces: readonly StayPiece[]): void {
    if (this.#keptStays > mostKept) this.#forget(this.#revision);
    this.#kept.set(key, pieces);
    // Those without any take their place, too.
    this.#keptStays += pieces.length + 1;
  }

  *#scan(
    generation: SpanSumsFacts,
    from: number,
    until: number,
    groups: ReadonlySet<number>,
  ): Generator<void> {
    const { table } = this.#orders;
    let bytes = 0;
    for (const chunk of this.#reader.spanChunksOf(generation, from, until)) {
      table.spans.chunk(chunk.spans, chunk.baseNs, generation.untilNs);
      if ((bytes += chunk.spans.length) > stepBytes) yield void (bytes = 0);
    }
    const isWanted = (goroutine: number): boolean => groups.has(table.nameOf(goroutine) ?? 0);
    for (const block of this.#reader.goroutineBlocksOf(generation, from, until, isWanted)) {
      table.spans.blocks(block.lane, block.data, block.startNs, generation.untilNs);
      if ((bytes += block.data.length) > stepBytes) yield void (bytes = 0);
    }
  }

  *#longest(pieces: readonly StayPiece[], most: number, traceEnd: number): Generator<void, LongStay[]> {
    const { table } = this.#orders;
    const reasons = this.#reader.reasons();
    // Two pieces of one stay may be here without those between them.
    const stays = new Map<string, StayPiece>();
    for (const stay of joined(pieces).sort(longestFirst).slice(0, most)) {
      const all = whole(this.#reader, table, stay, traceEnd);
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
}

const longestFirst = (a: StayPiece, b: StayPiece): number =>
  b.until - b.from - (a.until - a.from) || a.from - b.from || a.goroutine - b.goroutine;

const syscalls = [spanStates.indexOf('Syscall'), spanStates.indexOf('BlockedSyscall')];
const isSyscall = (state: number): boolean => syscalls.includes(state);

type What = Pick<PackedSpan, 'state' | 'reason' | 'stack'>;

/** Spans of the same stay, if they follow each other. The two kinds of system call are one stay. */
const isSame = (a: What, b: What): boolean =>
  (a.state === b.state && a.reason === b.reason && a.stack === b.stack) ||
  (isSyscall(a.state) && isSyscall(b.state));

/** Pieces that were only cut where a generation ends are one stay. */
function joined(pieces: readonly StayPiece[]): StayPiece[] {
  const stays = new Map<string, StayPiece>();
  const found: StayPiece[] = [];
  for (const piece of pieces.toSorted((a, b) => a.from - b.from)) {
    const before = stays.get(`${piece.goroutine} ${piece.from}`);
    const joins = piece.isPiece && before?.isPiece && isSame(before, piece);
    if (joins) found.splice(found.indexOf(before), 1);
    const stay = joins ? { ...before, until: piece.until } : piece;
    found.push(stay);
    stays.set(`${stay.goroutine} ${stay.until}`, stay);
  }
  return found;
}

/** With what lies in generations that were not looked at, or where other stays were longer. */
function whole(
  reader: TraceReader,
  table: GoroutineOrders['table'],
  stay: StayPiece,
  traceEnd: number,
): StayPiece {
  if (!stay.isPiece) return stay;
  let { from, until } = stay;
  for (let reach = until - from; ; reach *= 2) {
    const spans = unjoinedSpans(reader, table, stay.goroutine, from - reach - 1, until + reach + 1);
    const at = spans.findIndex((span) => span.end > from && isSame(span, stay));
    let [first, last] = [at, at];
    while (first > 0 && spans[first - 1]!.end === spans[first]!.start && isSame(spans[first - 1]!, stay))
      first--;
    while (
      last >= 0 &&
      last + 1 < spans.length &&
      spans[last + 1]!.start === spans[last]!.end &&
      isSame(spans[last + 1]!, stay)
    )
      last++;
    if (at < 0) return stay;
    const isEnded =
      (first > 0 || spans[first]!.start === from) && (last + 1 < spans.length || spans[last]!.end === until);
    from = Math.min(from, spans[first]!.start);
    until = Math.max(until, spans[last]!.end);
    const { stack } = spans[first]!;
    if (isEnded || (from <= 0 && until >= traceEnd)) return { ...stay, from, until, stack };
  }
}
