/** Ordering of goroutine events: when they may be taken, and what they change (spec: handlers). */
import * as event from '../event-type';
import * as fault from '../fault';
import { fail } from '../fault';
import { EventRecord } from '../event-record';
import {
  GO_IS_IN_SYSCALL,
  GO_IS_RUNNABLE,
  GO_IS_RUNNING,
  GO_IS_WAITING,
  NOT_EXIST,
  PROC_IS_IDLE,
  PROC_IS_RUNNING,
  UNDETERMINED,
} from '../go-states';
import { OWN_FACT, OWNER_KNOWN, OWNER_NEW } from './claims';
import * as model from './model';
import {
  GO_RUNNABLE,
  GO_RUNNING,
  GO_SYSCALL,
  GO_WAITING,
  Goroutine,
  NONE,
  PROC_SYSCALL,
  PROC_SYSCALL_ABANDONED,
  addGoroutine,
  findGoroutine,
  findThread,
  goroutineOn,
  succeeds,
} from './model';
import { contextProcessor } from './processor-events';
import * as step from './step';
import { BROKEN, NOT_YET, TAKEN, emit, emitAs } from './step';


export function publicGoState(status: u8): u8 {
  if (status == GO_RUNNABLE) return GO_IS_RUNNABLE;
  if (status == GO_RUNNING) return GO_IS_RUNNING;
  if (status == GO_SYSCALL) return GO_IS_IN_SYSCALL;
  if (status == GO_WAITING) return GO_IS_WAITING;
  return UNDETERMINED;
}

// @ts-ignore: decorator
@inline
function transition(record: EventRecord, id: i64, from: u8, to: u8): void {
  record.a = <u64>id;
  record.from = from;
  record.to = to;
}

// @ts-ignore: decorator
@inline
function bind(id: i64): void {
  if (changetype<usize>(step.thread) == 0) return;
  step.thread.goroutine = id;
  step.thread.goroutineTouched = true;
}

/** The record of the goroutine in the context, 0 if unknown. Looked up by id, so "none" finds a goroutine −1 if there is one. */
export function contextGoroutine(): Goroutine {
  return changetype<usize>(step.thread) == 0 ? findGoroutine(NONE) : goroutineOn(step.thread);
}

/** With or without a stack, which is the fourth argument. */
export function goStatus(): i32 {
  const id = <i64>step.cursor.a;
  const owner = <i64>step.cursor.b;
  const status = <u8>step.cursor.c;
  if (status >= model.GO_STATUS_LIMIT) return fail(fault.INVALID_GO_STATUS, id, status);
  let from = UNDETERMINED;
  let isNew = false;
  const goroutine = findGoroutine(id);
  if (changetype<usize>(goroutine) != 0) {
    if (goroutine.status != status) return fail(fault.GO_STATUS_DIFFERS, id, goroutine.status, status);
    from = publicGoState(status);
    goroutine.sequenceGeneration = model.generation;
    goroutine.sequence = 0;
  } else if (model.initial) {
    if (model.isolated && (id == NONE || model.hasEnded(id))) return fail(fault.NOT_ALONE);
    addGoroutine(id, status).announced = model.isolated;
    isNew = true;
  } else {
    return fail(fault.GO_STATUS_OF_NEW_GOROUTINE, id, status);
  }
  const record = emit();
  transition(record, id, from, publicGoState(status));
  if (isNew) step.claim(record, OWN_FACT);
  if (step.cursor.type == event.GO_STATUS_STACK) step.setStack(record, step.cursor.d);
  if (status == GO_RUNNING) bind(id);
  const verdict = status == GO_SYSCALL ? placeInSyscall(id, owner, record) : TAKEN;
  if (record.claims != 0) record.b = <u64>step.threadId;
  return verdict;
}

/** A goroutine announced in a system call belongs to the thread that the event names. */
function placeInSyscall(id: i64, owner: i64, record: EventRecord): i32 {
  if (owner == NONE) return fail(fault.SYSCALL_WITHOUT_THREAD, id);
  if (owner == step.threadId) {
    const isOpen = model.isolated ? !step.thread.goroutineTouched : model.initial;
    if (!isOpen && step.goroutineId != id) return fail(fault.SYSCALL_ON_OTHER_THREAD, id, step.goroutineId);
    bind(id);
    return TAKEN;
  }
  let thread = findThread(owner);
  if (changetype<usize>(thread) == 0) {
    thread = model.addThread(owner);
    thread.goroutine = id;
    thread.goroutineTouched = true;
    step.claim(record, OWNER_NEW);
  } else if (model.isolated && !thread.goroutineTouched) {
    thread.goroutine = id;
    thread.goroutineTouched = true;
    record.goroutine = id;
    step.claim(record, OWNER_KNOWN);
  } else {
    if (thread.goroutine != id) return fail(fault.SYSCALL_ON_OTHER_THREAD, id, thread.goroutine);
    record.goroutine = id;
  }
  record.thread = owner;
  return TAKEN;
}

