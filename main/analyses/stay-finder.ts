/** Stays of goroutines one by one, looked for in the spans generation by generation, with a memory of their own in the core. */
import { bucketEdges } from '#common/analyses/duration-figures.ts';
import type { Stays } from '#common/analyses/profile-analysis.ts';
import type { StayFigures } from '#common/analyses/stay-results.ts';
import { spanStates } from '#common/goroutine-state.ts';
import type { GoroutineTable } from '#common/goroutine-table.ts';
import type { Params } from '#common/rpc/contract.ts';
import { durNs } from '#common/units.ts';
import type { SpanSumsFacts, TraceReader } from '#db/reader.ts';
import type { GoroutineOrders } from './goroutine-order.ts';
import type { GoroutineInputs } from './inputs.ts';
import { isProfileKind, testOf, type Test } from './profile-kinds.ts';
import { selectionOf, type Selection } from './selection.ts';
import { sumSpans } from './span-sums.ts';
import { stayFigures } from './stay-figures.ts';

type Asked = Params<'profile.stays'>;
type Report = (progress: StayFigures) => void;

/** Bytes of spans between two steps. */
const stepBytes = 1 << 18;
const reportEveryMs = 100;
/** Of the work, where goroutines' rows are looked through, too. */
const shareOfSpans = 0.7;

const states = spanStates.length + 1;
const runnable = spanStates.indexOf('Runnable');
const running = spanStates.indexOf('Running');

export class StayFinder {
  readonly #reader: TraceReader;
  readonly #open: () => GoroutineOrders;
  #orders: GoroutineOrders | undefined;

  /** `open`: a table that nobody else uses; it is opened when it is needed first. */
  constructor(reader: TraceReader, open: () => GoroutineOrders) {
    this.#reader = reader;
    this.#open = open;
  }

  /** Only one at a time. */
  *find(asked: Asked, report: Report): Generator<void, StayFigures> {
    const inputs = { reader: this.#reader, orders: (this.#orders ??= this.#open()) };
    const selection = selectionOf(inputs, asked);
    const test = testOf(this.#reader, asked.kind);
    const total = yield* totalOf(inputs, selection, asked, test);
    const { table } = inputs.orders;
    openScan(this.#reader, table, selection, asked, test);
    const figures = (scanned: number): StayFigures =>
      stayFigures(this.#reader, selection, { total, scanned }, table.stays.found());
    report(figures(0));
    let reported = performance.now();
    for (const scanned of this.#scan(table, selection, hasPlain(test))) {
      if (performance.now() - reported >= reportEveryMs) {
        report(figures(scanned));
        reported = performance.now();
      }
      yield;
    }
    table.stays.finish();
    return figures(1);
  }

  /** Yields how much is done. */
  *#scan(table: GoroutineTable, selection: Selection, withPlain: boolean): Generator<number> {
    const { from, until } = selection;
    const share = withPlain ? shareOfSpans : 1;
    for (const generation of this.#reader.spanSums()) {
      if (generation.untilNs <= from || generation.startNs >= until) continue;
      const before = share * Math.max(0, (generation.startNs - from) / (until - from));
      const done = share * Math.min(1, (generation.untilNs - from) / (until - from));
      if (table.stays.isWorthIt(this.#reader.spanSumsData(generation.ix).sums)) {
        yield* this.#scanGeneration(table, selection, generation, before);
        table.stays.endGeneration(generation.untilNs);
      }
      yield done;
    }
    if (withPlain) for (const part of table.stays.plainLives(from, until)) yield share + (1 - share) * part;
  }

  /** What it reads it reads at once, so that others may read between. */
  *#scanGeneration(
    table: GoroutineTable,
    selection: Selection,
    generation: SpanSumsFacts,
    done: number,
  ): Generator<number> {
    const { from, until } = selection;
    let bytes = 0;
    for (const { ix, baseNs } of this.#reader.spanChunkFacts(generation, from, until)) {
      const spans = this.#reader.spansOfChunk(ix);
      table.stays.chunk(spans, baseNs);
      if ((bytes += spans.length) < stepBytes) continue;
      yield done;
      bytes = 0;
    }
    const isWanted = (goroutine: number): boolean => hasAny(table, selection, goroutine);
    for (const { lane, startNs, data } of this.#reader.goroutineBlocksOf(generation, from, until, isWanted)) {
      table.stays.blocks(lane, data, startNs);
      if ((bytes += data.length) < stepBytes) continue;
      yield done;
      bytes = 0;
    }
  }
}

/** Goroutines with the same number may have different names. */
function hasAny(table: GoroutineTable, { ids, names, intervals }: Selection, goroutine: number): boolean {
  if (!(ids?.has(goroutine) ?? true) || !(intervals?.has(goroutine) ?? true)) return false;
  return !names || [...table.lives(goroutine)].some(({ nameIx }) => names.has(nameIx));
}

const hasPlain = (test: Test): boolean => test(runnable, 0) || test(running, 0);

function openScan(
  reader: TraceReader,
  table: GoroutineTable,
  selection: Selection,
  { kind, stacks, most }: Asked,
  test: Test,
): void {
  const whats = Uint8Array.from({ length: (reader.reasons().length + 1) * states }, (_, what) =>
    Number(test(what % states, Math.floor(what / states))),
  );
  const wanted = { whats, onlyOwnStacks: !isProfileKind(kind), most, edgesNs: bucketEdges() };
  table.stays.open(stacks ? { ...wanted, stacks } : wanted, selection, reader.lateNames());
}

/** From what was summed up when the trace was read. */
function* totalOf(
  inputs: GoroutineInputs,
  selection: Selection,
  { kind, stacks }: Asked,
  test: Test,
): Generator<void, Stays> {
  const { sums } = yield* sumSpans(inputs, { stack: true }, selection);
  const wanted = stacks && new Set<number>(stacks);
  const onlyOwn = !isProfileKind(kind);
  let [count, ns] = [0, 0];
  for (let i = 0; i < sums.count; i++) {
    const state = sums.states[i]!;
    const stack = onlyOwn && (state === running || state === runnable) ? 0 : sums.stacks[i]!;
    if (!test(state, sums.reasons[i]!) || !(wanted?.has(stack) ?? true)) continue;
    count += sums.stays[i]!;
    ns += sums.ns[i]!;
  }
  return { count, ns: durNs(ns) };
}
