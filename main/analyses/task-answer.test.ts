import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { goId, traceKey } from '#common/ids.ts';
import { logsIn } from '#common/log-chunk.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';
import { reportedTasks } from './task-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-task-answers-'));
const opened: OpenAnalyses[] = [];
afterAll(() => {
  for (const handlers of opened) handlers.close();
  rmSync(folder, { recursive: true });
});

type Params = AnalysisParams<'tasks'>;
type Result<Kind> = Extract<AnalysisResult<'tasks'>, { kind: Kind }>;
const context = { signal: new AbortController().signal, report: () => undefined };

class Tasks {
  readonly path: string;
  readonly #handlers: OpenAnalyses;

  constructor(path: string) {
    this.path = path;
    this.#handlers = createAnalysisHandlers(path, { sizeBytes: 1 }, analysisCore);
    opened.push(this.#handlers);
  }

  static async of(data: Uint8Array): Promise<Tasks> {
    const path = join(folder, `${opened.length}.sqlite`);
    await ingest({ source: memorySource(data), databasePath: path });
    return new Tasks(path);
  }

  async ask<Kind extends 'groups' | 'tasks' | 'task'>(
    kind: Kind,
    params: Params = {},
  ): Promise<Result<Kind>> {
    const result = await this.#handlers['analyses.tasks'](
      { trace: traceKey('t'), limit: 0, ...(kind === 'tasks' ? { each: true } : {}), ...params },
      context,
    );
    expect(result.kind).toBe(kind);
    return result as Result<Kind>;
  }

  read<T>(read: (reader: TraceReader) => T): T {
    const reader = new TraceReader(this.path);
    try {
      return read(reader);
    } finally {
      reader.close();
    }
  }
}

