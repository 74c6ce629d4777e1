import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { spanStates } from '#common/goroutine-state.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { goroutineSpans } from './goroutine-spans.ts';
import { createAnalysisHandlers } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-delays-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const runnable = spanStates.indexOf('Runnable');

test.each(fixtureTraces)('%s: the longest delays are those of the goroutines one by one', async (name) => {
  const data = fixtureBytes(name);
  const databasePath = join(folder, `${name}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const reader = new TraceReader(databasePath);
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes: 1 }, analysisCore);
  const table = analysisCore.openTable(reader);
  const { durationNs } = reader.trace();
  for (const [from, until] of [
    [0, durationNs],
    [durationNs * 0.3, durationNs * 0.31],
    [durationNs * 0.2, durationNs * 0.9],
  ].map((pair) => pair.map(Math.floor))) {
    const lengths = [...table.all()].flatMap(({ id }) =>
      goroutineSpans(reader, table, id, from!, until!)
        .filter(({ state }) => state === runnable)
        .map(({ start, end }) => Math.min(until!, end) - Math.max(from!, start)),
    );
    const wanted = lengths.filter((ns) => ns > 0).sort((a, b) => b - a);
    const { delays, queue } = await handlers['analyses.scheduler'](
      { trace: traceKey('t'), from: traceNs(from!), until: traceNs(until!), delays: 20 },
      context,
    );
    expect(delays.map(({ ns }) => ns)).toEqual(wanted.slice(0, 20));
    expect(queue.waitNs).toBe(wanted.reduce((so, ns) => so + ns, 0));
    for (const { goroutine, startNs, ns } of delays) {
      const spans = goroutineSpans(reader, table, goroutine, from!, until!);
      const isThere = spans.some(
        ({ state, start, end }) =>
          state === runnable && Math.max(from!, start) === startNs && Math.min(until!, end) === startNs + ns,
      );
      expect(isThere).toBe(true);
    }
  }
  handlers.close();
  reader.close();
});
