import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CountedStates } from '#common/analyses/counter-analysis.ts';
import type { GroupRow } from '#common/analyses/goroutine-results.ts';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { goId, nameIx, traceKey } from '#common/ids.ts';
import { threadStates } from '#common/lane-kinds.ts';
import { durNs, traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-counters-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
const sum = (all: Iterable<number>): number => [...all].reduce((so, one) => so + one, 0);

describe.each(fixtureTraces)('%s', (name) => {
  let handlers: OpenAnalyses;
  let traceEnd: number;
  const ask = async (params: AnalysisParams<'counters'> = {}): Promise<AnalysisResult<'counters'>> =>
    handlers['analyses.counters']({ trace, ...params }, context);
  beforeAll(async () => {
    const data = fixtureBytes(name);
    const databasePath = join(folder, `${name}.sqlite`);
    await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
    handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
    traceEnd = (await handlers['trace.facts']({ trace }, context)).durationNs;
  });
  afterAll(() => handlers.close());

  const whole = () => ({ trace, from: traceNs(0), until: traceNs(traceEnd), columns: 8192 });
  const groupRows = async (): Promise<readonly GroupRow[]> =>
    (
      await handlers['goroutines.groups'](
        { trace, sort: 'count', descending: true, filter: '', offset: 0, limit: 1000 },
        context,
      )
    ).rows;

  /** Nanoseconds of a bucket, back from the means. */
  function timesOf({ buckets }: AnalysisResult<'counters'>, { states, mean }: CountedStates): number[][] {
    return Array.from({ length: buckets.count }, (_, i) => {
      const start = (buckets.first + i) * 2 ** buckets.level;
      const covered = Math.min(traceEnd, start + 2 ** buckets.level) - start;
      return [...mean.subarray(i * states.length, (i + 1) * states.length)].map((one) =>
        Math.round(one * covered),
      );
    });
  }
  const inTotal = (result: AnalysisResult<'counters'>, counted: CountedStates): number[] =>
    timesOf(result, counted).reduce((so, times) => so.map((ns, i) => ns + times[i]!));

  test('goroutines are in their states for as long as the table of them says', async () => {
    const result = await ask();
    const total = inTotal(result, result.goroutines);
    const rows = await groupRows();
    const of = (state: string): number => total[result.goroutines.states.indexOf(state)]!;
    expect(of('running')).toBe(sum(rows.map(({ execNs }) => execNs)));
    expect(of('runnable')).toBe(sum(rows.map(({ schedWaitNs }) => schedWaitNs)));
    expect(of('sync')).toBe(sum(rows.map(({ syncNs }) => syncNs)));
    expect(of('syscall')).toBe(
      sum(rows.flatMap(({ syscallNs, syscallBlockNs }) => [syscallNs, syscallBlockNs])),
    );
  });

  test('as many threads are in system calls as their lanes say', async () => {
    const result = await ask();
    const { lanes } = await handlers['timeline.lanes']({ trace }, context);
    const inCalls = ['syscall', 'blocked'].map((state) => threadStates.indexOf(state as 'syscall'));
    const threads = lanes.filter(({ kind }) => kind === 'thread');
    const known = sum(threads.flatMap(({ sums }) => inCalls.map((state) => sums[state]!)));
    // Old traces share the numbers of threads among processors.
    if (name !== 'shop-go1.21.trace') expect(known).toBe(inTotal(result, result.threads!)[0]);
    expect(known).toBeGreaterThan(0);
  });

  test('processors have threads for as long as is counted', async () => {
    const { processors } = await handlers['timeline.overview']({ trace, columns: 1000 }, context);
    for (const columns of [1, 100, 5000]) {
      const result = await ask({ columns });
      const counted = [0, 1].map((state) => sum(processors.ns.filter((_, i) => i % 2 === state)));
      expect(inTotal(result, result.processors!)).toEqual(counted);
    }
  });

  test('the least, the mean and the greatest number are in order', async () => {
    for (const params of [{}, { columns: 7 }, { every: durNs(1e6) }]) {
      const { goroutines, processors } = await ask(params);
      for (const { mean, least, greatest } of [goroutines, processors!])
        for (const [i, number] of mean.entries()) {
          // Not stored: NaN is not more, or less, than anything.
          expect(least[i]! > number + 1e-9).toBe(false);
          expect(greatest[i]! < number - 1e-9).toBe(false);
        }
    }
  });

  test('steps are as many and as long as was asked for', async () => {
    const { buckets } = await ask({ columns: 9 });
    expect(buckets.count).toBeLessThanOrEqual(9);
    const every = await ask({ every: durNs(traceEnd / 5) });
    expect(2 ** every.buckets.level).toBeLessThanOrEqual(traceEnd / 5);
    expect(2 ** (every.buckets.level + 1)).toBeGreaterThan(traceEnd / 5);
    const [from, until] = [traceNs(0.4 * traceEnd), traceNs(0.6 * traceEnd)];
    const part = (await ask({ from, until, every: durNs(traceEnd / 5) })).buckets;
    expect(part.first * 2 ** part.level).toBeLessThanOrEqual(from);
    expect((part.first + part.count) * 2 ** part.level).toBeGreaterThanOrEqual(until);
    await expect(ask({ every: durNs(1) })).rejects.toMatchObject({ code: 'bad-parameters' });
  });

  test('values are those of the timeline', async () => {
    const { values, buckets } = await ask({ columns: 20 });
    const { heapAllocated } = (
      await handlers['timeline.counters']({ ...whole(), names: ['heapAllocated'] }, context)
    ).values;
    if (heapAllocated?.kind !== 'changes') throw new Error('there are too many changes');
    for (let bucket = 0; bucket < buckets.count; bucket++) {
      const [start, end] = [bucket, bucket + 1].map((i) => (buckets.first + i) * 2 ** buckets.level);
      const inEffect = [...heapAllocated.values].filter(
        (_, i) => heapAllocated.times[i]! < end! && !(heapAllocated.times[i + 1]! <= start!),
      );
      expect([
        values!.heapAllocated.least[bucket],
        values!.heapAllocated.greatest[bucket],
        values!.heapAllocated.last[bucket],
      ]).toEqual([
        inEffect.reduce((a, b) => Math.min(a, b), Infinity),
        inEffect.reduce((a, b) => Math.max(a, b), -Infinity),
        inEffect.at(-1),
      ]);
    }
  });

  test('all groups, or all goroutines one by one, are everybody', async () => {
    const everybody = await ask();
    const wanted = inTotal(everybody, everybody.goroutines);
    const groups = await ask({ text: '' });
    // What goroutines did before the trace told their start function belongs to no group.
    const unnamed = (
      await handlers['timeline.counts']({ ...whole(), of: [{ kind: 'group', group: nameIx(0) }] }, context)
    ).counts[0]!;
    const missing = (await groupRows()).some(({ name: own }) => own === '')
      ? wanted.map(() => 0)
      : wanted.map((_, state) => sum(unnamed.ns.filter((__, i) => i % unnamed.states === state)));
    expect(inTotal(groups, groups.goroutines).map((ns, state) => ns + missing[state]!)).toEqual(wanted);
    const { rows } = await handlers['goroutines.list'](
      { trace, sort: 'id', descending: false, filter: '', offset: 0, limit: 1000 },
      context,
    );
    const one = await ask({ goroutines: rows.map(({ id }) => goId(id)) });
    expect(inTotal(one, one.goroutines)).toEqual(wanted);
    expect([one.processors, one.values]).toEqual([undefined, undefined]);
  });

  test('user tasks and too many goroutines are refused', async () => {
    await expect(ask({ region: 'checkout' })).rejects.toMatchObject({ code: 'bad-parameters' });
    const many = Array.from({ length: 1001 }, (_, i) => goId(i + 1));
    await expect(ask({ goroutines: many })).rejects.toMatchObject({ code: 'bad-parameters' });
  });
});
