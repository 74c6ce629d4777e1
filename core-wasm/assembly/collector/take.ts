/** Feeds delivered events to the record of the collector's work. */
import * as event from '../event-type';
import { EventRecord, TRACE_NAME } from '../event-record';
import { GO_IS_IN_SYSCALL, GO_IS_RUNNING } from '../go-states';
import { HEAP_ALLOCATED, HEAP_GOAL, counterValue } from '../lanes/counters';
import { zigzag } from '../lanes/bits';
import { processorOf } from '../lanes/processors';
import { nameBytes, nameLength } from '../names';
import { Summary, findSummary } from '../summary/model';
import { nameOfString } from '../tables';
import {
  ASSISTANT_RUNS,
  ASSIST_BEGINS,
  ASSIST_ENDS,
  ASSIST_IS_ON,
  DEDICATED,
  FRACTIONAL,
  IDLE,
  MARK_BEGINS,
  MARK_ENDS,
  MARK_IS_ON,
  PROCESSORS,
  RUNS,
  STOPS,
  STOP_BEGINS,
  STOP_ENDS,
  SWEEP_BEGINS,
  SWEEP_ENDS,
  SWEEP_IS_ON,
  TELLER_RUNS,
} from './changes';
import { sweepBegins, sweepEnds } from './sweep-sums';
import { sweepChanges, workChanges } from './work';

// Why a goroutine's starts and stops are told: `Summary.collects`.
const ASSISTS: u8 = 1;
const WAS_WORKER: u8 = 2;

/** Only the first generation tells what has been going on since before the trace; later ones repeat what is known. */
let isFirstGeneration: bool = true;
let processors: u64 = 0;

// @ts-ignore: decorator
@inline
function isExecuting(state: u8): bool {
  return state == GO_IS_RUNNING || state == GO_IS_IN_SYSCALL;
}

/** A goroutine that assists, or was ever a worker, changes its state. */
export function collectorGoroutineMoves(record: EventRecord, time: i64): void {
  const runs = isExecuting(record.to);
  if (runs == isExecuting(record.from)) return;
  workChanges(runs ? RUNS : STOPS, time, <i64>record.a, record.processor);
}

export function collectorSync(number: u64): void {
  isFirstGeneration = number <= 1;
}

export function collectorProcessors(time: i64, count: u64): void {
  if (count == processors) return;
  processors = count;
  workChanges(PROCESSORS, time, -1, -1, count);
}

export function collectorMarks(time: i64, type: u8): void {
  if (type == event.GC_ACTIVE && !isFirstGeneration) return;
  const kind = type == event.GC_ACTIVE ? MARK_IS_ON : type == event.GC_BEGIN ? MARK_BEGINS : MARK_ENDS;
  workChanges(kind, time, -1, -1, counterValue(HEAP_ALLOCATED), counterValue(HEAP_GOAL));
}

export function collectorStops(record: EventRecord, time: i64): void {
  const begins = record.type == event.STW_BEGIN;
  workChanges(begins ? STOP_BEGINS : STOP_ENDS, time, record.goroutine, -1, nameOfText(record.text));
}

export function collectorAssists(record: EventRecord, time: i64): void {
  const type = record.type;
  if (type == event.GC_MARK_ASSIST_ACTIVE) return assistIsOn(record, time);
  const summary = findSummary(record.goroutine);
  const begins = type == event.GC_MARK_ASSIST_BEGIN;
  if (changetype<usize>(summary) != 0) setAssists(summary, begins);
  workChanges(begins ? ASSIST_BEGINS : ASSIST_ENDS, time, record.goroutine, record.processor);
}

function setAssists(summary: Summary, does: bool): void {
  summary.collects = does ? summary.collects | ASSISTS : summary.collects & ~ASSISTS;
}

function assistIsOn(record: EventRecord, time: i64): void {
  if (!isFirstGeneration) return;
  const goroutine = <i64>record.a;
  const summary = findSummary(goroutine);
  const teller = findSummary(record.goroutine);
  let bits: u64 = 0;
  if (changetype<usize>(teller) != 0 && isExecuting(<u8>(teller.spanWhat & 7))) bits |= TELLER_RUNS;
  if (changetype<usize>(summary) != 0) {
    setAssists(summary, true);
    if (isExecuting(<u8>(summary.spanWhat & 7))) bits |= ASSISTANT_RUNS;
  }
  const on = goroutine == record.goroutine ? record.processor : processorOf(goroutine);
  workChanges(ASSIST_IS_ON, time, goroutine, record.processor, bits, <u64>(on + 1));
}

export function collectorSweeps(record: EventRecord, time: i64): void {
  const type = record.type;
  const processor = record.processor;
  const goroutine = record.goroutine;
  if (type == event.GC_SWEEP_BEGIN) {
    sweepBegins(processor, goroutine, time);
    sweepChanges(SWEEP_BEGINS, time, goroutine, processor);
  } else if (type == event.GC_SWEEP_END) {
    sweepEnds(processor, goroutine, time, record.a, record.b);
    sweepChanges(SWEEP_ENDS, time, goroutine, processor, record.a, record.b);
  } else if (isFirstGeneration) {
    sweepBegins(<i64>record.a, goroutine, 0);
    sweepChanges(SWEEP_IS_ON, time, goroutine, processor, zigzag(<i64>record.a));
  }
}

/** `GC (dedicated)`, `GC (fractional)`, `GC (idle)`; other labels are not the collector's. */
export function collectorLabels(record: EventRecord, time: i64): void {
  const name = nameOfText(record.text);
  const length = nameLength(name);
  const text = nameBytes(name);
  if (length < 3 || load<u16>(text) != 0x4347 || load<u8>(text, 2) != 0x20) return; // "GC "
  const kind = isText(text, length, DEDICATED_TEXT) ? DEDICATED : isText(text, length, IDLE_TEXT) ? IDLE : FRACTIONAL;
  const summary = findSummary(record.goroutine);
  if (changetype<usize>(summary) != 0) summary.collects |= WAS_WORKER;
  workChanges(kind, time, record.goroutine, record.processor);
}

const DEDICATED_TEXT: string = 'GC (dedicated)';
const IDLE_TEXT: string = 'GC (idle)';

function isText(address: usize, length: u32, text: string): bool {
  if (length != <u32>text.length) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (<i32>load<u8>(address + i) != text.charCodeAt(i)) return false;
  }
  return true;
}

function nameOfText(text: u32): u32 {
  return (text & TRACE_NAME) != 0 ? text & ~TRACE_NAME : nameOfString(text);
}
