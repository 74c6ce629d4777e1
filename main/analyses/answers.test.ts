import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { longTrace } from '../../fixtures/long-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-answers-'));
const long = join(folder, 'long.sqlite');
const trace = traceKey('t');
const context = { signal: new AbortController().signal, report: () => undefined };
const opened = (path: string): OpenAnalyses => createAnalysisHandlers(path, { sizeBytes: 0 }, analysisCore);
beforeAll(async () => {
  const data = longTrace({ generations: 30, goroutines: 20_000 });
  await ingest({ source: memorySource(data), databasePath: long, sizeBytes: data.length });
});
afterAll(() => rmSync(folder, { recursive: true }));

const window = { from: traceNs(10_000), until: traceNs(2_500_000) };
const profile = { trace, kind: 'sched', ...window } as const;
const byGroup = { trace, by: 'group', ...window } as const;

test('an answer that is given up leaves nothing behind in the next', async () => {
  const fresh = opened(long);
  const expected = await fresh['analyses.profile'](profile, context);
  fresh.close();
  const analyses = opened(long);
  for (const afterMs of [0, 15, 40, 80]) {
    const controller = new AbortController();
    const givenUp = analyses['analyses.goroutines'](byGroup, { ...context, signal: controller.signal });
    setTimeout(() => controller.abort(), afterMs);
    await Promise.resolve(givenUp).then(
      () => undefined,
      (error: unknown) => expect(error).toMatchObject({ code: 'cancelled' }),
    );
    expect(await analyses['analyses.profile'](profile, context)).toEqual(expected);
  }
  analyses.close();
});

test('one that is given up ends soon', async () => {
  const analyses = opened(long);
  const controller = new AbortController();
  const givenUp = analyses['analyses.goroutines'](
    { trace, ...window },
    { ...context, signal: controller.signal },
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = performance.now();
  controller.abort();
  await expect(givenUp).rejects.toMatchObject({ code: 'cancelled' });
  expect(performance.now() - before).toBeLessThan(500);
  analyses.close();
});

test('questions that are asked at the same time are all answered as if they were alone', async () => {
  const alone: unknown[] = [];
  for (const ask of questions) {
    const analyses = opened(long);
    alone.push(await ask(analyses));
    analyses.close();
  }
  const analyses = opened(long);
  expect(await Promise.all(questions.map((ask) => ask(analyses)))).toEqual(alone);
  analyses.close();
});

const questions: readonly ((analyses: OpenAnalyses) => unknown)[] = [
  (analyses) => analyses['analyses.profile'](profile, context),
  (analyses) => analyses['analyses.goroutines'](byGroup, context),
  (analyses) => analyses['analyses.goroutines']({ trace, limit: 10, ...window }, context),
  (analyses) => analyses['analyses.profile']({ trace, kind: 'sched', asGo: true }, context),
  (analyses) => analyses['analyses.scheduler']({ trace, ...window }, context),
];

test('while a trace is being read its profile grows, and nothing fails', async () => {
  const data = fixtureBytes('shop-go1.26-generations.trace');
  const path = join(folder, 'growing.sqlite');
  const whole = memorySource(data, 4096);
  const counts: number[] = [];
  let analyses: OpenAnalyses | undefined;
  const ask = async (): Promise<void> => {
    const { total } = await analyses!['analyses.profile']({ trace, kind: 'sched' }, context);
    await analyses!['analyses.goroutines']({ trace, by: 'group', until: traceNs(1e9) }, context);
    await analyses!['analyses.goroutines']({ trace }, context);
    counts.push(total.count);
  };
  const source = {
    readInto: async (target: Uint8Array) => {
      if (analyses) await ask();
      return whole.readInto(target);
    },
  };
  await ingest({
    source,
    databasePath: path,
    sizeBytes: data.length,
    onProgress: ({ revision }) => {
      if (revision > 0) analyses ??= opened(path);
    },
  });
  analyses ??= opened(path);
  await ask();
  expect(new Set(counts).size).toBeGreaterThan(1);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  analyses.close();
});