/** A task with a child, logs and regions of two goroutines, also behind its end; an end alone; things outside of tasks. */
const odd = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Strings
String id=1
\tdata="job"
String id=2
\tdata="part"
String id=3
\tdata="step"
String id=4
\tdata="db"
String id=5
\tdata="sent: Grüße"
String id=6
\tdata=""
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Stacks
Stack id=1 nframes=1
\tpc=11 func=1 file=1 line=3
EventBatch gen=1 m=5 time=10 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
UserLog dt=1 task=0 key_string=4 value_string=5 stack=0
UserTaskBegin dt=2 task=9223372036854775810 parent_task=0 name_string=1 stack=0
UserTaskBegin dt=3 task=3 parent_task=9223372036854775810 name_string=2 stack=0
UserRegionBegin dt=4 task=9223372036854775810 name_string=3 stack=0
UserLog dt=5 task=9223372036854775810 key_string=4 value_string=5 stack=0
GoCreate dt=1 new_g=4 new_stack=1 stack=0
UserTaskEnd dt=6 task=3 stack=0
UserRegionEnd dt=1 task=9223372036854775810 name_string=3 stack=0
GoStop dt=1 reason_string=6 stack=0
GoStart dt=1 g=4 g_seq=1
UserTaskEnd dt=1 task=9223372036854775810 stack=0
UserLog dt=2 task=9223372036854775810 key_string=6 value_string=1 stack=0
UserTaskEnd dt=1 task=8 stack=0
UserRegionBegin dt=1 task=9223372036854775810 name_string=3 stack=0
`;
const big = (1n << 63n) + 2n;

let shop: Tasks;
let oddities: Tasks;
beforeAll(async () => {
  shop = await Tasks.of(fixtureBytes('shop-go1.26-generations.trace'));
  oddities = await Tasks.of(encodeTextTrace(odd));
});

test('types count every task once, and their histograms every complete one', async () => {
  for (const trace of [shop, oddities]) {
    const reported = trace.read((reader) => [...reportedTasks(reader)]).filter(({ id }) => id !== 0n);
    const { groups, taskCount, completeCount } = await trace.ask('groups');
    expect(taskCount).toBe(reported.length);
    expect(groups.reduce((so, { count }) => so + count, 0)).toBe(taskCount);
    for (const group of groups) {
      const own = reported.filter(({ name }) => name === group.type);
      const lengths = own
        .filter(({ startNs, endNs }) => startNs !== null && endNs !== null)
        .map(({ startNs, endNs }) => endNs! - startNs!)
        .sort((a, b) => a - b);
      expect(group.count).toBe(own.length);
      expect(group.completeCount).toBe(lengths.length);
      expect(group.histogram.counts.reduce((so, count) => so + count, 0)).toBe(lengths.length);
      expect(group.durationNs).toBe(lengths.reduce((so, ns) => so + ns, 0));
      expect(group.durations?.p50Ns).toBe(lengths[Math.ceil(lengths.length / 2) - 1]);
      expect(group.durations?.maxNs).toBe(lengths.at(-1));
      expect(group.logs).toBe(own.reduce((so, { logs }) => so + logs, 0));
      expect(group.regions).toBe(own.reduce((so, { regions }) => so + regions, 0));
    }
    expect(completeCount).toBe(groups.reduce((so, group) => so + group.completeCount, 0));
  }
});

test('a task has as many regions and logs as events of them', async () => {
  const { tasks, taskCount } = await shop.ask('tasks', { sort: 'id' });
  expect(taskCount).toBe(tasks.length);
  for (const task of tasks) {
    const { events, eventCount } = await shop.ask('task', { task: String(task.id) });
    expect(events.length).toBe(eventCount);
    const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
    expect(count('log')).toBe(task.logs);
    expect(Math.max(count('region-begin'), count('region-end'))).toBe(task.regions);
    expect([count('begin'), count('end')]).toEqual([
      Number(task.startNs !== undefined),
      Number(task.endNs !== undefined),
    ]);
    expect(events.every(({ goroutine }) => task.goroutines.includes(goroutine))).toBe(true);
    expect(events.reduce((so, { elapsedNs }) => so + elapsedNs, 0)).toBe(events.at(-1)!.ns);
    expect(events.every(({ elapsedNs }) => elapsedNs >= 0)).toBe(true);
  }
});

test('events come in order, with texts, and numbers of tasks in full', async () => {
  const { task, children, events, regions } = await oddities.ask('task', { task: String(big) });
  expect(task).toMatchObject({
    ...{ id: big, type: 'job', startNs: 5, endNs: 28, durationNs: 23, isComplete: true, children: 1 },
    ...{ goroutines: [4, 9], regions: 2, logs: 2 },
  });
  expect(children.map(({ id, parent }) => [id, parent])).toEqual([[3n, big]]);
  expect(
    events.map(({ ns, kind, goroutine, name, message }) => [ns, kind, goroutine, name, message]),
  ).toEqual([
    [5, 'begin', 9, 'job', undefined],
    [12, 'region-begin', 9, 'step', undefined],
    [17, 'log', 9, 'db', 'sent: Grüße'],
    [25, 'region-end', 9, 'step', undefined],
    [28, 'end', 4, 'job', undefined],
    [30, 'log', 4, '', 'job'],
    [32, 'region-begin', 4, 'step', undefined],
  ]);
  expect(events.map(({ elapsedNs }) => elapsedNs)).toEqual([5, 7, 5, 8, 3, 2, 2]);
  // Without the one that goroutine 4 inherited.
  expect(regions.map(({ type, count }) => [type, count])).toEqual([['step', 2]]);
  const page = await oddities.ask('task', { task: String(big), offset: 2, limit: 2 });
  expect([page.events, page.eventCount]).toEqual([events.slice(2, 4), 7]);
  const own = await oddities.ask('task', { task: String(big), goroutines: [goId(4)] });
  expect(own.events.map(({ elapsedNs }) => elapsedNs)).toEqual([28, 2, 2]);
});

test('what is outside of tasks is task 0, which is shown where it is asked for', async () => {
  const { tasks } = await oddities.ask('tasks', { sort: 'id' });
  expect(tasks.map(({ id, isComplete }) => [id, isComplete])).toEqual([
    [3n, true],
    [8n, false],
    [big, true],
  ]);
  const { task, events } = await oddities.ask('task', { task: '0' });
  expect(task).toMatchObject({ id: 0n, logs: 1 });
  expect(events).toMatchObject([{ kind: 'log', name: 'db', ns: 3 }]);
});

test('what is asked for is all there is of it', async () => {
  const all = (await shop.ask('tasks')).tasks;
  const durationNs = shop.read((reader) => reader.trace().durationNs);
  const { startNs = traceNs(0), durationNs: length } = all[0]!;
  const at = (share: number) => traceNs(startNs + length * share);
  // Some time, inside of the longest task, where it begins, and where it ends.
  const windows = [
    [traceNs(durationNs * 0.3), traceNs(durationNs * 0.31)],
    [at(0.25), at(0.5)],
    [traceNs(0), at(0)],
    [at(1), at(1)],
  ] as const;
  const texts = shop.read((reader) =>
    reader.logChunks().flatMap(({ ix, count }) => [...logsIn(reader.logChunk(ix)!, count)]),
  );
  expect(texts.length).toBe(all.reduce((so, { logs }) => so + logs, 0));
  const someText = texts[7]!.message;
  const withText = new Set(texts.filter(({ message }) => message.includes(someText)).map(({ task }) => task));
  const cases: readonly (readonly [Params, (task: (typeof all)[number]) => boolean])[] = [
    ...windows.map(
      ([from, until]) =>
        [
          { from, until },
          (task: (typeof all)[number]) => (task.startNs ?? 0) <= until && (task.endNs ?? durationNs) >= from,
        ] as const,
    ),
    [{ type: 'visit' }, ({ type }) => type === 'visit'],
    [{ complete: 'yes' }, ({ isComplete }) => isComplete],
    [{ complete: 'no' }, ({ isComplete }) => !isComplete],
    [{ latencyMin: 3e6 }, (task) => task.isComplete && task.durationNs >= 3e6],
    [{ latencyMax: 3e6 }, (task) => task.isComplete && task.durationNs <= 3e6],
    [{ task: '3' }, ({ id }) => id === 3n],
    [{ task: 'visit' }, ({ type }) => type === 'visit'],
    [
      { goroutines: [all[0]!.goroutines[0]!] },
      ({ goroutines }) => goroutines.includes(all[0]!.goroutines[0]!),
    ],
    [{ logText: someText }, ({ id }) => withText.has(id)],
    [{ logText: 'isit' }, ({ type }) => type === 'visit'],
    [{ logText: 'ISIT' }, () => false],
    [{ region: 'pick', complete: 'yes' }, ({ isComplete, regions }) => isComplete && regions > 0],
  ];
  expect(withText.size).toBeGreaterThan(0);
  for (const [params, counts] of cases) {
    const wanted = all.filter(counts);
    const { tasks, taskCount } = await shop.ask('tasks', params);
    expect([params, taskCount]).toEqual([params, wanted.length]);
    expect(tasks).toEqual(wanted);
    if (params.task !== '3') expect((await shop.ask('groups', params)).taskCount).toBe(wanted.length);
  }
});

test('the text is looked for in names of regions and in logs of other bytes than ASCII', async () => {
  const ids = async (logText: string) =>
    (await oddities.ask('tasks', { logText, sort: 'id' })).tasks.map(({ id }) => id);
  expect(await ids('tep')).toEqual([big]);
  expect(await ids('Grüße')).toEqual([big]);
  expect(await ids('d')).toEqual([big]);
  expect(await ids('art')).toEqual([3n]);
  expect(await ids('Grüsse')).toEqual([]);
});

test('pages follow one another in every order', async () => {
  for (const sort of ['duration', 'start', 'name', 'id', 'regions', 'logs'] as const) {
    const all = (await shop.ask('tasks', { sort })).tasks;
    const pages = [];
    for (let offset = 0; offset < all.length; offset += 7)
      pages.push(...(await shop.ask('tasks', { sort, offset, limit: 7 })).tasks);
    expect(pages).toEqual(all);
    expect((await shop.ask('tasks', { sort, reverse: true })).tasks).toEqual(all.toReversed());
  }
});

test('what is not in the trace is said', async () => {
  await expect(shop.ask('groups', { type: 'no such' })).rejects.toThrow('no user task "no such"');
  await expect(shop.ask('groups', { task: 'no such' })).rejects.toThrow('no user task "no such"');
  await expect(shop.ask('groups', { region: 'no such' })).rejects.toThrow('no user region "no such"');
  await expect(shop.ask('groups', { sort: 'start' })).rejects.toThrow('cannot be sorted by start');
  await expect(shop.ask('tasks', { sort: 'count' })).rejects.toThrow('cannot be sorted by count');
});
