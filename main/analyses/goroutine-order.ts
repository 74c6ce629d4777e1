import type { GoroutineColumn, TimedState } from '#common/analyses/goroutine-results.ts';
import type { GoroutineFigures, GoroutineOrder, GoroutineTable } from '#common/goroutine-table.ts';
import type { TraceReader } from '#db/reader.ts';

/** Which goroutines: of one group, with a text in the start function's name, or with a number. */
export interface GoroutineFilter {
  readonly nameIx?: number;
  /** Of any of these groups. */
  readonly names?: ReadonlySet<number>;
  readonly text?: string;
  readonly id?: number;
  /** With time in it. */
  readonly state?: TimedState;
  /** Those that took part in the task with this number. */
  readonly task?: bigint;
}

/** A page of a table. */
export interface Page {
  readonly column: GoroutineColumn;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** An order, and how many rows it has: unknown where that does not follow from groups. */
interface CountedOrder {
  readonly order: GoroutineOrder;
  readonly rowCount: number | undefined;
}

const keptOrders = 6;

/** Pages of the table of goroutines. Equal values keep the order of ids; descending is the exact reverse. */
export class GoroutineOrders {
  readonly #reader: TraceReader;
  readonly #table: GoroutineTable;
  readonly #orders = new Map<string, CountedOrder>();
  #revision: number | undefined;

  constructor(reader: TraceReader, table: GoroutineTable) {
    this.#reader = reader;
    this.#table = table;
  }

  /** The table as the database has it now. Call it within `reader.consistently`. */
  get table(): GoroutineTable {
    const { revision } = this.#reader.trace();
    if (revision !== this.#revision) {
      this.#orders.clear();
      this.#table.refresh();
      this.#revision = revision;
    }
    return this.#table;
  }

  /** How many rows the whole table has, and those of the page. */
  page(filter: GoroutineFilter, page: Page): { rowCount: number; rows: GoroutineFigures[] } {
    const { table } = this;
    const { order, rowCount: known } = this.#order(page.column, filter);
    const rowCount = known ?? table.count(order);
    const count = Math.max(0, Math.min(page.limit, rowCount - page.offset));
    if (!page.descending) return { rowCount, rows: table.rows(order, rowCount, page.offset, count) };
    const from = Math.max(0, rowCount - page.offset - count);
    return { rowCount, rows: table.rows(order, rowCount, from, count).reverse() };
  }

  #order(column: GoroutineColumn, filter: GoroutineFilter): CountedOrder {
    const key = JSON.stringify([
      column,
      { ...filter, names: filter.names && [...filter.names], task: filter.task && String(filter.task) },
    ]);
    const order = this.#orders.get(key) ?? this.#make(column, filter, key);
    // The one used last is dropped last.
    this.#orders.delete(key);
    this.#orders.set(key, order);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > keptOrders && oldest !== undefined) this.#orders.delete(oldest);
    return order;
  }

  #make(column: GoroutineColumn, filter: GoroutineFilter, key: string): CountedOrder {
    const { nameIx, names, text, id, state, task } = filter;
    const isFiltered = nameIx !== undefined || names !== undefined || text !== undefined;
    const all = this.#reader.groups();
    const named = text === undefined ? undefined : this.#reader.groupsNamed(text);
    const shown = all.filter(
      (group) =>
        (nameIx === undefined || group.nameIx === nameIx) &&
        (names?.has(group.nameIx) ?? true) &&
        (named?.has(group.nameIx) ?? true),
    );
    const order: GoroutineOrder = {
      column,
      key,
      isFiltered,
      ...(isFiltered || column === 'name' ? { ranks: ranksOf(shown) } : {}),
      ...(id === undefined ? {} : { id }),
      ...(state === undefined ? {} : { state }),
      ...(task === undefined ? {} : { members: this.#reader.taskGoroutines(task) }),
    };
    const isCounted = id === undefined && state === undefined && task === undefined;
    const rowCount = isCounted ? shown.reduce((so, group) => so + group.count, 0) : undefined;
    return { order, rowCount };
  }
}

/** By the number of a name its place among all in order, from 1; equal names have the same. */
function ranksOf(groups: readonly { readonly nameIx: number; readonly name: string }[]): Uint32Array {
  const sorted = [...groups].sort((a, b) => compareText(a.name, b.name));
  const ranks = new Uint32Array(sorted.reduce((so, { nameIx }) => Math.max(so, nameIx + 1), 0));
  let rank = 0;
  let before: string | undefined;
  for (const { nameIx, name } of sorted) {
    if (name !== before) rank++;
    before = name;
    ranks[nameIx] = rank;
  }
  return ranks;
}

/** By code units: names of functions are not language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
