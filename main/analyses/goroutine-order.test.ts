import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goroutineColumns, timedStates, type GoroutineColumn } from '#common/analyses/goroutine-results.ts';
import type { GoroutineRecord } from '#common/goroutine-table.ts';
import { openGoroutineTable, PackedGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { GoroutineOrders, type GoroutineFilter } from './goroutine-order.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-order-'));
let reader: TraceReader;
let all: readonly GoroutineRecord[];
beforeAll(async () => {
  const databasePath = join(folder, 'trace.sqlite');
  await ingest({ source: memorySource(fixtureBytes('shop-go1.26.trace')), databasePath });
  reader = new TraceReader(databasePath);
  all = [...openGoroutineTable(reader).all()];
});
afterAll(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

/** The whole table, page by page. */
function table(
  orders: GoroutineOrders,
  column: GoroutineColumn,
  descending: boolean,
  filter: GoroutineFilter,
): number[] {
  const ids: number[] = [];
  for (let offset = 0; ; offset += 7) {
    const page = orders.page(filter, { column, descending, offset, limit: 7 });
    ids.push(...page.rows.map(({ id }) => id));
    if (offset + 7 >= page.rowCount) return ids;
  }
}

/** The same, sorted all at once. */
function sorted(column: GoroutineColumn, descending: boolean, filter: GoroutineFilter): number[] {
  const key = (row: GoroutineRecord): number | string =>
    column === 'name' ? reader.name(row.nameIx) : row[column];
  const ids = all
    .filter(({ nameIx }) => filter.nameIx === undefined || nameIx === filter.nameIx)
    .filter(({ nameIx }) => filter.text === undefined || reader.name(nameIx).includes(filter.text))
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id))
    .map(({ id }) => id);
  return descending ? ids.reverse() : ids;
}

describe('pages are parts of the sorted table', () => {
  test.each(goroutineColumns)('%s', (column) => {
    const nameIx = [...reader.groups()].sort((a, b) => b.count - a.count)[0]!.nameIx;
    for (const filter of [{}, { text: 'main.' }, { nameIx }])
      for (const descending of [true, false]) {
        const expected = sorted(column, descending, filter);
        expect(expected.length).toBeGreaterThan(3);
        for (const many of [undefined, 1, 10]) {
          const limits = { bytes: 1 << 20, ...(many === undefined ? {} : { many }) };
          const orders = new GoroutineOrders(reader, new PackedGoroutineTable(reader, limits));
          expect(table(orders, column, descending, filter)).toEqual(expected);
        }
      }
  });
});

describe('goroutines of a state or a task', () => {
  const idsOf = (orders: GoroutineOrders, filter: GoroutineFilter): number[] =>
    table(orders, 'creationNs', false, filter);

  test.each(timedStates)('with time in %s, all or of one group', (state) => {
    const orders = new GoroutineOrders(reader, openGoroutineTable(reader));
    const { nameIx } = all.find((row) => row[state] > 0) ?? all[0]!;
    for (const filter of [{}, { nameIx }])
      expect(idsOf(orders, { ...filter, state })).toEqual(
        sorted('creationNs', false, filter).filter((id) =>
          all.some((row) => row.id === id && row[state] > 0),
        ),
      );
  });

  test('those that took part in a task, whatever else is asked of them', () => {
    const orders = new GoroutineOrders(reader, openGoroutineTable(reader));
    const tasks = [...reader.allTasks()].map(({ id }) => id).filter((id) => id !== 0n);
    const members = (task: bigint): readonly number[] => reader.taskGoroutines(task);
    expect(tasks.some((task) => members(task).length > 1)).toBe(true);
    for (const task of tasks) {
      const own = all.filter(({ id }) => members(task).includes(id));
      expect(idsOf(orders, { task }).toSorted()).toEqual(own.map(({ id }) => id).toSorted());
      const slept = own.filter((row) => row.sleepNs > 0).map(({ id }) => id);
      expect(idsOf(orders, { task, state: 'sleepNs' }).toSorted()).toEqual(slept.toSorted());
    }
    expect(idsOf(orders, { task: 2n ** 64n - 1n })).toEqual([]);
  });
});

test('a goroutine is found by its number, alone or within a group', () => {
  const orders = new GoroutineOrders(reader, openGoroutineTable(reader));
  const { id, nameIx } = all[20]!;
  const page = { column: 'totalNs', descending: true, offset: 0, limit: 50 } as const;
  for (const filter of [{ id }, { id, nameIx }]) {
    const { rowCount, rows } = orders.page(filter, page);
    expect([rowCount, rows.map((row) => row.id)]).toEqual([1, [id]]);
  }
  const elsewhere = all.find((row) => row.nameIx !== nameIx)!.nameIx;
  for (const filter of [{ id, nameIx: elsewhere }, { id: 1e12 }])
    expect(orders.page(filter, page)).toEqual({ rowCount: 0, rows: [] });
});

test('a page behind the end is empty', () => {
  const orders = new GoroutineOrders(reader, openGoroutineTable(reader));
  for (const descending of [true, false]) {
    const { rowCount, rows } = orders.page({}, { column: 'id', descending, offset: 1e6, limit: 50 });
    expect(rowCount).toBeGreaterThan(10);
    expect(rows).toEqual([]);
  }
});
