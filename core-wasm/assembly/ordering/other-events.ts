/** Ordering of ranges, the collector's events, metrics, and what user code wrote (spec: handlers). */
import * as event from '../event-type';
import * as fault from '../fault';
import { fail } from '../fault';
import { EventRecord, TRACE_NAME } from '../event-record';
import { ABSENT, nameOfString, stringNumber } from '../tables';
import { contextGoroutine } from './goroutine-events';
import { OWN_FACT } from './claims';
import * as model from './model';
import { GC_IDLE, GC_RUNNING, GC_UNDETERMINED, findGoroutine, findProcessor } from './model';
import { contextProcessor } from './processor-events';
import * as step from './step';
import { BROKEN, NOT_YET, TAKEN, emit } from './step';

// --- ranges of a goroutine: stop-the-world, mark assist ---

export function goRangeBegin(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const goroutine = contextGoroutine();
  if (changetype<usize>(goroutine) == 0) return fail(fault.UNKNOWN_GOROUTINE, step.goroutineId);
  const type = step.cursor.type;
  const isStw = type == event.STW_BEGIN;
  const kind: u64 = isStw ? step.cursor.a : 0;
  if (model.rangeActive(goroutine.ranges, type, kind)) return fail(fault.RANGE_ALREADY_ACTIVE, step.goroutineId);
  if (goroutine.ranges.count >= model.MOST_RANGES) return fail(fault.TOO_MANY_RANGES, step.goroutineId);
  model.rangePush(goroutine.ranges, type, kind);
  const record = emit();
  if (!goroutine.confirmed) step.claim(record, OWN_FACT);
  if (isStw) {
    step.setText(record, kind);
    step.setStack(record, step.cursor.b);
  } else {
    step.setStack(record, step.cursor.a);
  }
  return TAKEN;
}

export function goRangeEnd(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const goroutine = contextGoroutine();
  if (changetype<usize>(goroutine) == 0) return fail(fault.UNKNOWN_GOROUTINE, step.goroutineId);
  const isStw = step.cursor.type == event.STW_END;
  const begin = isStw ? event.STW_BEGIN : event.GC_MARK_ASSIST_BEGIN;
  if (!model.rangeRemove(goroutine.ranges, begin)) return fail(fault.RANGE_NOT_ACTIVE, step.goroutineId);
  const record = emit();
  if (isStw) {
    // The kind's id belongs to the generation of the begin; the runtime never lets one cross.
    const kind = stringNumber(model.removedKind);
    record.text = kind == ABSENT ? 0 : kind;
  }
  return TAKEN;
}

/** Announces a range that was in progress when the generation began. */
function activeRange(ranges: model.Ranges, begin: u8, id: i64): i32 {
  const active = model.rangeActive(ranges, begin, 0);
  if (model.initial) {
    if (active) return fail(fault.RANGE_ALREADY_ACTIVE, id);
    model.rangePush(ranges, begin, 0);
  } else if (!active) {
    return fail(fault.ACTIVE_RANGE_MISSING, id);
  }
  const record = emit();
  record.a = <u64>id;
  step.claim(record, OWN_FACT);
  return TAKEN;
}

export function markAssistActive(): i32 {
  const id = <i64>step.cursor.a;
  const goroutine = findGoroutine(id);
  if (changetype<usize>(goroutine) == 0) return fail(fault.UNKNOWN_GOROUTINE, id);
  goroutine.confirmed = model.isolated;
  return activeRange(goroutine.ranges, event.GC_MARK_ASSIST_BEGIN, id);
}

// --- sweeps: ranges of a processor ---

export function sweepActive(): i32 {
  const id = <i64>step.cursor.a;
  const processor = findProcessor(id);
  if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, id);
  processor.confirmed = model.isolated;
  return activeRange(processor.ranges, event.GC_SWEEP_BEGIN, id);
}

export function sweepBegin(): i32 {
  if (step.lacksProcessor()) return BROKEN;
  const processor = contextProcessor();
  if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
  if (model.rangeActive(processor.ranges, event.GC_SWEEP_BEGIN, 0)) return fail(fault.RANGE_ALREADY_ACTIVE, step.processorId);
  model.rangePush(processor.ranges, event.GC_SWEEP_BEGIN, 0);
  const record = emit();
  if (!processor.confirmed) step.claim(record, OWN_FACT);
  step.setStack(record, step.cursor.a);
  return TAKEN;
}

export function sweepEnd(): i32 {
  if (step.lacksProcessor()) return BROKEN;
  const processor = contextProcessor();
  if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
  if (!model.rangeRemove(processor.ranges, event.GC_SWEEP_BEGIN)) return fail(fault.RANGE_NOT_ACTIVE, step.processorId);
  const record = emit();
  record.a = step.cursor.a;
  record.b = step.cursor.b;
  return TAKEN;
}

// --- the collector ---

