/**
 * What analyses ask of the user regions and logs of a trace: sums and lists over millions of them. Generators yield every
 * millisecond or so; what they end with is good until it is closed, and need not be closed.
 */
import type { KeyDurations } from './key-durations.ts';
import type { StoredLogChunk } from './log-chunk.ts';
import type { BoundedRegionChunk, RegionChunkSource } from './regions-in-order.ts';

/** Which regions count. What is absent does not matter; points in time are from the origin. */
export interface RegionFilter {
  /** Those that overlap it, also where they only touch it. */
  readonly window?: { readonly from: number; readonly until: number };
  /** The end of those that go on. */
  readonly traceEnd: number;
  /** Lengths, both inclusive, in nanoseconds. */
  readonly least?: number;
  readonly most?: number;
  /** Any of these. */
  readonly tasks?: BigInt64Array | BigUint64Array;
  readonly names?: readonly number[];
  readonly hasOwner?: (goroutine: number) => boolean;
  /** Without inherited ones. */
  readonly isOwn?: boolean;
}

/** Regions with one name that begin at one stack. Their lengths are cut at the trace's ends. */
export interface RegionSums {
  readonly nameIx: number;
  readonly stackIx: number;
  readonly isInherited: boolean;
  readonly count: number;
  /** Those with beginning and end in the trace. */
  readonly completeCount: number;
  readonly lengthNs: number;
  readonly completeNs: number;
  readonly totalNs: number;
  readonly execNs: number;
  readonly schedWaitNs: number;
  readonly syscallNs: number;
  readonly syscallBlockNs: number;
  readonly waits: KeyDurations;
  readonly ranges: KeyDurations;
}

/** A region, for `regionAt`. */
export interface RegionPlace {
  readonly goroutine: number;
  readonly chunk: number;
  readonly at: number;
}

export interface RegionGroups {
  readonly groups: readonly RegionSums[];
  /** The lengths of the regions of some groups together, sorted. `parts` has a number from 0 for each group; −1: left out. */
  lengths(parts: Int32Array): Generator<void, (part: number) => Float64Array>;
  close(): void;
}

export interface RegionList {
  readonly groups: readonly RegionSums[];
  /** Leaves regions out by their group, and sorts. */
  sort(counts: (group: number) => boolean): Generator<void, SortedRegions>;
  close(): void;
}

export interface SortedRegions {
  readonly count: number;
  /** By the place in ascending order; equal ones are in the order of storing. */
  at(i: number): RegionPlace;
}

/** Where regions begin and end, in order of time. */
export interface RegionPoints {
  readonly groups: readonly RegionSums[];
  readonly count: number;
  ns(i: number): number;
  isEnd(i: number): boolean;
  at(i: number): RegionPlace;
  close(): void;
}

/** What regions are sorted by. */
export type RegionOrder =
  | 'lengthNs'
  | 'startNs'
  | 'goroutine'
  | 'totalNs'
  | 'execNs'
  | 'schedWaitNs'
  | 'syscallNs'
  | 'syscallBlockNs'
  | { readonly waits: readonly number[] };

/** Logs of one task, or with a text in category or message. */
export interface LogFilter {
  readonly task?: bigint;
  readonly text?: string;
  /** Of ASCII letters. */
  readonly ignoresCase?: boolean;
  /** Only so many, the first. */
  readonly most?: number;
}

/** Logs in order of time. */
export interface FoundLogs {
  readonly count: number;
  ns(i: number): number;
  goroutine(i: number): number;
  task(i: number): bigint;
  /** Where its texts lie, for `logTexts`. */
  place(i: number): { readonly chunk: number; readonly at: number };
  close(): void;
}

/** Whose marks, where: both bounds belong to the window. */
export interface MarkFilter {
  readonly goroutines: readonly number[];
  readonly from: number;
  readonly until: number;
  /** Of logs only so many of each goroutine, the first. */
  readonly mostLogs: number;
}

/** Regions that goroutines began or ended themselves, in columns of equal length, in no order. */
export interface MarkedRegions {
  readonly count: number;
  /** Their places among those asked for. */
  readonly goroutines: Uint32Array;
  /** Those of a goroutine are counted as they end; those that the goroutine leaves open behind them, the outermost first. */
  readonly ordinals: Uint32Array;
  readonly names: Uint32Array;
  readonly tasks: BigUint64Array;
  /** −∞: not in the trace. */
  readonly starts: Float64Array;
  /** ∞: not in the trace. */
  readonly ends: Float64Array;
}

export interface MarkedLog {
  /** Its place among those asked for. */
  readonly goroutine: number;
  readonly ns: number;
  readonly task: bigint;
  /** Where its texts lie, for `logTexts`. */
  readonly chunk: number;
  readonly at: number;
}

export interface FoundMarks {
  readonly regions: MarkedRegions;
  /** As they are stored. */
  readonly logs: readonly MarkedLog[];
}

export interface UserScan {
  marks(filter: MarkFilter): Generator<void, FoundMarks>;
  regionGroups(filter: RegionFilter, lengths: 'complete' | 'all'): Generator<void, RegionGroups>;
  regions(filter: RegionFilter, order: RegionOrder): Generator<void, RegionList>;
  regionPoints(filter: RegionFilter): Generator<void, RegionPoints>;
  /** The tasks that they belong to, each once, signed. */
  regionTasks(filter: RegionFilter): Generator<void, BigInt64Array>;
  logs(filter: LogFilter): Generator<void, FoundLogs>;
}

export interface UserScanSource extends RegionChunkSource {
  regionChunks(): readonly BoundedRegionChunk[];
  logChunks(): readonly StoredLogChunk[];
  logChunk(ix: number): Uint8Array | undefined;
}

/** Makes the scan of a database. */
export type OpenUserScan = (source: UserScanSource) => UserScan;
