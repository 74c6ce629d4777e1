import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { Profile } from 'pprof-format';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { framesOf } from '#common/analyses/stack-profile.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { wallFolded, wallPprof, wallTsv } from '#main/exporters/wall-profile-file.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-wall-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const none = '18446744073709551615';
let databases = 0;

type Wall = AnalysisResult<'wall'>;
type Ask = (params?: AnalysisParams<'wall'>) => Promise<Wall>;

async function opened(text: string, use: (ask: Ask) => Promise<void>): Promise<void> {
  const data = encodeTextTrace(text);
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  await use(async (params) => handlers['analyses.wall']({ trace: traceKey(''), ...params }, context)).finally(
    () => handlers.close(),
  );
}

/** `sync main.work;main.lock 1 300` */
const told = ({ states, profile }: Wall): readonly string[] =>
  Array.from(states, (state, i) => {
    const names = framesOf(profile, i).map((frame) => frame.function);
    const [count, ns] = profile.values.map(({ values }) => values[i]!);
    return `${stateClasses[state]} ${names.reverse().join(';')} ${count} ${ns}`;
  });

/**
 * Goroutine 7 runs 10 to 40 and 90 to 100, waits for a channel with stack 2 from 40 to 70, for nobody knows what without a stack from 100 on; it is
 * runnable from 2 to 10 and 70 to 90. Goroutine 8 is created at 20 and never runs. The trace
 * ends at 121.
 */
const small = (samples: string): string => `Trace Go1.22
EventBatch gen=1 m=${none} time=100 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=${none} time=100 size=auto
Strings
String id=1
	data="main.lock"
String id=2
	data="main.work"
String id=3
	data="main.hot"
String id=4
	data="/main.go"
String id=5
	data="chan receive"
EventBatch gen=1 m=${none} time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=32 func=2 file=4 line=22
Stack id=2 nframes=2
	pc=16 func=1 file=4 line=11
	pc=33 func=2 file=4 line=23
Stack id=3 nframes=1
	pc=48 func=3 file=4 line=33
EventBatch gen=1 m=${none} time=100 size=auto
CPUSamples
${samples}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=1 stack=0
GoStart dt=8 g=7 g_seq=1
GoCreate dt=10 new_g=8 new_stack=3 stack=1
GoBlock dt=20 reason_string=5 stack=2
GoUnblock dt=30 g=7 g_seq=2 stack=3
GoStart dt=20 g=7 g_seq=3
GoBlock dt=10 reason_string=0 stack=0
HeapAlloc dt=20 heapalloc_value=8192
`;

test('all time stands below the start function, by state and own stack, the wakers’ left out', async () => {
  await opened(small(''), async (ask) => {
    const wall = await ask();
    expect(told(wall)).toEqual([
      'runnable main.hot 1 101',
      'running main.work 2 40',
      'sync main.work;main.lock 1 30',
      'runnable main.work 2 28',
      'unknown main.work 1 21',
    ]);
    expect(wall.total).toEqual({ count: 7, ns: 220 });
    expect(wall.byState).toMatchObject({
      running: { count: 2, ns: 40 },
      runnable: { count: 3, ns: 129 },
      network: { count: 0, ns: 0 },
    });
    expect([wall.samples, wall.spreadNs]).toEqual([0, 0]);
  });
});

test('of some goroutines in a window', async () => {
  await opened(small(''), async (ask) => {
    const part = await ask({ goroutines: [goId(7)], from: traceNs(35), until: traceNs(75) });
    expect(told(part)).toEqual([
      'sync main.work;main.lock 1 30',
      'running main.work 1 5',
      'runnable main.work 1 5',
    ]);
  });
});

const sample = (time: number, goroutine: number, stack: number): string =>
  `CPUSample time=${100 + time} m=5 p=0 g=${goroutine} stack=${stack}\n`;

test('running time is spread over the samples of the same goroutines, to the nanosecond', async () => {
  const samples = [sample(12, 7, 3), sample(15, 7, 2), sample(25, 7, 3), sample(27, 0, 1), sample(95, 7, 0)];
  await opened(small(samples.join('')), async (ask) => {
    const wall = await ask();
    expect(wall.byState.running).toEqual({ count: 2, ns: 40 });
    expect([wall.samples, wall.spreadNs]).toEqual([4, 30]);
    expect(told(wall).filter((row) => row.startsWith('running'))).toEqual([
      'running main.work;main.hot 0 20',
      'running main.work 2 10',
      'running main.work;main.lock 0 10',
    ]);
    const early = await ask({ until: traceNs(20) });
    expect(told(early).filter((row) => row.startsWith('running'))).toEqual([
      'running main.work;main.hot 0 5',
      'running main.work;main.lock 0 5',
      'running main.work 1 0',
    ]);
  });
});

test('as files it says the state of each stack', async () => {
  await opened(small(''), async (ask) => {
    const wall = await ask();
    expect([...wallFolded(wall)]).toEqual([
      'main.work;[running] 40\n',
      'main.hot;[runnable] 101\n',
      'main.work;[runnable] 28\n',
      'main.work;main.lock;[sync] 30\n',
      'main.work;[unknown] 21\n',
    ]);
    expect([...wallTsv(wall)].slice(0, 3)).toEqual([
      'count\tns\tstate\tstack\n',
      '2\t40\trunning\tmain.work@:0\n',
      '1\t101\trunnable\tmain.hot@:0\n',
    ]);
    const { sample: rows, stringTable } = Profile.decode(gunzipSync(wallPprof(wall)));
    const text = (place: number | bigint): string => stringTable.strings[Number(place)]!;
    const labels = rows.map(({ label, value }) => [text(label[0]!.str), Number(value[1])]);
    expect(labels).toEqual([
      ['running', 40],
      ['runnable', 101],
      ['runnable', 28],
      ['sync', 30],
      ['unknown', 21],
    ]);
  });
});
