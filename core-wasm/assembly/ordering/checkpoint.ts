/**
 * Everything that ordering carries from one generation to the next, written out between two of them, so that another core
 * orders the second without the first. The same trace gives the same words, however it was read. In 64-bit words:
 *
 *     state:      time of the last event | syncs so far | first generation | 1: there was one | highest generation
 *                 | collector's state | its number | goroutines | processors | threads | tasks, then those, in order of id
 *     goroutine:  id | generation and number of its last sequenced event | facts | ranges | regions, innermost first
 *     processor:  id | generation and number of its last sequenced event | facts | ranges
 *     facts:      status + number of ranges << 16 + number of regions << 32
 *     range:      type | kind          region:  task | name
 *     thread:     id | processor | goroutine          task:  id | parent | name
 *     name:       its length, then its bytes, filled up to whole words
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { lastDelivered, resumeClock, syncCount } from '../delivery';
import { IdMap, idMapKeyAt, idMapLastPlace, idMapValueAt } from '../id-map';
import { nameBytes, nameLength, nameOf } from '../names';
import * as model from './model';
import { Goroutine, Processor, Ranges, Thread } from './model';

// --- writing ---

const state: Column = newColumn(8);
/** What is to be written in order of id: {id i64, record u32, pad u32}. */
const order: Column = newColumn(16);

// @ts-ignore: decorator
@inline
function put(word: u64): void {
  store<u64>(columnPush(state), word);
}

/** Writes the words; they are good until the next time. How many there are. */
export function writeCheckpoint(): u32 {
  state.count = 0;
  put(<u64>lastDelivered());
  put(syncCount());
  put(model.firstGeneration);
  put(model.hasFirstGeneration ? 1 : 0);
  put(model.highestGeneration);
  put(model.gcState);
  put(model.gcSequence);
  put(model.goroutines.count);
  put(model.processors.count);
  put(model.threadList.count);
  put(model.tasks.count);
  putEach(model.goroutines, putGoroutine);
  putEach(model.processors, putProcessor);
  putEach(model.threads, putThread);
  putEach(model.tasks, putTask);
  return state.count;
}

export function checkpointStart(): usize {
  return state.start;
}

function putEach(map: IdMap, write: (record: usize, id: u64) => void): void {
  order.count = 0;
  for (let place: u32 = 0; place <= idMapLastPlace(map); place++) {
    const record = idMapValueAt(map, place);
    if (record == 0) continue;
    const entry = columnPush(order);
    store<u64>(entry, idMapKeyAt(map, place));
    store<u32>(entry, record, 8);
  }
  sortOrder();
  for (let i: u32 = 0; i < order.count; i++) {
    const entry = columnAt(order, i);
    write(<usize>load<u32>(entry, 8), load<u64>(entry));
  }
}

function putGoroutine(record: usize, id: u64): void {
  const goroutine = changetype<Goroutine>(record);
  let regions: u64 = 0;
  for (let region = goroutine.regions; region != 0; region = model.regionBelow(region)) regions++;
  put(id);
  put(goroutine.sequenceGeneration);
  put(goroutine.sequence);
  put(facts(goroutine.status, goroutine.ranges) | (regions << 32));
  putRanges(goroutine.ranges);
  for (let region = goroutine.regions; region != 0; region = model.regionBelow(region)) {
    put(model.regionTask(region));
    putName(model.regionName(region));
  }
}

function putProcessor(record: usize, id: u64): void {
  const processor = changetype<Processor>(record);
  put(id);
  put(processor.sequenceGeneration);
  put(processor.sequence);
  put(facts(processor.status, processor.ranges));
  putRanges(processor.ranges);
}

function facts(status: u8, ranges: Ranges): u64 {
  return <u64>status | (<u64>ranges.count << 16);
}

function putRanges(ranges: Ranges): void {
  for (let i: u32 = 0; i < ranges.count; i++) {
    put(model.rangeTypeAt(ranges, i));
    put(model.rangeKindAt(ranges, i));
  }
}

function putThread(record: usize, id: u64): void {
  const thread = changetype<Thread>(record);
  put(id);
  put(<u64>thread.processor);
  put(<u64>thread.goroutine);
}

function putTask(record: usize, id: u64): void {
  put(id);
  put(model.taskParent(record));
  putName(model.taskName(record));
}

function putName(name: u32): void {
  const length = nameLength(name);
  const bytes = nameBytes(name);
  put(length);
  for (let from: u32 = 0; from < length; from += 8) {
    const word = columnPush(state);
    store<u64>(word, 0);
    memory.copy(word, bytes + from, min<u32>(8, length - from));
  }
}

