import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { taskSorts, type TaskPage, type TaskSort } from '#common/analyses/timeline-details.ts';
import { traceKey } from '#common/ids.ts';
import { TraceReader, type TaskRecord } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { timelineTasks } from './task-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-task-page-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

async function open(data: Uint8Array): Promise<TraceReader> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return new TraceReader(databasePath);
}

interface Asked {
  readonly sort?: TaskSort;
  readonly descending?: boolean;
  readonly filter?: string;
  readonly offset?: number;
  readonly limit?: number;
}

const ask = (
  reader: TraceReader,
  { sort = 'start', descending = false, filter = '', offset = 0, limit = 1000 }: Asked,
): TaskPage => timelineTasks(reader, { trace: traceKey(''), sort, descending, filter, offset, limit });
const ids = (page: TaskPage): string[] => page.rows.map(({ id }) => id);

/** Task 3 inside of task 2, 2^64 − 3, which goes on, and 7, of which there is only the end. */
const tasks = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=98 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
UserTaskBegin dt=1 task=2 parent_task=0 name_string=1 stack=0
UserTaskBegin dt=1 task=3 parent_task=2 name_string=2 stack=0
UserTaskEnd dt=3 task=3 stack=0
UserTaskEnd dt=1 task=7 stack=0
UserTaskEnd dt=2 task=2 stack=0
UserTaskBegin dt=1 task=18446744073709551613 parent_task=0 name_string=3 stack=0
${Array.from({ length: 25 }, (_, i) => `GoCreate dt=1 new_g=${i + 10} new_stack=0 stack=0\n`).join('')}GoBlock dt=1 reason_string=0 stack=0
${Array.from({ length: 25 }, (_, i) => `GoStart dt=1 g=${i + 10} g_seq=1\nUserLog dt=1 task=3 key_string=1 value_string=1 stack=0\nGoDestroy dt=1\n`).join('')}EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="Serve 100%"
String id=2
	data="fetch_3"
String id=3
	data="SERVE"
`;

describe('tasks that somebody wrote', () => {
  let reader: TraceReader;
  beforeAll(async () => (reader = await open(encodeTextTrace(tasks))));
  afterAll(() => reader.close());
  const last = '18446744073709551613';

  test('come in any order', () => {
    const order = (sort: TaskSort, descending = false): string[] => ids(ask(reader, { sort, descending }));
    expect(order('start')).toEqual(['7', '2', '3', last]);
    expect(order('id')).toEqual(['2', '3', '7', last]);
    expect(order('name')).toEqual(['7', last, '2', '3']);
    expect(order('duration')).toEqual(['3', '2', '7', last]);
    for (const sort of taskSorts) expect(order(sort, true)).toEqual(order(sort).reverse());
  });

  test('have their times, their first twenty goroutines, and how many there are', () => {
    const { rows, rowCount } = ask(reader, { sort: 'id' });
    expect(rowCount).toBe(4);
    expect(rows[1]).toMatchObject({ id: '3', name: 'fetch_3', goroutineCount: 26 });
    expect(rows[1]!.goroutines).toEqual(Array.from({ length: 20 }, (_, i) => i + 9));
    expect(rows[2]).toMatchObject({ id: '7', name: '', fromNs: NaN, goroutines: [9], goroutineCount: 1 });
    expect(rows[3]).toMatchObject({ name: 'SERVE', untilNs: NaN });
  });

  test('are those with a text in their name, or with a number', () => {
    const found = (filter: string): string[] => ids(ask(reader, { sort: 'id', filter }));
    expect(found('serve')).toEqual(['2', last]);
    expect(found(' FETCH ')).toEqual(['3']);
    expect(found('3')).toEqual(['3']);
    expect(found('7')).toEqual(['7']);
    expect(found(last)).toEqual([last]);
    // Neither patterns nor SQL.
    expect([found('%'), found('_'), found("'"), found('100%'), found('s%e')]).toEqual([
      ['2'],
      ['3'],
      [],
      ['2'],
      [],
    ]);
    expect(found('99999999999999999999')).toEqual([]);
  });
});

/** As they come in the order of a column; equal ones by their numbers. */
function sorted(all: readonly TaskRecord[], sort: TaskSort, traceEnd: number): string[] {
  const key = (task: TaskRecord): number | string =>
    sort === 'id'
      ? 0
      : sort === 'name'
        ? task.name
        : sort === 'start'
          ? (task.startNs ?? -1)
          : (task.endNs ?? traceEnd) - (task.startNs ?? 0);
  const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
  // Of equal durations, of which the longest are first, the ones with the larger numbers come first from the shortest.
  const ties = sort === 'duration' ? -1 : 1;
  return all
    .toSorted((a, b) => compare(key(a), key(b)) || ties * compare(a.id, b.id))
    .map(({ id }) => String(id));
}

test.each(['shop-go1.22.trace', 'shop-go1.26.trace'])(
  '%s: pages are parts of the sorted list',
  async (name) => {
    const reader = await open(fixtureBytes(name));
    const all = [...reader.allTasks()].filter(({ id }) => id !== 0n);
    expect(all.length).toBeGreaterThan(10);
    for (const sort of taskSorts)
      for (const descending of [false, true]) {
        const wanted = sorted(all, sort, reader.trace().durationNs);
        if (descending) wanted.reverse();
        const found: string[] = [];
        for (let offset = 0; offset < all.length; offset += 7)
          found.push(...ids(ask(reader, { sort, descending, offset, limit: 7 })));
        expect(found).toEqual(wanted);
      }
    expect(ask(reader, { offset: 1e6 })).toMatchObject({ rowCount: all.length, rows: [] });
    for (const row of ask(reader, {}).rows) {
      const members = reader.taskGoroutines(BigInt(row.id));
      expect([row.goroutines, row.goroutineCount]).toEqual([members.slice(0, 20), members.length]);
    }
    reader.close();
  },
);
