import type { GcAnalysis, GcPause, GcWait } from '#common/analyses/gc-analysis.ts';
import type { WorkSpan } from '#common/collector-work.ts';
import { isRuntimeOwn } from '#common/runtime-goroutines.ts';
import type { SweepSums } from '#common/sweep-sums.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { Answer } from './answers.ts';
import { CycleBuilder, type Stop } from './gc-cycles.ts';
import { PauseKinds } from './gc-pauses.ts';
import {
  addSums,
  addSweeps,
  assistSums,
  goroutineRows,
  groupRows,
  noSums,
  sumsAt,
  sweepSums,
  type Sums,
} from './gc-sums.ts';
import type { AnalysisInputs } from './inputs.ts';
import { selectionOf, type Selection } from './selection.ts';
import { valuesOf } from './timeline/counters.ts';

const usualLimit = 1000;

export const gcAnswer: Answer<'gc'> = function* (inputs, params): Generator<void, GcAnalysis> {
  const selection = selectionOf(inputs, params);
  const { from, until } = selection;
  const gathered = new Gathered(inputs, selection);
  yield* inputs.collector.spans((span) => gathered.span(span));
  const { intervals } = selection;
  const ownTime = intervals && ((goroutine: number) => intervals.get(goroutine) ?? []);
  yield* inputs.collector.sweeps({ from, until }, (sums) => gathered.sweep(sums), ownTime);
  const limit = params.limit === 0 ? Infinity : (params.limit ?? usualLimit);
  const nameOf = startFunctions(inputs);
  const { workers, assists, sweeps, processors } = gathered;
  const stops = gathered.stops.sort((a, b) => a.span.startNs - b.span.startNs);
  const cycles = gathered.cycles.cycles(stops).filter((one) => one.endNs >= from && one.startNs <= until);
  const pauses = stops.filter(({ span }) => touches(span, selection));
  // By time already; of equal length the earlier one stays first.
  if (params.longest) pauses.sort((a, b) => lengthOf(b.span) - lengthOf(a.span));
  const { columns = 0 } = params;
  return {
    fromNs: traceNs(from),
    untilNs: traceNs(until),
    markNs: durNs(gathered.markNs),
    cycleCount: cycles.length,
    cycles: cycles.slice(0, limit),
    pauseCount: pauses.length,
    pauses: pauses.slice(0, limit).map((stop) => pauseOf(stop, nameOf)),
    pauseKinds: gathered.kinds.rows(),
    workers: {
      dedicatedNs: durNs(workers.dedicated),
      fractionalNs: durNs(workers.fractional),
      idleNs: durNs(workers.idle),
    },
    assists: {
      ...assistSums(inAll(assists)),
      goroutineCount: assists.size,
      goroutines: goroutineRows(assists, assistSums, limit, nameOf),
      groups: groupRows(assists, assistSums, limit, nameOf),
    },
    sweeps: {
      ...sweepSums(inAll(sweeps)),
      goroutineCount: sweeps.size - (sweeps.has(-1) ? 1 : 0),
      goroutines: goroutineRows(sweeps, sweepSums, limit, nameOf),
      groups: groupRows(sweeps, sweepSums, limit, nameOf),
      processors: [...processors]
        .sort(([a], [b]) => a - b)
        .map(([processor, sums]) => ({ processor, ...sweepSums(sums) })),
    },
    waits: waitsOf(inputs, selection),
    ...(columns === 0 ? {} : { heap: heapOf(inputs, selection, columns) }),
  };
};

const lengthOf = ({ startNs, endNs }: WorkSpan): number => endNs - startNs;

const touches = (span: WorkSpan, { from, until }: Selection): boolean =>
  span.endNs >= from && span.startNs <= until;

/** Sums up what comes by, as far as it lies in the window and belongs to who was asked for. */
class Gathered {
  readonly #inputs: AnalysisInputs;
  readonly #selection: Selection;
  readonly cycles = new CycleBuilder();
  readonly kinds = new PauseKinds();
  readonly stops: Stop[] = [];
  readonly workers = { dedicated: 0, fractional: 0, idle: 0 };
  readonly assists = new Map<number, Sums>();
  /** Of nobody's, under −1: those that one goroutine began and another ended. */
  readonly sweeps = new Map<number, Sums>();
  readonly processors = new Map<number, Sums>();
  markNs = 0;

  constructor(inputs: AnalysisInputs, selection: Selection) {
    this.#inputs = inputs;
    this.#selection = selection;
  }

