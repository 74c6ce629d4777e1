/**
 * Feeds delivered events into the figures and spans of goroutines. Figures are those of Go's goroutine analysis, rule by
 * rule, odd ones included (spec: summaries; source: internal/trace/summary.go of Go 1.27).
 */
import { beginAnew, enough } from '../enough';
import { collectorGoroutineMoves } from '../collector/take';
import * as event from '../event-type';
import { EventRecord, TRACE_NAME, recordAt, recordCount } from '../event-record';
import {
  GO_IS_BLOCKED_IN_SYSCALL,
  GO_IS_IN_SYSCALL,
  GO_IS_RUNNABLE,
  GO_IS_RUNNING,
  GO_IS_WAITING,
  NOT_EXIST,
  PROC_IS_IDLE,
  UNDETERMINED,
} from '../go-states';
import { IdMap, idMapGet, idMapSet, newIdMap } from '../id-map';
import { announceGoroutine, classOf, moveGoroutine } from '../lanes/goroutine-counts';
import { NOWHERE } from '../lanes/state-counts';
import { wokenBy } from '../lanes/processors';
import { handOutLanes, takeRecord } from '../lanes/take';
import { isSystemName } from '../names';
import { nameOfString, reasonOfString, traceStackOf } from '../tables';
import { alive, finished, gatherGoroutine } from '../goroutine-columns/gathered';
import { IS_PLAIN, WAKER_SHIFT } from '../goroutine-columns/layout';
import { rootFunction, rootPc } from '../trace-stacks';
import { cellAdd, cellFind, cellNs, cellRemove, cellSet } from './cells';
import {
  Region,
  Summary,
  Totals,
  addSummary,
  findSummary,
  firstAlive,
  heldCells,
  holdCells,
  newTotals,
  popRegion,
  pushRegion,
  releaseTotals,
  removeSummary,
  startStream,
  useOf,
} from './model';
import { endLevels, handOutFull, sumUpSpan } from './goroutine-levels';
import { IS_OPEN, addLateName, addLooseEnd, forgetLooseEnds } from './loose-ends';
import { forgetLogs, putLog } from './log-chunk';
import { forgetRegions, origin, putRegion, putUnstartedRegion, setOrigin } from './region-chunk';
import { addStream, isChunkFull, sealChunk } from './span-chunk';
import { appendSpan, dropStream } from './span-stream';
import { addPlainLife } from './plain-sums';
import { isPlainLife, plainWaker } from './plain-life';
import { dropLists, subtractTotals, totalsAt, totalsCells } from './totals';
import { FOREVER } from '../reasons';
import { addTaskLog, addTaskRegion, markTask, resetTasks } from './tasks';

// Keys of ranges; a stop-the-world has STW_RANGE + the name of its kind.
const MARK_ASSIST: u32 = 1;
const SWEEP: u32 = 2;
const STW_RANGE: u32 = 16;
/** Kinds of stopping the world that are told apart; Go has some twenty. Those behind the last are one without a name. */
const mostKinds: u32 = 64;
const kinds: IdMap = newIdMap();

/**
 * Beyond this many cells (32 MB of them) open regions do not keep what was before them by reason and range: so many regions
 * open at once, each with so many figures, is not what programs do.
 */
const mostHeldCells: u32 = 1 << 21;

let syncTime: i64 = 0;
let lastTime: i64 = 0;
let isFirst: bool = true;
/** What spans of the current generation count from. */
export let spanBase: i64 = 0;
let flushAt: usize = 0;

/** Takes in the events of the record buffer from `first` on, until there is enough to be stored. Where it goes on. */
export function accumulate(first: u32): u32 {
  beginAnew();
  for (let i = first; i < recordCount; i++) {
    const record = recordAt(i);
    take(record);
    takeRecord(record, origin);
    if (enough) return i + 1;
  }
  return recordCount;
}

