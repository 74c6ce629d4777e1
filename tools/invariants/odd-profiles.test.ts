import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '#main/analyses/handlers.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { goroutineWindowComplaints } from './goroutine-windows.ts';
import { profileComplaints, someScopes } from './profiles.ts';
import type { OracleScope } from './waiting-stays.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-profiles-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');

/**
 * A generation that begins at `time`, with what threads wrote from then on. Strings: 1 chan receive, 2 main.early, 3 main.late,
 * 4 rows, 5 job, 6 sleep; stack 1 is main.early, 2 is main.late.
 */
interface Generation {
  readonly time: number;
  readonly threads: Readonly<Record<number, string>>;
}

const none = '18446744073709551615';
const strings = ['chan receive', 'main.early', 'main.late', 'rows', 'job', 'sleep'];
const stack = (number: number): string =>
  `Stack id=${number} nframes=1\n\tpc=${number} func=${number + 1} file=0 line=${number}`;

function written(...generations: readonly Generation[]): Uint8Array {
  const lines = generations.flatMap(({ time, threads }, i) => {
    const batch = (thread: number | string): string =>
      `EventBatch gen=${i + 1} m=${thread} time=${time} size=auto`;
    return [
      ...[batch(none), 'Frequency freq=1000000000'],
      ...[batch(none), 'Strings', ...strings.map((text, id) => `String id=${id + 1}\n\tdata="${text}"`)],
      ...[batch(none), 'Stacks', stack(1), stack(2)],
      ...Object.entries(threads).flatMap(([thread, events]) => [batch(thread), events.trim()]),
    ];
  });
  return encodeTextTrace(['Trace Go1.22', ...lines].join('\n'));
}

/** Every window whose borders are multiples of `step`, and everybody and each choice in the whole trace. */
function everyWindow(end: number, step: number, choices: readonly Partial<OracleScope>[]): OracleScope[] {
  const windows: OracleScope[] = [];
  for (let from = 0; from <= end; from += step)
    for (let until = from; until <= end + step; until += step) windows.push({ from, until });
  return [{}, ...choices].flatMap((choice) => windows.map((window) => ({ ...window, ...choice })));
}

