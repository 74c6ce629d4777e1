/**
 * Which rows a page of a table shows, without ordering the table: rows are counted by buckets of the column, the bucket that
 * holds the page is counted again in finer ones, and what is left is collected and sorted. Rows with the same value are told
 * apart by id in the same way.
 */
import { columnNumber } from '#common/goroutine-columns.ts';
import type { GoroutineOrder } from '#common/goroutine-table.ts';
import type { Core } from './core.ts';
import { damaged, type GoroutineChunks } from './goroutine-chunks.ts';

/** A row by the place of its chunk in the list. */
export interface RowPlace {
  readonly chunk: number;
  readonly row: number;
}

/** What the core does with the rows of a chunk (core-wasm/assembly/goroutine-columns/scan.ts). */
const pass = { countByKey: 0, countById: 1, collect: 2 } as const;
type Pass = (typeof pass)[keyof typeof pass];
const buckets = 1 << 16;
const histogramBytes = buckets * 4;
const keptHistograms = 12;
const candidateBytes = 24;
/** So many rows are collected and sorted rather than counted again. */
const usualMany = 1 << 15;
/** So many rows from either end are found without counting. */
const mostNearEnd = 2000;
/** Where more chunks reach just as far, most of them will. */
const mostTies = 3;
const mostChunkRows = 1 << 16;

const least = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

/** Rows with a value and an id between bounds, which belong to them. `byId`: all have the same value. */
interface Scope {
  readonly least: bigint;
  readonly largest: bigint;
  readonly leastId: bigint;
  readonly largestId: bigint;
  readonly byId: boolean;
}

export class GoroutineSelection {
  readonly #core: Core;
  readonly #chunks: GoroutineChunks;
  readonly #many: number;
  readonly #histograms = new Map<string, number>();
  #order: GoroutineOrder | undefined;
  #ranksKey: string | undefined;
  #membersKey: string | undefined;

  constructor(core: Core, chunks: GoroutineChunks, many = usualMany) {
    this.#core = core;
    this.#chunks = chunks;
    this.#many = many;
  }

