import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { SpanLinks, Stay, Wake } from '#common/analyses/timeline-details.ts';
import { goId } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '../handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-links-'));
const opened: OpenAnalyses[] = [];
afterAll(() => {
  for (const analyses of opened) analyses.close();
  rmSync(folder, { recursive: true });
});

type Asking = (goroutine: number, at: number, signal?: AbortSignal) => Promise<SpanLinks>;

async function open(text: string): Promise<Asking> {
  const data = encodeTextTrace(text);
  const databasePath = join(folder, `${opened.length}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const analyses = createAnalysisHandlers(databasePath, { sizeBytes: 0 }, analysisCore);
  opened.push(analyses);
  return (goroutine, at, signal = new AbortController().signal) =>
    Promise.resolve(
      analyses['timeline.links'](
        { trace: '' as never, goroutine: goId(goroutine), at: traceNs(at) },
        { signal, report: () => undefined },
      ),
    );
}

/** `7-12 other` */
const stayText = (stay: Stay | undefined): string =>
  stay ? `${stay.fromNs}-${stay.untilNs} ${stay.stateClass}` : 'none';

/** `12 unblock g7 by g8 on p0, ended 7-12 other` */
function wakeText(wake: Wake | undefined): string {
  if (!wake) return 'none';
  const by = wake.by ? ` by g${wake.by.id}` : '';
  const on = wake.processor === undefined ? '' : ` on p${wake.processor}`;
  const ended = wake.ended ? `, ended ${stayText(wake.ended)}` : '';
  return `${wake.atNs} ${wake.kind} g${wake.goroutine.id}${by}${on}${ended}`;
}

const head = (generation: number, time: number): string =>
  `EventBatch gen=${generation} m=18446744073709551615 time=${time} size=6\nFrequency freq=1000000000\n`;

/** 7 creates 8 and waits; 8 wakes it; it creates 9, is preempted, and ends. */
const onOneProcessor = `Trace Go1.22
${head(1, 100)}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
GoCreate dt=1 new_g=8 new_stack=0 stack=0
GoBlock dt=2 reason_string=0 stack=0
GoStart dt=1 g=8 g_seq=1
GoUnblock dt=4 g=7 g_seq=2 stack=0
GoSyscallBegin dt=1 p_seq=1 stack=0
GoSyscallEnd dt=3
GoDestroy dt=2
GoStart dt=1 g=7 g_seq=3
GoStop dt=2 reason_string=0 stack=0
GoStart dt=1 g=7 g_seq=4
GoCreate dt=2 new_g=9 new_stack=0 stack=0
GoDestroy dt=3
GoStart dt=2 g=9 g_seq=1
GoDestroy dt=5
ProcStop dt=4
`;

describe('on one processor', () => {
  test('a wait tells who ended it, and whom the goroutine wakes next', async () => {
    const links = await (await open(onOneProcessor))(7, 9);
    expect(stayText(links.stay)).toBe('8-13 unknown');
    expect(wakeText(links.wake)).toBe('13 unblock g7 by g8 on p0, ended 8-13 unknown');
    expect(wakeText(links.next)).toBe('25 create g9 by g7 on p0');
    expect([links.processors, links.wakes, links.wakeCount]).toEqual([[], [], 0]);
  });

  test('a runnable stay tells who made it so', async () => {
    const ask = await open(onOneProcessor);
    const links = await ask(7, 13);
    expect(stayText(links.stay)).toBe('13-20 runnable');
    expect(wakeText(links.wake)).toBe('13 unblock g7 by g8 on p0, ended 8-13 unknown');
    expect(wakeText((await ask(8, 6)).wake)).toBe('6 create g8 by g7 on p0');
  });

  test('one that stopped by itself was not woken', async () => {
    const links = await (await open(onOneProcessor))(7, 22);
    expect([stayText(links.stay), wakeText(links.wake)]).toEqual(['22-23 runnable', 'none']);
  });

  test('a run tells where it was, and whom it woke', async () => {
    const ask = await open(onOneProcessor);
    const first = await ask(7, 5);
    expect([stayText(first.stay), first.processors]).toEqual(['5-8 running', [0]]);
    expect(first.wakes.map(wakeText)).toEqual(['6 create g8 by g7 on p0']);
    const waking = await ask(8, 10);
    expect(waking.wakes.map(wakeText)).toEqual(['13 unblock g7 by g8 on p0, ended 8-13 unknown']);
    const creating = await ask(7, 24);
    expect([creating.wakes.map(wakeText), creating.wakeCount]).toEqual([['25 create g9 by g7 on p0'], 1]);
    expect(creating.next).toBeUndefined();
  });

  test('a system call tells its processor', async () => {
    const links = await (await open(onOneProcessor))(8, 15);
    expect([stayText(links.stay), links.processors]).toEqual(['14-17 syscall', [0]]);
  });

  test('how it was created is told of every stay, also where no goroutine did it', async () => {
    const ask = await open(onOneProcessor);
    for (const at of [9, 13, 24]) expect(wakeText((await ask(7, at)).creation)).toBe('2 create g7 on p0');
    expect(wakeText((await ask(9, 30)).creation)).toBe('25 create g9 by g7 on p0');
  });

  test('at the very end it is the last stay; elsewhere nothing is known', async () => {
    const ask = await open(onOneProcessor);
    expect(stayText((await ask(7, 28)).stay)).toBe('23-28 running');
    await expect(ask(7, 29)).rejects.toMatchObject({ code: 'nothing-known' });
    await expect(ask(8, 5)).rejects.toMatchObject({ code: 'nothing-known' });
    await expect(ask(70, 5)).rejects.toMatchObject({ code: 'no-such-goroutine' });
  });

  test('it can be cancelled', async () => {
    await expect((await open(onOneProcessor))(7, 9, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

/** 7 waits from the first generation on; in the second 8, which slept meanwhile, wakes it on the other processor. */
const overABorder = `Trace Go1.22
${head(1, 100)}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
GoCreate dt=1 new_g=8 new_stack=0 stack=0
GoBlock dt=2 reason_string=0 stack=0
GoStart dt=1 g=8 g_seq=1
GoBlock dt=3 reason_string=0 stack=0
GoUnblock dt=20 g=8 g_seq=2 stack=0
GoStart dt=1 g=8 g_seq=3
${head(2, 200)}EventBatch gen=2 m=5 time=200 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=8 m=5 gstatus=2
GoStatus dt=1 g=7 m=18446744073709551615 gstatus=4
GoUnblock dt=2 g=7 g_seq=1 stack=0
GoDestroy dt=2
ProcStop dt=1
EventBatch gen=2 m=6 time=202 size=auto
ProcStatus dt=1 p=1 pstatus=1
GoStart dt=9 g=7 g_seq=2
GoDestroy dt=3
`;

describe('over the border of a generation', () => {
  test('a wait is whole, and so is what a wake ended', async () => {
    const ask = await open(overABorder);
    const [before, after] = [await ask(7, 20), await ask(7, 104)];
    expect(stayText(before.stay)).toBe('8-105 unknown');
    expect(after).toEqual(before);
    expect(wakeText(before.wake)).toBe('105 unblock g7 by g8 on p0, ended 8-105 unknown');
    expect(stayText(before.wakerStay)).toBe('12-32 unknown');
    expect((await ask(7, 106)).wake).toEqual(before.wake);
    const waking = await ask(8, 40);
    expect([stayText(waking.stay), waking.processors]).toEqual(['33-107 running', [0]]);
    expect(waking.wakes).toEqual([before.wake]);
  });

  test('what no goroutine woke has nobody', async () => {
    const links = await (await open(overABorder))(8, 20);
    expect(wakeText(links.wake)).toBe('32 unblock g8 on p0, ended 12-32 unknown');
    expect(links.wakerStay).toBeUndefined();
    expect(wakeText(links.next)).toBe('105 unblock g7 by g8 on p0, ended 8-105 unknown');
  });
});

/** 7 creates 8, which is runnable over the border, while 7 runs on. */
const runningOn = `Trace Go1.22
${head(1, 100)}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
GoCreate dt=1 new_g=8 new_stack=0 stack=0
GoCreate dt=9 new_g=9 new_stack=0 stack=0
${head(2, 200)}EventBatch gen=2 m=5 time=200 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=7 m=5 gstatus=2
GoStatus dt=1 g=8 m=18446744073709551615 gstatus=1
GoStatus dt=1 g=9 m=18446744073709551615 gstatus=1
GoDestroy dt=5
GoStart dt=1 g=8 g_seq=1
GoBlock dt=5 reason_string=0 stack=0
`;

test('a wake counts once, also where a generation ends with it or what it began goes on in the next', async () => {
  const ask = await open(runningOn);
  const { wakes, wakeCount, stay } = await ask(7, 50);
  expect(stayText(stay)).toBe('5-109 running');
  expect(wakes.map(wakeText)).toEqual(['6 create g8 by g7 on p0', '15 create g9 by g7 on p0']);
  expect(wakeCount).toBe(2);
  expect(wakeText((await ask(9, 15)).wake)).toBe('15 create g9 by g7 on p0');
});

/** 7 creates a coroutine, hands over to it, and is handed over to. */
const coroutine = `Trace Go1.23
${head(1, 100)}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
GoCreateBlocked dt=1 new_g=8 new_stack=0 stack=0
GoSwitch dt=2 g=8 g_seq=1
GoSwitch dt=5 g=7 g_seq=2
GoDestroy dt=3
`;

test('a coroutine is woken by the one that hands over to it, and creations of blocked ones are told', async () => {
  const ask = await open(coroutine);
  expect(wakeText((await ask(8, 7)).wake)).toBe('8 unblock g8 by g7 on p0, ended 6-8 unknown');
  expect(wakeText((await ask(7, 9)).wake)).toBe('13 unblock g7 by g8 on p0, ended 9-13 unknown');
  expect((await ask(7, 6)).wakes.map(wakeText)).toEqual([
    '6 create g8 by g7 on p0',
    '8 unblock g8 by g7 on p0, ended 6-8 unknown',
  ]);
});

describe('of more than a hundred', () => {
  const many = 150;
  const creations = Array.from(
    { length: many },
    (_, i) => `GoCreate dt=2 new_g=${i + 10} new_stack=0 stack=0\n`,
  ).join('');
  const text = `Trace Go1.22
${head(1, 100)}EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
${creations}GoDestroy dt=2
`;
  test('the first are told, and how many there are', async () => {
    const { wakes, wakeCount } = await (await open(text))(7, 50);
    expect([wakes.length, wakeCount]).toEqual([100, many]);
    expect(wakes.map(({ atNs }) => atNs as number)).toEqual(Array.from({ length: 100 }, (_, i) => 7 + 2 * i));
  });
});

test('the events that began and ended a stay are told by their names', async () => {
  const ask = await open(onOneProcessor);
  const events = async (goroutine: number, at: number): Promise<string> => {
    const { began, ended } = await ask(goroutine, at);
    return `${began} … ${ended}`;
  };
  expect(await events(7, 2)).toBe('GoCreate … GoStart');
  expect(await events(7, 5)).toBe('GoStart … GoBlock');
  expect(await events(7, 8)).toBe('GoBlock … GoUnblock');
  expect(await events(7, 13)).toBe('GoUnblock … GoStart');
  expect(await events(7, 20)).toBe('GoStart … GoStop');
  expect(await events(8, 14)).toBe('GoSyscallBegin … GoSyscallEnd');
  expect(await events(8, 17)).toBe('GoSyscallEnd … GoDestroy');
});
