/**
 * Hands the model over: what an isolated generation ended with is written out there, and becomes part of the model here once
 * the generation is verified. In 64-bit words:
 *
 *     state:      goroutines | processors | threads | tasks | ended goroutines | collector's state | its number, then those
 *     goroutine:  id | generation and number of its last sequenced event | facts | ranges | regions, innermost first
 *     processor:  id | generation and number of its last sequenced event | facts | ranges
 *     facts:      status + (announced ranges: 1) << 8 + number of ranges << 16 + number of regions << 32
 *     range:      type | kind          region:  task | name as an entry of the generation's strings
 *     thread:     id | processor | goroutine | 1: the processor counts, + 2: the goroutine counts
 *     task:       id | name as an entry of the generation's strings | parent          ended:  id
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { IdMap, idMapKeyAt, idMapLastPlace, idMapValueAt } from '../id-map';
import { nameOfString } from '../tables';
import * as model from './model';
import { GC_UNDETERMINED, Goroutine, Processor, Ranges, Thread } from './model';
import { forEndedTasks, regionLeft } from './verify';

// --- writing ---

const state: Column = newColumn(8);

function put(word: u64): void {
  store<u64>(columnPush(state), word);
}

/** Writes the model out; the words are good until the next time. */
export function writeModel(): void {
  state.count = 0;
  put(model.goroutines.count);
  put(model.processors.count);
  put(model.threadList.count);
  put(model.tasks.count);
  put(model.ended.count);
  put(model.gcState);
  put(model.gcSequence);
  each(model.goroutines, putGoroutine);
  each(model.processors, putProcessor);
  for (let i: u32 = 0; i < model.threadList.count; i++) putThread(<usize>load<u32>(columnAt(model.threadList, i)));
  each(model.tasks, putTask);
  each(model.ended, putKey);
}

function each(map: IdMap, write: (value: usize, key: u64) => void): void {
  for (let place: u32 = 0; place <= idMapLastPlace(map); place++) {
    const value = <usize>idMapValueAt(map, place);
    if (value != 0) write(value, idMapKeyAt(map, place));
  }
}

function putGoroutine(record: usize, id: u64): void {
  const goroutine = changetype<Goroutine>(record);
  let regions: u64 = 0;
  for (let region = goroutine.regions; region != 0; region = model.regionBelow(region)) regions++;
  put(id);
  put(goroutine.sequenceGeneration);
  put(goroutine.sequence);
  put(facts(goroutine.status, goroutine.confirmed, goroutine.ranges) | (regions << 32));
  putRanges(goroutine.ranges);
  for (let region = goroutine.regions; region != 0; region = model.regionBelow(region)) {
    put(model.regionTask(region));
    put(model.regionText(region));
  }
}

function putProcessor(record: usize, id: u64): void {
  const processor = changetype<Processor>(record);
  put(id);
  put(processor.sequenceGeneration);
  put(processor.sequence);
  put(facts(processor.status, processor.confirmed, processor.ranges));
  putRanges(processor.ranges);
}

function facts(status: u8, confirmed: bool, ranges: Ranges): u64 {
  return <u64>status | (confirmed ? 0x100 : 0) | (<u64>ranges.count << 16);
}

function putRanges(ranges: Ranges): void {
  for (let i: u32 = 0; i < ranges.count; i++) {
    put(model.rangeTypeAt(ranges, i));
    put(model.rangeKindAt(ranges, i));
  }
}

function putThread(record: usize): void {
  const thread = changetype<Thread>(record);
  put(<u64>thread.id);
  put(<u64>thread.processor);
  put(<u64>thread.goroutine);
  put((thread.processorTouched ? 1 : 0) | (thread.goroutineTouched ? 2 : 0));
}

function putTask(record: usize, id: u64): void {
  put(id);
  put(model.taskName(record));
  put(model.taskParent(record));
}

function putKey(_: usize, key: u64): void {
  put(key);
}

export function modelWords(): u32 {
  return state.count;
}

export function modelWordsStart(): usize {
  return state.start;
}

// --- reading ---

let at: usize = 0;

function take(): u64 {
  const word = load<u64>(at);
  at += 8;
  return word;
}

/** The verified generation ended with the model whose words lie at `words`: it continues the one before. */
export function takeModel(words: usize): void {
  at = words;
  const goroutines = take();
  const processors = take();
  const threads = take();
  const tasks = take();
  const ended = take();
  const gcState = <u8>take();
  const gcSequence = take();
  if (gcState != GC_UNDETERMINED) model.setGc(gcState, gcSequence);
  for (let i: u64 = 0; i < goroutines; i++) takeGoroutine();
  for (let i: u64 = 0; i < processors; i++) takeProcessor();
  for (let i: u64 = 0; i < threads; i++) takeThread();
  forEndedTasks(forgetTask);
  for (let i: u64 = 0; i < tasks; i++) takeTask();
  for (let i: u64 = 0; i < ended; i++) takeEnd();
}

function takeGoroutine(): void {
  const id = <i64>take();
  let goroutine = model.findGoroutine(id);
  if (changetype<usize>(goroutine) == 0) goroutine = model.addGoroutine(id, 0);
  goroutine.sequenceGeneration = take();
  goroutine.sequence = take();
  const facts = take();
  goroutine.status = <u8>facts;
  takeRanges(goroutine.ranges, facts);
  const left = regionLeft(goroutine);
  while (goroutine.regions != left) model.popRegion(goroutine);
  const count = <u32>(facts >> 32);
  const regions = at;
  for (let i = count; i > 0; i--) {
    const region = regions + (<usize>(i - 1) << 4);
    const text = load<u32>(region, 8);
    model.pushRegion(goroutine, load<u64>(region), nameOfString(text), text);
  }
  at = regions + (<usize>count << 4);
}

function takeProcessor(): void {
  const id = <i64>take();
  let processor = model.findProcessor(id);
  if (changetype<usize>(processor) == 0) processor = model.addProcessor(id, 0);
  processor.sequenceGeneration = take();
  processor.sequence = take();
  const facts = take();
  processor.status = <u8>facts;
  takeRanges(processor.ranges, facts);
}

/** Ranges that were announced replace those from before; others are new. */
function takeRanges(ranges: Ranges, facts: u64): void {
  if ((facts & 0x100) != 0) ranges.count = 0;
  const count = <u32>(facts >> 16) & 0xffff;
  for (let i: u32 = 0; i < count; i++) {
    const type = <u8>take();
    model.rangePush(ranges, type, take());
  }
}

function takeThread(): void {
  const id = <i64>take();
  const processor = <i64>take();
  const goroutine = <i64>take();
  const counts = <u32>take();
  let thread = model.findThread(id);
  if (changetype<usize>(thread) == 0) thread = model.addThread(id);
  if ((counts & 1) != 0) {
    thread.processor = processor;
    const held = model.findProcessor(processor);
    if (changetype<usize>(held) != 0) held.threadHint = changetype<usize>(thread);
  }
  if ((counts & 2) != 0) thread.goroutine = goroutine;
}

function forgetTask(id: u64): void {
  model.endTask(id);
}

function takeTask(): void {
  const id = take();
  const name = nameOfString(<u32>take());
  model.addTask(id, name, take());
}

function takeEnd(): void {
  const goroutine = model.findGoroutine(<i64>take());
  if (changetype<usize>(goroutine) != 0) model.forgetGoroutine(goroutine);
}
