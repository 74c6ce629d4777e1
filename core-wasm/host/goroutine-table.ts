import { totalColumns } from '#common/analyses/goroutine-results.ts';
import { columnNumber, type GoroutineChunkSource } from '#common/goroutine-columns.ts';
import type {
  GoroutineFigures,
  GoroutineOrder,
  GoroutineRecord,
  GoroutineTable,
  LivesIn,
  OpenGoroutineTable,
  ReadableColumn,
} from '#common/goroutine-table.ts';
import { Core } from './core.ts';
import { GoroutineChunks, type OpenChunk } from './goroutine-chunks.ts';
import { inOrderOfId } from './goroutine-merge.ts';
import { GoroutineRowReader, someRows } from './goroutine-rows.ts';
import { GoroutineSelection } from './goroutine-selection.ts';
import type { SpanScan } from '#common/span-sums.ts';
import type { StayScan } from '#common/stay-scan.ts';
import type { WakeScan } from '#common/wake-scan.ts';
import { PackedSpanScan } from './span-scan.ts';
import { PackedStayScan } from './stay-scan.ts';
import { PackedWakeScan } from './wake-scan.ts';

/** Rows of a packed block. */
const blockRows = 128;

/** The columns that one follows from, a bit each: the total is stored as what the others leave. */
const sourcesOf = (column: number): number =>
  column === columnNumber('totalNs')
    ? totalColumns.reduce((so, name) => so | (1 << columnNumber(name)), 0)
    : 1 << column;

export interface GoroutineTableLimits {
  /** Packed columns in memory. */
  readonly bytes: number;
  /** Rows that are sorted at once. */
  readonly many?: number;
}
const usualLimits: GoroutineTableLimits = { bytes: 192 << 20 };

/** The goroutines of a trace, scanned in the core; a page of any order of millions takes a few passes over its column. */
export class PackedGoroutineTable implements GoroutineTable {
  readonly #core: Core;
  readonly #chunks: GoroutineChunks;
  readonly #rows: GoroutineRowReader;
  readonly #selection: GoroutineSelection;
  readonly spans: SpanScan;
  readonly stays: StayScan;
  readonly wakes: WakeScan;
  /** For a column of a chunk. */
  #room = { at: 0, size: 0 };

  constructor(source: GoroutineChunkSource, limits = usualLimits) {
    const core = new Core();
    this.#core = core;
    this.#chunks = new GoroutineChunks(core, source, limits.bytes);
    this.#rows = new GoroutineRowReader(core, this.#chunks);
    this.#selection = new GoroutineSelection(core, this.#chunks, limits.many);
    this.spans = new PackedSpanScan(core, this.#chunks);
    this.stays = new PackedStayScan(core, this.#chunks);
    this.wakes = new PackedWakeScan(core, this.#chunks);
    this.refresh();
  }

  refresh(): void {
    this.#chunks.refresh();
    this.#selection.forget();
  }

  *prepare(): Generator<void> {
    for (let column = columnNumber('id'); column <= columnNumber('name'); column++)
      for (const chunk of this.#chunks.list) {
        if (this.#chunks.isCrowded) return;
        this.#chunks.need(chunk, 1 << column);
        yield;
      }
  }

  get rowCount(): number {
    return this.#chunks.list.reduce((so, { rows }) => so + rows, 0);
  }

  *column(name: ReadableColumn): Generator<Float64Array> {
    for (const chunk of this.#chunks.list) yield this.#floats(chunk, columnNumber(name));
  }

  count(order: GoroutineOrder): number {
    return this.#selection.count(order);
  }

  rows(order: GoroutineOrder, rowCount: number, from: number, count: number): GoroutineFigures[] {
    return this.#selection
      .places(order, rowCount, from, count)
      .map(({ chunk, row }) => this.#rows.one(this.#chunks.list[chunk]!, row));
  }

  *lives(id: number): Generator<GoroutineFigures> {
    for (const chunk of this.#chunks.list) {
      const [from, until] = this.#rows.rowsOf(chunk, id);
      for (let row = from; row < until; row += someRows)
        yield* this.#rows.some(chunk, row, Math.min(someRows, until - row));
    }
  }

  goroutine(id: number): GoroutineRecord | undefined {
    for (let i = this.#chunks.list.length - 1; i >= 0; i--) {
      const chunk: OpenChunk = this.#chunks.list[i]!;
      const [from, until] = this.#rows.rowsOf(chunk, id);
      if (from < until) return this.#rows.withLists(chunk, until - 1, this.#rows.one(chunk, until - 1));
    }
    return undefined;
  }

  nameOf(id: number): number | undefined {
    for (let i = this.#chunks.list.length - 1; i >= 0; i--) {
      const chunk: OpenChunk = this.#chunks.list[i]!;
      const [from, until] = this.#rows.rowsOf(chunk, id);
      if (from === until) continue;
      this.#chunks.need(chunk, 1 << columnNumber('name'));
      return this.#core.exports.nameAt(chunk.address, until - 1);
    }
    return undefined;
  }

  *livesIn(fromNs: number, untilNs: number, names: number): Generator<void, LivesIn> {
    const { exports } = this.#core;
    const at = this.#core.run((core) => core.openLives(names, BigInt(fromNs), BigInt(untilNs))) >>> 0;
    for (const chunk of this.#chunks.list) {
      const columns = exports.lifeColumns(chunk.address);
      if (columns === 0) continue;
      this.#chunks.need(chunk, columns);
      exports.countLives(chunk.address);
      yield;
    }
    const found = new BigInt64Array(this.#core.memory.buffer, at, names * 2);
    const column = (place: number): Float64Array =>
      Float64Array.from({ length: names }, (_, name) => Number(found[name * 2 + place]!));
    return { counts: column(0), longestNs: column(1) };
  }

  *withRanges(): Generator<Pick<GoroutineRecord, 'id' | 'nameIx' | 'ranges'>> {
    for (const chunk of this.#chunks.list) {
      if ((chunk.packed & (1 << columnNumber('ranges'))) === 0) continue;
      const [ids, names, lengths] = (['id', 'name', 'rangesLength'] as const).map((column) =>
        this.#floats(chunk, columnNumber(column)).slice(),
      ) as [Float64Array, Float64Array, Float64Array];
      let start = 0;
      for (const [row, length] of lengths.entries()) {
        if (length === 0) continue;
        this.#chunks.need(chunk, 1 << columnNumber('ranges'));
        const ranges = this.#chunks.bytesOf(chunk, 'ranges', start, length);
        start += length;
        yield { id: ids[row]!, nameIx: names[row]!, ranges };
      }
    }
  }

  /** A column of a chunk; good until the next. */
  #floats(chunk: OpenChunk, column: number): Float64Array {
    const size = Math.ceil(chunk.rows / blockRows) * blockRows * 8;
    if (size > this.#room.size) {
      if (this.#room.size > 0) this.#core.exports.release(this.#room.at, this.#room.size);
      this.#room = { at: this.#core.run((core) => core.allocate(size)) >>> 0, size };
    }
    this.#chunks.need(chunk, sourcesOf(column));
    const rows = this.#core.exports.columnFloats(chunk.address, column, this.#room.at);
    return new Float64Array(this.#core.memory.buffer, this.#room.at, rows);
  }

  all(): Generator<GoroutineRecord> {
    return inOrderOfId(this.#chunks.list, this.#rows);
  }
}

export const openGoroutineTable: OpenGoroutineTable = (source) => new PackedGoroutineTable(source);
