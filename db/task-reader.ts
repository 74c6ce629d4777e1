/** Questions about user tasks: which, in which order, page by page. */
import type { Statement } from 'better-sqlite3';

/** Which tasks count. What is absent does not matter. */
export interface TaskFilter {
  /** The end of those that go on; those whose beginning is not in the trace are there from its beginning. */
  readonly traceEnd: number;
  /** Those that overlap it, also where they only touch it. */
  readonly window?: { readonly from: number; readonly until: number };
  /** Numbers of names. */
  readonly names?: readonly number[];
  readonly isComplete?: boolean;
  /** Lengths of complete ones, both inclusive. */
  readonly least?: number;
  readonly most?: number;
  /** Part of the name, of ASCII letters in either case, or the number. */
  readonly text?: string;
  /** Signed, as they are stored; those that are in all of these. Without any, task 0, which is none, is left out. */
  readonly ids: readonly BigInt64Array[];
}

/** Absent points in time are not in the trace. */
export interface StoredTask {
  /** 64 bits without sign. */
  readonly id: bigint;
  readonly parent: bigint | null;
  readonly nameIx: number;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly startGoroutine: number | null;
  readonly endGoroutine: number | null;
  readonly logs: number;
  readonly regions: number;
}

/** Name, length if complete, logs, regions. */
export type TaskFigures = readonly [nameIx: number, length: number | null, logs: number, regions: number];

export const taskOrders = {
  duration: 'coalesce(t.end_ns, @traceEnd) - coalesce(t.start_ns, 0) DESC',
  start: 'coalesce(t.start_ns, -1)',
  name: '(SELECT text FROM names WHERE ix = t.name_ix)',
  id: 't.id < 0',
  regions: 't.regions DESC',
  logs: 't.logs DESC',
} as const;
export type TaskOrder = keyof typeof taskOrders;

const complete = 't.start_ns IS NOT NULL AND t.end_ns IS NOT NULL';
const columns = `CAST(t.id AS TEXT) AS id, CAST(t.parent_id AS TEXT) AS parent, t.name_ix AS nameIx, t.start_ns AS startNs,
  t.end_ns AS endNs, t.start_goroutine AS startGoroutine, t.end_goroutine AS endGoroutine, t.logs, t.regions`;
const least64 = -(2n ** 63n);
const rowsAtOnce = 5000;

type Bound = Record<string, number | bigint | string>;

export class TaskReader {
  readonly #prepared: (sql: string) => Statement;

  constructor(prepared: (sql: string) => Statement) {
    this.#prepared = prepared;
  }

  count(filter: TaskFilter): number {
    const { where, bound } = conditions(filter);
    return this.#prepared(`SELECT count(*) FROM tasks t WHERE ${where}`).pluck(true).get(bound) as number;
  }

  page(
    filter: TaskFilter,
    order: TaskOrder,
    isReverse: boolean,
    offset: number,
    limit: number,
  ): StoredTask[] {
    const { where, bound } = conditions(filter);
    const by = [taskOrders[order], 't.id < 0', 't.id'].map((key) => (isReverse ? reversed(key) : key));
    const { traceEnd } = filter;
    const sorted = `FROM tasks t WHERE ${where} ORDER BY ${by.join(', ')}`;
    if (limit === 0) {
      const rows = this.#prepared(`SELECT ${columns} ${sorted} LIMIT -1 OFFSET @offset`);
      return (rows.all({ ...bound, traceEnd, offset }) as StoredRow[]).map(taskOf);
    }
    // Sorting numbers and nothing else takes half the time.
    const ids = this.#prepared(`SELECT t.id ${sorted} LIMIT @limit OFFSET @offset`)
      .pluck(true)
      .safeIntegers(true)
      .all({ ...bound, traceEnd, limit, offset }) as bigint[];
    const one = this.#prepared(`SELECT ${columns} FROM tasks t WHERE t.id = ?`);
    return ids.map((id) => taskOf(one.get(id) as StoredRow));
  }

