import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LongestStay, StayFigures } from '#common/analyses/stay-results.ts';
import { goId, stackIx, traceKey } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { longTrace } from '../../fixtures/long-trace.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-stays-'));
const opened: OpenAnalyses[] = [];
afterAll(() => {
  for (const analyses of opened) analyses.close();
  rmSync(folder, { recursive: true });
});
const trace = traceKey('');
const quiet = { signal: new AbortController().signal, report: () => undefined };

async function open(data: Uint8Array): Promise<OpenAnalyses> {
  const databasePath = join(folder, `${opened.length}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const analyses = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  opened.push(analyses);
  return analyses;
}

type Asked = Partial<Params<'profile.stays'>>;
const ask = async (analyses: OpenAnalyses, asked: Asked): Promise<StayFigures> =>
  analyses['profile.stays']({ trace, kind: 'all', most: 100, ...asked }, quiet);

const none = '18446744073709551615';
const head = (
  generation: number,
  time: number,
): string => `EventBatch gen=${generation} m=${none} time=${time} size=auto
Frequency freq=1000000000
EventBatch gen=${generation} m=${none} time=${time} size=auto
Strings
String id=1
	data="main.wake"
String id=2
	data="main.work"
String id=3
	data="/main.go"
String id=4
	data="chan receive"
EventBatch gen=${generation} m=${none} time=${time} size=auto
Stacks
Stack id=1 nframes=1
	pc=32 func=2 file=3 line=22
Stack id=2 nframes=2
	pc=16 func=1 file=3 line=11
	pc=33 func=2 file=3 line=23
`;

/**
 * Goroutine 7 waits from 20 to 60 and, over the border of the generations at 100, from 70 to 130; 8 wakes it both times, with stack 2. From
 * 140 on it waits until a timer ends that at 150, and from 160 on for ever. Goroutine 8 makes a system call from 62 to 65.
 */
const twoGenerations = `Trace Go1.22
${head(1, 100)}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=4 new_g=7 new_stack=1 stack=0
GoCreate dt=1 new_g=8 new_stack=1 stack=0
GoStart dt=4 g=7 g_seq=1
GoBlock dt=10 reason_string=4 stack=1
GoStart dt=10 g=8 g_seq=1
GoUnblock dt=30 g=7 g_seq=2 stack=2
GoSyscallBegin dt=2 p_seq=1 stack=1
GoSyscallEnd dt=3
GoStop dt=1 reason_string=0 stack=0
GoStart dt=1 g=7 g_seq=3
GoBlock dt=3 reason_string=4 stack=1
GoStart dt=5 g=8 g_seq=2
${head(2, 200)}EventBatch gen=2 m=5 time=200 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=8 m=5 gstatus=2
GoStatus dt=1 g=7 m=${none} gstatus=4
GoUnblock dt=27 g=7 g_seq=1 stack=2
GoStop dt=2 reason_string=0 stack=0
GoStart dt=2 g=7 g_seq=2
GoBlock dt=6 reason_string=4 stack=0
GoUnblock dt=10 g=7 g_seq=3 stack=0
GoStart dt=2 g=7 g_seq=4
GoBlock dt=8 reason_string=4 stack=1
HeapAlloc dt=30 heapalloc_value=8192
`;

/** `7 20-60 sync main.work by goroutine` */
const told = ({ longest }: StayFigures): readonly string[] =>
  longest
    .toSorted((a, b) => a.goroutine - b.goroutine || a.fromNs - b.fromNs)
    .map(
      ({ goroutine, fromNs, untilNs, stateClass, name, waker }) =>
        `${goroutine} ${fromNs}-${untilNs} ${stateClass} ${name} by ${waker}`,
    );

const wakersOf = ({ wakers }: StayFigures): readonly string[] =>
  wakers.map(({ kind, name, count, ns, stacks }) => `${kind} ${name} ${count} ${ns} ${stacks.length}`);

describe('waits in a trace of two generations', () => {
  test('are whole over the border, with who ended them', async () => {
    const stays = await ask(await open(encodeTextTrace(twoGenerations)), { kind: 'sync' });
    expect(told(stays)).toEqual([
      '7 20-60 sync main.work by goroutine',
      '7 70-130 sync main.work by goroutine',
      '7 140-150 sync main.work by none',
      '7 160-191 sync main.work by later',
    ]);
    expect(wakersOf(stays)).toEqual(['goroutine main.work 2 100 1', 'later  1 31 1', 'none  1 10 1']);
    expect(stays.found).toEqual({ count: 4, ns: 141 });
    expect([stays.total, stays.scanned, stays.areExact]).toEqual([stays.found, 1, true]);
    expect(stays.figures).toEqual({ minNs: 10, meanNs: 35.25, p50Ns: 31, p90Ns: 60, p99Ns: 60, maxNs: 60 });
  });

  test('are cut at the window, and go on behind it', async () => {
    const window = { from: traceNs(30), until: traceNs(120) };
    const stays = await ask(await open(encodeTextTrace(twoGenerations)), { kind: 'sync', ...window });
    expect(told(stays)).toEqual(['7 30-60 sync main.work by goroutine', '7 70-120 sync main.work by later']);
  });

  test('of some stacks', async () => {
    const analyses = await open(encodeTextTrace(twoGenerations));
    const { longest } = await ask(analyses, { kind: 'sync' });
    const [stack] = longest.map((stay) => stay.stack);
    expect((await ask(analyses, { kind: 'sync', stacks: [stack!] })).found).toEqual({ count: 3, ns: 131 });
    expect((await ask(analyses, { kind: 'sync', stacks: [stackIx(0)] })).found).toEqual({ count: 1, ns: 10 });
    expect((await ask(analyses, { kind: 'sync', stacks: [] })).found).toEqual({ count: 0, ns: 0 });
  });

  test('a runnable stay tells who made it so, a system call and running end by themselves', async () => {
    const analyses = await open(encodeTextTrace(twoGenerations));
    const sched = await ask(analyses, { kind: 'sched', goroutines: [goId(7)] });
    expect(told(sched)).toEqual([
      '7 5-10 runnable main.work by none',
      '7 60-67 runnable main.work by goroutine',
      '7 130-134 runnable main.work by goroutine',
      '7 150-152 runnable main.work by none',
    ]);
    expect(told(await ask(analyses, { kind: 'syscall' }))).toEqual(['8 62-65 syscall main.work by itself']);
    const running = await ask(analyses, { kind: 'running', goroutines: [goId(7)] });
    expect(told(running)[0]).toBe('7 10-20 running main.work by itself');
    const wall = await ask(analyses, { kind: 'wall', goroutines: [goId(7)], stacks: [stackIx(0)] });
    expect(new Set(wall.longest.map((stay) => stay.stateClass))).toEqual(
      new Set(['running', 'runnable', 'sync']),
    );
  });
});

describe('of a recorded trace', () => {
  /** What the timeline tells of a stay, from another reading of the spans. */
  async function isAsLinked(analyses: OpenAnalyses, stay: LongestStay): Promise<void> {
    const at = traceNs(stay.fromNs);
    const links = await analyses['timeline.links']({ trace, goroutine: stay.goroutine, at }, quiet);
    expect(links.stay).toMatchObject({ fromNs: stay.fromNs, untilNs: stay.untilNs, stack: stay.stack });
    expect(links.stay.reason).toBe(stay.reason);
    if (stay.waker === 'goroutine') expect(links.wake?.stack).toBe(stay.wakerStack);
    if (stay.waker === 'none') expect(links.wake?.by).toBeUndefined();
  }

  test.each(fixtureTraces)('%s: stays and who ended them are those of the timeline', async (name) => {
    const analyses = await open(fixtureBytes(name));
    for (const kind of ['sync', 'net', 'sleep', 'syscall', 'all'] as const) {
      const { longest, found } = await ask(analyses, { kind, most: 1000 });
      expect(longest).toHaveLength(Math.min(1000, found.count));
      const some = longest.filter(({ waker }) => waker !== 'later').filter((_, i) => i % 17 === 0);
      for (const stay of some) await isAsLinked(analyses, stay);
    }
  });
});

describe('while it is looked for', () => {
  const data = longTrace({ generations: 30, goroutines: 20_000 });

  test('the total is there at first, the rest grows', async () => {
    const analyses = await open(data);
    const reports: StayFigures[] = [];
    const asked = { trace, kind: 'wall' as const, most: 10 };
    const last = await analyses['profile.stays'](asked, { ...quiet, report: (one) => reports.push(one) });
    expect(reports[0]).toMatchObject({ total: last.total, scanned: 0, found: { count: 0, ns: 0 } });
    const shares = [...reports, last].map(({ scanned }) => scanned);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(last.found).toEqual(last.total);
    expect(last.found.count).toBeGreaterThan(20_000);
  });

  test('other questions are answered as if it were not, and giving it up leaves nothing behind', async () => {
    const analyses = await open(data);
    const window = { from: traceNs(10_000), until: traceNs(2_500_000) };
    const longest = { trace, groups: [], most: 10, ...window };
    const others = (): Promise<unknown> =>
      Promise.all([
        analyses['analyses.profile']({ trace, kind: 'sched', ...window }, quiet),
        analyses['analyses.goroutines']({ trace, by: 'group', ...window }, quiet),
        analyses['timeline.longest'](longest, quiet),
      ]);
    const [alone, expected] = [await others(), await ask(analyses, { kind: 'wall', ...window })];
    const given = new AbortController();
    const givenUp = Promise.resolve(
      analyses['profile.stays']({ trace, kind: 'wall', most: 10 }, { ...quiet, signal: given.signal }),
    );
    setTimeout(() => given.abort(), 15);
    const again = ask(analyses, { kind: 'wall', ...window });
    expect(await others()).toEqual(alone);
    await givenUp.then(
      () => undefined,
      (error: unknown) => expect(error).toMatchObject({ code: 'cancelled' }),
    );
    expect(await again).toEqual(expected);
  });
});