export function gcActive(): i32 {
  const number = step.cursor.a;
  const isFirst = model.gcState == GC_UNDETERMINED;
  if (model.initial) {
    if (model.gcState != GC_UNDETERMINED) return fail(fault.GC_ACTIVE_NOT_FIRST);
  } else {
    if (number != model.gcSequence + 1) return NOT_YET;
    if (model.gcState != GC_RUNNING) return fail(fault.GC_NOT_RUNNING);
    if (step.lacksUserContext()) return BROKEN;
  }
  model.setGc(GC_RUNNING, number);
  claimFirst(emit(), isFirst, number);
  return TAKEN;
}

/** In an isolated generation, the first event of the collector continues what the one before ended with. */
function claimFirst(record: EventRecord, isFirst: bool, number: u64): void {
  if (!model.isolated || !isFirst) return;
  record.b = number;
  step.claim(record, OWN_FACT);
}

export function gcBegin(): i32 {
  const number = step.cursor.a;
  const isFirst = model.gcState == GC_UNDETERMINED;
  if (model.gcState != GC_UNDETERMINED) {
    if (number != model.gcSequence + 1) return NOT_YET;
    if (model.gcState == GC_RUNNING) return fail(fault.GC_ALREADY_RUNNING);
    if (step.lacksUserContext()) return BROKEN;
  }
  model.setGc(GC_RUNNING, number);
  const record = emit();
  claimFirst(record, isFirst, number);
  step.setStack(record, step.cursor.b);
  return TAKEN;
}

export function gcEnd(): i32 {
  const number = step.cursor.a;
  // It might end what began before.
  if (model.isolated && model.gcState == GC_UNDETERMINED) return fail(fault.NOT_ALONE);
  if (number != model.gcSequence + 1) return NOT_YET;
  if (model.gcState != GC_RUNNING) return fail(fault.GC_NOT_RUNNING);
  if (step.lacksUserContext()) return BROKEN;
  model.setGc(GC_IDLE, number);
  emit();
  return TAKEN;
}

// --- metrics, labels, logs ---

export function procsChange(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const record = emit();
  record.a = step.cursor.a;
  step.setStack(record, step.cursor.b);
  return TAKEN;
}

export function heapMetric(): i32 {
  if (step.lacksProcessor()) return BROKEN;
  emit().a = step.cursor.a;
  return TAKEN;
}

export function goLabel(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  step.setText(emit(), step.cursor.a);
  return TAKEN;
}

export function userLog(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const record = emit();
  record.a = step.cursor.a;
  step.setText(record, step.cursor.b);
  step.setOtherText(record, step.cursor.c);
  step.setStack(record, step.cursor.d);
  return TAKEN;
}

export function experimental(): i32 {
  if (step.lacksThread()) return BROKEN;
  const record = emit();
  record.a = step.cursor.a;
  record.b = step.cursor.b;
  record.c = step.cursor.c;
  return TAKEN;
}

// --- tasks and regions ---

const NO_TASK: u64 = u64.MAX_VALUE;

export function taskBegin(): i32 {
  const id = step.cursor.a;
  const parent = step.cursor.b == 0 ? NO_TASK : step.cursor.b;
  const name = stringNumber(step.cursor.c);
  if (model.taskActive(id)) return fail(fault.TASK_EXISTS, id);
  if (name == ABSENT) return fail(fault.INVALID_STRING_ID, step.cursor.c);
  if (step.lacksUserContext()) return BROKEN;
  model.addTask(id, model.isolated ? name : nameOfString(name), parent);
  const record = emit();
  step.claim(record, OWN_FACT);
  record.a = id;
  record.b = parent;
  record.text = name;
  step.setStack(record, step.cursor.d);
  return TAKEN;
}

export function taskEnd(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const isKnown = model.endTask(step.cursor.a);
  const record = emit();
  if (!isKnown) step.claim(record, OWN_FACT);
  record.a = step.cursor.a;
  record.b = model.endedTaskParent;
  const inTrace: u32 = model.isolated ? 0 : TRACE_NAME;
  record.text = model.endedTaskName == 0 ? 0 : model.endedTaskName | inTrace;
  step.setStack(record, step.cursor.b);
  return TAKEN;
}

export function region(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const task = step.cursor.a;
  const number = stringNumber(step.cursor.b);
  if (number == ABSENT) return fail(fault.INVALID_STRING_ID, step.cursor.b);
  const goroutine = contextGoroutine();
  if (changetype<usize>(goroutine) == 0) return fail(fault.UNKNOWN_GOROUTINE, step.goroutineId);
  const name = nameOfString(number);
  let isOpen = false;
  if (step.cursor.type == event.USER_REGION_BEGIN) {
    model.pushRegion(goroutine, task, name, number);
  } else if (goroutine.regions != 0) {
    const open = goroutine.regions;
    if (model.regionTask(open) != task || model.regionName(open) != name) {
      return fail(fault.REGION_MISMATCH, step.goroutineId, task, model.regionTask(open));
    }
    model.popRegion(goroutine);
  } else {
    isOpen = true;
  }
  const record = emit();
  if (isOpen) step.claim(record, OWN_FACT);
  record.a = task;
  record.text = number;
  step.setStack(record, step.cursor.c);
  return TAKEN;
}