  /** The chunks have changed. */
  forget(): void {
    for (const address of this.#histograms.values()) this.#core.exports.release(address, histogramBytes);
    this.#histograms.clear();
    this.#ranksKey = undefined;
    this.#membersKey = undefined;
  }

  /** `count` of the `rows` rows of an order, from a place on. */
  places(order: GoroutineOrder, rows: number, from: number, count: number): RowPlace[] {
    this.#use(order);
    const scope = this.#whole(order);
    return this.#nearEnd(scope, rows, from, count) ?? this.#select(scope, rows, from, count);
  }

  /**
   * Near the beginning or the end of the order few chunks matter: those that reach farthest. Undefined if too many do, or if
   * the rows have been counted anyway.
   */
  #nearEnd(scope: Scope, rows: number, from: number, count: number): RowPlace[] | undefined {
    const { column } = this.#order!;
    const isLow = from <= rows / 2;
    const needed = isLow ? from + count : rows - from;
    if (column === 'name' || needed > mostNearEnd || rows <= this.#many) return undefined;
    if (this.#histograms.has(this.#keyOf(scope))) return undefined;
    const chunks = this.#byReach(columnNumber(column), isLow);
    this.#core.run((core) => core.openCandidates(needed + mostChunkRows, 0));
    let bounds = scope;
    for (const [i, { number, reach }] of chunks.entries()) {
      if (reach < bounds.least || reach > bounds.largest) break;
      const isTie = reach === (isLow ? bounds.largest : bounds.least);
      if (i >= (isTie ? mostTies : chunks.length / 4)) return undefined;
      this.#scan(bounds, pass.collect, 0, number);
      const last = this.#keepEnd(needed, isLow);
      if (last !== undefined) bounds = isLow ? { ...bounds, largest: last } : { ...bounds, least: last };
    }
    return this.#core.exports.candidateCount.value < needed
      ? undefined
      : this.#collected(isLow ? from : 0, count);
  }

  /** Chunks, by how far they reach to one end of a column. */
  #byReach(column: number, isLow: boolean): { number: number; reach: bigint }[] {
    const chunks = this.#chunks.list.map((chunk, number) => {
      const [low, high] = this.#chunks.boundsIn(chunk, column);
      return { number, reach: isLow ? low : high };
    });
    const sign = isLow ? 1 : -1;
    return chunks.sort((a, b) => (a.reach < b.reach ? -sign : a.reach > b.reach ? sign : 0));
  }

  /** Keeps the outermost of the collected rows; the value of the innermost of them, if there are enough. */
  #keepEnd(needed: number, isLow: boolean): bigint | undefined {
    const { exports } = this.#core;
    const all = exports.candidateCount.value;
    if (all < needed) return undefined;
    exports.keepCandidates(isLow ? 0 : all - needed, needed);
    const innermost = isLow ? needed - 1 : 0;
    const start = (exports.candidatesStart() >>> 0) + innermost * candidateBytes;
    return new BigInt64Array(this.#core.memory.buffer, start, 1)[0];
  }

  count(order: GoroutineOrder): number {
    // By time in a state what has none is out at once.
    const { state } = order;
    this.#use(state === undefined ? order : { ...order, column: state });
    const whole = this.#whole(order);
    const histogram = this.#histogram(state === undefined ? whole : { ...whole, least: 1n });
    return new Uint32Array(this.#core.memory.buffer, histogram, buckets).reduce((so, rows) => so + rows, 0);
  }

  #use(order: GoroutineOrder): void {
    this.#order = order;
    this.#useTests(order);
    if (!order.ranks || this.#ranksKey === order.key) return;
    const address = this.#core.run((core) => core.openRanks(order.ranks!.length)) >>> 0;
    new Uint32Array(this.#core.memory.buffer, address, order.ranks.length).set(order.ranks);
    this.#ranksKey = order.key;
  }

  #useTests({ state, members, key }: GoroutineOrder): void {
    const { exports } = this.#core;
    exports.setRowTests(state === undefined ? 0 : columnNumber(state), members ? 1 : 0);
    if (!members || this.#membersKey === key) return;
    exports.forgetMembers();
    for (const id of members) this.#core.run((core) => core.addMember(BigInt(id)));
    this.#membersKey = key;
  }

  #whole({ id, members }: GoroutineOrder): Scope {
    const [first, last] = id === undefined ? [members?.[0], members?.at(-1)] : ([id, id] as const);
    const ids = {
      leastId: first === undefined ? least : BigInt(first),
      largestId: last === undefined ? largest : BigInt(last),
    };
    return { least, largest, ...ids, byId: false };
  }

  #select(scope: Scope, rows: number, from: number, count: number): RowPlace[] {
    if (count === 0) return [];
    if (rows <= this.#many || (scope.byId && scope.leastId === scope.largestId))
      return this.#collect(scope, rows, from, count);
    if (!scope.byId && scope.least === scope.largest)
      return this.#select({ ...scope, byId: true }, rows, from, count);
    const histogram = this.#histogram(scope);
    const first = this.#bucket(scope, histogram, from);
    const last = this.#bucket(scope, histogram, from + count - 1);
    const all = last.before + last.rows - first.before;
    if (first.number === last.number)
      return this.#select(first.scope, first.rows, from - first.before, count);
    if (all <= this.#many)
      return this.#collect(joined(scope, first.scope, last.scope), all, from - first.before, count);
    const inFirst = first.before + first.rows - from;
    const inLast = from + count - last.before;
    return [
      ...this.#select(first.scope, first.rows, from - first.before, inFirst),
      ...this.#between(scope, histogram, from + inFirst, count - inFirst - inLast),
      ...this.#select(last.scope, last.rows, 0, inLast),
    ];
  }

  /** All rows of the buckets between two others. */
  #between(scope: Scope, histogram: number, from: number, count: number): RowPlace[] {
    if (count === 0) return [];
    const first = this.#bucket(scope, histogram, from);
    const last = this.#bucket(scope, histogram, from + count - 1);
    return this.#collect(joined(scope, first.scope, last.scope), count, 0, count);
  }

  /** Sorts the rows of a scope; those of one id are in order as they lie. */
  #collect(scope: Scope, rows: number, from: number, count: number): RowPlace[] {
    const isOneId = scope.byId && scope.leastId === scope.largestId;
    const { exports } = this.#core;
    this.#core.run((core) => (isOneId ? core.openCandidates(count, from) : core.openCandidates(rows, 0)));
    this.#pass(scope, pass.collect, 0);
    const first = isOneId ? 0 : from;
    if (!isOneId) exports.sortCandidates(from, from + count);
    if (exports.candidateCount.value < first + count) throw damaged();
    return this.#collected(first, count);
  }

  #collected(first: number, count: number): RowPlace[] {
    const start = (this.#core.exports.candidatesStart() >>> 0) + first * candidateBytes;
    const words = new Uint32Array(this.#core.memory.buffer, start, (count * candidateBytes) / 4);
    return Array.from({ length: count }, (_, i) => ({ chunk: words[i * 6 + 4]!, row: words[i * 6 + 5]! }));
  }

  /** The bucket that holds the row with a place in the scope. */
  #bucket(scope: Scope, histogram: number, place: number) {
    const { exports } = this.#core;
    const [from, until] = this.#bounds(scope);
    exports.setBuckets(from);
    const number = exports.findBucket(histogram, place) >>> 0;
    if (number === buckets) throw damaged();
    const before = exports.rowsBefore.value;
    const low = exports.bucketLeast(number);
    const behind = exports.bucketLeast(number + 1);
    const high = behind > low && behind <= until ? behind - 1n : until;
    const rows = new Uint32Array(this.#core.memory.buffer, histogram, buckets)[number]!;
    const narrow = scope.byId ? { leastId: low, largestId: high } : { least: low, largest: high };
    return { number, before, rows, scope: { ...scope, ...narrow } };
  }

  /** The address of the rows' number in each bucket of a scope. */
  #histogram(scope: Scope): number {
    const key = this.#keyOf(scope);
    const known = this.#histograms.get(key);
    if (known !== undefined) {
      this.#histograms.delete(key);
      this.#histograms.set(key, known);
      return known;
    }
    const histogram = this.#core.run((core) => core.allocate(histogramBytes)) >>> 0;
    new Uint8Array(this.#core.memory.buffer, histogram, histogramBytes).fill(0);
    this.#core.exports.setBuckets(this.#bounds(scope)[0]);
    this.#pass(scope, scope.byId ? pass.countById : pass.countByKey, histogram);
    this.#histograms.set(key, histogram);
    const [[oldest, address]] = this.#histograms as unknown as [[string, number]];
    if (this.#histograms.size > keptHistograms) {
      this.#histograms.delete(oldest);
      this.#core.exports.release(address, histogramBytes);
    }
    return histogram;
  }

  /** What the buckets of a scope cover: no more than there is in the chunks. */
  #bounds(scope: Scope): readonly [bigint, bigint] {
    const column = scope.byId ? 0 : columnNumber(this.#order!.column);
    const [low, high] = scope.byId ? [scope.leastId, scope.largestId] : [scope.least, scope.largest];
    if (column === columnNumber('name')) return [low < 0n ? 0n : low, high];
    const there = this.#chunks.boundsOf(column);
    return [low > there[0] ? low : there[0], high < there[1] ? high : there[1]];
  }

  #keyOf({ least, largest, leastId, largestId, byId }: Scope): string {
    const { key, column } = this.#order!;
    return [key, column, least, largest, leastId, largestId, byId].join();
  }

  #pass(scope: Scope, kind: Pass, histogram: number): void {
    for (const number of this.#chunks.list.keys()) this.#scan(scope, kind, histogram, number);
  }

  #scan({ least, largest, leastId, largestId }: Scope, kind: Pass, histogram: number, number: number): void {
    const { exports } = this.#core;
    const { column, isFiltered } = this.#order!;
    const chunk = this.#chunks.list[number]!;
    exports.setScan(columnNumber(column), least, largest, leastId, largestId, isFiltered ? 1 : 0);
    this.#chunks.need(chunk, exports.columnsNeeded(chunk.address, kind));
    exports.scanChunk(chunk.address, kind, histogram, number);
  }
}

/** From one bucket of a scope to another. */
const joined = (scope: Scope, first: Scope, last: Scope): Scope =>
  scope.byId ? { ...first, largestId: last.largestId } : { ...first, largest: last.largest };
