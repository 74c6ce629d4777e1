import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GoroutineMarks, RegionMark } from '#common/analyses/timeline-details.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { readTrace } from '#main/reader/read-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '../handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-marks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
let databases = 0;

async function open(data: Uint8Array): Promise<OpenAnalyses> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
}

async function ask(
  handlers: OpenAnalyses,
  goroutines: readonly number[],
  { from = -1, until = 1e18, most = 5000 } = {},
): Promise<readonly GoroutineMarks[]> {
  const params = {
    trace,
    goroutines: goroutines.map(goId),
    from: traceNs(from),
    until: traceNs(until),
    most,
  };
  return (await handlers['timeline.marks'](params, context)).goroutines;
}

const regionText = ({ name, fromNs, untilNs, depth, task }: RegionMark): string =>
  `${'.'.repeat(depth)}${name} ${fromNs}-${untilNs} t${task}`;

/** Goroutine 9 ends a region and a task that it did not begin, and leaves some open; goroutine 8 ends inside of one. */
const marked = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
UserRegionEnd dt=2 task=0 name_string=4 stack=0
UserTaskBegin dt=1 task=2 parent_task=0 name_string=1 stack=0
UserRegionBegin dt=1 task=2 name_string=2 stack=0
UserLog dt=1 task=2 key_string=5 value_string=6 stack=0
UserRegionBegin dt=1 task=2 name_string=3 stack=0
UserRegionBegin dt=2 task=0 name_string=4 stack=0
UserRegionEnd dt=1 task=0 name_string=4 stack=0
UserRegionEnd dt=2 task=2 name_string=3 stack=0
UserLog dt=1 task=0 key_string=6 value_string=5 stack=0
UserRegionEnd dt=1 task=2 name_string=2 stack=0
UserTaskEnd dt=1 task=2 stack=0
UserTaskEnd dt=1 task=7 stack=0
UserRegionBegin dt=5 task=0 name_string=2 stack=0
UserRegionBegin dt=5 task=0 name_string=3 stack=0
UserTaskBegin dt=5 task=18446744073709551613 parent_task=2 name_string=4 stack=0
GoCreate dt=1 new_g=8 new_stack=1 stack=0
GoBlock dt=1 reason_string=0 stack=1
GoStart dt=1 g=8 g_seq=1
UserRegionBegin dt=1 task=2 name_string=2 stack=0
GoDestroy dt=4
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="job"
String id=2
	data="outer"
String id=3
	data="inner"
String id=4
	data="bit"
String id=5
	data="db"
String id=6
	data="slow"
