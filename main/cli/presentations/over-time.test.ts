import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { traceKey } from '#common/ids.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '#main/analyses/handlers.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import type { Output } from '../presentation.ts';
import { presentations } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-presentations-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
let databases = 0;

async function opened(text: string, use: (handlers: OpenAnalyses) => Promise<void>): Promise<void> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  const data = encodeTextTrace(text);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  await use(handlers).finally(() => handlers.close());
}

const lines = (output: Output): readonly string[] => [...output].join('').split('\n').slice(0, -1);

/** Goroutine 7 waits for processor 0 while processor 1 is idle; one sample of goroutine 9, two of nobody. */
const small = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="main.work;	x"
String id=2
	data="/main.go"
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=16 func=1 file=2 line=11
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
CPUSamples
CPUSample time=110 m=5 p=0 g=9 stack=1
CPUSample time=111 m=6 p=18446744073709551615 g=0 stack=0
CPUSample time=112 m=6 p=18446744073709551615 g=0 stack=1
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
GoCreate dt=1 new_g=7 new_stack=1 stack=0
HeapAlloc dt=12 heapalloc_value=8192
GoStop dt=4 reason_string=1 stack=1
GoStart dt=5 g=7 g_seq=1
EventBatch gen=1 m=6 time=100 size=auto
ProcStatus dt=2 p=1 pstatus=1
ProcStop dt=3
ProcStart dt=10 p=1 p_seq=1
`;

test('figures stand below each other, with their units', async () => {
  await opened(small, async (handlers) => {
    const scheduler = await handlers['analyses.scheduler']({ trace }, context);
    expect(lines(presentations.scheduler.text(scheduler, {}))).toMatchInlineSnapshot(`
      [
        "Window                                 25 ns",
        "Goroutines that could run, on average   1.04",
        "  at most                                  2",
        "  waiting time of all together         26 ns",
        "A processor idle while one could run   10 ns  40 %",
        "  of that with the world stopped        0 ns   0 %",
        "Processors taken from system calls         0",
        "",
        "Processor  Running     %  Syscall    %  Scheduling     %   Idle     %  Unknown    %  Running over time",
        "P0           20 ns  80 %     0 ns  0 %        5 ns  20 %   0 ns   0 %     0 ns  0 %  |█▄|",
        "P1            0 ns   0 %     0 ns  0 %       15 ns  60 %  10 ns  40 %     0 ns  0 %  |  |",
        "",
        "Longest delays         From  Goroutine  Start function  Made runnable at",
        "         20 ns  0.000 000 s         G7  main.work; x",
        "          6 ns  0.000 000 s         G9  main.work; x    main.work; x /main.go:11",
        "",
        "           From  Runnable  Least  Most  Idle while runnable     %  Processors taken",
        "0.000 000 000 s      0.75      0     1                10 ns  63 %                 0",
        "0.000 000 016 s      1.56      1     2                 0 ns   0 %                 0",
      ]
    `);
    const counters = await handlers['analyses.counters']({ trace }, context);
    expect(lines(presentations.counters.text(counters, {}))).toMatchInlineSnapshot(`
      [
        "Steps of 16 ns: mean numbers of goroutines, processors and threads; the heap and GOMAXPROCS as a step ends.",
        "",
        "           From  Running  Runnable  Waiting  In syscall  Procs busy  Procs idle  Threads in syscall     Heap  Heap max  Heap goal  GOMAXPROCS",
        "0.000 000 000 s        1      0.75        0           0        1.38       0.625                   0",
        "0.000 000 016 s    0.444      1.56        0           0           2           0                   0  8.19 kB   8.19 kB",
      ]
    `);
    const samples = await handlers['analyses.samples']({ trace }, context);
    expect(lines(presentations.samples.text(samples, {}))).toMatchInlineSnapshot(`
      [
        "Samples                3  30.0 ms",
        "  without a stack      1  10.0 ms  33 %",
        "  without a goroutine  2  20.0 ms  67 %",
        "A sample stands for 10.0 ms of processor time.",
        "",
        "Samples  CPU time     %  Goroutines started with",
        "      1   10.0 ms  33 %  main.work; x",
        "",
        "   Flat  Flat %  Sum %      Cum  Cum %  Function",
        "20.0 ms    67 %   67 %  20.0 ms   67 %  main.work; x",
        "10.0 ms    33 %  100 %  10.0 ms   33 %  (no stack)",
      ]
    `);
  });
});

test('rows for scripts have as many columns as their header', async () => {
  await opened(small, async (handlers) => {
    const scheduler = await handlers['analyses.scheduler']({ trace }, context);
    const counters = await handlers['analyses.counters']({ trace }, context);
    for (const output of [
      presentations.scheduler.tsv(scheduler, {}),
      presentations.counters.tsv(counters, {}),
    ]) {
      const rows = lines(output).map((line) => line.split('\t'));
      expect(rows.length).toBeGreaterThan(1);
      expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
      expect(
        rows
          .slice(1)
          .flat()
          .every((cell) => /^\d*(\.\d+)?(e-\d+)?$/.test(cell)),
      ).toBe(true);
    }
    const samples = await handlers['analyses.samples']({ trace }, context);
    expect(lines(presentations.samples.tsv(samples, {}))).toEqual([
      '2\t20000000\tmain.work; x@/main.go:11',
      '1\t10000000\t',
    ]);
    expect(lines(presentations.samples.others!['folded']!(samples, {}))).toEqual([
      'main.work: x 20000000',
      '(no stack) 10000000',
    ]);
  });
});

describe('a trace without events', () => {
  const empty =
    'Trace Go1.22\nEventBatch gen=1 m=18446744073709551615 time=100 size=6\nFrequency freq=1000000000\n';

  test('has figures all the same', async () => {
    await opened(empty, async (handlers) => {
      const scheduler = await handlers['analyses.scheduler']({ trace }, context);
      expect(scheduler.queue).toMatchObject({
        waitNs: 0,
        meanGoroutines: 0,
        leastGoroutines: 0,
        greatestGoroutines: 0,
      });
      expect(lines(presentations.scheduler.text(scheduler, {})).join('\n')).not.toMatch(
        /NaN|Infinity|undefined/,
      );
      const counters = await handlers['analyses.counters']({ trace }, context);
      expect(lines(presentations.counters.text(counters, {})).join('\n')).not.toMatch(
        /NaN|Infinity|undefined/,
      );
    });
  });
});
