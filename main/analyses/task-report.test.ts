import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { reportedTasks, type ReportedTask } from './task-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

async function tasksOf(data: Uint8Array): Promise<readonly ReportedTask[]> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath });
  const reader = new TraceReader(databasePath);
  const tasks = [...reportedTasks(reader)];
  reader.close();
  return tasks;
}

const generation = (number: number, time: number, names: readonly string[], events: string): string => `
EventBatch gen=${number} m=18446744073709551615 time=${time} size=auto
Frequency freq=1000000000
EventBatch gen=${number} m=18446744073709551615 time=${time} size=auto
Strings
${names.map((name, i) => `String id=${i + 1}\n\tdata="${name}"`).join('\n')}
EventBatch gen=${number} m=5 time=${time} size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
${events}
`;
const trace = (...generations: string[]): Uint8Array =>
  encodeTextTrace(`Trace Go1.22\n${generations.join('')}`);

test('what a task gets after its end, generations later, still counts', async () => {
  const tasks = await tasksOf(
    trace(
      generation(
        1,
        10,
        ['job'],
        `UserTaskBegin dt=1 task=2 parent_task=0 name_string=1 stack=0
UserLog dt=1 task=2 key_string=1 value_string=1 stack=0
UserTaskEnd dt=1 task=2 stack=0`,
      ),
      generation(
        2,
        100,
        ['late'],
        `UserLog dt=1 task=2 key_string=1 value_string=1 stack=0
UserRegionBegin dt=1 task=2 name_string=1 stack=0
GoCreate dt=1 new_g=10 new_stack=0 stack=0
UserRegionEnd dt=1 task=2 name_string=1 stack=0
GoStop dt=1 reason_string=1 stack=0
GoStart dt=1 g=10 g_seq=1
UserLog dt=1 task=2 key_string=1 value_string=1 stack=0`,
      ),
    ),
  );
  expect(tasks).toEqual([
    { id: 2n, parent: null, name: 'job', startNs: 3, endNs: 5, logs: 3, regions: 1, goroutines: [9, 10] },
  ]);
});

test('an end without a beginning has no name, a region end without one counts, task 0 is no task', async () => {
  const tasks = await tasksOf(
    trace(
      generation(
        1,
        10,
        ['job'],
        `UserTaskBegin dt=1 task=3 parent_task=2 name_string=1 stack=0
UserTaskEnd dt=1 task=8 stack=0
UserRegionEnd dt=1 task=0 name_string=1 stack=0`,
      ),
    ),
  );
  const none = { name: '', startNs: null, endNs: null, logs: 0, regions: 0 };
  expect(tasks).toEqual([
    { ...none, id: 0n, parent: null, regions: 1, goroutines: [9] },
    { ...none, id: 2n, parent: null, goroutines: [] },
    { ...none, id: 3n, parent: 2n, name: 'job', startNs: 3, goroutines: [9] },
    { ...none, id: 8n, parent: null, endNs: 4, goroutines: [9] },
  ]);
});

test('ids have all of their 64 bits, and come in order', async () => {
  const ids = [0x8000000000000001n, 0x20000000000001n, 7n];
  const begin = (id: bigint): string => `UserTaskBegin dt=1 task=${id} parent_task=0 name_string=0 stack=0\n`;
  const tasks = await tasksOf(trace(generation(1, 10, [], ids.map(begin).join(''))));
  expect(tasks.map(({ id }) => id)).toEqual([...ids].reverse());
});

test('rows handed out in between add up to the same', async () => {
  // More than are kept in the core; each begins and ends, and a third of them logs again behind all others.
  const count = 20_000;
  const lines: string[] = [];
  for (let id = 1; id <= count; id++)
    lines.push(
      `UserTaskBegin dt=1 task=${id} parent_task=${id % 7} name_string=1 stack=0`,
      `UserLog dt=1 task=${id} key_string=1 value_string=1 stack=0`,
      `UserTaskEnd dt=1 task=${id} stack=0`,
    );
  for (let id = 3; id <= count; id += 3)
    lines.push(`UserLog dt=1 task=${id} key_string=1 value_string=1 stack=0`);
  const batches: string[] = [];
  for (let i = 0; i < lines.length; i += 1000)
    batches.push(`EventBatch gen=1 m=5 time=${20 + i} size=auto\n${lines.slice(i, i + 1000).join('\n')}\n`);
  const tasks = await tasksOf(trace(generation(1, 10, ['job'], ''), batches.join('')));
  expect(tasks.length).toBe(count);
  for (const [i, task] of tasks.entries()) {
    const id = i + 1;
    expect(task).toMatchObject({ id: BigInt(id), name: 'job', logs: id % 3 === 0 ? 2 : 1, goroutines: [9] });
    expect(task.parent).toBe(id % 7 === 0 ? null : BigInt(id % 7));
    expect(task.endNs! - task.startNs!).toBeGreaterThan(0);
  }
});

test('the regions of tasks are the regions of goroutines', async () => {
  const tasks = await tasksOf(fixtureBytes('shop-go1.26.trace'));
  expect(tasks.length).toBeGreaterThan(10);
  expect(
    tasks.filter(({ name }) => name === 'visit').every(({ regions, logs }) => regions > 0 && logs > 0),
  ).toBe(true);
});