// --- in order of id: a heap of the largest ---

function sortOrder(): void {
  const count = order.count;
  for (let i = count >> 1; i > 0; i--) sink(i - 1, count);
  for (let end = count; end > 1; end--) {
    swap(0, end - 1);
    sink(0, end - 1);
  }
}

function sink(from: u32, count: u32): void {
  let i: u32 = from;
  while (<u32>((i << 1) + 1) < count) {
    let child: u32 = (i << 1) + 1;
    if (<u32>(child + 1) < count && idAt(child) < idAt(child + 1)) child++;
    if (idAt(i) >= idAt(child)) return;
    swap(i, child);
    i = child;
  }
}

// @ts-ignore: decorator
@inline
function idAt(i: u32): i64 {
  return load<i64>(columnAt(order, i));
}

function swap(i: u32, j: u32): void {
  const a = columnAt(order, i);
  const b = columnAt(order, j);
  const id = load<u64>(a);
  const record = load<u64>(a, 8);
  store<u64>(a, load<u64>(b));
  store<u64>(a, load<u64>(b, 8), 8);
  store<u64>(b, id);
  store<u64>(b, record, 8);
}

// --- reading ---

let at: usize = 0;
let end: usize = 0;
let ranDry: bool = false;

function take(): u64 {
  if (at + 8 > end) {
    ranDry = true;
    return 0;
  }
  const word = load<u64>(at);
  at += 8;
  return word;
}

/**
 * The core goes on as the one that wrote the `count` words at `words`; without any, as one that has read nothing. False: they
 * are none, and what is ordered next may be anything.
 */
export function resumeFrom(words: usize, count: u32): bool {
  at = words;
  end = words + (<usize>count << 3);
  ranDry = false;
  model.forgetModel();
  if (count == 0) {
    resumeClock(0, 0);
    model.followGenerations(0, false, 0);
    return true;
  }
  takeState();
  return !ranDry && at == end;
}

function takeState(): void {
  const time = <i64>take();
  resumeClock(time, take());
  const first = take();
  const hasFirst = take() != 0;
  model.followGenerations(first, hasFirst, take());
  const gcState = <u8>take();
  model.setGc(gcState, take());
  const goroutines = take();
  const processors = take();
  const threads = take();
  const tasks = take();
  for (let i: u64 = 0; i < goroutines && !ranDry; i++) takeGoroutine();
  for (let i: u64 = 0; i < processors && !ranDry; i++) takeProcessor();
  for (let i: u64 = 0; i < threads && !ranDry; i++) takeThread();
  for (let i: u64 = 0; i < tasks && !ranDry; i++) takeTask();
}

function takeGoroutine(): void {
  const goroutine = model.addGoroutine(<i64>take(), 0);
  goroutine.sequenceGeneration = take();
  goroutine.sequence = take();
  const facts = take();
  goroutine.status = <u8>facts;
  takeRanges(goroutine.ranges, facts);
  // Innermost first: each goes below the one before.
  let above: usize = 0;
  for (let i = <u32>(facts >> 32); i > 0 && !ranDry; i--) {
    const task = take();
    above = model.putRegionBelow(goroutine, above, task, takeName());
  }
}

function takeProcessor(): void {
  const processor = model.addProcessor(<i64>take(), 0);
  processor.sequenceGeneration = take();
  processor.sequence = take();
  const facts = take();
  processor.status = <u8>facts;
  takeRanges(processor.ranges, facts);
}

function takeRanges(ranges: Ranges, facts: u64): void {
  for (let i = <u32>(facts >> 16) & 0xffff; i > 0 && !ranDry; i--) {
    const type = <u8>take();
    model.rangePush(ranges, type, take());
  }
}

function takeThread(): void {
  const thread = model.addThread(<i64>take());
  thread.processor = <i64>take();
  thread.goroutine = <i64>take();
  const held = model.findProcessor(thread.processor);
  if (changetype<usize>(held) != 0) held.threadHint = changetype<usize>(thread);
}

function takeTask(): void {
  const id = take();
  const parent = take();
  model.addTask(id, takeName(), parent);
}

function takeName(): u32 {
  const length = take();
  const size = (length + 7) & ~7;
  if (size > <u64>(end - at)) {
    ranDry = true;
    return 0;
  }
  const name = nameOf(at, <u32>length);
  at += <usize>size;
  return name;
}
