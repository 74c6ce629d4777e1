/** The longest pieces of stays of groups, generation by generation: as they are stored, or else looked for in the spans. */
import { longerFirst, unpackStays, type GroupStays } from '#common/group-stays.ts';
import type { GoroutineTable } from '#common/goroutine-table.ts';
import type { StayPiece } from '#common/span-sums.ts';
import type { SpanSumsFacts, TraceReader } from '#db/reader.ts';
import type { GoroutineOrders } from '../goroutine-order.ts';

/** Bytes of spans between two steps. */
const stepBytes = 1 << 18;
/** Pieces found in spans of whole generations that are kept for the next question. */
const mostKept = 200_000;

export interface PieceWindow {
  readonly from: number;
  readonly until: number;
  /** Pieces of each group, of each generation. */
  readonly most: number;
}

type Take = (group: number, pieces: readonly StayPiece[]) => void;
type Stored = ReturnType<typeof unpackStays>;

/** What is the same until the trace's next revision. */
interface Known {
  readonly revision: number;
  readonly generations: readonly SpanSumsFacts[];
  /** Names of goroutines whose streams do not know them. */
  readonly lateNames: ReadonlyMap<number, number>;
  readonly lateGroups: ReadonlySet<number>;
  /** What was looked for in the spans of whole generations: by generation, number of pieces, and group. */
  readonly scanned: Map<string, readonly StayPiece[]>;
}

export class GroupPieces {
  readonly #reader: TraceReader;
  readonly #open: () => GoroutineOrders;
  readonly #usesStored: boolean;
  #orders: GoroutineOrders | undefined;
  #known: Known | undefined;
  #kept = 0;

  /** `open`: a table of its own, for when spans must be looked through; it is opened then. */
  constructor(reader: TraceReader, open: () => GoroutineOrders, { usesStored = true } = {}) {
    this.#reader = reader;
    this.#open = open;
    this.#usesStored = usesStored;
  }

  /** Those that touch the window. */
  *longest(window: PieceWindow, groups: readonly number[], take: Take): Generator<void> {
    if (groups.length === 0) return;
    for (const generation of this.#refreshed().generations) {
      if (generation.untilNs <= window.from || generation.startNs >= window.until) continue;
      const missing = this.#stored(generation, window, groups, take);
      yield;
      if (missing.length > 0) yield* this.#scanned(generation, window, missing, take);
    }
  }

  #refreshed(): Known {
    const { revision } = this.#reader.trace();
    if (this.#known?.revision === revision) return this.#known;
    const lateNames = this.#reader.lateNames();
    this.#kept = 0;
    this.#known = {
      revision,
      generations: this.#reader.spanSums(),
      lateNames,
      lateGroups: new Set(lateNames.values()),
      scanned: new Map(),
    };
    return this.#known;
  }

  /** Returns the groups of which not enough is stored. */
  #stored(
    { ix, startNs, untilNs }: SpanSumsFacts,
    window: PieceWindow,
    groups: readonly number[],
    take: Take,
  ): readonly number[] {
    if (!this.#usesStored) return groups;
    // Then whatever is stored of a group is of it, and in the window.
    const takesAll = startNs >= window.from && untilNs <= window.until && this.#known!.lateNames.size === 0;
    const stored = unpackStays(
      this.#reader.groupStays(ix),
      startNs,
      new Set([...groups, 0]),
      takesAll ? window.most : undefined,
    );
    return groups.filter((group) => {
      const pieces = this.#ofGroup(stored, group, window);
      if (pieces) take(group, pieces);
      return !pieces;
    });
  }

  /** Undefined: others may be longer than some of those that are stored. */
  #ofGroup(stored: Stored, group: number, window: PieceWindow): readonly StayPiece[] | undefined {
    const { lateNames, lateGroups } = this.#known!;
    const own = touching(of(stored, group), window, (id) => group > 0 || !lateNames.has(id));
    if (group === 0 || !lateGroups.has(group)) return own;
    const late = touching(of(stored, 0), window, (id) => lateNames.get(id) === group);
    return own && late && [...own, ...late].sort(longerFirst).slice(0, window.most);
  }

  *#scanned(
    generation: SpanSumsFacts,
    window: PieceWindow,
    groups: readonly number[],
    take: Take,
  ): Generator<void> {
    const { ix, startNs, untilNs } = generation;
    const { scanned } = this.#known!;
    const isWhole = startNs >= window.from && untilNs <= window.until;
    const keyOf = (group: number): string => `${ix} ${window.most} ${group}`;
    const missing: number[] = [];
    for (const group of groups) {
      const kept = isWhole ? scanned.get(keyOf(group)) : undefined;
      if (kept) take(group, kept);
      else missing.push(group);
    }
    if (missing.length === 0) return;
    const { table } = (this.#orders ??= this.#open());
    yield* this.#scan(table, generation, window, missing);
    for (const [i, group] of missing.entries()) {
      const pieces = table.spans.stays(i);
      take(group, pieces);
      if (isWhole) this.#keep(keyOf(group), pieces);
    }
  }

  #keep(key: string, pieces: readonly StayPiece[]): void {
    const { scanned } = this.#known!;
    // Those without any take their place, too.
    this.#kept += pieces.length + 1;
    if (this.#kept > mostKept) {
      scanned.clear();
      this.#kept = pieces.length + 1;
    }
    scanned.set(key, pieces);
  }

  *#scan(
    table: GoroutineTable,
    generation: SpanSumsFacts,
    window: PieceWindow,
    groups: readonly number[],
  ): Generator<void> {
    const { spans } = table;
    const from = Math.max(window.from, generation.startNs);
    const until = Math.min(window.until, generation.untilNs);
    const names = new Set(groups);
    spans.open({}, { from, until, names }, { stays: { groups, most: window.most } });
    spans.knowNames(this.#known!.lateNames);
    let bytes = 0;
    for (const chunk of this.#reader.spanChunksOf(generation, from, until)) {
      spans.chunk(chunk.spans, chunk.baseNs, generation.untilNs);
      if ((bytes += chunk.spans.length) > stepBytes) yield void (bytes = 0);
    }
    const isWanted = (goroutine: number): boolean => names.has(table.nameOf(goroutine) ?? 0);
    for (const block of this.#reader.goroutineBlocksOf(generation, from, until, isWanted)) {
      spans.blocks(block.lane, block.data, block.startNs, generation.untilNs);
      if ((bytes += block.data.length) > stepBytes) yield void (bytes = 0);
    }
    yield* spans.plainLives(from, until);
  }
}

/** Where groups were left out, whether there are any is not known. */
const of = ({ groups, leftOut }: Stored, group: number): GroupStays =>
  groups.get(group) ?? { stays: [], isAll: !leftOut };

/** The longest of some goroutines in a window, if they are all that there are, or enough. */
function touching(
  { stays, isAll }: GroupStays,
  { from, until, most }: PieceWindow,
  isOf: (goroutine: number) => boolean,
): readonly StayPiece[] | undefined {
  const own = stays.filter((stay) => stay.until > from && stay.from < until && isOf(stay.goroutine));
  return isAll || own.length >= most ? own.slice(0, most) : undefined;
}
