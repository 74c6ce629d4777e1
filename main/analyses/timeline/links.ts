/** How a stay of a goroutine hangs together with others: who ended it, whom the goroutine woke meanwhile and next. */
import type { NamedGoroutine, SpanLinks, Stay, Wake } from '#common/analyses/timeline-details.ts';
import { Failure } from '#common/errors.ts';
import { spanStates, stateClass } from '#common/goroutine-state.ts';
import { goId, stackIx } from '#common/ids.ts';
import type { GoroutineRecord, GoroutineTable } from '#common/goroutine-table.ts';
import type { Params } from '#common/rpc/contract.ts';
import { packedSpan, wakerOf, type PackedSpan, type Waker } from '#common/span-chunk.ts';
import { traceNs } from '#common/units.ts';
import type { FoundWake, WakeStretch } from '#common/wake-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import type { AnalysisInputs } from '../inputs.ts';
import { doneWakes } from './done-wakes.ts';
import { ProcessorPlaces } from './processor-places.ts';
import { StoredStays, isOneStay, type SpanRun } from './stored-stays.ts';

/** Wakes that are told. */
const mostWakes = 100;

const [runnable, running, waiting, syscall, blocked] = (
  ['Runnable', 'Running', 'Waiting', 'Syscall', 'BlockedSyscall'] as const
).map((state) => spanStates.indexOf(state));
/** How a goroutine that runs comes into another state. */
const eventsOfRunning = new Map([
  [runnable, 'GoStop'],
  [waiting, 'GoBlock'],
  [syscall, 'GoSyscallBegin'],
]);
const isSyscall = ({ state }: PackedSpan): boolean => state === syscall || state === blocked;

/** Yields between pieces of work, as answers of analyses do. Only one at a time. */
export function* timelineLinks(
  inputs: Pick<AnalysisInputs, 'reader' | 'orders'>,
  { goroutine, at }: Params<'timeline.links'>,
): Generator<void, SpanLinks> {
  const { reader, orders } = inputs;
  const { table } = orders;
  const record = table.goroutine(goroutine);
  if (!record)
    throw new Failure('no-such-goroutine', `There is no goroutine ${goroutine} in this trace.`, {
      goroutine,
    });
  const run = new StoredStays(reader, table).run(goroutine, at);
  if (!run)
    throw new Failure('nothing-known', `Nothing is known of goroutine ${goroutine} at that time.`, {
      goroutine,
      at,
    });
  return yield* new Links(reader, table, record, run).tell();
}

/** The stay of a goroutine at a point in time, who ended it, and which processor took up one that is runnable. */
export function* endOfStay(
  { reader, orders: { table } }: Pick<AnalysisInputs, 'reader' | 'orders'>,
  goroutine: number,
  at: number,
): Generator<void, StayEnd | undefined> {
  const record = table.goroutine(goroutine);
  const run = record && new StoredStays(reader, table).run(goroutine, at);
  return run && (yield* new Links(reader, table, record, run).end());
}

export interface StayEnd {
  readonly stay: Stay;
  readonly wake?: Wake;
  readonly processor?: number;
}

const nobody: Waker = { isGoroutine: false };

/** A stay in a run of spans: the first and the last of its spans, seen from the one that is asked about. */
type Place = readonly [first: number, last: number];

class Links {
  readonly #reader: TraceReader;
  readonly #table: GoroutineTable;
  readonly #record: GoroutineRecord;
  readonly #run: SpanRun;
  readonly #stays: StoredStays;
  readonly #processors: ProcessorPlaces;
  readonly #reasons: readonly string[];
  readonly #names = new Map<number, NamedGoroutine>();

  constructor(reader: TraceReader, table: GoroutineTable, record: GoroutineRecord, run: SpanRun) {
    this.#reader = reader;
    this.#table = table;
    this.#record = record;
    this.#run = run;
    this.#stays = new StoredStays(reader, table);
    this.#processors = new ProcessorPlaces(reader);
    this.#reasons = reader.reasons();
  }