function take(record: EventRecord): void {
  const time = record.time;
  if (isFirst) {
    isFirst = false;
    setOrigin(time);
    spanBase = time;
  }
  if (syncTime == 0) syncTime = time;
  lastTime = time;
  const type = record.type;
  if (type >= event.GO_CREATE && type <= event.GO_STATUS) return goTransition(record);
  if (type >= event.PROCS_CHANGE && type <= event.PROC_STATUS) {
    if (type != event.PROCS_CHANGE) procTransition(record);
    return;
  }
  switch (type) {
    case event.SYNC:
      syncTime = time;
      break;
    case event.GO_SWITCH:
    case event.GO_SWITCH_DESTROY:
    case event.GO_CREATE_BLOCKED:
    case event.GO_STATUS_STACK:
      goTransition(record);
      break;
    case event.STW_BEGIN:
    case event.GC_MARK_ASSIST_BEGIN:
      rangeOn(findSummary(record.goroutine), rangeKey(record), time, false);
      break;
    case event.GC_MARK_ASSIST_ACTIVE:
      rangeOn(findSummary(<i64>record.a), MARK_ASSIST, time, true);
      break;
    case event.STW_END:
    case event.GC_MARK_ASSIST_END:
      endRange(findSummary(record.goroutine), rangeKey(record), time);
      break;
    case event.GC_SWEEP_BEGIN:
      beginSweep(record.processor, record.goroutine, time, false);
      break;
    case event.GC_SWEEP_ACTIVE:
      beginSweep(<i64>record.a, record.goroutine, time, true);
      break;
    case event.GC_SWEEP_END:
      endSweep(record.processor, record.goroutine, time);
      break;
    case event.USER_TASK_BEGIN:
    case event.USER_TASK_END:
      markTask(record.a, record.b, nameOfText(record.text), record.goroutine, time, type == event.USER_TASK_END);
      break;
    case event.USER_LOG:
      addTaskLog(record.a, record.goroutine);
      putLog(record, origin);
      break;
    case event.USER_REGION_BEGIN:
      beginRegion(record);
      break;
    case event.USER_REGION_END:
      endRegion(record);
      break;
  }
}

function nameOfText(text: u32): u32 {
  return (text & TRACE_NAME) != 0 ? text & ~TRACE_NAME : nameOfString(text);
}

// --- goroutines ---

function goTransition(record: EventRecord): void {
  const from = record.from;
  const to = record.to;
  if (from == to) return;
  const time = record.time;
  const id = <i64>record.a;
  const type = record.type;
  const reason: u32 = type == event.GO_BLOCK || type == event.GO_STOP ? reasonOfString(record.text) : 0;
  let summary = findSummary(id);
  if (from == UNDETERMINED || from == NOT_EXIST) {
    const collects: u8 = changetype<usize>(summary) == 0 ? 0 : summary.collects;
    if (changetype<usize>(summary) != 0) dropReplaced(summary, time);
    summary = addSummary(id);
    summary.collects = collects;
    if (from == UNDETERMINED) announce(summary, to, reason, record);
    else create(summary, record);
    summary.spanStart = summary.creation;
    startStream(summary, summary.creation);
  } else {
    if (changetype<usize>(summary) == 0) return;
    leave(summary, from, time);
    endSpan(summary, time);
    summary.isContinued = false;
    handOutFull(summary, time);
  }
  if (summary.collects != 0) collectorGoroutineMoves(record, time - origin);
  const stack = record.stack == 0 ? 0 : traceStackOf(record.stack);
  if (summary.name == 0) nameAfter(summary, record, stack);
  count(summary, from, to, reason, time);
  summary.since = time;
  if (from == UNDETERMINED) spanBefore(summary, to, reason, stack, record);
  enter(summary, to, reason, stack, record);
}

/** What was there before its first event is a span of its own: Go's profiles begin at the event. */
function spanBefore(summary: Summary, to: u8, reason: u32, stack: u32, record: EventRecord): void {
  const isBlocked = to == GO_IS_IN_SYSCALL && record.processor == -1;
  summary.spanWhat = (reason << 3) | (isBlocked ? GO_IS_BLOCKED_IN_SYSCALL : to);
  summary.spanStack = stack;
  summary.since = summary.creation;
  endPiece(summary, record.time);
}

/** First seen by its status: the state is taken to last since the generation began. */
function announce(summary: Summary, to: u8, reason: u32, record: EventRecord): void {
  const known = record.time - syncTime;
  const totals = summary.totals;
  summary.creation = syncTime;
  if (to == GO_IS_RUNNING) totals.exec += known;
  else if (to == GO_IS_WAITING) totals.waits = cellAdd(totals.waits, reason, known);
  else if (to == GO_IS_RUNNABLE) totals.schedWait += known;
  else if (to == GO_IS_IN_SYSCALL) {
    if (record.processor == -1) totals.syscallBlock += known;
    else totals.syscall += known;
  }
}

