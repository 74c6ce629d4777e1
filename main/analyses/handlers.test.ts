import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test, vi } from 'vitest';
import { timedStates } from '#common/analyses/goroutine-results.ts';
import { traceKey } from '#common/ids.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-handlers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const data = fixtureBytes('shop-go1.26-generations.trace');
const page = { trace: traceKey('t'), descending: true, filter: '', offset: 0, limit: 1000 } as const;
const context = { signal: new AbortController().signal, report: () => undefined };

/** Ingests, and calls `look` whenever something is read. */
async function ingestLooking(name: string, look: (path: string) => unknown): Promise<void> {
  const databasePath = join(folder, name);
  const whole = memorySource(data, 4096);
  const source: ByteSource = {
    readInto: async (target) => {
      await look(databasePath);
      return whole.readInto(target);
    },
  };
  await ingest({ source, databasePath, sizeBytes: data.length });
}

test('what is asked in one snapshot does not see what is written meanwhile', async () => {
  await ingestLooking('snapshot.sqlite', () => undefined);
  const path = join(folder, 'snapshot.sqlite');
  const reader = new TraceReader(path);
  const writer = new DatabaseSync(path);
  const [during, after] = [
    reader.consistently(() => {
      const { revision } = reader.trace();
      writer.exec('UPDATE trace SET revision = revision + 1');
      return reader.trace().revision - revision;
    }),
    reader.trace().revision,
  ];
  expect(during).toBe(0);
  expect(writer.prepare('SELECT revision FROM trace').get()).toEqual({ revision: after });
  reader.close();
  writer.close();
});

test('every method answers from one snapshot', async () => {
  await ingestLooking('methods.sqlite', () => undefined);
  const consistently = vi.spyOn(TraceReader.prototype, 'consistently');
  const handlers = createAnalysisHandlers(
    join(folder, 'methods.sqlite'),
    { sizeBytes: data.length },
    analysisCore,
  );
  await handlers['trace.facts']({ trace: page.trace }, context);
  await handlers['goroutines.groups']({ ...page, sort: 'count' }, context);
  expect(consistently).toHaveBeenCalledTimes(2);
  consistently.mockRestore();
  handlers.close();
});

test('generations follow each other through file and time, and have all events', async () => {
  await ingestLooking('generations.sqlite', () => undefined);
  const handlers = createAnalysisHandlers(
    join(folder, 'generations.sqlite'),
    { sizeBytes: data.length },
    analysisCore,
  );
  const facts = await handlers['trace.facts']({ trace: page.trace }, context);
  const all = await handlers['trace.generations']({ trace: page.trace }, context);
  expect(all.map(({ generation }) => generation)).toEqual([1, 2, 3]);
  expect(all.at(-1)).toMatchObject({ untilByte: data.length, untilNs: facts.durationNs });
  for (const [i, { startByte, startNs }] of all.entries())
    expect([startByte, startNs]).toEqual([all[i - 1]?.untilByte ?? 16, all[i - 1]?.untilNs ?? 0]);
  expect(all.reduce((sum, { events }) => sum + events, 0)).toBe(facts.events);
  handlers.close();
});

test('groups can be those with time in a state', async () => {
  await ingestLooking('state.sqlite', () => undefined);
  const handlers = createAnalysisHandlers(join(folder, 'state.sqlite'), { sizeBytes: 1 }, analysisCore);
  const all = await handlers['goroutines.groups']({ ...page, sort: 'name' }, context);
  for (const state of timedStates) {
    const found = await handlers['goroutines.groups']({ ...page, sort: 'name', state }, context);
    const wanted = all.rows.filter((row) => row[state] > 0);
    expect([found.rowCount, found.rows]).toEqual([wanted.length, wanted]);
    const list = await handlers['goroutines.list']({ ...page, sort: 'id', state }, context);
    expect(list.rowCount === 0).toBe(wanted.length === 0);
  }
  expect(all.rows.some((row) => row.sleepNs > 0) && all.rows.some((row) => row.sleepNs === 0)).toBe(true);
  handlers.close();
});

test('the sums, rows and revision of an answer belong together while the trace is being read', async () => {
  let handlers: ReturnType<typeof createAnalysisHandlers> | undefined;
  const seen = new Set<number>();
  await ingestLooking('answers.sqlite', async (path) => {
    try {
      handlers ??= createAnalysisHandlers(path, { sizeBytes: data.length }, analysisCore);
    } catch {
      return;
    }
    const groups = await handlers['goroutines.groups']({ ...page, sort: 'count' }, context);
    const list = await handlers['goroutines.list']({ ...page, sort: 'id' }, context);
    expect(groups.rows.reduce((sum, row) => sum + row.count, 0)).toBe(groups.sums.count);
    if (groups.revision === list.revision) expect(list.rowCount).toBe(groups.sums.count);
    expect(list.rows).toHaveLength(Math.min(1000, list.rowCount));
    seen.add(groups.revision);
  });
  handlers!.close();
  expect(seen.size).toBeGreaterThan(1);
});
