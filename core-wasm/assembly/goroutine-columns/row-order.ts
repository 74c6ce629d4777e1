/** The order of gathered rows by id; rows with the same id keep their order. */
import { allocate, release } from '../memory';
import { Gathered, gatheredValue } from './gathered';
import { ID } from './layout';

const digitBits: u64 = 11;
const digits: u32 = 1 << 11;
const counts: usize = memory.data(2048 * 4, 4);

let order: usize = 0;
let other: usize = 0;
let capacity: u32 = 0;

/** Places of the rows, u32 each, in the order of their ids; valid until the next call. */
export function sortedOrder(gathered: Gathered): usize {
  const rows = gathered.rows;
  makeRoom(rows);
  let least = i64.MAX_VALUE;
  let largest = i64.MIN_VALUE;
  let isSorted = true;
  for (let i: u32 = 0; i < rows; i++) {
    const id = gatheredValue(gathered, ID, i);
    if (id < largest) isSorted = false;
    least = min<i64>(least, id);
    largest = max<i64>(largest, id);
    store<u32>(order + (<usize>i << 2), i);
  }
  if (isSorted) return order;
  const span = <u64>largest - <u64>least;
  for (let shift: u64 = 0; shift < 64 && span >> shift != 0; shift += digitBits) sortBy(gathered, least, shift);
  return order;
}

function makeRoom(rows: u32): void {
  if (rows <= capacity) return;
  if (capacity > 0) {
    release(order, <usize>capacity << 2);
    release(other, <usize>capacity << 2);
  }
  capacity = rows;
  order = allocate(<usize>rows << 2);
  other = allocate(<usize>rows << 2);
}

// @ts-ignore: decorator
@inline
function digitOf(gathered: Gathered, row: u32, least: i64, shift: u64): usize {
  const difference = <u64>gatheredValue(gathered, ID, row) - <u64>least;
  return <usize>(difference >> shift) & (digits - 1);
}

/** One stable pass over eleven bits of the ids. */
function sortBy(gathered: Gathered, least: i64, shift: u64): void {
  const rows = gathered.rows;
  memory.fill(counts, 0, <usize>digits << 2);
  for (let i: u32 = 0; i < rows; i++) {
    const count = counts + (digitOf(gathered, i, least, shift) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let before: u32 = 0;
  for (let count = counts; count < counts + (<usize>digits << 2); count += 4) {
    const own = load<u32>(count);
    store<u32>(count, before);
    before += own;
  }
  for (let i: u32 = 0; i < rows; i++) {
    const row = load<u32>(order + (<usize>i << 2));
    const place = counts + (digitOf(gathered, row, least, shift) << 2);
    const to = load<u32>(place);
    store<u32>(place, to + 1);
    store<u32>(other + (<usize>to << 2), row);
  }
  const swap = order;
  order = other;
  other = swap;
}
