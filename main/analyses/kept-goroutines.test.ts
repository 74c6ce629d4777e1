import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goroutineSorts, type GoroutineSort } from '#common/analyses/goroutine-analysis.ts';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-kept-'));
const databasePath = join(folder, 'trace.sqlite');
const context = { signal: new AbortController().signal, report: () => undefined };
const open = (): OpenAnalyses => createAnalysisHandlers(databasePath, { sizeBytes: 0 }, analysisCore);
let analyses: OpenAnalyses;
beforeAll(async () => {
  const data = fixtureBytes('shop-go1.26-generations.trace');
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  analyses = open();
});
afterAll(() => {
  analyses.close();
  rmSync(folder, { recursive: true });
});

type Params = AnalysisParams<'goroutines'>;
const ask = async (params: Params, from = analyses): Promise<AnalysisResult<'goroutines'>> =>
  from['analyses.goroutines']({ trace: traceKey(''), ...params }, context);

const window = { from: traceNs(200e6), until: traceNs(1700e6) };

describe('pages of a window', () => {
  test.each(Object.keys(goroutineSorts) as GoroutineSort[])('by %s are parts of all rows', async (sort) => {
    for (const reverse of [false, true]) {
      const all = await ask({ ...window, sort, reverse });
      for (const offset of [0, 3, 40]) {
        const page = await ask({ ...window, sort, reverse, offset, limit: 7 });
        expect(page.goroutines).toEqual(all.goroutines!.slice(offset, offset + 7));
        expect({ ...page, goroutines: undefined }).toEqual({ ...all, goroutines: undefined });
      }
    }
  });

  test('are in the order that is asked for, ids ascending where it is the same', async () => {
    const { goroutines } = await ask({ ...window, sort: 'sync', reverse: true });
    const ordered = goroutines!.toSorted((a, b) => a.syncNs - b.syncNs || a.id - b.id);
    expect(goroutines).toEqual(ordered);
  });

  test('of another scope are not those of the one before', async () => {
    const scopes: readonly Params[] = [
      { ...window, until: traceNs(1600e6) },
      { ...window, text: 'clerk' },
      { ...window, text: 'runtime' },
      { ...window, goroutines: [goId(1)] },
      { ...window, goroutines: [goId(1), goId(7)] },
      { ...window, groups: ['main.clerk'] },
      { ...window, groups: ['main.main'] },
      { ...window, region: 'pick' },
      window,
    ];
    for (const scope of scopes)
      for (const by of ['goroutine', 'group'] as const) {
        const fresh = open();
        expect(await ask({ ...scope, by, limit: 9 })).toEqual(await ask({ ...scope, by, limit: 9 }, fresh));
        fresh.close();
      }
  });
});
