/** What analyses ask of the goroutines of a trace: pages of a table of millions, single ones, all of them in turn. */
import type { GoroutineColumn, StateTotals, TimedState } from './analyses/goroutine-results.ts';
import type { SpanScan } from './span-sums.ts';
import type { StayScan } from './stay-scan.ts';
import type { WakeScan } from './wake-scan.ts';
import type { GoroutineChunkSource } from './goroutine-columns.ts';

/** Totals as plain numbers. */
export type TotalsRow = Readonly<Record<keyof StateTotals, number>>;

/** A goroutine without its lists. Points in time count from the trace's origin; null: not in the trace. */
export interface GoroutineFigures extends TotalsRow {
  readonly id: number;
  readonly nameIx: number;
  readonly pc: number;
  readonly creationNs: number;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly creatorId: number | null;
  readonly creationStackIx: number;
  /** Its spans are not stored: they follow from these figures. */
  readonly isPlain: boolean;
  /** Of such a one that no goroutine created: the number of the lane of the processor that did, + 1; 0: none is known. */
  readonly plainWaker: number;
}

/** With waits by reason and time in special ranges, packed (key-durations.ts). */
export interface GoroutineRecord extends GoroutineFigures {
  readonly waits: Uint8Array | null;
  readonly ranges: Uint8Array | null;
}

/** Which goroutines, in which order: ties are in order of id, and lives with the same id in that of time. */
export interface GoroutineOrder {
  readonly column: GoroutineColumn;
  /** By the number of a name its rank from 1, for the order of names; 0: not shown. Needed for order and selection by name. */
  readonly ranks?: Uint32Array;
  /** Only those whose name has a rank. */
  readonly isFiltered: boolean;
  readonly id?: number;
  /** Only those with time in it. */
  readonly state?: TimedState;
  /** Only goroutines with these numbers, in ascending order. */
  readonly members?: readonly number[];
  /** Two orders with the same key are the same, ranks included. */
  readonly key: string;
}

export type ReadableColumn = GoroutineColumn | 'creationStack' | 'flags';

/** By name of the start function; each life on its own, those of no time at all left out. */
export interface LivesIn {
  readonly counts: Float64Array;
  /** The longest, as far as it lies in the window. */
  readonly longestNs: Float64Array;
}

export interface GoroutineTable {
  /** Sums up the goroutines' spans. */
  readonly spans: SpanScan;
  /** Finds stays, and who ended them. */
  readonly stays: StayScan;
  /** Finds whom goroutines made runnable. */
  readonly wakes: WakeScan;
  /** Looks at the database anew: call it when the revision has changed, within one reading transaction with what follows. */
  refresh(): void;
  /** Brings what pages in any order need into memory, in steps of well below a millisecond. Not to be gone on with after `refresh`. */
  prepare(): Generator<void>;
  /** How many goroutines there are, each life on its own. */
  readonly rowCount: number;
  /**
   * A column of all goroutines in an order of their own, a piece after the other; what is handed out is good until the next. Not
   * `start` and `end`, which are stored as differences.
   */
  column(column: ReadableColumn): Generator<Float64Array>;
  /** Rows in the order, for orders that ask for an id, a state or members. */
  count(order: GoroutineOrder): number;
  /** `count` of the `rowCount` rows, from a place in the ascending order on. */
  rows(order: GoroutineOrder, rowCount: number, from: number, count: number): GoroutineFigures[];
  /** All lives of a goroutine, the earliest first. */
  lives(id: number): Generator<GoroutineFigures>;
  /** The latest life. */
  goroutine(id: number): GoroutineRecord | undefined;
  /** The name of the start function of the latest life; undefined: there is no such goroutine. */
  nameOf(id: number): number | undefined;
  /** Of names below a number how many goroutines live in a window. Yields between pieces of work; only one at a time. */
  livesIn(fromNs: number, untilNs: number, names: number): Generator<void, LivesIn>;
  /** Goroutines that were in special ranges, in an order of their own, each life on its own. */
  withRanges(): Generator<Pick<GoroutineRecord, 'id' | 'nameIx' | 'ranges'>>;
  /** The latest life of every goroutine, in order of id. */
  all(): Generator<GoroutineRecord>;
}

/** Makes the table of a database. */
export type OpenGoroutineTable = (source: GoroutineChunkSource) => GoroutineTable;