export function goCreate(): i32 {
  const id = <i64>step.cursor.a;
  if (step.lacksProcessor()) return BROKEN;
  const creator = contextGoroutine();
  if (changetype<usize>(creator) != 0 && creator.status != GO_RUNNING) {
    return fail(fault.GOROUTINE_NOT_RUNNING, step.goroutineId, creator.status);
  }
  if (changetype<usize>(findGoroutine(id)) != 0) return fail(fault.GOROUTINE_EXISTS, id);
  if (model.isolated && id == NONE) return fail(fault.NOT_ALONE);
  const blocked = step.cursor.type == event.GO_CREATE_BLOCKED;
  addGoroutine(id, blocked ? GO_WAITING : GO_RUNNABLE);
  const record = emit();
  transition(record, id, NOT_EXIST, blocked ? GO_IS_WAITING : GO_IS_RUNNABLE);
  step.claim(record, OWN_FACT);
  step.setStack(record, step.cursor.c);
  step.setOtherStack(record, step.cursor.b);
  return TAKEN;
}

export function goCreateSyscall(): i32 {
  const id = <i64>step.cursor.a;
  if (changetype<usize>(findGoroutine(id)) != 0) return fail(fault.GOROUTINE_EXISTS, id);
  if (step.lacksThread() || step.hasGoroutine()) return BROKEN;
  if (model.isolated && id == NONE) return fail(fault.NOT_ALONE);
  addGoroutine(id, GO_SYSCALL);
  const record = emit();
  transition(record, id, NOT_EXIST, GO_IS_IN_SYSCALL);
  step.claim(record, OWN_FACT);
  bind(id);
  return TAKEN;
}

export function goStart(): i32 {
  const id = <i64>step.cursor.a;
  const number = step.cursor.b;
  const goroutine = findGoroutine(id);
  if (changetype<usize>(goroutine) == 0 || goroutine.status != GO_RUNNABLE) return NOT_YET;
  if (!succeeds(number, goroutine.sequenceGeneration, goroutine.sequence)) return NOT_YET;
  if (step.lacksProcessor() || step.hasGoroutine()) return BROKEN;
  goroutine.status = GO_RUNNING;
  goroutine.sequence = number;
  transition(emit(), id, GO_IS_RUNNABLE, GO_IS_RUNNING);
  step.thread.goroutine = id;
  step.thread.goroutineTouched = true;
  step.thread.goroutineHint = changetype<usize>(goroutine);
  return TAKEN;
}

/** The goroutine in the context, which must be there with a processor and running. 0: not so, the fault is recorded. */
function runningGoroutine(): Goroutine {
  const none = changetype<Goroutine>(0);
  if (step.lacksUserContext()) return none;
  const goroutine = contextGoroutine();
  if (changetype<usize>(goroutine) == 0) {
    fail(fault.UNKNOWN_GOROUTINE, step.goroutineId);
    return none;
  }
  if (goroutine.status == GO_RUNNING) return goroutine;
  fail(fault.GOROUTINE_NOT_RUNNING, step.goroutineId, goroutine.status);
  return none;
}

/** GoDestroy, GoStop, GoBlock: the goroutine leaves its processor. */
export function goLeave(): i32 {
  const goroutine = runningGoroutine();
  if (changetype<usize>(goroutine) == 0) return BROKEN;
  const type = step.cursor.type;
  const record = emit();
  if (type == event.GO_DESTROY) {
    transition(record, step.goroutineId, GO_IS_RUNNING, NOT_EXIST);
    model.forgetGoroutine(goroutine);
  } else {
    const blocked = type == event.GO_BLOCK;
    goroutine.status = blocked ? GO_WAITING : GO_RUNNABLE;
    transition(record, step.goroutineId, GO_IS_RUNNING, blocked ? GO_IS_WAITING : GO_IS_RUNNABLE);
    step.setText(record, step.cursor.a);
    step.setStack(record, step.cursor.b);
  }
  bind(NONE);
  return TAKEN;
}

export function goUnblock(): i32 {
  const id = <i64>step.cursor.a;
  const number = step.cursor.b;
  const goroutine = findGoroutine(id);
  if (changetype<usize>(goroutine) == 0 || goroutine.status != GO_WAITING) return NOT_YET;
  if (!succeeds(number, goroutine.sequenceGeneration, goroutine.sequence)) return NOT_YET;
  goroutine.status = GO_RUNNABLE;
  goroutine.sequence = number;
  const record = emit();
  transition(record, id, GO_IS_WAITING, GO_IS_RUNNABLE);
  step.setStack(record, step.cursor.c);
  return TAKEN;
}