function create(summary: Summary, record: EventRecord): void {
  summary.creation = record.time;
  summary.creator = record.goroutine;
  if (record.stack != 0) summary.creationStack = traceStackOf(record.stack);
  const creator = findSummary(record.goroutine);
  if (changetype<usize>(creator) == 0 || creator.regions == 0) return;
  // It inherits the task of the region it was created in.
  const region = pushRegion(summary);
  region.task = changetype<Region>(creator.regions).task;
  region.start = record.time;
  region.stack = summary.creationStack;
  region.started = true;
  region.inherited = true;
  region.before = newTotals();
}

/** The root of the first stack that belongs to the goroutine itself names it. */
function nameAfter(summary: Summary, record: EventRecord, stack: u32): void {
  const type = record.type;
  let own = stack;
  if (type == event.GO_CREATE || type == event.GO_CREATE_BLOCKED) {
    own = record.otherStack == 0 ? 0 : traceStackOf(record.otherStack);
  } else if (type == event.GO_UNBLOCK) {
    own = 0;
  }
  if (own == 0) return;
  summary.name = rootFunction(own);
  summary.pc = rootPc(own);
  if (summary.isLateNamed && summary.name != 0) addLateName(summary.id, summary.name);
}

/** Counts the goroutine as what it is from now on. */
// @ts-ignore: decorator
@inline
function count(summary: Summary, from: u8, to: u8, reason: u32, time: i64): void {
  const ends = to == NOT_EXIST || (to == GO_IS_WAITING && reason == FOREVER);
  const which = ends ? NOWHERE : classOf(to, reason);
  if (from == UNDETERMINED && !ends && syncTime == spanBase) announceGoroutine(time - origin, which);
  else moveGoroutine(time - origin, summary.countedClass, which);
  summary.countedClass = which;
}

function leave(summary: Summary, from: u8, time: i64): void {
  const totals = summary.totals;
  if (from == GO_IS_RUNNING) {
    totals.exec += time - summary.lastStart;
    summary.lastStart = 0;
  } else if (from == GO_IS_WAITING) {
    if (summary.lastBlock != 0) {
      totals.waits = cellAdd(totals.waits, summary.lastBlockReason, time - summary.lastBlock);
      summary.lastBlock = 0;
    }
  } else if (from == GO_IS_RUNNABLE) {
    if (summary.lastRunnable != 0) {
      totals.schedWait += time - summary.lastRunnable;
      summary.lastRunnable = 0;
    }
  } else if (from == GO_IS_IN_SYSCALL) {
    leaveSyscall(summary, time);
  }
}

function leaveSyscall(summary: Summary, time: i64): void {
  const totals = summary.totals;
  if (summary.lastSyscall != 0) {
    if (summary.lastSyscallBlock != 0) {
      totals.syscallBlock += time - summary.lastSyscallBlock;
      totals.syscall += summary.lastSyscallBlock - summary.lastSyscall;
    } else {
      totals.syscall += time - summary.lastSyscall;
    }
  }
  summary.lastSyscall = 0;
  summary.lastSyscallBlock = 0;
  // The processor's entry goes even if another goroutine is in a system call there by now.
  if (summary.inSyscall) useOf(summary.syscallProcessor).inSyscall = false;
  summary.inSyscall = false;
}

function enter(summary: Summary, to: u8, reason: u32, stack: u32, record: EventRecord): void {
  const time = record.time;
  summary.spanWhat = (reason << 3) | to;
  summary.spanStack = stack;
  if (to == GO_IS_RUNNING) {
    summary.lastStart = time;
    if (summary.start == 0) summary.start = time;
  } else if (to == GO_IS_RUNNABLE) {
    summary.lastRunnable = time;
    if (isWake(record.type)) summary.spanWhat = wokenBy(record, time - origin);
  } else if (to == GO_IS_WAITING && reason != FOREVER) {
    summary.lastBlock = time;
    summary.lastBlockReason = reason;
  } else if (to == NOT_EXIST || to == GO_IS_WAITING) {
    die(summary, time);
  } else if (to == GO_IS_IN_SYSCALL) {
    const use = useOf(record.processor);
    use.inSyscall = true;
    use.goroutine = summary.id;
    summary.inSyscall = true;
    summary.syscallProcessor = record.processor;
    summary.lastSyscall = time;
  }
}

