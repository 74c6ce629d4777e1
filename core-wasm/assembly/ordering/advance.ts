/** Tries one event against the scheduler model: taken, not yet, or broken. */
import * as event from '../event-type';
import * as fault from '../fault';
import { fail } from '../fault';
import { Cursor } from '../cursor';
import * as goroutines from './goroutine-events';
import * as model from './model';
import { NONE, Thread } from './model';
import * as others from './other-events';
import * as processors from './processor-events';
import { TAKEN, enterStep } from './step';

/** TAKEN leaves the delivered records at the end of the record buffer. The thread's record is made by the attempt itself. */
export function advance(cursor: Cursor): i32 {
  let thread = changetype<Thread>(cursor.record);
  if (cursor.record == 0 && cursor.thread != NONE) {
    thread = model.findThread(cursor.thread);
    if (changetype<usize>(thread) == 0) thread = model.addThread(cursor.thread);
    cursor.record = changetype<usize>(thread);
  }
  enterStep(cursor, thread);
  return handle(cursor.type);
}

function handle(type: u8): i32 {
  switch (type) {
    case event.GO_START:
      return goroutines.goStart();
    case event.GO_STOP:
    case event.GO_BLOCK:
    case event.GO_DESTROY:
      return goroutines.goLeave();
    case event.GO_UNBLOCK:
      return goroutines.goUnblock();
    case event.GO_CREATE:
    case event.GO_CREATE_BLOCKED:
      return goroutines.goCreate();
    case event.GO_CREATE_SYSCALL:
      return goroutines.goCreateSyscall();
    case event.GO_DESTROY_SYSCALL:
      return goroutines.goDestroySyscall();
    case event.GO_SYSCALL_BEGIN:
      return goroutines.goSyscallBegin();
    case event.GO_SYSCALL_END:
      return goroutines.goSyscallEnd();
    case event.GO_SYSCALL_END_BLOCKED:
      return goroutines.goSyscallEndBlocked();
    case event.GO_STATUS:
    case event.GO_STATUS_STACK:
      return goroutines.goStatus();
    case event.GO_SWITCH:
    case event.GO_SWITCH_DESTROY:
      return goroutines.goSwitch();
    case event.PROC_START:
      return processors.procStart();
    case event.PROC_STOP:
      return processors.procStop();
    case event.PROC_STEAL:
      return processors.procSteal();
    case event.PROC_STATUS:
      return processors.procStatus();
    case event.STW_BEGIN:
    case event.GC_MARK_ASSIST_BEGIN:
      return others.goRangeBegin();
    case event.STW_END:
    case event.GC_MARK_ASSIST_END:
      return others.goRangeEnd();
    case event.GC_MARK_ASSIST_ACTIVE:
      return others.markAssistActive();
    case event.GC_SWEEP_ACTIVE:
      return others.sweepActive();
    case event.GC_SWEEP_BEGIN:
      return others.sweepBegin();
    case event.GC_SWEEP_END:
      return others.sweepEnd();
    case event.GC_ACTIVE:
      return others.gcActive();
    case event.GC_BEGIN:
      return others.gcBegin();
    case event.GC_END:
      return others.gcEnd();
    case event.PROCS_CHANGE:
      return others.procsChange();
    case event.HEAP_ALLOC:
    case event.HEAP_GOAL:
      return others.heapMetric();
    case event.GO_LABEL:
      return others.goLabel();
    case event.USER_TASK_BEGIN:
      return others.taskBegin();
    case event.USER_TASK_END:
      return others.taskEnd();
    case event.USER_REGION_BEGIN:
    case event.USER_REGION_END:
      return others.region();
    case event.USER_LOG:
      return others.userLog();
  }
  if (type >= event.FIRST_EXPERIMENTAL) return others.experimental();
  return fail(fault.UNORDERABLE_EVENT, type);
}

export { TAKEN };
