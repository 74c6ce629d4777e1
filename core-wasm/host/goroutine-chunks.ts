/** The chunks of a trace's goroutines in the core's memory: heads always, packed columns as they are needed. */
import {
  columnNumber,
  headBytes,
  packedColumns,
  type GoroutineChunkSource,
  type StoredGoroutineChunk,
} from '#common/goroutine-columns.ts';
import { Failure } from '#common/errors.ts';
import type { Core } from './core.ts';

/** A chunk whose head is in memory. */
export interface OpenChunk extends StoredGoroutineChunk {
  readonly address: number;
  /** Columns that are packed, a bit each. */
  readonly packed: number;
  readonly rows: number;
}

const lengthsOf = new Map([
  [columnNumber('waits'), columnNumber('waitsLength')],
  [columnNumber('ranges'), columnNumber('rangesLength')],
]);

export const damaged = (): Failure =>
  new Failure(
    'cache-unusable',
    'The stored table of goroutines is damaged, so it cannot be shown; clear the cache and open the trace again.',
  );

export class GoroutineChunks {
  readonly #core: Core;
  readonly #source: GoroutineChunkSource;
  readonly #limitBytes: number;
  #open = new Map<number, OpenChunk>();
  /** Columns in memory and their sizes, the one used last at the end; keyed by chunk and column. */
  readonly #loaded = new Map<
    number,
    { readonly chunk: OpenChunk; readonly column: number; readonly size: number }
  >();
  #loadedBytes = 0;
  /** In the order of the database. */
  list: readonly OpenChunk[] = [];

  /** `limitBytes`: beyond it the columns that were not used for longest are dropped. */
  constructor(core: Core, source: GoroutineChunkSource, limitBytes: number) {
    this.#core = core;
    this.#source = source;
    this.#limitBytes = limitBytes;
  }

  /** Takes up the chunks that the database has now. What was loaded of those that are still there stays. */
  refresh(): void {
    const before = this.#open;
    this.#open = new Map();
    this.list = this.#source.goroutineChunks().map((stored) => {
      const chunk = before.get(stored.ix) ?? this.#openChunk(stored);
      before.delete(stored.ix);
      this.#open.set(stored.ix, chunk);
      return chunk;
    });
    for (const gone of before.values()) this.#close(gone);
  }

  #openChunk(stored: StoredGoroutineChunk): OpenChunk {
    const head = this.#source.goroutineChunkHead(stored.ix);
    if (head?.length !== headBytes) throw damaged();
    const address = this.#core.run((core) => core.openChunk()) >>> 0;
    this.#bytes(address, headBytes).set(head);
    if (this.#core.exports.isSoundHead(address) === 0) throw damaged();
    const view = new DataView(this.#core.memory.buffer, address);
    return { ...stored, address, rows: view.getUint32(0, true), packed: view.getUint32(4, true) };
  }

  #close(chunk: OpenChunk): void {
    for (const column of packedColumns.keys()) this.#forget(chunk, column);
    this.#core.exports.closeChunk(chunk.address);
  }

  /** What is loaded next may drop what was loaded before. */
  get isCrowded(): boolean {
    return this.#loadedBytes > this.#limitBytes / 2;
  }

  /** Brings columns of a chunk into memory (`columns`: a bit each); those that are not packed need nothing. */
  need(chunk: OpenChunk, columns: number): void {
    for (let rest = columns & chunk.packed; rest !== 0; rest &= rest - 1) {
      const column = 31 - Math.clz32(rest & -rest);
      const key = keyOf(chunk, column);
      const known = this.#loaded.get(key);
      if (known) {
        this.#loaded.delete(key);
        this.#loaded.set(key, known);
      } else {
        this.#load(chunk, column);
      }
    }
  }

  #load(chunk: OpenChunk, column: number): void {
    const packed = this.#source.goroutineColumn(column, chunk.ix);
    const lengths = lengthsOf.get(column);
    if (lengths !== undefined) this.need(chunk, 1 << lengths);
    if (!packed) throw damaged();
    const size = packed.length;
    this.#makeRoom(size);
    const address = this.#core.run((core) => core.allocate(size)) >>> 0;
    this.#bytes(address, size).set(packed);
    const { exports } = this.#core;
    if (exports.attachColumn(chunk.address, column, address, size) === 0) throw damaged();
    this.#loaded.set(keyOf(chunk, column), { chunk, column, size });
    this.#loadedBytes += size;
    if (lengths !== undefined && exports.areListsSound(chunk.address, lengths, size) === 0) throw damaged();
  }

  /** What was loaded just now is never dropped: it is needed together with what comes. */
  #makeRoom(size: number): void {
    for (const [, { chunk, column }] of this.#loaded) {
      if (this.#loadedBytes + size <= this.#limitBytes || this.#loaded.size <= packedColumns.length) return;
      this.#forget(chunk, column);
    }
  }

  #forget(chunk: OpenChunk, column: number): void {
    const key = keyOf(chunk, column);
    const loaded = this.#loaded.get(key);
    if (!loaded) return;
    this.#loaded.delete(key);
    this.#loadedBytes -= loaded.size;
    this.#core.exports.detachColumn(chunk.address, column);
  }

  /** The packed list of a row, which must be loaded with its lengths; null if it is empty. A copy. */
  bytesOf(chunk: OpenChunk, column: 'waits' | 'ranges', start: number, length: number): Uint8Array | null {
    if (length === 0) return null;
    const address = this.#core.exports.columnAddress(chunk.address, columnNumber(column)) >>> 0;
    const size = this.#loaded.get(keyOf(chunk, columnNumber(column)))?.size ?? 0;
    if (start + length > size) throw damaged();
    return this.#bytes(address + start, length).slice();
  }

  /** The least and the largest value of a column in a chunk. */
  boundsIn({ address }: OpenChunk, column: number): readonly [bigint, bigint] {
    const at = address + headBytes - 13 * 16 + column * 16;
    return new BigInt64Array(this.#core.memory.buffer, at, 2) as unknown as [bigint, bigint];
  }

  /** The least and the largest value of a column in all chunks. */
  boundsOf(column: number): readonly [bigint, bigint] {
    let least = 2n ** 63n - 1n;
    let largest = -(2n ** 63n);
    for (const chunk of this.list) {
      const [low, high] = this.boundsIn(chunk, column);
      if (low < least) least = low;
      if (high > largest) largest = high;
    }
    return [least, largest];
  }

  #bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#core.memory.buffer, address, length);
  }
}

const keyOf = (chunk: OpenChunk, column: number): number => chunk.ix * 32 + column;
