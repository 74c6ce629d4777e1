/**
 * Whether merged events can have happened: every rule broken is a fault (spec: v1 post-processing; source:
 * internal/trace/internal/tracev1/parser.go of Go 1.27). Collections and unblocks by the network poller are moved to
 * processors of their own.
 */
import { allocateZeroed, release } from '../memory';
import * as fault from '../fault';
import { IdMap, idMapClear, idMapGet, idMapRemove, idMapSet, newIdMap } from '../id-map';
import { Event, GC_P, NETPOLL_P, TIMER_P, argument, merged, mergedAt } from './event';
import * as type from './event-type';
import { failAt } from './merge';

const DEAD: u8 = 0;
const RUNNABLE: u8 = 1;
const RUNNING: u8 = 2;
const WAITING: u8 = 3;

@unmanaged
class Goroutine {
  status: u8;
  assisting: bool;
  /** Whether its last change was to block on the network. */
  onNetwork: bool;
  /** Open regions, innermost first: {next u32, pad, task u64, name id u64}. */
  regions: usize;
}

@unmanaged
class Processor {
  running: bool;
  sweeping: bool;
  goroutine: u64;
}

const goroutines: IdMap = newIdMap();
const processors: IdMap = newIdMap();
const tasks: IdMap = newIdMap();
let collecting: bool = false;
let stopped: bool = false;

function goroutineOf(id: u64): Goroutine {
  const known = <usize>idMapGet(goroutines, id);
  if (known != 0) return changetype<Goroutine>(known);
  const goroutine = changetype<Goroutine>(allocateZeroed(offsetof<Goroutine>()));
  idMapSet(goroutines, id, <u32>changetype<usize>(goroutine));
  return goroutine;
}

function processorOf(id: i32): Processor {
  const known = <usize>idMapGet(processors, <u64>id);
  if (known != 0) return changetype<Processor>(known);
  const processor = changetype<Processor>(allocateZeroed(offsetof<Processor>()));
  idMapSet(processors, <u64>id, <u32>changetype<usize>(processor));
  return processor;
}

let nextToCheck: u32 = 0;

export function beginCheck(): void {
  idMapClear(goroutines);
  idMapClear(processors);
  idMapClear(tasks);
  collecting = false;
  stopped = false;
  goroutineOf(0).status = RUNNING;
  nextToCheck = 0;
}

/** 1: `most` events were checked, 0: all of them, −1: fault. */
export function checkSome(most: u32): i32 {
  const end = <u32>min<u64>(<u64>nextToCheck + most, merged.count);
  for (; nextToCheck < end; nextToCheck++) {
    const event = mergedAt(nextToCheck);
    if (!isLegal(event)) return failAt(event, fault.V1_ILLEGAL_EVENT, event.goroutine);
  }
  return end < merged.count ? 1 : 0;
}

/** Whether the event's goroutine runs on the event's processor; goroutine 0 only if `orNone`. */
function runs(goroutine: Goroutine, processor: Processor, event: Event, orNone: bool): bool {
  if (goroutine.status != RUNNING || processor.goroutine != event.goroutine) return false;
  return orNone || event.goroutine != 0;
}

function leave(goroutine: Goroutine, processor: Processor, event: Event, status: u8): bool {
  if (!runs(goroutine, processor, event, false)) return false;
  goroutine.status = status;
  goroutine.onNetwork = event.type == type.GO_BLOCK_NET;
  processor.goroutine = 0;
  return true;
}

