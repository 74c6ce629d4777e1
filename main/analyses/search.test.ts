import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SearchHit, SearchResult } from '#common/analyses/timeline-details.ts';
import { traceKey } from '#common/ids.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { readTrace } from '#main/reader/read-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-search-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
let databases = 0;

async function open(data: Uint8Array): Promise<OpenAnalyses> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
}

const ask = async (handlers: OpenAnalyses, text: string, limit = 50): Promise<SearchResult> =>
  handlers.search({ trace, text, limit }, context);

/** `log 7 db: slow (g9 main.work)` */
function told(hit: SearchHit): string {
  const who = hit.kind !== 'function' && hit.goroutine ? ` (g${hit.goroutine.id} ${hit.goroutine.name})` : '';
  if (hit.kind === 'goroutine') return `goroutine ${hit.atNs}${who}`;
  if (hit.kind === 'function') return `function ${hit.atNs} ${hit.name} x${hit.count} first g${hit.first}`;
  if (hit.kind === 'task') return `task ${hit.atNs} ${hit.task.id} ${hit.task.name}${who}`;
  return `log ${hit.atNs} ${hit.log.category}: ${hit.log.message} t${hit.log.task}${who}`;
}

const text = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
UserTaskBegin dt=1 task=18 parent_task=0 name_string=1 stack=1
UserTaskBegin dt=1 task=3 parent_task=0 name_string=2 stack=1
GoCreate dt=1 new_g=18 new_stack=3 stack=0
GoCreate dt=1 new_g=19 new_stack=2 stack=0
GoCreate dt=1 new_g=180 new_stack=2 stack=0
UserLog dt=1 task=18 key_string=3 value_string=4 stack=1
UserLog dt=1 task=0 key_string=4 value_string=3 stack=1
UserTaskEnd dt=1 task=77 stack=1
GoBlock dt=1 reason_string=0 stack=1
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="Work 100%"
String id=2
	data="re_quest"
String id=3
	data="db"
String id=4
	data="Ärger 50% WORKed'; --"
String id=5
	data="main.main"
String id=6
	data="main.worker"
String id=7
	data="net.Work"
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=16 func=5 file=5 line=11
Stack id=2 nframes=1
	pc=32 func=6 file=5 line=12
Stack id=3 nframes=1
	pc=48 func=7 file=5 line=13
`;

describe('a trace that somebody wrote', () => {
  let handlers: OpenAnalyses;
  beforeAll(async () => (handlers = await open(encodeTextTrace(text))));
  afterAll(() => handlers.close());
  const found = async (what: string, limit?: number): Promise<string[]> =>
    (await ask(handlers, what, limit)).hits.map(told);

  test('a number is a goroutine, with G or without, and a task', async () => {
    expect(await found('G18')).toEqual(['goroutine 5 (g18 net.Work)']);
    expect(await found(' g18 ')).toEqual(['goroutine 5 (g18 net.Work)']);
    expect(await found('18')).toEqual(['goroutine 5 (g18 net.Work)', 'task 3 18 Work 100% (g9 main.main)']);
    expect(await found('G17')).toEqual([]);
    expect(await found('77')).toEqual(['task 10 77  (g9 main.main)']);
  });

  test('a text is part of names and logs, whatever the case, the kinds one after the other', async () => {
    expect(await found('wORK')).toEqual([
      'function 5 net.Work x1 first g18',
      'function 6 main.worker x2 first g19',
      'task 3 18 Work 100% (g9 main.main)',
      "log 8 db: Ärger 50% WORKed'; -- t18 (g9 main.main)",
      "log 9 Ärger 50% WORKed'; --: db t0 (g9 main.main)",
    ]);
    expect(await found('main.main')).toEqual(['function 0 main.main x1 first g9']);
  });

  test('a text is no pattern and no SQL', async () => {
    expect(await found('%')).toEqual([
      'task 3 18 Work 100% (g9 main.main)',
      "log 8 db: Ärger 50% WORKed'; -- t18 (g9 main.main)",
      "log 9 Ärger 50% WORKed'; --: db t0 (g9 main.main)",
    ]);
    expect(await found('_')).toEqual(['task 4 3 re_quest (g9 main.main)']);
    expect(await found("'; --")).toHaveLength(2);
    expect([await found('.*'), await found('w%k'), await found('   ')]).toEqual([[], [], []]);
    expect(await found('Ärger')).toHaveLength(2);
  });

  test('no more of a kind than was asked for, and which kinds have more', async () => {
    const { hits, more } = await ask(handlers, 'work', 1);
    expect(hits.map(({ kind }) => kind)).toEqual(['function', 'task', 'log']);
    expect(more).toEqual(['function', 'log']);
    expect((await ask(handlers, 'work', 2)).more).toEqual([]);
  });

  test('a search that nobody waits for ends', async () => {
    const controller = new AbortController();
    controller.abort();
    const asked = handlers.search({ trace, text: 'x', limit: 1 }, { ...context, signal: controller.signal });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe.each(['shop-go1.21.trace', 'shop-go1.26.trace'])('%s', (name) => {
  const data = fixtureBytes(name);
  let handlers: OpenAnalyses;
  beforeAll(async () => (handlers = await open(data)));
  afterAll(() => handlers.close());

  test('the logs found are those of the events that have the text', async () => {
    const logs: { readonly atNs: number; readonly text: string }[] = [];
    for await (const event of readTrace(data))
      if (event.kind === 'Log')
        logs.push({ atNs: event.timeNs, text: `${event.category}\n${event.message}` });
    const words = [...new Set(logs.flatMap((log) => log.text.split(/\W+/)))].filter((word) => word !== '');
    expect(words.length).toBeGreaterThan(2);
    for (const word of words.slice(0, 20)) {
      const { hits, more } = await ask(handlers, word.toUpperCase(), 20);
      const wanted = logs.filter((log) => log.text.toLowerCase().includes(word.toLowerCase()));
      const times = hits.filter(({ kind }) => kind === 'log').map(({ atNs }) => atNs);
      expect(times).toEqual(wanted.slice(0, 20).map(({ atNs }) => atNs));
      expect(more.includes('log')).toBe(wanted.length > 20);
    }
  });

  test('each start function is found by its name, with the first of its goroutines', async () => {
    const page = { trace, descending: false, filter: '', offset: 0, limit: 1000 } as const;
    const groups = await handlers['goroutines.groups']({ ...page, sort: 'name' }, context);
    for (const { group, name: function_, count } of groups.rows.filter((row) => row.name !== '')) {
      const { rows } = await handlers['goroutines.list']({ ...page, group, sort: 'creationNs' }, context);
      const { hits } = await ask(handlers, function_.toUpperCase());
      const hit = hits.find((one) => one.kind === 'function');
      const { id, creationNs } = rows[0]!;
      expect(hit).toEqual({ kind: 'function', group, name: function_, count, first: id, atNs: creationNs });
    }
  });
});
