import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TimelineSamples } from '#common/analyses/timeline-details.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { readTrace, type TraceEvent } from '#main/reader/read-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '../handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-sample-marks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
let databases = 0;

async function open(data: Uint8Array): Promise<OpenAnalyses> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
}

interface Choice {
  readonly most?: number;
  readonly processors?: number[];
  readonly goroutines?: number[];
}

const ask = async (
  handlers: OpenAnalyses,
  from: number,
  until: number,
  { most = 20_000, processors, goroutines }: Choice = {},
): Promise<TimelineSamples> =>
  handlers['timeline.samples'](
    {
      trace: traceKey(''),
      from: traceNs(from),
      until: traceNs(until),
      most,
      ...(processors ? { processors } : {}),
      ...(goroutines ? { goroutines: goroutines.map(goId) } : {}),
    },
    context,
  );

/** `7 p1 g8 s2`, one for each sample. */
function told(samples: TimelineSamples): string[] {
  if (samples.kind !== 'samples') throw new Error('they are counted');
  const { times, processors, goroutines, stacks } = samples;
  return [...times].map((ns, i) => `${ns} p${processors[i]} g${goroutines[i]} s${stacks[i]! > 0 ? 1 : 0}`);
}
const counts = (samples: TimelineSamples): number[] => {
  if (samples.kind !== 'counts') throw new Error('they are not counted');
  return [...samples.counts];
};

const none = '18446744073709551615';

const samplesBatch = `EventBatch gen=1 m=${none} time=100 size=auto\nCPUSamples\n`;
const sample = (i: number): string =>
  `CPUSample time=${110 + 10 * i} m=5 p=${[0, 1, 2, none][i % 4]} g=${[7, 8, 0][i % 3]} stack=${i % 2}\n`;

/** A sample every ten nanoseconds: on processors 0, 1, 2 or none, of goroutines 7, 8 or none. */
const sampled = (count: number): string => `Trace Go1.22
EventBatch gen=1 m=${none} time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
HeapAlloc dt=${count * 10 + 100} heapalloc_value=8192
${Array.from({ length: count }, (_, i) => (i % 2000 === 0 ? samplesBatch : '') + sample(i)).join('')}EventBatch gen=1 m=${none} time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=16 func=1 file=1 line=11
EventBatch gen=1 m=${none} time=100 size=auto
Strings
String id=1
	data="main.hot"
`;

describe('samples that somebody wrote', () => {
  let few: OpenAnalyses;
  let many: OpenAnalyses;
  beforeAll(async () => {
    few = await open(encodeTextTrace(sampled(6)));
    many = await open(encodeTextTrace(sampled(40_000)));
  });
  afterAll(() => {
    few.close();
    many.close();
  });

  test('are marks, in order of time, without what they do not have', async () => {
    expect(told(await ask(few, 0, 1000))).toEqual([
      '10 p0 g7 s0',
      '20 p1 g8 s1',
      '30 p2 gNaN s0',
      '40 pNaN g7 s1',
      '50 p0 g8 s0',
      '60 p1 gNaN s1',
    ]);
  });

  test('belong to a window from its beginning up to before its end', async () => {
    expect(told(await ask(few, 20, 40))).toEqual(['20 p1 g8 s1', '30 p2 gNaN s0']);
    for (const [from, until] of [
      [20, 20],
      [40, 20],
      [-50, 0],
      [5000, 6000],
    ] as const)
      expect(told(await ask(few, from, until))).toEqual([]);
  });

  test('are those of some processors, and of some goroutines', async () => {
    expect(told(await ask(few, 0, 1000, { processors: [0, 9] }))).toEqual(['10 p0 g7 s0', '50 p0 g8 s0']);
    expect(told(await ask(few, 0, 1000, { goroutines: [7] }))).toEqual(['10 p0 g7 s0', '40 pNaN g7 s1']);
    expect(told(await ask(few, 0, 1000, { processors: [0], goroutines: [8] }))).toEqual(['50 p0 g8 s0']);
    expect(told(await ask(few, 0, 1000, { processors: [], goroutines: [8] }))).toEqual([]);
  });

  test('are marks where they are as many as was asked for, counted where they are one more', async () => {
    expect(told(await ask(few, 0, 60, { most: 5 }))).toHaveLength(5);
    expect(counts(await ask(few, 0, 70, { most: 5 }))).toEqual([1, 1, 2, 1, 1]);
    expect(counts(await ask(few, 0, 70, { most: 3, processors: [0, 1] }))).toEqual([2, 0, 2]);
  });

  test.each([1, 2, 7, 100, 2048])('are counted in %d equal slices', async (most) => {
    for (const [from, until] of [
      // The last of two rows of blocks is cut; both are whole; both are cut.
      [0, 350_000],
      [-10, 500_000],
      [17, 390_003],
    ] as const) {
      const wanted = Array.from({ length: most }, () => 0);
      for (let i = 0; i < 40_000; i++) {
        const ns = 10 + 10 * i;
        const slice = Math.floor(((ns - from) / (until - from)) * most);
        if (ns >= from && ns < until) wanted[slice] = wanted[slice]! + 1;
      }
      expect(counts(await ask(many, from, until, { most }))).toEqual(wanted);
    }
  });

  test('are counted in at most 2048 slices, however many are asked for', async () => {
    const found = counts(await ask(many, 0, 1e6, { most: 20_000 }));
    expect([found.length, found.reduce((sum, count) => sum + count, 0)]).toEqual([2048, 40_000]);
    expect(told(await ask(many, 0, 200_010, { most: 20_000 }))).toHaveLength(20_000);
  });

  test('need not be counted to the end when nobody waits for it', async () => {
    const controller = new AbortController();
    controller.abort();
    const asked = many['timeline.samples'](
      { trace: traceKey(''), from: traceNs(0), until: traceNs(1e9), most: 1 },
      { ...context, signal: controller.signal },
    );
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('samples are those that the events of the trace are', async () => {
  const data = encodeTextTrace(sampled(5000));
  const events: TraceEvent[] = [];
  for await (const event of readTrace(data)) if (event.kind === 'StackSample') events.push(event);
  const handlers = await open(data);
  const found = told(await ask(handlers, 0, 1e18));
  const wanted = events.map((event) => {
    const { timeNs, processor, goroutine } = event;
    return `${timeNs} p${processor ?? NaN} g${goroutine ?? NaN} s${event.kind === 'StackSample' && event.stack.length > 0 ? 1 : 0}`;
  });
  expect(found).toEqual(wanted);
  expect(found).toHaveLength(5000);
  handlers.close();
});

test('a recorded trace without any has none', async () => {
  const handlers = await open(fixtureBytes('shop-go1.22.trace'));
  expect(told(await ask(handlers, 0, 1e18))).toEqual([]);
  handlers.close();
});
