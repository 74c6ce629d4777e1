import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GroupPage } from '#common/analyses/goroutine-results.ts';
import { goId, traceKey } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-group-sums-'));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
let analyses: OpenAnalyses;
beforeAll(async () => {
  const data = fixtureBytes('shop-go1.26-generations.trace');
  const databasePath = join(folder, 'trace.sqlite');
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  analyses = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
});
afterAll(() => {
  analyses.close();
  rmSync(folder, { recursive: true });
});

const ask = async (params: Partial<Params<'goroutines.groups'>>): Promise<GroupPage> =>
  analyses['goroutines.groups'](
    { trace, sort: 'execNs', descending: true, filter: '', offset: 0, limit: 1000, ...params },
    context,
  );

/** What the analysis that looks at goroutines one by one says. */
async function sumsOf(scope: object): Promise<unknown> {
  const { groups = [] } = await analyses['analyses.goroutines']({ trace, by: 'group', ...scope }, context);
  return groups.map(({ name, count, figures }) => ({
    name,
    count,
    longestNs: figures.totalNs.max,
    execNs: figures.execNs.sum,
    syncNs: figures.syncNs.sum,
  }));
}

test.each([
  ['a window', { from: traceNs(300e6), until: traceNs(1500e6) }],
  ['some goroutines', { goroutines: [goId(1), goId(7)], until: traceNs(900e6) }],
  ['a text', { text: 'main', from: traceNs(1) }],
  ['a region', { region: 'pick' }],
  ['all', {}],
])('sums of %s are those of the goroutines, one by one', async (_, scope) => {
  const { rows, sums } = await ask(scope);
  const told = rows.map(({ name, count, longestNs, execNs, syncNs }) => ({
    name,
    count,
    longestNs,
    execNs,
    syncNs,
  }));
  expect(told.length).toBeGreaterThan(0);
  expect(told).toEqual(await sumsOf(scope));
  expect(sums.execNs).toBe(told.reduce((so, { execNs }) => so + execNs, 0));
});

test('rows that are equal in one column are in order of the next, and some have too little', async () => {
  const window = { from: traceNs(300e6), until: traceNs(1500e6) };
  const then = [{ column: 'totalNs', descending: false }] as const;
  const { rows } = await ask({ ...window, sort: 'count', then: [...then] });
  const sorted = rows.toSorted((a, b) => b.count - a.count || a.totalNs - b.totalNs);
  expect(rows).toEqual(sorted);
  expect(new Set(rows.map(({ count }) => count)).size).toBeLessThan(rows.length);
  const least = [{ column: 'execNs' as const, value: rows[0]!.execNs }];
  const some = await ask({ ...window, least });
  expect(some.rows.length).toBeLessThan(rows.length);
  expect(some.rows.every(({ execNs }) => execNs >= rows[0]!.execNs)).toBe(true);
});
