import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { reportedGoroutines } from './goroutine-report.ts';

test('a report that is not read to its end leaves the database free to be closed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-report-'));
  const databasePath = join(folder, 'trace.sqlite');
  await ingest({ source: memorySource(fixtureBytes('shop-go1.26.trace')), databasePath });
  const reader = new TraceReader(databasePath);
  for (const goroutine of reportedGoroutines(reader, openGoroutineTable(reader))) {
    expect(goroutine.totalNs).toBeGreaterThan(0);
    break;
  }
  expect(() => reader.close()).not.toThrow();
  rmSync(folder, { recursive: true });
});
