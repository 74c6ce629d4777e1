import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import { exactJson } from '#common/exact-json.ts';
import { Core } from '#core-wasm/host/core.ts';
import { TraceReader } from '#db/reader.ts';
import { eventWriter } from '#main/exporters/event-lines.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixturePath, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { Failure, readTrace, type Integer, type TraceEvent, type TraceSource } from './read-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-reader-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function listed(events: AsyncIterable<TraceEvent>): Promise<TraceEvent[]> {
  const list: TraceEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}
const all = (source: TraceSource): Promise<TraceEvent[]> => listed(readTrace(source));

const name = 'shop-go1.26-generations.trace';
const path = fixturePath(name);
const data = fixtureBytes(name);
/** As Go counts. */
const eventCount = (
  JSON.parse(readFileSync(fixturePath('golden.json'), 'utf8')) as Record<string, { events: number }>
)[name]!.events;

async function* chunks(length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += length)
    yield await Promise.resolve(data.subarray(at, at + length));
}

describe('the events are those of the command line', () => {
  test.each(fixtureTraces)('%s', async (fixture) => {
    const core = new Core();
    const writer = eventWriter(core, 'json');
    let text = '';
    for await (const part of orderedTrace(memorySource(fixtureBytes(fixture)), core)) {
      if (part.kind === 'generation start') writer.enterGeneration();
      if (part.kind === 'events') text += writer.lines(part.snapshot).toString();
    }
    const events = await all(fixtureBytes(fixture));
    expect(events.map((event) => `${exactJson(event)}\n`).join('')).toBe(text);
  });
});

describe('a trace can come as', () => {
  const sources: [string, () => TraceSource][] = [
    ['a path', () => path],
    ['an address', () => pathToFileURL(path)],
    ['bytes', () => data],
    ['compressed bytes', () => gzipSync(data)],
    ['a stream', () => createReadStream(path)],
    ['a web stream', () => Readable.toWeb(createReadStream(path)) as AsyncIterable<Uint8Array>],
    ['a generator', () => chunks(1000)],
  ];
  test.each(sources)('%s', async (_what, source) => {
    const trace = readTrace(source());
    let count = 0;
    let lastNs = -1;
    for await (const event of trace) {
      count++;
      expect(event.timeNs).toBeGreaterThan(lastNs);
      lastNs = event.timeNs;
    }
    expect(count).toBe(eventCount);
    expect(trace).toMatchObject({ goVersions: 'Go 1.26 or 1.27', diagnostics: [] });
    expect(trace.originNs).toBeGreaterThan(1_000_000_000n);
  });
});

test('the first event says what times count from', async () => {
  for await (const event of readTrace(path)) {
    expect(event).toMatchObject({ kind: 'Sync', timeNs: 0, sync: 1 });
    if (event.kind === 'Sync') expect(event.originNs).toBeGreaterThan(0n);
    break;
  }
});

test('who leaves the loop leaves nothing open', async () => {
  const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
  const stream = createReadStream(path);
  const before = openFiles();
  for (const source of [path, stream, path])
    for await (const event of readTrace(source)) if (event.timeNs > 0) break;
  expect(stream.destroyed).toBe(true);
  expect(openFiles()).toBeLessThanOrEqual(before + 1);
});

test('a path can be read twice', async () => {
  const trace = readTrace(path);
  for (let time = 0; time < 2; time++) expect((await listed(trace)).length).toBe(eventCount);
});

test('events come without stacks where these are not wanted', async () => {
  for await (const event of readTrace(data, { stacks: false })) {
    if (event.kind === 'StackSample') expect(event.stack).toEqual([]);
    else expect(event).not.toHaveProperty('stack');
  }
});

test('a damaged trace ends where the damage is, and says so', async () => {
  const trace = readTrace(data.subarray(0, data.length - 50));
  const events = await listed(trace);
  expect(events.length).toBeGreaterThan(1000);
  expect(trace.diagnostics).toMatchObject([{ severity: 'error', code: 'file-truncated' }]);
});

test('what is no trace is a failure in one sentence', async () => {
  await expect(all(Buffer.from('hello'))).rejects.toThrow('The data is not a Go execution trace but text');
  await expect(all(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-missing' });
  await expect(all(join(folder, 'none'))).rejects.toBeInstanceOf(Failure);
});

test('a signal ends the loop with its reason', async () => {
  const controller = new AbortController();
  const reading = async (): Promise<void> => {
    for await (const event of readTrace(data, { signal: controller.signal }))
      if (event.timeNs > 0) controller.abort(new Error('enough'));
  };
  await expect(reading()).rejects.toThrow('enough');
});

test('the kind tells what an event has', async () => {
  for await (const event of readTrace(data)) {
    if (event.kind === 'Metric') expectTypeOf(event.value).toEqualTypeOf<Integer>();
    if (event.kind === 'TaskEnd') expectTypeOf(event.parent).toEqualTypeOf<Integer | null>();
    if (event.kind !== 'StateTransition') continue;
    if (event.subjectGoroutine === undefined)
      expectTypeOf(event.to).toEqualTypeOf<'Undetermined' | 'NotExist' | 'Running' | 'Idle' | 'Bad'>();
    else expectTypeOf(event.reason).toEqualTypeOf<string | undefined>();
  }
});

describe('the example', () => {
  const root = new URL('../../', import.meta.url).pathname;
  const example = (trace: string): string =>
    execFileSync(
      process.execPath,
      ['--conditions=gopherscope-source', join(root, 'docs/examples/network-share.ts'), trace],
      { cwd: root, encoding: 'utf8' },
    );

  test.each(['shop-go1.22.trace', 'shop-go1.26.trace', name])(
    'measures what the database has: %s',
    async (fixture) => {
      const databasePath = join(folder, `${fixture}.sqlite`);
      await ingest({ source: memorySource(fixtureBytes(fixture)), databasePath });
      const reader = new TraceReader(databasePath);
      const [networkNs, blockedNs] = reader
        .groups()
        .reduce(
          ([network, blocked], so) => [
            network + so.networkNs,
            blocked + so.networkNs + so.syncNs + so.sleepNs + so.gcNs + so.otherNs,
          ],
          [0, 0],
        );
      reader.close();
      expect(networkNs).toBeGreaterThan(0);
      expect(example(fixturePath(fixture)).split('\n')[1]).toBe(
        `${((100 * networkNs) / blockedNs).toFixed(2)} % of ${blockedNs} ns blocked were on the network`,
      );
    },
  );

  test('counts the blocks that Go prints', async () => {
    const core = new Core();
    const writer = eventWriter(core, 'go', { filter: {}, stacks: false });
    let text = '';
    for await (const part of orderedTrace(memorySource(data), core)) {
      if (part.kind === 'generation start') writer.enterGeneration();
      if (part.kind === 'events') text += writer.lines(part.snapshot).toString();
    }
    const blocks = [...text.matchAll(/GoID=\d+ Running->Waiting Reason="([^"]*)"/g)].map((match) => match[1]);
    const network = blocks.filter((reason) => reason === 'network').length;
    const counted = blocks.filter((reason) => reason !== 'forever').length;
    expect(example(path).split('\n')[0]).toBe(
      `${((100 * network) / counted).toFixed(2)} % of ${counted} blocks were on the network`,
    );
  });

  test('is printed in the documentation as it runs', () => {
    const printed = example(join(root, 'fixtures/traces/shop-go1.26.trace'));
    const documentation = readFileSync(join(root, 'docs/reader-api.md'), 'utf8');
    expect(documentation).toContain(printed);
  });
});