  *tell(): Generator<void, SpanLinks> {
    const { id } = this.#record;
    const place = yield* this.#run.stayAt(0);
    const stay = this.#stay(place);
    const wake = yield* this.#wakeOf(place);
    const wakerStay = wake?.by && wake.kind === 'unblock' ? yield* this.#longestStay(wake, stay) : undefined;
    const { state } = this.#run.at(place[0])!;
    const isActive = state === running || isSyscall(this.#run.at(place[0])!);
    const does = state === running ? 'running' : 'syscall';
    const stretches = isActive ? yield* this.#processors.stretches(id, does, stay.fromNs, stay.untilNs) : [];
    const { wakes, count } = yield* this.#done(id, does === 'running' ? stretches : [], mostWakes);
    const next = isActive ? undefined : yield* this.#next(place);
    const creation = this.#creation();
    const began = this.#eventAt(place[0] - 1, place[0]);
    const ended = this.#eventAt(place[1], place[1] + 1);
    return {
      revision: this.#reader.trace().revision,
      goroutine: this.#named(id),
      stay,
      ...(began === undefined ? {} : { began }),
      ...(ended === undefined ? {} : { ended }),
      processors: [...new Set(stretches.map(({ lane }) => this.#processors.idOf(lane)!))],
      ...(wake ? { wake } : {}),
      ...(wakerStay ? { wakerStay } : {}),
      wakes,
      wakeCount: count,
      ...(next ? { next } : {}),
      ...(creation ? { creation } : {}),
    };
  }

  *end(): Generator<void, StayEnd> {
    const place = yield* this.#run.stayAt(0);
    const stay = this.#stay(place);
    const wake = yield* this.#wakeOf(place);
    const isRunnable = stay.stateClass === 'runnable';
    const { untilNs } = stay;
    const [taken] = isRunnable
      ? yield* this.#processors.stretches(this.#record.id, 'running', untilNs, untilNs + 1)
      : [];
    const processor = taken && this.#processors.idOf(taken.lane);
    return { stay, ...(wake ? { wake } : {}), ...(processor === undefined ? {} : { processor }) };
  }

  /** What led from one of its spans to the next, by Go's name of the event. */
  #eventAt(before: number, after: number): string | undefined {
    const [from, to] = [this.#run.at(before), this.#run.at(after)];
    if (!from) return to && this.#record.creationNs === to.start && this.#creation() ? 'GoCreate' : undefined;
    if (!to) return this.#record.endNs === from.end && from.state === running ? 'GoDestroy' : undefined;
    if (to.state === running) return isSyscall(from) ? 'GoSyscallEnd' : 'GoStart';
    if (isSyscall(from)) return to.state === runnable ? 'GoSyscallEndBlocked' : undefined;
    if (from.state === running) return eventsOfRunning.get(to.state);
    return from.state === waiting && to.state === runnable ? 'GoUnblock' : undefined;
  }

  #named(id: number): NamedGoroutine {
    let named = this.#names.get(id);
    if (!named) {
      named = { id: goId(id), name: this.#reader.name(this.#table.nameOf(id) ?? 0) };
      this.#names.set(id, named);
    }
    return named;
  }

  #stay([first, last]: Place): Stay {
    const span = this.#run.at(first)!;
    return this.#stayOf(span, span.start, this.#run.at(last)!.end);
  }

  #stayOf(
    { state, reason, stack }: Pick<PackedSpan, 'state' | 'reason' | 'stack'>,
    from: number,
    until: number,
  ): Stay {
    const text = this.#reasons[reason] ?? '';
    return {
      fromNs: traceNs(from),
      untilNs: traceNs(until),
      stateClass: stateClass(spanStates[state] ?? 'Undetermined', text),
      reason: text,
      stack: stackIx(stack),
    };
  }

  /** Who ended a wait, or made runnable what is. A system call ends by itself. */
  *#wakeOf(place: Place): Generator<void, Wake | undefined> {
    const span = this.#run.at(place[0])!;
    if (span.state === runnable) {
      const before = this.#run.at(place[0] - 1);
      if (!before) return span.start === this.#record.creationNs ? this.#creation() : undefined;
      if (span.waker === undefined && !isSyscall(before)) return undefined;
      return this.#wake(this.#record.id, span, this.#stay(yield* this.#run.stayAt(place[0] - 1)));
    }
    const next = this.#run.at(place[1] + 1);
    const mayBeEnded = span.state === waiting || this.#run.at(place[1])!.state === blocked;
    if (!mayBeEnded || !next || next.state !== runnable) return undefined;
    return this.#wake(this.#record.id, next, this.#stay(place));
  }

  /** What the span that begins with it says. */
  #wake(goroutine: number, { start, stack, waker }: PackedSpan, ended: Stay): Wake {
    const { lane, isGoroutine } = waker === undefined ? nobody : wakerOf(waker);
    const by = isGoroutine && lane !== undefined ? this.#processors.actorAt(lane, start) : undefined;
    return this.#wakeBy(goroutine, start, stack, by, lane, ended);
  }

