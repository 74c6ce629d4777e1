/**
 * Goroutines as they are stored in the cache: chunks of some 16,000 rows in order of id, each column of a chunk packed on its own.
 * There are millions of them, and a table shows fifty: so a page reads the column it is sorted by and little else.
 *
 *     head of a chunk:   rows u32 | columns that are packed u32, a bit each | constants i64 × 22 | bounds × 13
 *     bounds:            least i64 | largest i64, of each of the first thirteen columns as it is shown
 *     packed column:     dictionary entries u32 | rows u32 | dictionary i64 each | directory | bits | 8 zero bytes
 *     directory entry:   base i64 | place of its bits, in bytes behind the directory u32 | width in bits u8 | 0 ×3
 *     waits and ranges:  the lists of all rows one behind the other (key-durations.ts), as long as their columns of lengths say
 *
 * All numbers are little-endian. A column with one value for all rows is only a constant in the head. In a packed one, a directory
 * entry stands for 128 rows: their least value, and the differences to it in so many bits each, the first in the lowest bits.
 * Where a column has a dictionary, the values so found are places in it.
 *
 * What mostly follows from other columns is stored as the difference to what follows (as 64-bit numbers, which wrap around), and
 * is 0 for nearly all:
 *
 *     id     − number of the row in the chunk          start  − (creation + sched wait)   0 where there is no start
 *     total  − sum of the ten totals behind it         end    − (creation + total)        0 where there is no end
 *
 * Example: three rows with 1000, 1003 and 1001 ns of running, which need two bits: no dictionary, 3 rows, base 1000, bits at 0,
 * width 2, and the bits 01 11 00 in one byte:
 *
 *     00000000 03000000 | e803000000000000 00000000 02 000000 | 1c | 0000000000000000
 */
import type { GoroutineColumn } from './analyses/goroutine-results.ts';

/** Columns by their number. Points in time count from the trace's origin; `flags` are `rowFlags`, and `plainWaker` times a number. */
export const packedColumns = [
  'id',
  'creationNs',
  'totalNs',
  'execNs',
  'schedWaitNs',
  'syscallNs',
  'syscallBlockNs',
  'networkNs',
  'syncNs',
  'sleepNs',
  'gcNs',
  'otherNs',
  'unknownNs',
  'name',
  'pc',
  'start',
  'end',
  'creator',
  'creationStack',
  'flags',
  'waitsLength',
  'rangesLength',
  'waits',
  'ranges',
] as const;
export type PackedColumn = (typeof packedColumns)[number];

export const columnNumber = (name: PackedColumn | GoroutineColumn): number => packedColumns.indexOf(name);

/** Whether a row has a start, an end, a creator; whether its spans are not stored because they follow from it. */
export const rowFlags = { start: 1, end: 2, creator: 4, plain: 8 } as const;
/** Behind the flags, of a plain life that no goroutine created: the number of the lane of the processor that did, + 1; 0: none. */
export const plainWaker = 16;

export const headBytes = 8 + 22 * 8 + 13 * 16;

/** A chunk of which the columns can be asked for. Later ones hold later lives of a goroutine whose number comes twice. */
export interface StoredGoroutineChunk {
  /** Never used again for another chunk. */
  readonly ix: number;
  readonly firstId: number;
  readonly lastId: number;
}

/** Where the chunks of a trace come from. */
export interface GoroutineChunkSource {
  /** In the order of their `ix`. */
  goroutineChunks(): readonly StoredGoroutineChunk[];
  goroutineChunkHead(ix: number): Uint8Array | undefined;
  goroutineColumn(column: number, ix: number): Uint8Array | undefined;
}