/** Whether it makes another goroutine runnable than its own. */
// @ts-ignore: decorator
@inline
function isWake(type: u8): bool {
  return (
    type == event.GO_UNBLOCK ||
    type == event.GO_CREATE ||
    type == event.GO_SWITCH ||
    type == event.GO_SWITCH_DESTROY
  );
}

/** An empty span has its place too: it parts those before and behind it. */
function endSpan(summary: Summary, time: i64): void {
  const length = time - summary.spanStart;
  appendSpan(summary.stream, <u64>max<i64>(0, length), summary.spanWhat, summary.spanStack);
  if (length > 0) sumUpSpan(summary, time);
  summary.spanStart = time;
}

/** The state goes on, in another span. */
function endPiece(summary: Summary, time: i64): void {
  if (time > summary.spanStart) summary.isContinued = true;
  endSpan(summary, time);
}

function die(summary: Summary, time: i64): void {
  summary.end = time;
  if (summary.start == 0) addLooseEnd(summary, origin, 0);
  finish(summary, time, true);
}

/** Closes the books on a goroutine: `hasEnd` if its end is in the trace. */
function finish(summary: Summary, time: i64, hasEnd: bool): void {
  const totals = totalsAt(summary, time);
  if (!isSystemName(summary.name)) closeRegions(summary, time, hasEnd);
  const isPlain = hasEnd && isPlainLife(summary, totals, origin);
  const flags = isPlain ? IS_PLAIN | (plainWaker << WAKER_SHIFT) : 0;
  gatherGoroutine(hasEnd ? finished : alive, summary, totals, origin, flags);
  endLevels(summary);
  if (isPlain) {
    addPlainLife(summary.id, summary.name, summary.creationStack, summary.creation - origin, totals);
    dropStream(summary.stream);
  }
  else addStream(summary, time);
  releaseTotals(totals);
  removeSummary(summary);
}

/** A goroutine that is announced anew: what was known of it is void. */
function dropReplaced(summary: Summary, time: i64): void {
  if (summary.countedClass != NOWHERE) {
    moveGoroutine(time - origin, summary.countedClass, NOWHERE);
  }
  endLevels(summary);
  addStream(summary, summary.spanStart);
  removeSummary(summary);
}

// --- processors: a goroutine in a system call loses its processor when that goes idle ---

function procTransition(record: EventRecord): void {
  if (record.from == record.to || record.to != PROC_IS_IDLE) return;
  const use = useOf(<i64>record.a);
  if (!use.inSyscall) return;
  use.inSyscall = false;
  const summary = findSummary(use.goroutine);
  if (changetype<usize>(summary) == 0) return;
  summary.lastSyscallBlock = record.time;
  if ((summary.spanWhat & 7) != GO_IS_IN_SYSCALL) return;
  endPiece(summary, record.time);
  summary.spanWhat = GO_IS_BLOCKED_IN_SYSCALL;
}

// --- ranges ---

function rangeKey(record: EventRecord): u32 {
  const type = record.type;
  if (type != event.STW_BEGIN && type != event.STW_END) return MARK_ASSIST;
  return STW_RANGE + knownKind(nameOfText(record.text));
}

function knownKind(name: u32): u32 {
  if (idMapGet(kinds, name) != 0) return name;
  if (kinds.count == mostKinds) return 0;
  idMapSet(kinds, name, 1);
  return name;
}

function rangeOn(summary: Summary, key: u32, time: i64, wasActive: bool): void {
  if (changetype<usize>(summary) == 0) return;
  if (!wasActive) {
    summary.openRanges = cellSet(summary.openRanges, key, time);
    return;
  }
  const open = cellFind(summary.openRanges, key);
  if (open != 0) summary.totals.ranges = cellAdd(summary.totals.ranges, key, syncTime - cellNs(open));
  summary.openRanges = cellSet(summary.openRanges, key, syncTime);
}

function endRange(summary: Summary, key: u32, time: i64): void {
  if (changetype<usize>(summary) == 0) return;
  const open = cellFind(summary.openRanges, key);
  if (open == 0) return;
  summary.totals.ranges = cellAdd(summary.totals.ranges, key, time - cellNs(open));
  summary.openRanges = cellRemove(summary.openRanges, key);
}

