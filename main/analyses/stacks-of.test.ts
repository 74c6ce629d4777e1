import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as v from 'valibot';
import { stackIx, traceKey } from '#common/ids.ts';
import { contract } from '#common/rpc/contract.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-stacks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('t');

let handlers: OpenAnalyses;
beforeAll(async () => {
  const data = fixtureBytes('shop-go1.26.trace');
  const databasePath = join(folder, 'trace.sqlite');
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
});
afterAll(() => handlers.close());

test('many stacks are the same as one after the other, in the order they were asked for', async () => {
  const asked = [...Array.from({ length: 60 }, (_, i) => 60 - i), 3, 3].map(stackIx);
  const { stacks } = await handlers['stacks.many']({ trace, stacks: asked }, context);
  const single = [];
  for (const stack of asked) single.push(await handlers['stacks.frames']({ trace, stack }, context));
  expect(stacks).toEqual(single);
  expect(stacks.filter((frames) => frames.length > 2).length).toBeGreaterThan(20);
});

test('no stack, and one that is not there, have no frames', async () => {
  const asked = [0, 4_000_000_000, -1].map(stackIx);
  const { stacks } = await handlers['stacks.many']({ trace, stacks: asked }, context);
  expect(stacks).toEqual([[], [], []]);
});

test('no more than 500 are answered at once', () => {
  const { params } = contract['stacks.many'];
  const ask = (count: number): boolean =>
    v.is(params, { trace, stacks: Array.from({ length: count }, (_, i) => i) });
  expect([ask(500), ask(501), v.is(params, { trace, stacks: [0.5] })]).toEqual([true, false, false]);
});
