/**
 * CPU samples, in blocks of up to 2048 (reader and example: common/cpu-samples.ts).
 *
 *     sample:  time i64 | processor i64 | thread i64 | goroutine i64 | stack u32 | pad u32
 *     block:   parameters of times, processors, threads, goroutines, stacks, a byte each | samples
 *     packed sample:  time since the one before (first: since the block's start) | processor | thread | goroutine | stack
 *
 * All are Rice codes, behind the time of the difference to the sample before (first of a block: to 0), as zigzag; an escaped
 * processor, thread or goroutine is the id itself. −1: none.
 */
import { EventRecord } from '../event-record';
import { Column, columnAt, columnPush, newColumn } from '../column';
import { traceStackOf } from '../tables';
import { LENGTHS, beginBlock, bestParameter, countLength, fitsRice, putByte, putEscaped, putRice, zigzag } from './bits';
import { SAMPLES, handOut } from './outbox';

const samplesPerBlock: u32 = 2048;
/** Five codes of at most 84 bits. */
const mostPerSample: usize = 56;
const FIELDS: u32 = 5;
const TIME: u32 = 0;
const STACK: u32 = 4;
/** Differences are taken between ids from −1 up to here. */
const mostNearId: u64 = 1 << 52;

const waiting: Column = newColumn(40);
let blockStart: i64 = 0;

const lengths: usize = memory.data(5 * 65 * 4, 8);
const parameters: usize = memory.data(5 * 4, 4);
/** Of each field, what the sample before had. */
const before: usize = memory.data(5 * 8, 8);

/** `time` counts from the origin. */
export function takeSample(record: EventRecord, time: i64): void {
  const sample = columnPush(waiting);
  store<i64>(sample, time);
  store<i64>(sample, record.processor, 8);
  store<i64>(sample, record.thread, 16);
  store<i64>(sample, record.goroutine, 24);
  store<u64>(sample, record.stack == 0 ? 0 : traceStackOf(record.stack), 32);
  if (waiting.count == samplesPerBlock) seal(time);
}

/** Hands out what the generation that ends here has shown. */
export function handOutSamples(until: i64): void {
  seal(until);
  blockStart = until;
}

function seal(until: i64): void {
  const count = waiting.count;
  if (count == 0) return;
  memory.fill(lengths, 0, <usize>FIELDS * <usize>LENGTHS * 4);
  restart();
  for (let i: u32 = 0; i < count; i++) {
    const sample = columnAt(waiting, i);
    for (let field: u32 = 0; field < FIELDS; field++) countLength(lengthsOf(field), codeOf(sample, field));
  }
  beginBlock(16 + <usize>count * mostPerSample);
  for (let field: u32 = 0; field < FIELDS; field++) {
    const k = bestParameter(lengthsOf(field));
    store<u32>(parameters + (<usize>field << 2), k);
    putByte(k);
  }
  restart();
  for (let i: u32 = 0; i < count; i++) {
    for (let field: u32 = 0; field < FIELDS; field++) putField(columnAt(waiting, i), field);
  }
  handOut(SAMPLES, 0, 0, blockStart, until, count);
  blockStart = until;
  waiting.count = 0;
}

// @ts-ignore: decorator
@inline
function lengthsOf(field: u32): usize {
  return lengths + <usize>(field * LENGTHS * 4);
}

function restart(): void {
  memory.fill(before, 0, <usize>FIELDS * 8);
  store<i64>(before, blockStart);
}

function putField(sample: usize, field: u32): void {
  const k = load<u32>(parameters + (<usize>field << 2));
  const code = codeOf(sample, field);
  const isId = field != TIME && field != STACK;
  if (isId && (code == u64.MAX_VALUE || !fitsRice(code, k))) putEscaped(load<u64>(sample + (<usize>field << 3)));
  else putRice(code, k);
}

/** What the field is told by; the largest number: by nothing but itself. */
function codeOf(sample: usize, field: u32): u64 {
  const value = load<i64>(sample + (<usize>field << 3));
  const slot = before + (<usize>field << 3);
  const difference = value - load<i64>(slot);
  if (field == TIME || field == STACK) {
    store<i64>(slot, value);
    return field == TIME ? <u64>difference : zigzag(difference);
  }
  const isNear = <u64>(value + 1) < mostNearId;
  store<i64>(slot, isNear ? value : 0);
  return isNear ? zigzag(difference) : u64.MAX_VALUE;
}
