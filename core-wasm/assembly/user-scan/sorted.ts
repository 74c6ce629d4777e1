/**
 * Values that are collected and then put in order, with a tag each.
 *
 *     record:  value i64 | tag u32 | pad u32
 *
 * They are sorted digit by digit from the lowest on, so that equal ones keep their order and no input is slow.
 */
import { allocate, release } from '../memory';

const stride: usize = 16;
const digitBits: u64 = 11;
const digits: u32 = 1 << 11;
const places: usize = memory.data(2048 * 4, 16);

let records: usize = 0;
let scratch: usize = 0;
let capacity: u32 = 0;
export let recordsHeld: u32 = 0;

let least: i64 = 0;
let largest: i64 = 0;
/** The digit that the next pass sorts by; those of values come before those of tags. */
let shift: u64 = 0;
let tagsLeft: u32 = 0;
let byTags: bool = false;

/** Room for so many. */
export function openRecords(most: u32): void {
  closeRecords();
  capacity = max<u32>(most, 1);
  records = allocate(<usize>capacity * stride);
}

function closeRecords(): void {
  if (records != 0) release(records, <usize>capacity * stride);
  if (scratch != 0) release(scratch, <usize>capacity * stride);
  records = 0;
  scratch = 0;
  capacity = 0;
  recordsHeld = 0;
}

// @ts-ignore: decorator
@inline
export function addRecord(value: i64, tag: u32): void {
  if (recordsHeld == capacity) return;
  const record = records + <usize>recordsHeld * stride;
  recordsHeld++;
  store<i64>(record, value);
  store<u32>(record, tag, 8);
}

// @ts-ignore: decorator
@inline
export function recordTag(i: u32): u32 {
  return load<u32>(records + <usize>i * stride, 8);
}

/** Keeps a record with another tag, as one of the first `kept`. */
// @ts-ignore: decorator
@inline
export function keepRecord(i: u32, tag: u32, kept: u32): void {
  const to = records + <usize>kept * stride;
  store<i64>(to, load<i64>(records + <usize>i * stride));
  store<u32>(to, tag, 8);
}

export function keepOnly(kept: u32): void {
  recordsHeld = kept;
}

/** `sortPass` is to be called until it returns false. With tags, records are in order of tags, and of values inside. */
export function beginSort(withTags: bool): void {
  least = i64.MAX_VALUE;
  largest = i64.MIN_VALUE;
  tagsLeft = 0;
  for (let record = records; record < records + <usize>recordsHeld * stride; record += stride) {
    const value = load<i64>(record);
    least = min(least, value);
    largest = max(largest, value);
    tagsLeft = max(tagsLeft, load<u32>(record, 8));
  }
  if (!withTags || recordsHeld == 0) tagsLeft = 0;
  shift = 0;
  byTags = false;
  if (scratch == 0) scratch = allocate(<usize>capacity * stride);
}

/** False: everything is in order. */
export function sortPass(): bool {
  const range = recordsHeld == 0 ? 0 : <u64>(largest - least);
  if (!byTags && (shift >= 64 || range >> shift == 0)) {
    byTags = true;
    shift = 0;
  }
  if (byTags && tagsLeft >> <u32>shift == 0) return false;
  if (byTags) passByTag();
  else passByValue();
  const sorted = scratch;
  scratch = records;
  records = sorted;
  shift += digitBits;
  if (byTags && shift >= 32) tagsLeft = 0;
  return true;
}

// @ts-ignore: decorator
@inline
function valueDigit(record: usize): usize {
  return <usize>((<u64>(load<i64>(record) - least) >> shift) & (digits - 1)) << 2;
}

// @ts-ignore: decorator
@inline
function tagDigit(record: usize): usize {
  return <usize>((load<u32>(record, 8) >> <u32>shift) & (digits - 1)) << 2;
}

// @ts-ignore: decorator
@inline
function move(record: usize, digit: usize): void {
  const place = load<u32>(places + digit);
  store<u32>(places + digit, place + 1);
  const to = scratch + <usize>place * stride;
  store<u64>(to, load<u64>(record));
  store<u64>(to, load<u64>(record, 8), 8);
}

// @ts-ignore: decorator
@inline
function count(digit: usize): void {
  store<u32>(places + digit, load<u32>(places + digit) + 1);
}

function passByValue(): void {
  const end = records + <usize>recordsHeld * stride;
  memory.fill(places, 0, <usize>digits << 2);
  for (let record = records; record < end; record += stride) count(valueDigit(record));
  toPlaces();
  for (let record = records; record < end; record += stride) move(record, valueDigit(record));
}

function passByTag(): void {
  const end = records + <usize>recordsHeld * stride;
  memory.fill(places, 0, <usize>digits << 2);
  for (let record = records; record < end; record += stride) count(tagDigit(record));
  toPlaces();
  for (let record = records; record < end; record += stride) move(record, tagDigit(record));
}

/** From how many have a digit to where the first of them goes. */
function toPlaces(): void {
  let place: u32 = 0;
  for (let digit: usize = 0; digit < <usize>digits << 2; digit += 4) {
    const own = load<u32>(places + digit);
    store<u32>(places + digit, place);
    place += own;
  }
}

export function recordsAt(): usize {
  return records;
}