  #wakeBy(
    goroutine: number,
    at: number,
    stack: number,
    by: number | undefined,
    lane: number | undefined,
    ended: Stay | undefined,
  ): Wake {
    const processor = lane === undefined ? undefined : this.#processors.idOf(lane);
    return {
      kind: ended ? 'unblock' : 'create',
      atNs: traceNs(at),
      goroutine: this.#named(goroutine),
      ...(by === undefined ? {} : { by: this.#named(by) }),
      ...(processor === undefined ? {} : { processor }),
      stack: stackIx(stack),
      ...(ended ? { ended } : {}),
    };
  }

  /** Absent where the goroutine was there before the trace. */
  #creation(): Wake | undefined {
    const { id, creationNs, creatorId, creationStackIx } = this.#record;
    const waker = this.#stays.firstSpan(id, creationNs)?.waker;
    if (waker === undefined && creatorId === null) return undefined;
    const by = creatorId ?? undefined;
    const lane =
      waker !== undefined
        ? wakerOf(waker).lane
        : by === undefined
          ? undefined
          : this.#processors.laneOfActor(by, creationNs);
    return this.#wakeBy(id, creationNs, creationStackIx, by, lane, undefined);
  }

  /** The longest that the one who ended a stay did within it, other than running. */
  *#longestStay({ by, atNs }: Wake, { fromNs }: Stay): Generator<void, Stay | undefined> {
    let longest: PackedSpan | undefined;
    let current: PackedSpan | undefined;
    let last: PackedSpan | undefined;
    const end = (): void => {
      if (!current || current.state === running || current.start < fromNs || current.end > atNs) return;
      if (!longest || current.end - current.start > longest.end - longest.start) longest = current;
    };
    for (const spans of this.#stays.between(by!.id, fromNs, atNs)) {
      for (const span of spans) {
        const goesOn = current?.end === span.start && isOneStay(last!, span);
        if (!goesOn) end();
        current = goesOn ? { ...current!, end: span.end } : span;
        last = span;
      }
      yield;
    }
    end();
    return longest && this.#stayOf(longest, longest.start, longest.end);
  }

  *#done(
    goroutine: number,
    stretches: readonly WakeStretch[],
    most: number,
  ): Generator<void, { readonly wakes: readonly Wake[]; readonly count: number }> {
    const within = { reader: this.#reader, table: this.#table, stays: this.#stays };
    const { wakes, count } = yield* doneWakes(within, goroutine, stretches, most);
    const told: Wake[] = [];
    let twice = 0;
    for (const wake of wakes) {
      const lane = stretches.find(({ from, until }) => from < wake.at && wake.at <= until)?.lane;
      const ended = wake.isCreation ? undefined : yield* this.#ended(wake);
      if (!wake.isCreation && !ended) {
        twice++;
        continue;
      }
      told.push(this.#wakeBy(wake.goroutine, wake.at, wake.stack, goroutine, lane, ended));
      yield;
    }
    return { wakes: told, count: count - twice };
  }

  /** The stay that a wake ended; undefined: there is none, it was a creation. */
  *#ended({ goroutine, at, before }: FoundWake): Generator<void, Stay | undefined> {
    if (before && !before.goesBack) {
      const span = packedSpan(before.from, at, before.what, before.stack);
      return this.#stayOf(span, before.from, at);
    }
    const run = this.#stays.runUpTo(goroutine, at);
    if (!run) return undefined;
    const [first] = yield* run.stayAt(0);
    return this.#stayOf(run.at(first)!, run.at(first)!.start, at);
  }

  /** The first wake after a stay, before the next wait. */
  *#next([, last]: Place): Generator<void, Wake | undefined> {
    const { id } = this.#record;
    const { generations } = this.#stays;
    let stretches: WakeStretch[] = [];
    let until = -Infinity;
    for (let i = last + 1; ; i++) {
      const span = this.#run.at(i);
      const isOver = !span || span.state === waiting;
      if (stretches.length > 0 && (isOver || span.start >= until)) {
        const [first] = (yield* this.#done(id, stretches, 1)).wakes;
        if (first) return first;
        stretches = [];
      }
      if (isOver) return undefined;
      if (stretches.length === 0)
        until = generations.find(({ untilNs }) => untilNs > span.start)?.untilNs ?? Infinity;
      if (span.state === running)
        stretches.push(...(yield* this.#processors.stretches(id, 'running', span.start, span.end)));
      yield;
    }
  }
}