/** Asks a written trace, after having held it against the oracle in every window. */
async function opened(
  data: Uint8Array,
  use: (ask: Ask, analyses: OpenAnalyses) => Promise<void>,
  choices: readonly Partial<OracleScope>[] = [],
  { numbersAreOnce = true } = {},
): Promise<void> {
  const databasePath = join(folder, `${performance.now()}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const found = await profileComplaints(databasePath, data, (stays) => [
    ...someScopes(stays),
    ...everyWindow(stays.end, Math.ceil(stays.end / 12), choices),
  ]);
  expect(found).toEqual([]);
  if (numbersAreOnce) expect(await goroutineWindowComplaints(databasePath)).toEqual([]);
  const analyses = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  const ask: Ask = async (params) => {
    const { parts } = await analyses['analyses.profile']({ trace, ...params }, context);
    const stays = ({ count, ns }: { readonly count: number; readonly ns: number }): [number, number] => [
      count,
      ns,
    ];
    return { ended: stays(parts.ended), beforeRun: stays(parts.beforeRun), open: stays(parts.open) };
  };
  try {
    expect(await analyses['trace.diagnostics']({ trace }, context)).toEqual([]);
    await use(ask, analyses);
  } finally {
    analyses.close();
  }
}

type Stays = readonly [count: number, ns: number];
type Ask = (
  params: AnalysisParams<'profile'>,
) => Promise<{ readonly ended: Stays; readonly beforeRun: Stays; readonly open: Stays }>;

const isNothing: Stays = [0, 0];
const early = `ProcStatus dt=0 p=0 pstatus=1\nGoStatus dt=0 g=1 m=5 gstatus=2`;

describe('goroutines that never run', () => {
  test('and leave the system call that they were announced in: as in Go it counts from their first event on', async () => {
    const data = written({
      time: 100,
      threads: {
        5: early,
        6: 'ProcStatus dt=30 p=1 pstatus=3\nGoStatus dt=0 g=9 m=6 gstatus=3\nGoSyscallEndBlocked dt=50',
        7: 'ProcSteal dt=60 p=1 p_seq=1 m=6',
      },
    });
    await opened(data, async (ask) => {
      const own = await ask({ kind: 'syscall' });
      expect(own).toEqual({ ended: isNothing, beforeRun: [1, 80], open: isNothing });
      const asGo = await ask({ kind: 'syscall', asGo: true });
      expect(asGo).toEqual({ ended: [1, 49], beforeRun: isNothing, open: isNothing });
    });
  });

  test('and end in the system call that they were announced in', async () => {
    const data = written({
      time: 100,
      threads: { 5: early, 6: 'GoStatus dt=30 g=9 m=6 gstatus=3\nGoDestroySyscall dt=50' },
    });
    await opened(data, async (ask) => {
      expect((await ask({ kind: 'syscall' })).beforeRun).toEqual([1, 80]);
      expect((await ask({ kind: 'syscall', asGo: true })).ended).toEqual([1, 50]);
    });
  });
});

describe('a system call', () => {
  const blocked = written({
    time: 100,
    threads: {
      5: `ProcStatus dt=0 p=0 pstatus=1\nGoStatus dt=0 g=9 m=5 gstatus=2\nUserRegionBegin dt=5 task=0 name_string=4 stack=1
GoSyscallBegin dt=5 p_seq=1 stack=1`,
      6: 'ProcSteal dt=40 p=0 p_seq=2 m=5\nProcStart dt=20 p=0 p_seq=3\nHeapAlloc dt=40 heapalloc_value=1',
    },
  });

  test('that lost its processor and goes on at the end is open, of which no time counts twice', async () => {
    await opened(
      blocked,
      async (ask, analyses) => {
        expect(await ask({ kind: 'syscall' })).toEqual({
          ended: isNothing,
          beforeRun: isNothing,
          open: [1, 91],
        });
        expect((await ask({ kind: 'syscall', region: 'rows' })).open).toEqual([1, 91]);
        expect((await ask({ kind: 'syscall', from: traceNs(20), until: traceNs(60) })).open).toEqual([1, 40]);
        const { goroutines = [] } = await analyses['analyses.goroutines']({ trace }, context);
        expect(goroutines[0]).toMatchObject({
          totalNs: 101,
          execNs: 10,
          syscallNs: 30,
          syscallBlockNs: 61,
          schedWaitNs: 0,
        });
      },
      [{ region: 'rows' }],
    );
  });

  test('is one stay where it loses its processor, and where that is at a border of generations', async () => {
    const data = written(
      {
        time: 100,
        threads: {
          5: `${early.replace('g=1', 'g=9')}\nGoSyscallBegin dt=10 p_seq=1 stack=1`,
          6: 'ProcSteal dt=20 p=0 p_seq=2 m=5',
        },
      },
      {
        time: 200,
        threads: {
          5: 'GoStatus dt=0 g=9 m=5 gstatus=3\nGoSyscallEndBlocked dt=50',
          6: 'ProcStatus dt=1 p=0 pstatus=2',
        },
      },
      {
        time: 300,
        threads: { 6: 'ProcStatus dt=0 p=0 pstatus=2\nGoStatus dt=1 g=9 m=18446744073709551615 gstatus=1' },
      },
    );
    await opened(data, async (ask) => {
      expect((await ask({ kind: 'syscall' })).ended[0]).toBe(1);
      expect((await ask({ kind: 'syscall' })).ended[1]).toBe(140);
      expect((await ask({ kind: 'syscall', goroutines: [goId(9)] })).ended).toEqual([1, 140]);
    });
  });

  test('and the next one with the same stack are two, although what ran between them took no time', async () => {
    const data = written({
      time: 100,
      threads: {
        5: `${early}
GoSyscallBegin dt=10 p_seq=1 stack=1\nGoSyscallEnd dt=10\nGoSyscallBegin dt=0 p_seq=2 stack=1\nGoSyscallEnd dt=10
HeapAlloc dt=10 heapalloc_value=1`,
      },
    });
    // Of equal times of one thread the later is made one later.
    await opened(data, async (ask) => {
      expect((await ask({ kind: 'syscall' })).ended[0]).toBe(2);
      expect((await ask({ kind: 'syscall', from: traceNs(15), until: traceNs(25) })).ended[0]).toBe(2);
    });
  });
});

describe('a wait', () => {
  const block = `${early}\nGoBlock dt=10 reason_string=1 stack=1`;
  const goesOn = 'ProcStatus dt=0 p=0 pstatus=1\nGoStatus dt=1 g=1 m=18446744073709551615 gstatus=4';
  const ends = `${goesOn}\nGoUnblock dt=50 g=1 g_seq=1 stack=0\nGoStart dt=10 g=1 g_seq=2`;

  test('over three generations is one in every window', async () => {
    const data = written(
      { time: 100, threads: { 5: block } },
      { time: 200, threads: { 5: goesOn } },
      { time: 300, threads: { 5: ends } },
    );
    await opened(
      data,
      async (ask) => {
        expect((await ask({ kind: 'sync' })).ended).toEqual([1, 241]);
        for (const [from, until] of [
          [50, 150],
          [101, 201],
          [20, 260],
          [199, 201],
        ] as const) {
          const window = { from: traceNs(from), until: traceNs(until) };
          expect((await ask({ kind: 'sync', ...window })).ended).toEqual([1, Math.min(until, 251) - from]);
        }
      },
      [{ goroutines: [1] }, { groups: ['main.early'] }],
    );
  });

  test('that begins with the last event of a generation counts once', async () => {
    const data = written(
      { time: 100, threads: { 5: block } },
      { time: 110, threads: { 5: goesOn } },
      { time: 300, threads: { 5: ends } },
    );
    await opened(data, async (ask) => {
      expect((await ask({ kind: 'sync' })).ended[0]).toBe(1);
      expect((await ask({ kind: 'all', goroutines: [goId(1)] })).ended[0]).toBe(1);
    });
  });

  test('of a goroutine whose start function is known only two generations later belongs to that', async () => {
    const waits = 'GoStatus dt=1 g=9 m=18446744073709551615 gstatus=4';
    const data = written(
      { time: 100, threads: { 5: `${early}\n${waits}\nHeapAlloc dt=20 heapalloc_value=1` } },
      { time: 200, threads: { 5: `${early}\n${waits}\nGoUnblock dt=50 g=9 g_seq=1 stack=0` } },
      {
        time: 300,
        threads: {
          5: `${early}\nGoStatus dt=1 g=9 m=18446744073709551615 gstatus=1\nGoBlock dt=10 reason_string=1 stack=1
GoStart dt=10 g=9 g_seq=1\nGoBlock dt=10 reason_string=6 stack=2`,
        },
      },
    );
    await opened(
      data,
      async (ask, analyses) => {
        const late = { groups: ['main.late'] };
        expect(await ask({ kind: 'all', ...late })).toEqual({
          ended: isNothing,
          beforeRun: [1, 151],
          open: [1, 1],
        });
        expect((await ask({ kind: 'sched', ...late, until: traceNs(210) })).beforeRun).toEqual([1, 59]);
        const { groups = [] } = await analyses['analyses.goroutines'](
          { trace, by: 'group', until: traceNs(150) },
          context,
        );
        expect(groups.find(({ name }) => name === 'main.late')).toMatchObject({
          count: 1,
          blockNs: { '': 150 },
        });
      },
      [{ groups: ['main.late'] }, { groups: ['main.early', 'main.late'] }],
    );
  });
});

test('a number that comes twice is two goroutines', async () => {
  const life = (seq: number): string => `GoCreate dt=5 new_g=9 new_stack=2 stack=1
GoStop dt=5 reason_string=1 stack=1\nGoStart dt=10 g=9 g_seq=1\nGoBlock dt=5 reason_string=1 stack=2
GoStart dt=5 g=1 g_seq=${seq}\nGoUnblock dt=10 g=9 g_seq=2 stack=0\nGoStop dt=5 reason_string=1 stack=1
GoStart dt=5 g=9 g_seq=3\nGoDestroy dt=5\nGoStart dt=5 g=1 g_seq=${seq + 1}`;
  const data = written({ time: 100, threads: { 5: `${early}\n${life(1)}\n${life(3)}` } });
  await opened(
    data,
    async (ask) => {
      expect((await ask({ kind: 'sync', goroutines: [goId(9)] })).ended).toEqual([2, 30]);
      expect((await ask({ kind: 'sched', groups: ['main.late'] })).beforeRun).toEqual([2, 30]);
    },
    [{ goroutines: [9] }],
    { numbersAreOnce: false },
  );
});

test('regions inside of one another, and tasks that overlap, count their time once', async () => {
  const wait = (seq: number): string => `GoBlock dt=5 reason_string=1 stack=1
GoUnblock dt=10 g=1 g_seq=${seq} stack=0\nGoStart dt=5 g=1 g_seq=${seq + 1}`;
  const region = (edge: string, name = 4): string =>
    `UserRegion${edge} dt=2 task=0 name_string=${name} stack=1`;
  const task = (id: number): string => `UserTaskBegin dt=2 task=${id} parent_task=0 name_string=5 stack=1`;
  const done = (id: number): string => `UserTaskEnd dt=2 task=${id} stack=1`;
  const events = [
    ...[region('End'), wait(1), region('Begin'), task(1), wait(3), region('Begin'), wait(5), region('End')],
    ...[task(2), wait(7), done(1), region('End'), wait(9), done(2), wait(11), region('Begin'), wait(13)],
    region('Begin', 5),
  ];
  const data = written({ time: 100, threads: { 5: [early, ...events].join('\n') } });
  const choices = [{ region: 'rows' }, { task: 'job' }, { task: '1' }, { region: 'rows', task: 'job' }];
  await opened(
    data,
    async (ask) => {
      expect((await ask({ kind: 'sync' })).ended).toEqual([7, 70]);
      expect((await ask({ kind: 'sync', region: 'rows' })).ended).toEqual([4, 40]);
      expect((await ask({ kind: 'sync', task: 'job' })).ended).toEqual([4, 40]);
      expect((await ask({ kind: 'sync', region: 'rows', task: '1' })).ended).toEqual([3, 30]);
    },
    choices,
  );
});

test('goroutines that were only created, ran and ended are all counted, and cut at a window to the nanosecond', async () => {
  const life = (id: number, seq: number): string => `GoCreate dt=10 new_g=${id} new_stack=2 stack=1
GoStop dt=5 reason_string=1 stack=1\nGoStart dt=15 g=${id} g_seq=1\nGoDestroy dt=20\nGoStart dt=5 g=1 g_seq=${seq}`;
  const data = written({
    time: 100,
    threads: { 5: [early, life(9, 1), life(10, 2), life(11, 3)].join('\n') },
  });
  await opened(
    data,
    async (ask, analyses) => {
      expect((await ask({ kind: 'sched', groups: ['main.late'] })).beforeRun).toEqual([3, 60]);
      const { goroutines = [] } = await analyses['analyses.goroutines']({ trace, sort: 'id' }, context);
      const created = goroutines.find(({ id }) => id === 9)!.creationNs;
      const [started, ended] = [created + 20, created + 40];
      const within = (from: number, until: number, start: number, end: number): number =>
        Math.max(0, Math.min(until, end) - Math.max(from, start));
      for (let from = created - 1; from <= ended + 1; from++)
        for (let until = from; until <= ended + 1; until += 7) {
          const window = { from: traceNs(from), until: traceNs(until), goroutines: [goId(9)] };
          const { goroutines: [row] = [] } = await analyses['analyses.goroutines'](
            { trace, ...window },
            context,
          );
          const expected = [within(from, until, created, started), within(from, until, started, ended)];
          expect({ from, until, is: [row?.schedWaitNs ?? 0, row?.execNs ?? 0] }).toEqual({
            from,
            until,
            is: expected,
          });
        }
    },
    [{ groups: ['main.late'] }, { goroutines: [9] }],
  );
});