  /** Figures of all of them, some thousand at a time. */
  *figures(filter: TaskFilter): Generator<readonly TaskFigures[]> {
    const { ids, ...others } = filter;
    // Lists of ids are not looked through anew for each page.
    const { where, bound } = conditions({ ...others, ids: [] }, ids.length > 0);
    const isWanted = ids.map(idTest);
    const statement = this.#prepared(
      `SELECT t.name_ix, t.end_ns - t.start_ns, t.logs, t.regions, t.id >> 32, t.id & 4294967295 FROM tasks t
       WHERE t.id >= @next AND ${where} ORDER BY t.id LIMIT ${rowsAtOnce}`,
    ).raw(true);
    for (let next = least64; ;) {
      const rows = statement.all({ ...bound, next }) as (readonly [...TaskFigures, number, number])[];
      yield (ids.length === 0
        ? rows
        : rows.filter(([, , , , high, low]) =>
            isWanted.every((test) => test(high, low)),
          )) as unknown as readonly TaskFigures[];
      const last = rows.at(-1);
      if (!last || rows.length < rowsAtOnce) return;
      next = (BigInt(last[4]) << 32n) + BigInt(last[5]) + 1n;
    }
  }

  /** By task, unsigned, how many have it for their parent. */
  childCounts(tasks: readonly bigint[]): ReadonlyMap<bigint, number> {
    const rows = this.#prepared(
      `SELECT CAST(parent_id AS TEXT) AS id, count(*) AS count FROM tasks
       WHERE parent_id IN (SELECT value FROM json_each(?)) GROUP BY parent_id`,
    ).all(jsonIds(tasks)) as { id: string; count: number }[];
    return new Map(rows.map(({ id, count }) => [unsigned(id), count]));
  }

  children(task: bigint, offset: number, limit: number): StoredTask[] {
    const rows = this.#prepared(
      `SELECT ${columns} FROM tasks t WHERE t.parent_id = ? ORDER BY coalesce(t.start_ns, -1), t.id LIMIT ? OFFSET ?`,
    ).all(BigInt.asIntN(64, task), limit === 0 ? -1 : limit, offset);
    return (rows as StoredRow[]).map(taskOf);
  }

  one(id: bigint): StoredTask | undefined {
    const row = this.#prepared(`SELECT ${columns} FROM tasks t WHERE t.id = ?`).get(BigInt.asIntN(64, id));
    return row === undefined ? undefined : taskOf(row as StoredRow);
  }

  /** Those with a text in their name; case matters. */
  named(text: string): BigInt64Array {
    return this.#ids(
      'SELECT id FROM tasks WHERE name_ix IN (SELECT ix FROM names WHERE instr(text, ?) > 0)',
      text,
    );
  }

  /**
   * Tasks that a goroutine took part in and that overlap a window, also where they only touch it: the `most` longest, longest first.
   */
  ofGoroutine(
    goroutine: number,
    { from, until }: { readonly from: number; readonly until: number },
    traceEnd: number,
    most: number,
  ): StoredTask[] {
    const rows = this.#prepared(
      `SELECT ${columns} FROM tasks t WHERE t.id IN (SELECT t.id FROM task_goroutines m JOIN tasks t ON t.id = m.task_id
       WHERE m.goroutine_id = @goroutine AND t.id <> 0 AND coalesce(t.start_ns, 0) <= @until
       AND coalesce(t.end_ns, @traceEnd) >= @from ORDER BY ${taskOrders.duration}, t.id LIMIT @most)
       ORDER BY ${taskOrders.duration}, t.id`,
    ).all({ goroutine, from, until, traceEnd, most });
    return (rows as StoredRow[]).map(taskOf);
  }

  /** How many goroutines took part in a task, and the first of them in order of id. */
  members(task: bigint, most: number): { readonly count: number; readonly first: readonly number[] } {
    const id = BigInt.asIntN(64, task);
    const count = this.#prepared('SELECT count(*) FROM task_goroutines WHERE task_id = ?').pluck(true);
    const first = this.#prepared(
      'SELECT goroutine_id FROM task_goroutines WHERE task_id = ? ORDER BY goroutine_id LIMIT ?',
    ).pluck(true);
    return { count: count.get(id) as number, first: first.all(id, most) as number[] };
  }

  /** Those that any of some goroutines took part in. */
  withGoroutines(goroutines: readonly number[]): BigInt64Array {
    const list = `[${goroutines.join(',')}]`;
    return this.#ids(
      'SELECT DISTINCT task_id FROM task_goroutines WHERE goroutine_id IN (SELECT value FROM json_each(?))',
      list,
    );
  }

  /** All goroutines that took part in any. */
  goroutines(): readonly number[] {
    return this.#prepared('SELECT DISTINCT goroutine_id FROM task_goroutines').pluck(true).all() as number[];
  }

  #ids(sql: string, value: string): BigInt64Array {
    return BigInt64Array.from(this.#prepared(sql).pluck(true).safeIntegers(true).all(value) as bigint[]);
  }
}

