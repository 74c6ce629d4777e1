import type { GoroutineFilter, TraceReader } from '#db/reader.ts';

/** How many orders are kept: a table, its groups' members, and one step back. */
const keptOrders = 6;

/**
 * The ids of goroutines in the order of a column, made once for each column and filter so that every page of a table of
 * millions is found by its place alone. Equal values keep the order of ids.
 */
export class GoroutineOrders {
  readonly #reader: TraceReader;
  readonly #orders = new Map<string, Float64Array>();
  #revision = -1;

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  /** Ascending. `revision` is the trace's: a new one makes all orders anew. */
  ascending(revision: number, column: string, filter: GoroutineFilter): Float64Array {
    if (revision !== this.#revision) {
      this.#orders.clear();
      this.#revision = revision;
    }
    const key = JSON.stringify([column, filter]);
    const known = this.#orders.get(key);
    if (known) {
      // The one used last is dropped last.
      this.#orders.delete(key);
      this.#orders.set(key, known);
      return known;
    }
    const order = this.#make(column, filter);
    this.#orders.set(key, order);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > keptOrders && oldest !== undefined) this.#orders.delete(oldest);
    return order;
  }

  #make(column: string, filter: GoroutineFilter): Float64Array {
    const { ids, keys } = this.#reader.goroutineKeys(column === 'id' ? 'id' : column, filter);
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

/** By code units: names of functions are not language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
