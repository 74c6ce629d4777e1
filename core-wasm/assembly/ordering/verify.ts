/**
 * Fits in a generation that was ordered by itself: its events come one by one, claims are compared with the model as it was
 * before the generation, contexts and old states that were unknown are filled in. The model stays as it is until the whole
 * generation is verified (`handover.ts`), so that it can be ordered again from there. That an event passes means that ordering
 * the generation with the model would have delivered the same: what was not delivered in between waits for events of the same
 * generation either way (spec: order in isolation, verify, patch, or redo).
 */
import * as event from '../event-type';
import { EventRecord, TRACE_NAME, recordAt, recordCount, recordsAre, recordsTruncate } from '../event-record';
import { stamp } from '../delivery';
import { GO_IS_IN_SYSCALL, NOT_EXIST, PROC_IS_RUNNING } from '../go-states';
import {
  IdMap,
  idMapClear,
  idMapGet,
  idMapKeyAt,
  idMapLastPlace,
  idMapSet,
  idMapValueAt,
  newIdMap,
} from '../id-map';
import { nameOfString } from '../tables';
import { NO_GOROUTINE_YET, NO_PROCESSOR_YET, OWN_FACT, OWNER_KNOWN, OWNER_NEW } from './claims';
import { publicGoState } from './goroutine-events';
import * as model from './model';
import { GC_RUNNING, GC_UNDETERMINED, Goroutine, NONE, Thread } from './model';
import { publicProcState } from './processor-events';

/** Marks what the current verification has noted in goroutines. */
let verification: u32 = 0;
/** Tasks from before that ended in this generation. */
const endedTasks: IdMap = newIdMap();

/**
 * Begins with a generation of which only the tables are read here. Whether its isolated order may be used; if not, nothing
 * has changed.
 */
export function beginVerification(generation: u64, hasEvents: bool): bool {
  if (!model.canFollowIsolated(generation)) return false;
  model.enterGeneration(generation);
  if (hasEvents) model.noteEvents();
  verification++;
  idMapClear(endedTasks);
  return true;
}

/**
 * Verifies the `count` records that the host put into the buffer, fills them in and gives them their final times. How many
 * passed: at the first that does not, the buffer ends.
 */
export function verify(count: u32): u32 {
  recordsAre(count);
  for (let i: u32 = 0; i < count; i++) {
    const record = recordAt(i);
    if (record.claims != 0) {
      if (!holds(record)) {
        recordsTruncate(i);
        break;
      }
      record.claims = 0;
    }
    stamp(i);
  }
  return recordCount;
}

function holds(record: EventRecord): bool {
  const type = record.type;
  if (type == event.GO_STATUS || type == event.GO_STATUS_STACK) return goStatusHolds(record);
  if (type == event.PROC_STATUS) return procStatusHolds(record);
  if (!contextHolds(record)) return false;
  return (record.claims & OWN_FACT) == 0 || factHolds(record);
}

/** Fills in what the thread had before, which only some events may find: the others would have gone another way. */
function contextHolds(record: EventRecord): bool {
  const claims = record.claims;
  if ((claims & (NO_PROCESSOR_YET | NO_GOROUTINE_YET)) == 0) return true;
  const thread = model.findThread(record.thread);
  if (changetype<usize>(thread) == 0) return true;
  const hasProcessor = (claims & NO_PROCESSOR_YET) != 0 && thread.processor != NONE;
  const hasGoroutine = (claims & NO_GOROUTINE_YET) != 0 && thread.goroutine != NONE;
  if (!hasProcessor && !hasGoroutine) return true;
  if (!mayFindContext(record.type)) return false;
  if (hasProcessor) record.processor = thread.processor;
  if (hasGoroutine) record.goroutine = thread.goroutine;
  return true;
}

function mayFindContext(type: u8): bool {
  return (
    type == event.GO_UNBLOCK ||
    type == event.GC_SWEEP_ACTIVE ||
    type == event.GC_MARK_ASSIST_ACTIVE ||
    type >= event.FIRST_EXPERIMENTAL
  );
}

// --- statuses: the thread that wrote them stands in `b` ---

/** What the writing thread had before goes into the context. */
function fillIn(record: EventRecord, writer: Thread, isOnWriter: bool): void {
  if (changetype<usize>(writer) == 0) return;
  const claims = record.claims;
  if ((claims & NO_PROCESSOR_YET) != 0 && writer.processor != NONE) record.processor = writer.processor;
  if (isOnWriter && (claims & NO_GOROUTINE_YET) != 0 && writer.goroutine != NONE) record.goroutine = writer.goroutine;
}

function procStatusHolds(record: EventRecord): bool {
  const id = <i64>record.a;
  const status = <u8>record.c;
  const writer = model.findThread(<i64>record.b);
  record.b = 0;
  record.c = 0;
  fillIn(record, writer, true);
  if ((record.claims & OWN_FACT) != 0) {
    const processor = model.findProcessor(id);
    if (changetype<usize>(processor) == 0) record.from = NOT_EXIST;
    else if (processor.status != status) return false;
    else record.from = publicProcState(status);
  }
  // It takes the place of another processor.
  if (record.to != PROC_IS_RUNNING || (record.claims & NO_PROCESSOR_YET) == 0) return true;
  return changetype<usize>(writer) == 0 || writer.processor == NONE || writer.processor == id;
}

