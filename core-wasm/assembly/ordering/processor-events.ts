/** Ordering of processor events: when they may be taken, and what they change (spec: handlers). */
import * as fault from '../fault';
import { fail } from '../fault';
import { NOT_EXIST, PROC_IS_IDLE, PROC_IS_RUNNING, UNDETERMINED } from '../go-states';
import { OWN_FACT } from './claims';
import * as model from './model';
import { NONE, findProcessor, findThread, processorOn, succeeds } from './model';
import * as step from './step';
import { BROKEN, NOT_YET, TAKEN, emit } from './step';


/** Go's public state for a wire status. */
export function publicProcState(status: u8): u8 {
  if (status == model.PROC_RUNNING || status == model.PROC_SYSCALL) return PROC_IS_RUNNING;
  if (status == model.PROC_IDLE || status == model.PROC_SYSCALL_ABANDONED) return PROC_IS_IDLE;
  return UNDETERMINED;
}

export function procStatus(): i32 {
  const id = <i64>step.cursor.a;
  const status = <u8>step.cursor.b;
  if (status >= model.PROC_STATUS_LIMIT) return fail(fault.INVALID_PROC_STATUS, id, status);
  let processor = findProcessor(id);
  let from: u8;
  let isNew = false;
  const to = publicProcState(status);
  // Whose processor it was is known only with what came before.
  if (model.isolated && (status == model.PROC_SYSCALL_ABANDONED || id == NONE)) return fail(fault.NOT_ALONE);
  if (changetype<usize>(processor) == 0) {
    processor = model.addProcessor(id, status);
    isNew = true;
    from = model.initial ? UNDETERMINED : NOT_EXIST;
  } else {
    if (status == model.PROC_SYSCALL_ABANDONED && processor.status == model.PROC_SYSCALL) {
      // The thief announces a processor whose owner is still in its system call: the event belongs to the owner.
      const owner = model.threadHolding(id);
      if (changetype<usize>(owner) == 0) return fail(fault.STOLEN_PROC_WITHOUT_THREAD, id);
      restart(processor);
      const record = emit();
      record.thread = owner.id;
      record.processor = id;
      record.goroutine = owner.goroutine;
      record.a = <u64>id;
      record.from = PROC_IS_RUNNING;
      record.to = PROC_IS_RUNNING;
      return TAKEN;
    }
    if (status != processor.status) return fail(fault.PROC_STATUS_DIFFERS, id, processor.status, status);
    from = publicProcState(status);
    restart(processor);
  }
  const record = emit();
  record.a = <u64>id;
  record.from = from;
  record.to = to;
  if (isNew) step.claim(record, OWN_FACT);
  if (record.claims != 0) {
    record.b = <u64>step.threadId;
    record.c = status;
  }
  if (status == model.PROC_RUNNING || status == model.PROC_SYSCALL) hold(processor);
  return TAKEN;
}

function restart(processor: model.Processor): void {
  processor.sequenceGeneration = model.generation;
  processor.sequence = 0;
}

function hold(processor: model.Processor): void {
  if (changetype<usize>(step.thread) == 0) return;
  step.thread.processor = processor.id;
  step.thread.processorTouched = true;
  processor.threadHint = changetype<usize>(step.thread);
}

function letGo(): void {
  if (changetype<usize>(step.thread) == 0) return;
  step.thread.processor = NONE;
  step.thread.processorTouched = true;
}

export function procStart(): i32 {
  const id = <i64>step.cursor.a;
  const number = step.cursor.b;
  const processor = findProcessor(id);
  if (changetype<usize>(processor) == 0 || processor.status != model.PROC_IDLE) return NOT_YET;
  if (!succeeds(number, processor.sequenceGeneration, processor.sequence)) return NOT_YET;
  // A thread whose processor is about to be stolen still holds it.
  if (step.processorId != NONE) return NOT_YET;
  if (step.lacksThread()) return BROKEN;
  processor.status = model.PROC_RUNNING;
  processor.sequence = number;
  hold(processor);
  const record = emit();
  record.a = <u64>id;
  record.from = PROC_IS_IDLE;
  record.to = PROC_IS_RUNNING;
  return TAKEN;
}

export function procStop(): i32 {
  const processor = contextProcessor();
  if (changetype<usize>(processor) == 0) return fail(fault.UNKNOWN_PROC, step.processorId);
  if (processor.status != model.PROC_RUNNING && processor.status != model.PROC_SYSCALL) {
    return fail(fault.PROC_NOT_RUNNING, step.processorId, processor.status);
  }
  if (step.lacksProcessor()) return BROKEN;
  processor.status = model.PROC_IDLE;
  const record = emit();
  record.a = <u64>step.processorId;
  record.from = PROC_IS_RUNNING;
  record.to = PROC_IS_IDLE;
  letGo();
  return TAKEN;
}

/** The record of the processor in the context, 0 if unknown. */
export function contextProcessor(): model.Processor {
  return changetype<usize>(step.thread) == 0 ? findProcessor(NONE) : processorOn(step.thread);
}

export function procSteal(): i32 {
  const id = <i64>step.cursor.a;
  const number = step.cursor.b;
  const victimId = <i64>step.cursor.c;
  const processor = findProcessor(id);
  if (changetype<usize>(processor) == 0) return NOT_YET;
  const status = processor.status;
  if (status != model.PROC_SYSCALL && status != model.PROC_SYSCALL_ABANDONED) return NOT_YET;
  if (!succeeds(number, processor.sequenceGeneration, processor.sequence)) return NOT_YET;
  if (step.lacksThread()) return BROKEN;
  processor.status = model.PROC_IDLE;
  processor.sequence = number;
  if (status == model.PROC_SYSCALL) {
    if (victimId == step.threadId) {
      if (step.processorId != id) return fail(fault.SELF_STEAL_OF_OTHER_PROC, id, step.processorId);
    } else {
      const victim = findThread(victimId);
      if (changetype<usize>(victim) == 0) return fail(fault.STEAL_FROM_UNKNOWN_THREAD, id, victimId);
      if (victim.processor != id) return fail(fault.STEAL_OF_OTHER_PROC, id, victimId, victim.processor);
      victim.processor = NONE;
      victim.processorTouched = true;
    }
  }
  const record = emit();
  record.a = <u64>id;
  record.from = status == model.PROC_SYSCALL ? PROC_IS_RUNNING : PROC_IS_IDLE;
  record.to = PROC_IS_IDLE;
  if (status == model.PROC_SYSCALL && victimId == step.threadId) letGo();
  return TAKEN;
}
