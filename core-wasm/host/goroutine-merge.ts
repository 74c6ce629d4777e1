import type { GoroutineFigures, GoroutineRecord } from '#common/goroutine-table.ts';
import type { OpenChunk } from './goroutine-chunks.ts';
import { someRows, type GoroutineRowReader, type ListPlaces } from './goroutine-rows.ts';

/** A place in a chunk; a few rows of it are read at a time. */
class Cursor {
  readonly #reader: GoroutineRowReader;
  readonly #chunk: OpenChunk;
  /** Of its chunk in the list. */
  readonly number: number;
  readonly #lists: ListPlaces = { waits: 0, ranges: 0 };
  #some: readonly GoroutineFigures[] = [];
  #first = 0;
  #row = -1;

  constructor(reader: GoroutineRowReader, chunk: OpenChunk, number: number) {
    this.#reader = reader;
    this.#chunk = chunk;
    this.number = number;
  }

  /** False: there are no more. */
  next(): boolean {
    this.#row++;
    if (this.#row >= this.#chunk.rows) return false;
    if (this.#row >= this.#first + this.#some.length) {
      this.#first = this.#row;
      this.#some = this.#reader.some(this.#chunk, this.#row, someRows);
    }
    return true;
  }

  get figures(): GoroutineFigures {
    return this.#some[this.#row - this.#first]!;
  }

  /** To be asked once of each row, in turn. */
  record(): GoroutineRecord {
    return this.#reader.withLists(this.#chunk, this.#row, this.figures, this.#lists);
  }
}

const isBefore = (a: Cursor, b: Cursor): boolean =>
  a.figures.id !== b.figures.id ? a.figures.id < b.figures.id : a.number < b.number;

/** A heap of cursors, the one with the least id at the root; of equal ids the earliest chunk. */
class Cursors {
  readonly #heap: Cursor[] = [];

  get first(): Cursor | undefined {
    return this.#heap[0];
  }

  add(cursor: Cursor): void {
    if (!cursor.next()) return;
    let at = this.#heap.push(cursor) - 1;
    while (at > 0 && isBefore(cursor, this.#heap[(at - 1) >> 1]!)) {
      this.#heap[at] = this.#heap[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    this.#heap[at] = cursor;
  }

  /** Moves the root on. */
  advance(): void {
    const last = this.#heap[0]!.next() ? this.#heap[0]! : this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && isBefore(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!isBefore(this.#heap[child]!, last)) break;
      this.#heap[at] = this.#heap[child]!;
      at = child;
    }
    this.#heap[at] = last;
  }
}

/** The latest life of every goroutine in order of id: chunks are opened as their ids come, and read a few rows at a time. */
export function* inOrderOfId(
  chunks: readonly OpenChunk[],
  reader: GoroutineRowReader,
): Generator<GoroutineRecord> {
  const waiting = chunks
    .map((chunk, number) => ({ chunk, number }))
    .sort((a, b) => b.chunk.firstId - a.chunk.firstId);
  const cursors = new Cursors();
  let latest: GoroutineRecord | undefined;
  for (;;) {
    while (
      waiting.length > 0 &&
      !(cursors.first && cursors.first.figures.id < waiting.at(-1)!.chunk.firstId)
    ) {
      const { chunk, number } = waiting.pop()!;
      cursors.add(new Cursor(reader, chunk, number));
    }
    const { first } = cursors;
    if (latest && first?.figures.id !== latest.id) yield latest;
    if (!first) return;
    latest = first.record();
    cursors.advance();
  }
}