  span(span: WorkSpan): void {
    const inside = overlap(span.startNs, span.endNs, this.#selection);
    const { kind } = span;
    if (kind === 'stop') this.#stop(span, inside);
    else if (kind === 'mark') {
      this.markNs += Math.max(0, inside);
      this.cycles.mark(span);
    } else {
      this.cycles.work(span);
      if (kind === 'assist') this.#assist(span);
      else this.workers[kind] += Math.max(0, inside);
    }
  }

  #stop(span: WorkSpan, inside: number): void {
    const kind = this.#inputs.reader.name(span.nameIx);
    this.stops.push({ span, kind });
    if (inside >= 0) this.kinds.add(kind, inside);
  }

  #assist({ goroutine, startNs, endNs, ranNs, isCutAfter }: WorkSpan): void {
    const selection = this.#selection;
    if (!selection.has(goroutine)) return;
    const { from, until } = selection;
    const own = selection.intervals?.get(goroutine) ?? [from, until];
    const total = commonTime(own, startNs, endNs);
    const isEnd = !isCutAfter && endNs > from && selection.hasAt(goroutine, endNs);
    if (total === 0 && !isEnd) return;
    const sums = sumsAt(this.assists, goroutine);
    sums.total += total;
    // Where in the assist it ran is not kept.
    sums.ran += endNs === startNs ? 0 : (ranNs * total) / (endNs - startNs);
    if (!isEnd) return;
    sums.count++;
    sums.longest = Math.max(sums.longest, endNs - startNs);
  }

  sweep(piece: SweepSums): void {
    const { goroutine, processor } = piece;
    const selection = this.#selection;
    if (!selection.isEverybody && (goroutine < 0 || !selection.has(goroutine))) return;
    addSweeps(sumsAt(this.sweeps, goroutine), piece);
    addSweeps(sumsAt(this.processors, processor), piece);
  }
}

/** How much of a stretch of time lies in intervals. */
function commonTime(intervals: readonly number[], from: number, until: number): number {
  let sum = 0;
  for (let i = 0; i < intervals.length; i += 2)
    sum += Math.max(0, Math.min(until, intervals[i + 1]!) - Math.max(from, intervals[i]!));
  return sum;
}

/** How much lies in the window; below 0: it does not even touch it. */
const overlap = (startNs: number, endNs: number, { from, until }: Selection): number =>
  Math.min(endNs, until) - Math.max(startNs, from);

function inAll(all: ReadonlyMap<number, Sums>): Sums {
  const sum = noSums();
  for (const one of all.values()) addSums(sum, one);
  return sum;
}

/** The name of a goroutine's start function; looked up once. */
function startFunctions({ orders, reader }: AnalysisInputs): (goroutine: number) => string {
  const { table } = orders;
  const byGoroutine = new Map<number, string>();
  const byName = new Map<number, string>();
  return (goroutine) => {
    const known = byGoroutine.get(goroutine);
    if (known !== undefined) return known;
    const nameIx = table.nameOf(goroutine) ?? 0;
    const name = byName.get(nameIx) ?? reader.name(nameIx);
    byName.set(nameIx, name);
    byGoroutine.set(goroutine, name);
    return name;
  };
}

function pauseOf({ span, kind }: Stop, nameOf: (goroutine: number) => string): GcPause {
  return {
    startNs: traceNs(span.startNs),
    durationNs: durNs(span.endNs - span.startNs),
    kind,
    goroutine: span.goroutine,
    goroutineName: nameOf(span.goroutine),
    isCutBefore: span.isCutBefore,
    isCutAfter: span.isCutAfter,
  };
}

/** Sums of waits are kept of whole goroutines, by group. */
function waitsOf({ reader }: AnalysisInputs, selection: Selection): readonly GcWait[] | null {
  if (!selection.isWhole || selection.ids || selection.intervals) return null;
  return reader
    .groups()
    .filter(
      ({ gcNs, name, nameIx }) => gcNs > 0 && !isRuntimeOwn(name) && (selection.names?.has(nameIx) ?? true),
    )
    .map(({ name, count, gcNs }) => ({ name, goroutines: count, waitNs: durNs(gcNs) }))
    .sort((a, b) => b.waitNs - a.waitNs);
}

function heapOf(
  { reader }: AnalysisInputs,
  { from, until }: Selection,
  columns: number,
): NonNullable<GcAnalysis['heap']> {
  const { heapAllocated, heapGoal } = valuesOf(reader, ['heapAllocated', 'heapGoal'], {
    from,
    until,
    columns,
  });
  return { allocatedBytes: heapAllocated!, goalBytes: heapGoal! };
}
