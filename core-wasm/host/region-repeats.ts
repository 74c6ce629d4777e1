/**
 * Regions that do not count because a goroutine's number comes twice and both lives have a region with the ordinal: then the later one
 * counts. Programs do not use a number twice, so this is mostly one quick pass that finds nothing.
 */
import { Failure } from '#common/errors.ts';
import type { BoundedRegionChunk } from '#common/regions-in-order.ts';
import type { Core } from './core.ts';

export interface RepeatedRows {
  /** So many chunks were looked at. */
  readonly chunks: number;
  /** By chunk the regions that do not count. */
  readonly rows: ReadonlyMap<number, readonly number[]>;
}

const leastBits = 1 << 16;
const mostBits = 1 << 29;
const rowBytes = 24;

/** `load` brings a chunk into the core and answers its length. */
export function* repeatedRows(
  core: Core,
  chunks: readonly BoundedRegionChunk[],
  load: (chunk: BoundedRegionChunk) => number,
): Generator<void, RepeatedRows> {
  const { exports } = core;
  core.run(() => exports.beginRepeats(bitsFor(chunks)));
  let repeats = 0;
  for (const chunk of chunks) {
    const found = core.run(() => exports.findRepeats(load(chunk), chunk.count));
    if (found < 0) throw unsound();
    repeats += found;
    yield;
  }
  if (repeats > 0)
    for (const chunk of chunks) {
      if (core.run(() => exports.listRepeats(load(chunk), chunk.count, chunk.ix)) === 0) throw unsound();
      yield;
    }
  const rows = repeats > 0 ? replaced(core) : new Map<number, number[]>();
  exports.endRepeats();
  return { chunks: chunks.length, rows };
}

const unsound = (): Failure =>
  new Failure(
    'cache-unusable',
    'The stored user regions are damaged, so they cannot be shown; clear the cache and open the trace again.',
  );

/** Enough to tell all goroutines apart whose numbers are not made up. */
function bitsFor(chunks: readonly BoundedRegionChunk[]): number {
  let [first, last, regions] = [Infinity, -Infinity, 0];
  for (const chunk of chunks) {
    first = Math.min(first, chunk.firstGoroutine);
    last = Math.max(last, chunk.lastGoroutine);
    regions += chunk.count;
  }
  const wanted = Math.min(Math.max(0, last - first) + 1, regions * 64);
  let bits = leastBits;
  while (bits < wanted && bits < mostBits) bits *= 2;
  return bits;
}

/** Of those with the same goroutine and ordinal all but the last. */
function replaced(core: Core): Map<number, number[]> {
  const { exports, memory } = core;
  const count = exports.repeatCount() >>> 0;
  const rows = new DataView(memory.buffer, exports.repeatRows() >>> 0, count * rowBytes);
  const latest = new Set<string>();
  const found = new Map<number, number[]>();
  for (let i = count - 1; i >= 0; i--) {
    const at = i * rowBytes;
    const key = `${rows.getBigInt64(at, true)} ${rows.getUint32(at + 8, true)}`;
    if (!latest.has(key)) {
      latest.add(key);
      continue;
    }
    const chunk = rows.getUint32(at + 12, true);
    const own = found.get(chunk) ?? [];
    own.push(rows.getUint32(at + 16, true));
    found.set(chunk, own);
  }
  return found;
}