String id=7
	data="main.work"
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=16 func=7 file=7 line=11
`;

describe('marks that somebody wrote', () => {
  let handlers: OpenAnalyses;
  beforeAll(async () => (handlers = await open(encodeTextTrace(marked))));
  afterAll(() => handlers.close());

  test('regions lie in each other; what is not in the trace is no number', async () => {
    const [nine] = await ask(handlers, [9]);
    expect(nine!.regions.map(regionText)).toEqual([
      'bit NaN-4 t0',
      'outer 6-15 t2',
      '.inner 8-13 t2',
      '..bit 10-11 t0',
      'outer 22-NaN t0',
      '.inner 27-NaN t0',
    ]);
    expect(nine!.more).toBe(false);
  });

  test('a region that its goroutine ends inside of ends with it; inherited ones are not told', async () => {
    const [eight] = await ask(handlers, [8]);
    expect(eight!.regions.map(regionText)).toEqual(['outer 36-40 t2']);
  });

  test('tasks are those that the goroutine takes part in, by their beginning', async () => {
    const [nine, eight] = await ask(handlers, [9, 8]);
    expect(nine!.tasks).toEqual([
      { id: '7', name: '', fromNs: NaN, untilNs: 17 },
      { id: '2', name: 'job', fromNs: 5, untilNs: 16 },
      { id: '18446744073709551613', name: 'bit', fromNs: 32, untilNs: NaN },
    ]);
    expect(eight!.tasks.map(({ id }) => id)).toEqual(['2']);
  });

  test('logs have their category, message and task', async () => {
    const [nine] = await ask(handlers, [9]);
    expect(nine!.logs).toEqual([
      { atNs: 7, category: 'db', message: 'slow', task: '2' },
      { atNs: 14, category: 'slow', message: 'db', task: '0' },
    ]);
  });

  test('a window has what overlaps it, as deep as it lies outside of the window', async () => {
    const [nine] = await ask(handlers, [9], { from: 10, until: 11 });
    expect(nine!.regions.map(regionText)).toEqual(['outer 6-15 t2', '.inner 8-13 t2', '..bit 10-11 t0']);
    expect([nine!.tasks.map(({ id }) => id), nine!.logs]).toEqual([['7', '2'], []]);
    const [later] = await ask(handlers, [9], { from: 18, until: 22 });
    expect([later!.regions.map(regionText), later!.tasks]).toEqual([['outer 22-NaN t0'], []]);
  });

  test('logs belong to a window from its beginning up to before its end', async () => {
    const at = async (from: number, until: number): Promise<number[]> =>
      (await ask(handlers, [9], { from, until }))[0]!.logs.map(({ atNs }) => atNs);
    expect([await at(7, 14), await at(8, 14), await at(14, 15), await at(7, 7)]).toEqual([[7], [], [14], []]);
  });

  test('of more than are asked for the longest regions and tasks and the first logs are told', async () => {
    const [nine] = await ask(handlers, [9], { most: 1 });
    expect(nine!.regions.map(regionText)).toEqual(['bit NaN-4 t0']);
    expect(nine!.tasks.map(({ id }) => id)).toEqual(['7']);
    expect(nine!.logs.map(({ atNs }) => atNs)).toEqual([7]);
    expect(nine!.more).toBe(true);
    const [some] = await ask(handlers, [9], { most: 4 });
    expect(some!.regions.map(regionText)).toEqual([
      'bit NaN-4 t0',
      'outer 6-15 t2',
      'outer 22-NaN t0',
      '.inner 27-NaN t0',
    ]);
    expect((await ask(handlers, [9], { most: 6 }))[0]!.more).toBe(false);
    const [alone] = await ask(handlers, [9], { from: 16, until: 17, most: 1 });
    expect([alone!.regions, alone!.tasks.map(({ id }) => id), alone!.more]).toEqual([[], ['7'], true]);
  });

  test('goroutines are answered in the order they were asked for; of one that is not there nothing is', async () => {
    const found = await ask(handlers, [8, 99, 9, 8]);
    expect(found.map(({ goroutine }) => goroutine)).toEqual([8, 99, 9, 8]);
    expect(found[1]).toEqual({ goroutine: 99, tasks: [], regions: [], logs: [], more: false });
    expect(found[3]).toEqual(found[0]);
    expect(await ask(handlers, [])).toEqual([]);
  });
});

interface Wanted {
  readonly regions: { name: string; from: number; until: number; depth: number; task: string }[];
  readonly logs: { atNs: number; category: string; message: string; task: string }[];
}

/** By goroutine what the events themselves say; regions are on a stack. */
async function wanted(data: Uint8Array): Promise<ReadonlyMap<number, Wanted>> {
  const found = new Map<number, Wanted>();
  const open = new Map<number, Wanted['regions']>();
  const of = (id: number): Wanted => {
    const own = found.get(id) ?? { regions: [], logs: [] };
    found.set(id, own);
    return own;
  };
  for await (const event of readTrace(data)) {
    if (event.kind === 'StateTransition') {
      const id = Number(event.subjectGoroutine ?? NaN);
      if (event.to === 'NotExist') {
        for (const region of open.get(id) ?? []) region.until = event.timeNs;
        open.delete(id);
      }
      continue;
    }
    const { goroutine, timeNs } = event;
    if (goroutine === null) continue;
    const id = Number(goroutine);
    const stack = open.get(id) ?? [];
    open.set(id, stack);
    if (event.kind === 'RegionBegin') {
      const task = String(event.task);
      const region = { name: event.type, from: timeNs, until: NaN, depth: stack.length, task };
      stack.push(region);
      of(id).regions.push(region);
    } else if (event.kind === 'RegionEnd') {
      const region = stack.pop();
      const task = String(event.task);
      if (region) region.until = timeNs;
      else {
        const cut = { name: event.type, from: NaN, until: timeNs, depth: 0, task };
        of(id).regions.push(cut);
      }
    } else if (event.kind === 'Log') {
      const { category, message, task } = event;
      of(id).logs.push({ atNs: timeNs, category, message, task: String(task) });
    }
  }
  return found;
}

describe.each(['shop-go1.22.trace', 'shop-go1.26-generations.trace', 'shop-go1.21.trace'])('%s', (name) => {
  const data = fixtureBytes(name);
  let handlers: OpenAnalyses;
  let events: ReadonlyMap<number, Wanted>;
  let durationNs: number;
  beforeAll(async () => {
    handlers = await open(data);
    events = await wanted(data);
    durationNs = (await handlers['trace.facts']({ trace }, context)).durationNs;
  });
  afterAll(() => handlers.close());

  test('every goroutine has the regions and logs of its events, in any window', async () => {
    const ids = [...events.keys()];
    const windows = [
      [-1, 1e18],
      ...[0, 0.3, 0.55, 0.9].map((at) => [at * durationNs, (at + 0.08) * durationNs]),
    ];
    let regions = 0;
    for (const [from = 0, until = 0] of windows)
      for (let at = 0; at < ids.length; at += 100) {
        const asked = ids.slice(at, at + 100);
        for (const found of await ask(handlers, asked, {
          from: Math.floor(from),
          until: Math.floor(until),
        })) {
          const own = events.get(found.goroutine)!;
          const inside = own.regions.filter(
            (region) => !(region.from > Math.floor(until)) && !(region.until < Math.floor(from)),
          );
          const text = ({ name: what, from: start, until: end, depth, task }: Wanted['regions'][number]) =>
            regionText({ name: what, fromNs: start, untilNs: end, depth, task });
          expect(found.regions.map(regionText).toSorted()).toEqual(inside.map(text).toSorted());
          const starts = found.regions.map(({ fromNs }) => (Number.isNaN(fromNs) ? -1 : fromNs));
          expect(starts).toEqual(starts.toSorted((a, b) => a - b));
          const logs = own.logs.filter(({ atNs }) => atNs >= Math.floor(from) && atNs < Math.floor(until));
          expect(found.logs).toEqual(logs);
          regions += inside.length;
        }
      }
    expect(regions).toBeGreaterThan(50);
  });

  test('every goroutine has the tasks that are said to have it', async () => {
    const tasks = await handlers['analyses.tasks']({ trace, each: true, limit: 0 }, context);
    if (tasks.kind !== 'tasks') throw new Error('they are not single ones');
    const members = new Map<number, string[]>();
    for (const task of tasks.tasks)
      for (const id of task.goroutines) members.set(id, [...(members.get(id) ?? []), String(task.id)]);
    const ids = [...members.keys()];
    for (let at = 0; at < ids.length; at += 100)
      for (const found of await ask(handlers, ids.slice(at, at + 100)))
        expect(found.tasks.map(({ id }) => id).toSorted()).toEqual(members.get(found.goroutine)!.toSorted());
    expect(ids.length).toBeGreaterThan(5);
  });
});
