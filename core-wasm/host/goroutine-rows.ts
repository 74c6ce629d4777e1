/** Rows of goroutines, read out of the core's memory. */
import { columnNumber, plainWaker, rowFlags, type PackedColumn } from '#common/goroutine-columns.ts';
import type { GoroutineFigures, GoroutineRecord } from '#common/goroutine-table.ts';
import type { Core } from './core.ts';
import type { GoroutineChunks, OpenChunk } from './goroutine-chunks.ts';

/** Fields of a row as the core reads it: the columns up to the flags, 64-bit floats; NaN: not in the trace. */
const rowFields = columnNumber('flags') + 1;
/** Rows read with one call. */
export const someRows = 128;

const bit = (column: PackedColumn): number => 1 << columnNumber(column);
const figureColumns = (1 << rowFields) - 1;
const listColumns = bit('waits') | bit('ranges') | bit('waitsLength') | bit('rangesLength');
const fromNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);

const field = {
  nameIx: columnNumber('name'),
  pc: columnNumber('pc'),
  start: columnNumber('start'),
  end: columnNumber('end'),
  creator: columnNumber('creator'),
  stack: columnNumber('creationStack'),
  flags: columnNumber('flags'),
} as const;

export class GoroutineRowReader {
  readonly #core: Core;
  readonly #chunks: GoroutineChunks;
  readonly #scratch: number;

  constructor(core: Core, chunks: GoroutineChunks) {
    this.#core = core;
    this.#chunks = chunks;
    this.#scratch = core.run((exports) => exports.allocate(someRows * rowFields * 8)) >>> 0;
  }

  /** Up to `someRows` rows from a place on. */
  some(chunk: OpenChunk, first: number, rows: number): GoroutineFigures[] {
    this.#chunks.need(chunk, figureColumns);
    const count = this.#core.exports.readRows(chunk.address, first, rows, this.#scratch);
    const fields = new Float64Array(this.#core.memory.buffer, this.#scratch, count * rowFields);
    return Array.from({ length: count }, (_, i) => figures(fields, i * rowFields));
  }

  one(chunk: OpenChunk, row: number): GoroutineFigures {
    return this.some(chunk, row, 1)[0]!;
  }

  /** With its lists. `from`: where they begin, if that is known. */
  withLists(chunk: OpenChunk, row: number, own: GoroutineFigures, from?: ListPlaces): GoroutineRecord {
    if ((chunk.packed & listColumns) === 0) return { ...own, waits: null, ranges: null };
    this.#chunks.need(chunk, listColumns);
    const list = (column: 'waits' | 'ranges'): Uint8Array | null => {
      const lengths = columnNumber(`${column}Length`);
      const { exports } = this.#core;
      const length = exports.listLength(chunk.address, lengths, row) >>> 0;
      const start = from?.[column] ?? exports.listStart(chunk.address, lengths, row) >>> 0;
      if (from) from[column] += length;
      return this.#chunks.bytesOf(chunk, column, start, length);
    };
    return { ...own, waits: list('waits'), ranges: list('ranges') };
  }

  /** The rows of an id in a chunk: from the first until before the second. */
  rowsOf(chunk: OpenChunk, id: number): readonly [from: number, until: number] {
    if (id < chunk.firstId || id > chunk.lastId) return [0, 0];
    this.#chunks.need(chunk, bit('id'));
    const { exports } = this.#core;
    const first = (wanted: bigint): number => exports.firstRowFrom(chunk.address, wanted) >>> 0;
    return [first(BigInt(id)), first(BigInt(id) + 1n)];
  }
}

/** Where the next lists of a chunk begin. */
export interface ListPlaces {
  waits: number;
  ranges: number;
}

/** Written out: it is called for each of millions. */
function figures(fields: Float64Array, at: number): GoroutineFigures {
  return {
    id: fields[at]!,
    creationNs: fields[at + 1]!,
    totalNs: fields[at + 2]!,
    execNs: fields[at + 3]!,
    schedWaitNs: fields[at + 4]!,
    syscallNs: fields[at + 5]!,
    syscallBlockNs: fields[at + 6]!,
    networkNs: fields[at + 7]!,
    syncNs: fields[at + 8]!,
    sleepNs: fields[at + 9]!,
    gcNs: fields[at + 10]!,
    otherNs: fields[at + 11]!,
    unknownNs: fields[at + 12]!,
    nameIx: fields[at + field.nameIx]!,
    pc: fields[at + field.pc]!,
    startNs: fromNaN(fields[at + field.start]!),
    endNs: fromNaN(fields[at + field.end]!),
    creatorId: fromNaN(fields[at + field.creator]!),
    creationStackIx: fields[at + field.stack]!,
    isPlain: (fields[at + field.flags]! & rowFlags.plain) !== 0,
    plainWaker: Math.floor(fields[at + field.flags]! / plainWaker),
  };
}