const reversed = (key: string): string => (key.endsWith(' DESC') ? key.slice(0, -5) : `${key} DESC`);

const jsonIds = (ids: Iterable<bigint>): string =>
  `[${Array.from(ids, (id) => BigInt.asIntN(64, id)).join(',')}]`;

/** Whether an id is in a list, by the high and the low half of its bits. */
function idTest(ids: BigInt64Array): (high: number, low: number) => boolean {
  // Of ids beyond 2^53 several may be one number.
  const near = new Set<number>();
  const exact = new Set<bigint>();
  for (const id of ids) {
    near.add(Number(id));
    if (id < -most53 || id > most53) exact.add(id);
  }
  return (high, low) => {
    const number = high * 2 ** 32 + low;
    if (!near.has(number)) return false;
    return Number.isSafeInteger(number) || exact.has((BigInt(high) << 32n) + BigInt(low));
  };
}

const most53 = BigInt(Number.MAX_SAFE_INTEGER);

function conditions(
  filter: TaskFilter,
  withNone = filter.ids.length > 0,
): { readonly where: string; readonly bound: Bound } {
  const { traceEnd, window, names, isComplete, least, most, text, ids } = filter;
  const parts = ids.map((_, i) => `t.id IN (SELECT value FROM json_each(@ids${i}))`);
  const bound: Bound = Object.fromEntries(ids.map((own, i) => [`ids${i}`, jsonIds(own)]));
  const also = (part: string, values: Bound): void => {
    parts.push(part);
    Object.assign(bound, values);
  };
  if (!withNone) parts.push('t.id <> 0');
  if (window)
    also('coalesce(t.start_ns, 0) <= @until AND coalesce(t.end_ns, @traceEnd) >= @from', {
      ...window,
      traceEnd,
    });
  if (names) also('t.name_ix IN (SELECT value FROM json_each(@names))', { names: JSON.stringify(names) });
  if (isComplete !== undefined) parts.push(isComplete ? complete : `NOT (${complete})`);
  if (least !== undefined) also(`${complete} AND t.end_ns - t.start_ns >= @least`, { least });
  if (most !== undefined) also(`${complete} AND t.end_ns - t.start_ns <= @most`, { most });
  if (text !== undefined)
    also(
      `(t.name_ix IN (SELECT ix FROM names WHERE instr(lower(text), lower(@text)) > 0) OR t.id = @number)`,
      {
        text,
        number: numberIn(text) ?? 0,
      },
    );
  return { where: parts.length > 0 ? parts.join(' AND ') : 'true', bound };
}

/** Signed. */
const numberIn = (text: string): bigint | undefined =>
  /^\d{1,20}$/.test(text) ? BigInt.asIntN(64, BigInt(text)) : undefined;

type StoredRow = Omit<StoredTask, 'id' | 'parent'> & { readonly id: string; readonly parent: string | null };

const taskOf = (row: StoredRow): StoredTask => ({
  ...row,
  id: unsigned(row.id),
  parent: row.parent === null ? null : unsigned(row.parent),
});

const unsigned = (id: string): bigint => BigInt.asUintN(64, BigInt(id));