/** A coroutine hands over directly: the next one is made runnable, this one blocks or ends, the next one starts. */
export function goSwitch(): i32 {
  const current = runningGoroutine();
  if (changetype<usize>(current) == 0) return BROKEN;
  const nextId = <i64>step.cursor.a;
  const number = step.cursor.b;
  const next = findGoroutine(nextId);
  if (changetype<usize>(next) == 0 || next.status != GO_WAITING) return NOT_YET;
  if (!succeeds(number, next.sequenceGeneration, next.sequence)) return NOT_YET;
  transition(emit(), nextId, GO_IS_WAITING, GO_IS_RUNNABLE);
  if (step.cursor.type == event.GO_SWITCH_DESTROY) {
    transition(emitAs(event.GO_DESTROY), step.goroutineId, GO_IS_RUNNING, NOT_EXIST);
    model.forgetGoroutine(current);
  } else {
    transition(emitAs(event.GO_BLOCK), step.goroutineId, GO_IS_RUNNING, GO_IS_WAITING);
    current.status = GO_WAITING;
  }
  const start = emitAs(event.GO_START);
  start.goroutine = NONE;
  transition(start, nextId, GO_IS_RUNNABLE, GO_IS_RUNNING);
  next.status = GO_RUNNING;
  next.sequence = number;
  bind(nextId);
  return TAKEN;
}

export function goSyscallBegin(): i32 {
  const goroutine = runningGoroutine();
  if (changetype<usize>(goroutine) == 0) return BROKEN;
  const processor = contextProcessor();
  if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
  const number = step.cursor.a;
  if (!succeeds(number, processor.sequenceGeneration, processor.sequence)) {
    return fail(fault.SYSCALL_SEQUENCE, step.processorId, number, processor.sequence);
  }
  goroutine.status = GO_SYSCALL;
  processor.status = PROC_SYSCALL;
  processor.sequence = number;
  const record = emit();
  transition(record, step.goroutineId, GO_IS_RUNNING, GO_IS_IN_SYSCALL);
  step.setStack(record, step.cursor.b);
  return TAKEN;
}

/** The goroutine in the context, which must be in a system call. 0: not so, the fault is recorded. */
function goroutineInSyscall(): Goroutine {
  const none = changetype<Goroutine>(0);
  const goroutine = contextGoroutine();
  if (changetype<usize>(goroutine) == 0) {
    fail(fault.UNKNOWN_GOROUTINE, step.goroutineId);
    return none;
  }
  if (goroutine.status == GO_SYSCALL) return goroutine;
  fail(fault.GOROUTINE_NOT_IN_SYSCALL, step.goroutineId, goroutine.status);
  return none;
}

export function goSyscallEnd(): i32 {
  if (step.lacksUserContext()) return BROKEN;
  const goroutine = goroutineInSyscall();
  if (changetype<usize>(goroutine) == 0) return BROKEN;
  const processor = contextProcessor();
  if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
  if (processor.status != PROC_SYSCALL) return fail(fault.PROC_NOT_IN_SYSCALL, step.processorId, processor.status);
  goroutine.status = GO_RUNNING;
  processor.status = model.PROC_RUNNING;
  transition(emit(), step.goroutineId, GO_IS_IN_SYSCALL, GO_IS_RUNNING);
  return TAKEN;
}

export function goSyscallEndBlocked(): i32 {
  if (step.processorId != NONE) {
    const processor = contextProcessor();
    if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
    // Its processor is about to be stolen; the theft comes first.
    if (processor.status == PROC_SYSCALL) return NOT_YET;
  }
  if (step.lacksGoroutine()) return BROKEN;
  const goroutine = goroutineInSyscall();
  if (changetype<usize>(goroutine) == 0) return BROKEN;
  goroutine.status = GO_RUNNABLE;
  transition(emit(), step.goroutineId, GO_IS_IN_SYSCALL, GO_IS_RUNNABLE);
  bind(NONE);
  return TAKEN;
}

export function goDestroySyscall(): i32 {
  if (step.lacksGoroutine()) return BROKEN;
  const goroutine = goroutineInSyscall();
  if (changetype<usize>(goroutine) == 0) return BROKEN;
  if (step.processorId != NONE) {
    const processor = contextProcessor();
    if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
    if (processor.status != PROC_SYSCALL) return fail(fault.PROC_NOT_IN_SYSCALL, step.processorId, processor.status);
    processor.status = PROC_SYSCALL_ABANDONED;
    const steal = emitAs(event.PROC_STEAL);
    steal.a = <u64>step.processorId;
    steal.from = PROC_IS_RUNNING;
    steal.to = PROC_IS_IDLE;
    step.thread.processor = NONE;
    step.thread.processorTouched = true;
  }
  transition(emit(), step.goroutineId, GO_IS_IN_SYSCALL, NOT_EXIST);
  model.forgetGoroutine(goroutine);
  bind(NONE);
  return TAKEN;
}
