import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { traceKey } from '#common/ids.ts';
import { TraceReader } from '#db/reader.ts';
import { createEventHandlers } from '#main/events/event-handlers.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { recognizeFile } from '#main/trace-file/recognize.ts';
import { fileChecksum } from '#main/trace-file/watched-file.ts';
import { hostileTraces } from './hostile-traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-thin-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('any');

test('generations that say little beside what is alive share a checkpoint, and are read again from it', async () => {
  const data = hostileTraces['many goroutines, and then many generations']!(3000);
  const path = join(folder, 'thin.trace');
  const databasePath = join(folder, 'thin.sqlite');
  writeFileSync(path, data);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const reader = new TraceReader(databasePath);
  const generations = reader.generations();
  const checkpoints = generations.filter(({ ordinal }) => reader.checkpoint(ordinal)).length;
  reader.close();
  expect(generations.length).toBeGreaterThan(300);
  expect(checkpoints).toBeGreaterThan(0);
  expect(checkpoints).toBeLessThan(generations.length / 10);

  const file = await recognizeFile(path);
  const handlers = createEventHandlers({ databasePath, file, checksum: await fileChecksum(file) });
  const { found } = await handlers['events.find']({ trace }, context);
  expect(found).toBe(generations.reduce((sum, { events }) => sum + events, 0));
  const page = await handlers['events.page']({ trace, offset: found - 20, limit: 20 }, context);
  // Counted from the beginning of the trace: what lies between is not left out.
  const numbers = page.rows.map(({ facts }) => facts.find(([name]) => name === 'sync')?.[1]);
  const last = generations.length + 1;
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => (last - 19 + i).toString()));
  const first = await handlers['events.page']({ trace, offset: 1, limit: 3 }, context);
  expect(first.rows.map(({ goroutine, event }) => [goroutine, event]).at(-1)).toEqual([1, 'GoCreate']);
  await handlers.close();
});
