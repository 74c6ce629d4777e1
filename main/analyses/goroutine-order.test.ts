import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goroutineColumns } from '#common/analyses/goroutine-results.ts';
import { TraceReader, type GoroutineFilter } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { GoroutineOrders } from './goroutine-order.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-order-'));
let reader: TraceReader;
beforeAll(async () => {
  const databasePath = join(folder, 'trace.sqlite');
  await ingest({ source: memorySource(fixtureBytes('shop-go1.26.trace')), databasePath });
  reader = new TraceReader(databasePath);
});
afterAll(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

/** The whole table, page by page. */
function table(
  orders: GoroutineOrders,
  column: string,
  descending: boolean,
  filter: GoroutineFilter,
): number[] {
  const ids: number[] = [];
  for (let offset = 0; ; offset += 7) {
    const page = orders.page(1, filter, { column, descending, offset, limit: 7 });
    ids.push(...page.ids);
    if (offset + 7 >= page.rowCount) return ids;
  }
}

describe('pages are the same whether an order was made or the database was asked', () => {
  const columns = goroutineColumns.filter((column) => column !== 'name');
  test.each(columns)('%s', (column) => {
    for (const filter of [{}, { text: 'main.' }])
      for (const descending of [true, false]) {
        const ordered = table(new GoroutineOrders(reader), column, descending, filter);
        expect(ordered.length).toBeGreaterThan(10);
        expect(new Set(ordered).size).toBe(ordered.length);
        // All pages are near the beginning; or some near the end; or most in between, where an order is made after all.
        for (const nearAnEnd of [1e6, ordered.length / 2 + 10, 15]) {
          const asked = new GoroutineOrders(reader, { many: 0, nearAnEnd });
          expect(table(asked, column, descending, filter)).toEqual(ordered);
          const last = { column, descending, offset: ordered.length - 5, limit: 7 };
          const fresh = new GoroutineOrders(reader, { many: 0, nearAnEnd });
          expect(fresh.page(1, filter, last).ids).toEqual(ordered.slice(-5));
        }
      }
  });
});

test('values go up or down, and names by their text', () => {
  const orders = new GoroutineOrders(reader);
  const total = (id: number): number => reader.goroutine(id)!.totalNs;
  const down = table(orders, 'totalNs', true, {}).map(total);
  expect(down).toEqual([...down].sort((a, b) => b - a));
  const names = table(orders, 'name', false, {}).map((id) => reader.goroutine(id)!.name);
  expect(names).toEqual([...names].sort());
});

test('a page behind the end is empty', () => {
  const orders = new GoroutineOrders(reader);
  const { rowCount, ids } = orders.page(1, {}, { column: 'id', descending: false, offset: 1e6, limit: 50 });
  expect(rowCount).toBeGreaterThan(10);
  expect(ids).toEqual([]);
});