function goStatusHolds(record: EventRecord): bool {
  const id = <i64>record.a;
  const writerId = <i64>record.b;
  const writer = model.findThread(writerId);
  const isOnWriter = record.thread == writerId;
  const claims = record.claims;
  record.b = 0;
  fillIn(record, writer, isOnWriter || (claims & OWNER_NEW) != 0);
  if ((claims & OWN_FACT) != 0) {
    const goroutine = model.findGoroutine(id);
    if (changetype<usize>(goroutine) == 0 || publicGoState(goroutine.status) != record.to) return false;
    record.from = record.to;
  }
  if (record.to != GO_IS_IN_SYSCALL) return true;
  if (isOnWriter) {
    if ((claims & NO_GOROUTINE_YET) == 0) return true;
    return changetype<usize>(writer) != 0 && writer.goroutine == id;
  }
  if ((claims & (OWNER_NEW | OWNER_KNOWN)) == 0) return true;
  const owner = model.findThread(record.thread);
  if (changetype<usize>(owner) == 0) return (claims & OWNER_NEW) != 0;
  record.goroutine = id;
  return owner.goroutine == id;
}

// --- what an event itself is about ---

function factHolds(record: EventRecord): bool {
  switch (record.type) {
    case event.GO_CREATE:
    case event.GO_CREATE_BLOCKED:
    case event.GO_CREATE_SYSCALL:
      return changetype<usize>(model.findGoroutine(<i64>record.a)) == 0;
    case event.STW_BEGIN:
    case event.GC_MARK_ASSIST_BEGIN:
      return hasNoRanges(goroutineRanges(record.goroutine));
    case event.GC_SWEEP_BEGIN:
      return hasNoRanges(processorRanges(record.processor));
    case event.GC_MARK_ASSIST_ACTIVE:
      return hasOnly(goroutineRanges(<i64>record.a), event.GC_MARK_ASSIST_BEGIN);
    case event.GC_SWEEP_ACTIVE:
      return hasOnly(processorRanges(<i64>record.a), event.GC_SWEEP_BEGIN);
    case event.GC_ACTIVE:
    case event.GC_BEGIN:
      return collectorHolds(record);
    case event.USER_TASK_BEGIN:
      return !model.taskActive(record.a) || idMapGet(endedTasks, record.a) != 0;
    case event.USER_TASK_END:
      endTask(record);
      return true;
    case event.USER_REGION_END:
      return regionHolds(record);
  }
  return false;
}

function goroutineRanges(id: i64): usize {
  const goroutine = model.findGoroutine(id);
  return changetype<usize>(goroutine) == 0 ? 0 : changetype<usize>(goroutine.ranges);
}

function processorRanges(id: i64): usize {
  const processor = model.findProcessor(id);
  return changetype<usize>(processor) == 0 ? 0 : changetype<usize>(processor.ranges);
}

function hasNoRanges(ranges: usize): bool {
  return ranges == 0 || changetype<model.Ranges>(ranges).count == 0;
}

function hasOnly(ranges: usize, type: u8): bool {
  if (ranges == 0) return false;
  return changetype<model.Ranges>(ranges).count == 1 && model.rangeActive(changetype<model.Ranges>(ranges), type, 0);
}

/** Its number stands in `b`. */
function collectorHolds(record: EventRecord): bool {
  const number = record.b;
  record.b = 0;
  if (model.gcState == GC_UNDETERMINED) return record.type == event.GC_BEGIN;
  if (number != model.gcSequence + 1) return false;
  if ((model.gcState == GC_RUNNING) != (record.type == event.GC_ACTIVE)) return false;
  return record.thread != NONE && record.processor != NONE && record.goroutine != NONE;
}

function endTask(record: EventRecord): void {
  const id = record.a;
  if (idMapGet(endedTasks, id) != 0 || !model.lookUpTask(id)) return;
  idMapSet(endedTasks, id, 1);
  record.b = model.endedTaskParent;
  record.text = model.endedTaskName == 0 ? 0 : model.endedTaskName | TRACE_NAME;
}

/** The innermost region from before that has not ended yet in this generation; 0 if there is none. */
export function regionLeft(goroutine: Goroutine): usize {
  return goroutine.verification == verification ? goroutine.regionsLeft : goroutine.regions;
}

/** The tasks from before that ended in this generation. */
export function forEndedTasks(act: (id: u64) => void): void {
  for (let place: u32 = 0; place <= idMapLastPlace(endedTasks); place++) {
    if (idMapValueAt(endedTasks, place) != 0) act(idMapKeyAt(endedTasks, place));
  }
}

function regionHolds(record: EventRecord): bool {
  const goroutine = model.findGoroutine(record.goroutine);
  if (changetype<usize>(goroutine) == 0) return true;
  const region = regionLeft(goroutine);
  if (region == 0) return true;
  if (model.regionTask(region) != record.a || model.regionName(region) != nameOfString(record.text)) return false;
  goroutine.regionsLeft = model.regionBelow(region);
  goroutine.verification = verification;
  return true;
}
