/** Feeds delivered events to the lanes and counters, and hands out what they make of a generation. */
import {
  collectorAssists,
  collectorLabels,
  collectorMarks,
  collectorProcessors,
  collectorStops,
  collectorSweeps,
  collectorSync,
} from '../collector/take';
import { handOutSweepSums } from '../collector/sweep-sums';
import { handOutWork } from '../collector/work';
import * as event from '../event-type';
import { EventRecord, TRACE_NAME } from '../event-record';
import { nameOfString } from '../tables';
import { handOutCollector, markPhase, worldStops } from './collector';
import { handOutGroups } from './goroutine-counts';
import { GOMAXPROCS, HEAP_ALLOCATED, HEAP_GOAL, counterChanges, handOutCounters } from './counters';
import { goroutineMoves, handOutProcessors, processorMoves } from './processors';
import { handOutSamples, takeSample } from './samples';
import { handOutScheduler, processorIsTaken, worldIsStopped } from './scheduler';
import { handOutStateCounts } from './state-counts';

/** Where the generation began, from the origin: what is announced holds from there. */
let generationStart: i64 = 0;

/** Takes in an event. Times count from `origin`. */
// @ts-ignore: decorator
@inline
export function takeRecord(record: EventRecord, origin: i64): void {
  const type = record.type;
  if (type >= event.GO_CREATE && type <= event.GO_STATUS) {
    goroutineMoves(record, record.time - origin, generationStart);
    return;
  }
  if (type == event.HEAP_ALLOC) counterChanges(HEAP_ALLOCATED, record.time - origin, record.a);
  else takeRare(record, record.time - origin);
}

function takeRare(record: EventRecord, time: i64): void {
  switch (record.type) {
    case event.SYNC:
      generationStart = time;
      collectorSync(record.a);
      break;
    case event.GO_SWITCH:
    case event.GO_SWITCH_DESTROY:
    case event.GO_CREATE_BLOCKED:
    case event.GO_STATUS_STACK:
      goroutineMoves(record, time, generationStart);
      break;
    case event.PROC_START:
    case event.PROC_STOP:
    case event.PROC_STEAL:
    case event.PROC_STATUS:
      processorMoves(record, time, generationStart);
      if (record.type == event.PROC_STEAL) processorIsTaken(time);
      break;
    case event.CPU_SAMPLE:
      takeSample(record, time);
      break;
    case event.HEAP_GOAL:
      counterChanges(HEAP_GOAL, time, record.a);
      break;
    case event.PROCS_CHANGE:
      counterChanges(GOMAXPROCS, time, record.a);
      collectorProcessors(time, record.a);
      break;
    case event.GC_ACTIVE:
      markPhase(generationStart, true);
      collectorMarks(time, record.type);
      break;
    case event.GC_BEGIN:
    case event.GC_END:
      markPhase(time, record.type == event.GC_BEGIN);
      collectorMarks(time, record.type);
      break;
    case event.STW_BEGIN:
    case event.STW_END:
      worldStops(time, record.type == event.STW_BEGIN, nameOfText(record.text));
      worldIsStopped(time, record.type == event.STW_BEGIN);
      collectorStops(record, time);
      break;
    case event.GC_MARK_ASSIST_ACTIVE:
    case event.GC_MARK_ASSIST_BEGIN:
    case event.GC_MARK_ASSIST_END:
      collectorAssists(record, time);
      break;
    case event.GC_SWEEP_ACTIVE:
    case event.GC_SWEEP_BEGIN:
    case event.GC_SWEEP_END:
      collectorSweeps(record, time);
      break;
    case event.GO_LABEL:
      collectorLabels(record, time);
      break;
  }
}

function nameOfText(text: u32): u32 {
  return (text & TRACE_NAME) != 0 ? text & ~TRACE_NAME : nameOfString(text);
}

/** The generation ends: everything up to `time` is packed. */
export function handOutLanes(time: i64): void {
  handOutProcessors(time);
  handOutCollector(time);
  handOutWork(time);
  handOutSweepSums(time);
  handOutCounters(time);
  handOutStateCounts(time);
  handOutGroups(time);
  handOutSamples(time);
  handOutScheduler(time);
}
