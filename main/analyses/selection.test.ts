import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '#common/analyses/scope.ts';
import { Failure } from '#common/errors.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-selection-'));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
let handlers: OpenAnalyses;
beforeAll(async () => {
  const data = fixtureBytes('shop-go1.26.trace');
  const databasePath = join(folder, 'trace.sqlite');
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
});
afterAll(() => {
  handlers.close();
  rmSync(folder, { recursive: true });
});

/** The same of all: each finds out by itself what it is about. */
const asked: Readonly<Record<string, (scope: Scope) => Promise<unknown>>> = {
  goroutines: async (scope) => handlers['analyses.goroutines']({ trace, ...scope }, context),
  profile: async (scope) => handlers['analyses.profile']({ trace, kind: 'sync', ...scope }, context),
  wall: async (scope) => handlers['analyses.wall']({ trace, ...scope }, context),
  tasks: async (scope) => handlers['analyses.tasks']({ trace, ...scope }, context),
  regions: async (scope) => handlers['analyses.regions']({ trace, ...scope }, context),
  gc: async (scope) => handlers['analyses.gc']({ trace, ...scope }, context),
  mmu: async (scope) => handlers['analyses.mmu']({ trace, ...scope }, context),
  counters: async (scope) => handlers['analyses.counters']({ trace, ...scope }, context),
  scheduler: async (scope) => handlers['analyses.scheduler']({ trace, ...scope }, context),
  samples: async (scope) => handlers['analyses.samples']({ trace, ...scope }, context),
};

async function sentenceOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).code).toBe('bad-parameters');
  return (error as Failure).message.replaceAll('\u00a0', ' ');
}

describe.each(Object.entries(asked))('%s', (name, ask) => {
  test('says that a window begins behind the end of the trace, and where that is', async () => {
    expect(await sentenceOf(ask({ from: traceNs(100e9) }))).toMatch(
      /^The window begins at 100 s, but the trace ends at 0\.087 \d{3} \d{3} s\.$/,
    );
  });

  test('says that a window ends before it begins', async () => {
    expect(await sentenceOf(ask({ from: traceNs(20e6), until: traceNs(1500) }))).toBe(
      'The window ends at 0.000 001 500 s, before it begins at 0.020 s.',
    );
  });

  test('takes a window that reaches beyond the trace, and a single moment', async () => {
    await expect(ask({ from: traceNs(1e6), until: traceNs(100e9) })).resolves.toBeDefined();
    await expect(ask({ from: traceNs(1e6), until: traceNs(1e6) })).resolves.toBeDefined();
  });

  test('rounds a window to whole nanoseconds', async () => {
    const rounded = await ask({ from: traceNs(1_000_001), until: traceNs(40_000_000) });
    expect(await ask({ from: traceNs(1_000_000.5), until: traceNs(40_000_000.4) })).toEqual(rounded);
  });

  test.skipIf(name === 'mmu')('says which goroutines there are not', async () => {
    expect(await sentenceOf(ask({ goroutines: [goId(1), goId(99_999)] }))).toBe(
      'This trace has no goroutine 99999.',
    );
    const many = Array.from({ length: 7 }, (_, i) => goId(90_000 + i));
    expect(await sentenceOf(ask({ goroutines: many }))).toBe(
      'This trace has no goroutine 90000, 90001, 90002, 90003, 90004 and 2 more.',
    );
  });
});
