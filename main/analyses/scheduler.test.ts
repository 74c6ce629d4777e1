import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { goId, traceKey } from '#common/ids.ts';
import { processorStates } from '#common/lane-kinds.ts';
import { eventType } from '#common/trace-format/event-table.ts';
import { traceNs } from '#common/units.ts';
import { Core } from '#core-wasm/host/core.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { noThreads, orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-scheduler-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');

async function opened(data: Uint8Array, use: (handlers: OpenAnalyses) => Promise<void>): Promise<void> {
  const databasePath = join(folder, `${performance.now()}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  try {
    await use(handlers);
  } finally {
    handlers.close();
  }
}

const ask = async (
  handlers: OpenAnalyses,
  params: AnalysisParams<'scheduler'> = {},
): Promise<AnalysisResult<'scheduler'>> => handlers['analyses.scheduler']({ trace, ...params }, context);
const sum = (all: Iterable<number>): number => [...all].reduce((so, one) => so + one, 0);

const [runnable, idle] = [2, 3];
/** Event by event. */
async function counted(data: Uint8Array): Promise<{ idleWhileRunnable: number; steals: number }> {
  const core = new Core();
  const goroutines = new Map<number, number>();
  const processors = new Map<number, number>();
  const has = (all: ReadonlyMap<number, number>, state: number): boolean => [...all.values()].includes(state);
  let idleWhileRunnable = 0;
  let steals = 0;
  let before = 0;
  for await (const part of orderedTrace(memorySource(data), core, { name: 'it', threads: noThreads })) {
    if (part.kind !== 'events') continue;
    const { records } = core;
    for (let i = 0; i < records.count; i++) {
      const time = Number(records.time(i));
      if (has(goroutines, runnable) && has(processors, idle)) idleWhileRunnable += time - before;
      before = time;
      const type = records.type(i);
      if (type === eventType['ProcSteal']) steals++;
      const isProcessor = type >= eventType['ProcStart']! && type <= eventType['ProcStatus']!;
      const isGoroutine =
        (type >= eventType['GoCreate']! && type <= eventType['GoStatus']!) ||
        (type >= eventType['GoSwitch']! && type <= eventType['GoStatusStack']!);
      if (isProcessor) processors.set(Number(records.subject(i)), records.to(i));
      if (isGoroutine) goroutines.set(Number(records.subject(i)), records.to(i));
    }
  }
  return { idleWhileRunnable, steals };
}

describe.each(fixtureTraces)('%s', (name) => {
  const data = fixtureBytes(name);

  test('the figures of the whole trace are those of its events', async () => {
    const wanted = await counted(data);
    await opened(data, async (handlers) => {
      const { idleWhileRunnable, steals, processors, queue } = await ask(handlers);
      expect([idleWhileRunnable.ns, steals.count]).toEqual([wanted.idleWhileRunnable, wanted.steals]);
      expect(idleWhileRunnable.worldStoppedNs).toBeLessThan(idleWhileRunnable.ns);
      const { lanes } = await handlers['timeline.lanes']({ trace }, context);
      const stored = lanes.filter(({ kind }) => kind === 'processor');
      expect(processors.map(({ id, ns }) => [id, ...ns])).toEqual(
        stored.map(({ id, sums }) => [id, ...sums]),
      );
      for (const [i, { ns }] of processors.entries())
        expect(sum(ns)).toBe(stored[i]!.untilNs - stored[i]!.firstNs);
      const groups = await handlers['goroutines.groups'](
        { trace, sort: 'count', descending: true, filter: '', offset: 0, limit: 1000 },
        context,
      );
      expect(queue.waitNs).toBe(sum(groups.rows.map(({ schedWaitNs }) => schedWaitNs)));
    });
  });

  test('what is told over time adds up to the whole', async () => {
    await opened(data, async (handlers) => {
      for (const columns of [1, 7, 300]) {
        const result = await ask(handlers, { columns });
        const { queue, idleWhileRunnable, steals, processors, buckets, coveredNs } = result;
        expect(sum(queue.overTime.ns)).toBe(queue.waitNs);
        expect(sum(idleWhileRunnable.overTime)).toBe(idleWhileRunnable.ns);
        expect(sum(steals.overTime)).toBe(steals.count);
        expect(sum(coveredNs)).toBe(result.untilNs);
        expect(buckets.count).toBeLessThanOrEqual(columns);
        for (const { ns, overTime } of processors)
          expect(
            processorStates.map((_, state) =>
              sum(overTime.filter((__, i) => i % processorStates.length === state)),
            ),
          ).toEqual([...ns]);
      }
    });
  });

  test('windows that follow each other add up to the whole', async () => {
    await opened(data, async (handlers) => {
      const whole = await ask(handlers);
      const end = whole.untilNs;
      const borders = [0, 1, 0.1 * end, 0.3 * end, 0.3 * end + 777, 0.9 * end, end - 1, end].map(Math.round);
      const parts = await Promise.all(
        borders
          .slice(0, -1)
          .map((from, i) => ask(handlers, { from: traceNs(from), until: traceNs(borders[i + 1]!) })),
      );
      expect(sum(parts.map(({ steals }) => steals.count))).toBe(whole.steals.count);
      for (const [i, { ns }] of whole.processors.entries())
        expect([...ns].map((_, state) => sum(parts.map((part) => part.processors[i]!.ns[state]!)))).toEqual([
          ...ns,
        ]);
      // Shares of buckets are rounded once in each window.
      const near = (part: number, all: number): void =>
        expect(Math.abs(part - all)).toBeLessThanOrEqual(parts.length);
      near(sum(parts.map(({ queue }) => queue.waitNs)), whole.queue.waitNs);
      near(sum(parts.map(({ idleWhileRunnable }) => idleWhileRunnable.ns)), whole.idleWhileRunnable.ns);
    });
  });
});

/** Goroutine 7 can run from 103 on; processor 1 is idle for 3 ns, for one of them the world is stopped. */
const waiting = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="GC mark termination"
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
GoCreate dt=1 new_g=7 new_stack=0 stack=0
STWBegin dt=3 kind_string=1 stack=0
STWEnd dt=1
HeapAlloc dt=8 heapalloc_value=8192
GoStop dt=4 reason_string=1 stack=0
GoStart dt=1 g=7 g_seq=1
EventBatch gen=1 m=6 time=100 size=auto
ProcStatus dt=2 p=1 pstatus=1
ProcStop dt=3
ProcStart dt=3 p=1 p_seq=1
`;

test('a goroutine that could run while a processor was idle, and while the world was stopped', async () => {
  const data = encodeTextTrace(waiting);
  await opened(data, async (handlers) => {
    const { idleWhileRunnable, queue, fromNs, untilNs, processors } = await ask(handlers);
    expect([fromNs, untilNs]).toEqual([0, 21]);
    expect(idleWhileRunnable).toMatchObject({ ns: 3, worldStoppedNs: 1 });
    expect(queue).toMatchObject({ leastGoroutines: 0, greatestGoroutines: 2 });
    expect(processors.map(({ id, ns }) => [id, ns[processorStates.indexOf('idle')]])).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });
});

test('goroutines and their work are refused', async () => {
  await opened(encodeTextTrace(waiting), async (handlers) => {
    for (const params of [{ goroutines: [goId(7)] }, { text: 'main' }])
      await expect(ask(handlers, params)).rejects.toMatchObject({ code: 'bad-parameters' });
  });
});