/** A sweep belongs to a processor; it is counted for the goroutine that both begins and ends it there. */
function beginSweep(processor: i64, goroutine: i64, time: i64, wasActive: bool): void {
  const summary = findSummary(goroutine);
  if (changetype<usize>(summary) == 0) return;
  const use = useOf(processor);
  use.sweeping = true;
  use.sweeper = goroutine;
  rangeOn(summary, SWEEP, time, wasActive);
}

function endSweep(processor: i64, goroutine: i64, time: i64): void {
  const use = useOf(processor);
  if (!use.sweeping) return;
  use.sweeping = false;
  if (use.sweeper == goroutine) endRange(findSummary(goroutine), SWEEP, time);
}

// --- regions ---

function beginRegion(record: EventRecord): void {
  const summary = findSummary(record.goroutine);
  if (changetype<usize>(summary) == 0) return;
  const region = pushRegion(summary);
  region.name = nameOfText(record.text);
  region.task = record.a;
  region.start = record.time;
  region.stack = record.stack == 0 ? 0 : traceStackOf(record.stack);
  region.started = true;
  region.before = totalsAt(summary, record.time);
  const cells = totalsCells(region.before);
  if (cells > 0 && heldCells + cells > mostHeldCells) {
    dropLists(region.before);
    region.withoutLists = true;
  } else {
    holdCells(region, cells);
  }
  addTaskRegion(record.a, record.goroutine);
}

function endRegion(record: EventRecord): void {
  const summary = findSummary(record.goroutine);
  if (changetype<usize>(summary) == 0) return;
  const totals = totalsAt(summary, record.time);
  if (summary.regions == 0) {
    putUnstartedRegion(summary, nameOfText(record.text), record.a, record.time, totals);
    addTaskRegion(record.a, record.goroutine);
  } else {
    const region = changetype<Region>(summary.regions);
    takeOffBefore(totals, region);
    putRegion(summary, region, record.time, true, totals);
    popRegion(summary);
  }
  releaseTotals(totals);
}

/** Leaves what belongs to the region alone. */
function takeOffBefore(totals: Totals, region: Region): void {
  if (region.withoutLists) dropLists(totals);
  subtractTotals(totals, region.before);
}

/** Ends the regions that are still open, outermost first. */
function closeRegions(summary: Summary, time: i64, hasEnd: bool): void {
  let reversed: usize = 0;
  while (summary.regions != 0) {
    const region = changetype<Region>(summary.regions);
    summary.regions = region.next;
    region.next = reversed;
    reversed = changetype<usize>(region);
  }
  summary.regions = reversed;
  while (summary.regions != 0) {
    const region = changetype<Region>(summary.regions);
    const totals = totalsAt(summary, time);
    takeOffBefore(totals, region);
    putRegion(summary, region, time, hasEnd, totals);
    releaseTotals(totals);
    popRegion(summary);
  }
}

// --- handing rows to the host ---

/** Starts handing out the goroutines that are alive; `flushAlive` goes on. */
export function beginFlush(): void {
  flushAt = firstAlive;
}

/**
 * Makes rows of up to `most` goroutines that are alive, cutting their spans here. At the end of the trace (`isLast`) the
 * books are closed, otherwise the rows are provisional. False: there are no more.
 */
export function flushAlive(most: u32, isLast: bool): bool {
  for (let i: u32 = 0; i < most && flushAt != 0 && !isChunkFull(); i++) {
    const summary = changetype<Summary>(flushAt);
    flushAt = summary.next;
    if (lastTime > summary.spanStart) endPiece(summary, lastTime);
    if (isLast) {
      addLooseEnd(summary, origin, IS_OPEN);
      finish(summary, lastTime, false);
      continue;
    }
    const totals = totalsAt(summary, lastTime);
    gatherGoroutine(alive, summary, totals, origin, 0);
    releaseTotals(totals);
    endLevels(summary);
    addStream(summary, lastTime);
    startStream(summary, lastTime);
  }
  return flushAt != 0;
}

/** Packs the spans of the rows made so far. */
export function sealSpans(): void {
  sealChunk(spanBase);
}

export function forgetRows(): void {
  forgetLooseEnds();
  forgetRegions();
  forgetLogs();
  resetTasks();
}

/** Packs what processors, threads and counters did. */
export function sealLanes(): void {
  handOutLanes(lastTime - origin);
}

/** The generation is stored: spans count from here on. */
export function advanceSpanBase(): void {
  spanBase = lastTime;
}

export function lastSeen(): i64 {
  return lastTime;
}
