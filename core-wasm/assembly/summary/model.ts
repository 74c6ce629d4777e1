/**
 * What is kept of a goroutine from its first event to its last: the figures of Go's goroutine analysis (spec: summaries) and
 * the packed spans of the current generation. Times are the trace's own; 0 in a mark means unset, as in Go.
 */
import { allocateZeroed, release } from '../memory';
import { IdMap, idMapGet, idMapRemove, idMapSet, newIdMap } from '../id-map';
import { NOWHERE } from '../lanes/state-counts';
import { cellsRelease } from './cells';
import { SpanStream } from './span-stream';

/** Totals at some moment: cell lists for waits (by reason) and ranges. */
@unmanaged
export class Totals {
  exec: i64;
  schedWait: i64;
  syscall: i64;
  syscallBlock: i64;
  total: i64;
  waits: usize;
  ranges: usize;
}

/** An open user region, innermost first. */
@unmanaged
export class Region {
  next: usize;
  name: u32;
  /** Where it begins, a stack of the trace: of an inherited one where the goroutine was created. */
  stack: u32;
  /** Whether its beginning is in the trace. */
  started: bool;
  /** Not the goroutine's own: it was created inside of a region, whose task this stands for. */
  inherited: bool;
  /** Whether `before` has no lists, and so nothing can be said of waits and ranges inside. */
  withoutLists: bool;
  /** Cells of `before`. */
  cells: u32;
  task: u64;
  start: i64;
  before: Totals;
}

@unmanaged
export class Summary {
  id: i64;
  pc: u64;
  creation: i64;
  start: i64;
  end: i64;
  totals: Totals;
  creator: i64;
  lastStart: i64;
  lastRunnable: i64;
  lastBlock: i64;
  lastSyscall: i64;
  lastSyscallBlock: i64;
  syscallProcessor: i64;
  spanStart: i64;
  /** Where the stream's first span begins. */
  streamStart: i64;
  stream: SpanStream;
  name: u32;
  lastBlockReason: u32;
  creationStack: u32;
  /** Cells: range → when it began. */
  openRanges: usize;
  regions: usize;
  regionCount: u32;
  /** Reason × 8 + state of the span in progress. */
  spanWhat: u32;
  spanStack: u32;
  /** Since when it has been in the state it is in; a system call does not end where its processor goes. */
  since: i64;
  /** Whether an earlier piece of that time is in a span already. */
  isContinued: bool;
  /** What is said of the stream in front: `streamFlagsNow` where it began. */
  streamFlags: u32;
  /** Whether a stream went out before the goroutine had a name. */
  isLateNamed: bool;
  /** The list of all that are alive. */
  previous: usize;
  next: usize;
  inSyscall: bool;
  /** Why the record of the collector's work follows it (collector/take.ts); 0: it does not. */
  collects: u8;
  /** The class of the span in progress. */
  countedClass: u32;
  /** The group of its start function, and the name that this was. */
  group: usize;
  groupName: u32;
  /** Buckets of the current generation, once its spans are many. */
  buckets: usize;
}

/** Which goroutine is in a system call, or swept, on a processor. */
@unmanaged
export class ProcessorUse {
  goroutine: i64;
  inSyscall: bool;
  sweeping: bool;
  sweeper: i64;
}

const summaries: IdMap = newIdMap();
const uses: IdMap = newIdMap();
export let firstAlive: usize = 0;
let lastAlive: usize = 0;
/** Goroutines ever seen. */
export let seen: u32 = 0;

const NONE: i64 = -1;

/** Flags of a stream: its first span goes on from the one before; the goroutine ran before (common/span-chunk.ts). */
const CONTINUES: u32 = 1;
const HAS_RUN: u32 = 2;

/** The stream's next span is its first, and begins at `time`. */
export function startStream(summary: Summary, time: i64): void {
  summary.streamStart = time;
  summary.streamFlags = (summary.isContinued ? CONTINUES : 0) | (summary.start != 0 ? HAS_RUN : 0);
}

/** What stands in front of a stream: its goroutine's name × 4 + the flags. */
export function streamHead(summary: Summary): u32 {
  if (summary.name == 0) summary.isLateNamed = true;
  return (summary.name << 2) | summary.streamFlags;
}

export function newTotals(): Totals {
  return changetype<Totals>(allocateZeroed(offsetof<Totals>()));
}

export function releaseTotals(totals: Totals): void {
  cellsRelease(totals.waits);
  cellsRelease(totals.ranges);
  release(changetype<usize>(totals), offsetof<Totals>());
}

/** 0 (null) if there is none. */
export function findSummary(id: i64): Summary {
  return changetype<Summary>(<usize>idMapGet(summaries, <u64>id));
}

export function addSummary(id: i64): Summary {
  const summary = changetype<Summary>(allocateZeroed(offsetof<Summary>()));
  summary.id = id;
  summary.creator = NONE;
  summary.countedClass = NOWHERE;
  summary.totals = newTotals();
  summary.stream = changetype<SpanStream>(allocateZeroed(offsetof<SpanStream>()));
  summary.previous = lastAlive;
  if (lastAlive == 0) firstAlive = changetype<usize>(summary);
  else changetype<Summary>(lastAlive).next = changetype<usize>(summary);
  lastAlive = changetype<usize>(summary);
  idMapSet(summaries, <u64>id, <u32>changetype<usize>(summary));
  seen++;
  return summary;
}

/** Forgets a goroutine; its stream must be empty. */
export function removeSummary(summary: Summary): void {
  idMapRemove(summaries, <u64>summary.id);
  if (summary.previous == 0) firstAlive = summary.next;
  else changetype<Summary>(summary.previous).next = summary.next;
  if (summary.next == 0) lastAlive = summary.previous;
  else changetype<Summary>(summary.next).previous = summary.previous;
  releaseTotals(summary.totals);
  cellsRelease(summary.openRanges);
  while (summary.regions != 0) popRegion(summary);
  release(changetype<usize>(summary.stream), offsetof<SpanStream>());
  release(changetype<usize>(summary), offsetof<Summary>());
}

export function pushRegion(summary: Summary): Region {
  const region = changetype<Region>(allocateZeroed(offsetof<Region>()));
  region.next = summary.regions;
  summary.regions = changetype<usize>(region);
  return region;
}

/** Cells that open regions hold for what was before them. */
export let heldCells: u32 = 0;

export function holdCells(region: Region, count: u32): void {
  region.cells = count;
  heldCells += count;
}

/** Drops the innermost region with its totals. */
export function popRegion(summary: Summary): void {
  const region = changetype<Region>(summary.regions);
  heldCells -= region.cells;
  summary.regions = region.next;
  releaseTotals(region.before);
  release(changetype<usize>(region), offsetof<Region>());
}

/** The use of a processor, −1 included; made if there is none. */
export function useOf(processor: i64): ProcessorUse {
  const known = <usize>idMapGet(uses, <u64>processor);
  if (known != 0) return changetype<ProcessorUse>(known);
  const use = changetype<ProcessorUse>(allocateZeroed(offsetof<ProcessorUse>()));
  idMapSet(uses, <u64>processor, <u32>changetype<usize>(use));
  return use;
}