function isLegal(event: Event): bool {
  // Looking it up makes it known, as in Go: a goroutine that did anything cannot be created any more.
  const kind = event.type;
  const isNew = kind == type.GO_CREATE && idMapGet(goroutines, argument(event, 0)) == 0;
  const goroutine = goroutineOf(event.goroutine);
  const processor = processorOf(event.processor);
  switch (kind) {
    case type.PROC_START:
      if (processor.running) return false;
      processor.running = true;
      return true;
    case type.PROC_STOP:
      if (!processor.running || processor.goroutine != 0) return false;
      processor.running = false;
      return true;
    case type.GC_START:
      if (collecting) return false;
      collecting = true;
      event.processor = GC_P;
      return true;
    case type.GC_DONE:
      if (!collecting) return false;
      collecting = false;
      return true;
    case type.STW_START:
      if (stopped) return false;
      stopped = true;
      return true;
    case type.STW_DONE:
      if (!stopped) return false;
      stopped = false;
      return true;
    case type.SWEEP_START:
      if (processor.sweeping) return false;
      processor.sweeping = true;
      return true;
    case type.SWEEP_DONE:
      if (!processor.sweeping) return false;
      processor.sweeping = false;
      return true;
    case type.MARK_ASSIST_START:
      if (goroutine.assisting) return false;
      goroutine.assisting = true;
      return true;
    case type.MARK_ASSIST_DONE:
      goroutine.assisting = false;
      return true;
    case type.GO_WAITING:
    case type.GO_IN_SYSCALL:
      if (goroutine.status != RUNNABLE) return false;
      goroutine.status = WAITING;
      goroutine.onNetwork = false;
      return true;
    case type.GO_CREATE:
      if (!runs(goroutine, processor, event, true) || !isNew) return false;
      goroutineOf(argument(event, 0)).status = RUNNABLE;
      return true;
    case type.GO_START:
    case type.GO_START_LOCAL:
    case type.GO_START_LABEL:
      if (goroutine.status != RUNNABLE || processor.goroutine != 0) return false;
      goroutine.status = RUNNING;
      processor.goroutine = event.goroutine;
      return true;
    case type.GO_END:
      if (!leave(goroutine, processor, event, DEAD)) return false;
      while (goroutine.regions != 0) popRegion(goroutine);
      return true;
    case type.GO_STOP:
      return leave(goroutine, processor, event, DEAD);
    case type.GO_SCHED:
    case type.GO_PREEMPT:
      return leave(goroutine, processor, event, RUNNABLE);
    case type.GO_UNBLOCK:
    case type.GO_UNBLOCK_LOCAL:
      return unblocks(goroutine, processor, event);
    case type.GO_SYSCALL:
      if (!runs(goroutine, processor, event, false)) return false;
      goroutine.onNetwork = false;
      return true;
    case type.GO_SYSEXIT:
    case type.GO_SYSEXIT_LOCAL:
      if (goroutine.status != WAITING) return false;
      goroutine.status = RUNNABLE;
      goroutine.onNetwork = false;
      return true;
    case type.TASK_CREATE: {
      const id = argument(event, 0);
      if (idMapGet(tasks, id) != 0) return false;
      idMapSet(tasks, id, 1);
      return true;
    }
    case type.TASK_END:
      idMapRemove(tasks, argument(event, 0));
      return true;
    case type.REGION:
      return regionFits(goroutine, event);
  }
  const blocks =
    kind == type.GO_SLEEP ||
    kind == type.GO_BLOCK ||
    kind == type.GO_BLOCK_GC ||
    kind == type.GO_SYSBLOCK ||
    (kind >= type.GO_BLOCK_SEND && kind <= type.GO_BLOCK_NET);
  return blocks ? leave(goroutine, processor, event, WAITING) : true;
}

function unblocks(goroutine: Goroutine, processor: Processor, event: Event): bool {
  if (goroutine.status != RUNNING) return false;
  if (event.processor != TIMER_P && processor.goroutine != event.goroutine) return false;
  const target = goroutineOf(argument(event, 0));
  if (target.status != WAITING) return false;
  if (target.onNetwork) event.processor = NETPOLL_P;
  target.status = RUNNABLE;
  target.onNetwork = false;
  return true;
}

function popRegion(goroutine: Goroutine): void {
  const region = goroutine.regions;
  goroutine.regions = <usize>load<u32>(region);
  release(region, 24);
}

/** An end must match the innermost open region, if there is one. */
function regionFits(goroutine: Goroutine, event: Event): bool {
  const task = argument(event, 0);
  const mode = argument(event, 1);
  const name = argument(event, 2);
  if (mode > 1) return false;
  if (mode == 0) {
    const region = allocateZeroed(24);
    store<u32>(region, <u32>goroutine.regions);
    store<u64>(region, task, 8);
    store<u64>(region, name, 16);
    goroutine.regions = region;
    return true;
  }
  const open = goroutine.regions;
  if (open == 0) return true;
  if (load<u64>(open, 8) != task || load<u64>(open, 16) != name) return false;
  popRegion(goroutine);
  return true;
}
