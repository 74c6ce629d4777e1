import type { GoroutineFilter, TraceReader } from '#db/reader.ts';

/** How many orders are kept: a table, its groups' members, and one step back. */
const keptOrders = 6;

export interface OrderLimits {
  /** Making an order of more goroutines than this takes noticeably long … */
  readonly many: number;
  /** … so pages as close as this to either end are asked of the database, which passes over all rows but keeps only these. */
  readonly nearAnEnd: number;
}
const usualLimits: OrderLimits = { many: 100_000, nearAnEnd: 2000 };

/** A page of a table. */
export interface Page {
  readonly column: string;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

/**
 * The ids of goroutines in the order of a column, made once for each column and filter so that every page of a table of
 * millions is found by its place alone. Equal values keep the order of ids. A trace with a new revision is ordered anew.
 */
export class GoroutineOrders {
  readonly #reader: TraceReader;
  readonly #orders = new Map<string, Float64Array>();
  readonly #counts = new Map<string, number>();
  readonly #limits: OrderLimits;
  #revision = -1;

  constructor(reader: TraceReader, limits = usualLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** How many rows the whole table has, and the ids of the page's. */
  page(revision: number, filter: GoroutineFilter, page: Page): { rowCount: number; ids: number[] } {
    if (revision !== this.#revision) {
      this.#orders.clear();
      this.#counts.clear();
      this.#revision = revision;
    }
    const rowCount = this.#count(filter);
    const limit = Math.max(0, Math.min(page.limit, rowCount - page.offset));
    const order = this.#orders.get(keyOf(page.column, filter));
    if (!order && rowCount > this.#limits.many && page.column !== 'name') {
      const ids = this.#nearEnd(filter, { ...page, limit }, rowCount);
      if (ids) return { rowCount, ids };
    }
    const ascending = this.#ascending(page.column, filter);
    const ids = Array.from({ length: limit }, (_, i) => {
      const place = page.offset + i;
      return ascending[page.descending ? rowCount - 1 - place : place]!;
    });
    return { rowCount, ids };
  }

  #count(filter: GoroutineFilter): number {
    const key = JSON.stringify(filter);
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = this.#reader.goroutineCount(filter);
      this.#counts.set(key, count);
    }
    return count;
  }

  /** Undefined if the page is too far from both ends. */
  #nearEnd(filter: GoroutineFilter, page: Page, rowCount: number): number[] | undefined {
    const { column, descending, offset, limit } = page;
    const { nearAnEnd } = this.#limits;
    if (offset + limit <= nearAnEnd)
      return this.#reader.firstGoroutines(column, descending, filter, { offset, limit });
    const behind = rowCount - offset - limit;
    if (behind + limit > nearAnEnd) return undefined;
    return this.#reader.firstGoroutines(column, !descending, filter, { offset: behind, limit }).reverse();
  }

  #ascending(column: string, filter: GoroutineFilter): Float64Array {
    const key = keyOf(column, filter);
    const order = this.#orders.get(key) ?? this.#make(column, filter);
    // The one used last is dropped last.
    this.#orders.delete(key);
    this.#orders.set(key, order);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > keptOrders && oldest !== undefined) this.#orders.delete(oldest);
    return order;
  }

  #make(column: string, filter: GoroutineFilter): Float64Array {
    const { ids, keys } = this.#reader.goroutineKeys(column, filter);
    if (column === 'id') return ids;
    const places = Uint32Array.from(ids, (_, i) => i);
    const compare =
      column === 'name'
        ? (a: number, b: number) => compareText(String(keys[a]), String(keys[b])) || a - b
        : (a: number, b: number) => Number(keys[a]) - Number(keys[b]) || a - b;
    places.sort(compare);
    return Float64Array.from(places, (place) => ids[place]!);
  }
}

const keyOf = (column: string, filter: GoroutineFilter): string => JSON.stringify([column, filter]);

/** By code units: names of functions are not language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
