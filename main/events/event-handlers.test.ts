import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EventRow } from '#common/analyses/event-results.ts';
import type { EventScope } from '#common/analyses/event-scope.ts';
import { exactJson } from '#common/exact-json.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { Core } from '#core-wasm/host/core.ts';
import { EventFactsReader } from '#main/exporters/event-facts.ts';
import { RecordFilter, typesNamed, type EventFilter } from '#main/exporters/event-filter.ts';
import { factsOf } from '#main/exporters/event-line.ts';
import { RawText } from '#main/exporters/raw-text.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { recognizeFile } from '#main/trace-file/recognize.ts';
import { traceInput } from '#main/trace-file/trace-input.ts';
import { fileChecksum } from '#main/trace-file/watched-file.ts';
import { fixtureBytes, fixturePath, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { createEventHandlers } from './event-handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Opened = ReturnType<typeof createEventHandlers>;
const opened: Opened[] = [];
afterEach(async () => {
  for (const handlers of opened.splice(0)) await handlers.close();
});

let databases = 0;
async function open(path: string, cacheBytes?: number): Promise<Opened> {
  const file = await recognizeFile(path);
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(readFileSync(path)), databasePath, sizeBytes: file.sizeBytes });
  const checksum = await fileChecksum(file);
  const kept = cacheBytes === undefined ? {} : { cacheBytes };
  const handlers = createEventHandlers({ databasePath, file, checksum, ...kept });
  opened.push(handlers);
  return handlers;
}

/** What the command line prints of a trace, as rows. */
async function printed(data: Uint8Array, filter: EventFilter = {}): Promise<EventRow[]> {
  const core = new Core();
  const passing = new RecordFilter(core, filter);
  const facts = new EventFactsReader(core);
  const rows: EventRow[] = [];
  let index = 0;
  for await (const part of orderedTrace(memorySource(data), core)) {
    if (part.kind === 'generation start') {
      facts.enterGeneration();
      passing.enterGeneration();
    }
    if (part.kind !== 'events') continue;
    facts.enterDelivery();
    passing.enterDelivery();
    for (let i = 0; i < core.records.count; i++, index++) {
      if (!passing.passes(i)) continue;
      const event = facts.event(i, part.snapshot);
      const { timeNs, kind, event: name, goroutine, processor, thread } = event;
      const leaf = 'stack' in event ? { at: event.stack[0]?.function ?? '' } : {};
      // The same facts as the line of text has.
      const own = factsOf(event).map(
        ([key, value]) => [key, typeof value === 'string' ? value : exactJson(value)] as const,
      );
      rows.push({ index, timeNs, kind, event: name, goroutine, processor, thread, facts: own, ...leaf });
    }
  }
  return rows;
}

const trace = traceKey('any');
const never = new AbortController().signal;
const context = { signal: never, report: () => undefined };

async function joined(handlers: Opened, scope: EventScope, limit = 1000): Promise<EventRow[]> {
  const { found } = await handlers['events.find']({ trace, ...scope }, context);
  const rows: EventRow[] = [];
  while (rows.length < found) {
    const page = await handlers['events.page']({ trace, ...scope, offset: rows.length, limit }, context);
    expect(page).toMatchObject({ rowCount: found, isExact: true });
    rows.push(...page.rows);
  }
  return rows;
}

describe('pages joined are what the command line prints', () => {
  test.each(fixtureTraces)('%s', async (name) => {
    const handlers = await open(fixturePath(name));
    const all = await printed(fixtureBytes(name));
    expect(await joined(handlers, {})).toEqual(all);
    for (const offset of [1, 7919, all.length - 3].filter((place) => place < all.length)) {
      const page = await handlers['events.page']({ trace, offset, limit: 50 }, context);
      expect(page.rows).toEqual(all.slice(offset, offset + 50));
    }
  });
});

describe('of a trace with several generations', () => {
  const name = 'shop-go1.26-generations.trace';
  let all: readonly EventRow[];
  beforeAll(async () => {
    all = await printed(fixtureBytes(name));
  });

  test.each<[string, EventScope, EventFilter]>([
    ['a window', { from: traceNs(5e6), until: traceNs(9_000_000.5) }, { fromNs: 5e6, untilNs: 9_000_001 }],
    ['a kind', { kinds: ['Metric'] }, { types: new Set(typesNamed('Metric')) }],
    [
      'several kinds',
      { kinds: ['GoBlock', 'Sync'] },
      { types: new Set([...typesNamed('GoBlock')!, ...typesNamed('Sync')!]) },
    ],
    ['goroutines', { goroutines: [goId(1), goId(18)] }, { goroutines: new Set([1, 18]) }],
    ['processors', { processors: [1] }, { processors: new Set([1]) }],
    ['a text', { containing: 'Chan' }, { text: 'chan' }],
    ['a function', { stack: 'main.' }, { stackText: 'main.' }],
    [
      'everything at once',
      { from: traceNs(2e6), goroutines: [goId(1)], kinds: ['StateTransition'], stack: 'RUNTIME' },
      {
        fromNs: 2e6,
        goroutines: new Set([1]),
        types: new Set(typesNamed('StateTransition')),
        stackText: 'runtime',
      },
    ],
  ])('those that pass are those of the command line: %s', async (_what, scope, filter) => {
    const handlers = await open(fixturePath(name));
    const expected = await printed(fixtureBytes(name), filter);
    expect(expected.length).toBeGreaterThan(0);
    expect(await joined(handlers, scope)).toEqual(expected);
  });

  test('a page comes although nothing is kept of what was decoded', async () => {
    const handlers = await open(fixturePath(name), 0);
    expect(await joined(handlers, { kinds: ['StateTransition'] }, 700)).toEqual(
      all.filter(({ kind }) => kind === 'StateTransition'),
    );
  });

  test('the events of a group of goroutines are those on any of them, or to them', async () => {
    const handlers = await open(fixturePath(name));
    const rows = await joined(handlers, { groups: ['main.main'] });
    expect(rows).toEqual(await printed(fixtureBytes(name), { goroutines: new Set([1]) }));
  });

  test('a time has its place among them', async () => {
    const handlers = await open(fixturePath(name));
    for (const scope of [{}, { kinds: ['StateTransition'] }, { kinds: ['Metric'] }]) {
      const rows = await joined(handlers, scope);
      const middle = rows[Math.floor(rows.length / 2)]!;
      const place = await handlers['events.place']({ trace, ...scope, at: middle.timeNs }, context);
      expect(place).toEqual({ offset: Math.floor(rows.length / 2) });
    }
  });

  test('each can be looked at by itself, with its stack', async () => {
    const handlers = await open(fixturePath(name));
    const row = all.findLast(({ at, event }) => at !== undefined && event === 'GoBlock')!;
    const detail = await handlers['events.detail']({ trace, index: row.index }, context);
    expect(detail).toMatchObject({ row, subjectGoroutine: row.goroutine });
    expect(detail.stack![0]).toMatchObject({ function: row.at });
    expect(JSON.parse(detail.json)).toMatchObject({ event: 'GoBlock', timeNs: row.timeNs });
  });

  test('one that is not there is refused', async () => {
    const handlers = await open(fixturePath(name));
    await expect(handlers['events.detail']({ trace, index: all.length }, context)).rejects.toMatchObject({
      code: 'bad-parameters',
    });
  });

  test('of a goroutine the next one is found, in either direction, in any generation', async () => {
    const handlers = await open(fixturePath(name));
    const own = await printed(fixtureBytes(name), { goroutines: new Set([1]) });
    for (const at of [0, 1, Math.floor(own.length / 2), own.length - 1]) {
      const { index } = own[at]!;
      const about = { trace, index, goroutine: goId(1) };
      expect(await handlers['events.neighbour']({ ...about, direction: 'after' }, context)).toEqual(
        own[at + 1] ?? null,
      );
      expect(await handlers['events.neighbour']({ ...about, direction: 'before' }, context)).toEqual(
        own[at - 1] ?? null,
      );
    }
  });

  test('a search tells how far it is, ends when it is cancelled, and goes on from there', async () => {
    const handlers = await open(fixturePath(name));
    const control = new AbortController();
    const told: number[] = [];
    const scope = { trace, kinds: ['Metric'] };
    const report = ({ seen, toSee }: { seen: number; toSee: number }): void => {
      expect(toSee).toBe(all.length);
      told.push(seen);
      if (told.length === 2) control.abort();
    };
    const search = handlers['events.find'](scope, { signal: control.signal, report });
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
    expect(told[0]).toBe(0);
    expect(told[1]).toBeGreaterThan(0);
    const { found, seen } = await handlers['events.find'](scope, {
      signal: never,
      report: (count) => expect(count.seen).toBeGreaterThan(0),
    });
    expect([found, seen]).toEqual([all.filter(({ kind }) => kind === 'Metric').length, all.length]);
  });

  test.each<[string, (data: Uint8Array) => Uint8Array | Promise<Uint8Array>]>([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['text', textOf],
  ])('they can be read from a trace in %s, forwards and backwards', async (kind, wrap) => {
    const path = join(folder, `wrapped.${kind}`);
    writeFileSync(path, await wrap(fixtureBytes(name)));
    const handlers = await open(path, 0);
    for (const offset of [all.length - 100, 0, Math.floor(all.length / 2)]) {
      const page = await handlers['events.page']({ trace, offset, limit: 100 }, context);
      expect(page.rows).toEqual(all.slice(offset, offset + 100));
    }
  });

  test('what could be read of a damaged trace is there', async () => {
    const whole = fixtureBytes(name);
    const damaged = whole.slice(0, Math.floor(whole.length * 0.8));
    damaged[Math.floor(whole.length * 0.7)]! ^= 0xff;
    const path = join(folder, 'damaged.trace');
    writeFileSync(path, damaged);
    const handlers = await open(path);
    expect(await joined(handlers, {})).toEqual(await printed(damaged));
  });
});

describe('events need the file', () => {
  const name = 'shop-go1.26.trace';
  const copy = (to: string): string => {
    const path = join(folder, to);
    copyFileSync(fixturePath(name), path);
    return path;
  };
  const first = { trace, offset: 0, limit: 10 };

  test('where it is gone, that is said, and once it is back they are there', async () => {
    const path = copy('gone.trace');
    const handlers = await open(path);
    renameSync(path, `${path}.away`);
    await expect(handlers['events.page'](first, context)).rejects.toMatchObject({
      code: 'file-missing',
      message: expect.stringContaining('is not there any more') as string,
    });
    renameSync(`${path}.away`, path);
    expect((await handlers['events.page'](first, context)).rows).toHaveLength(10);
  });

  test('one that was overwritten is not taken for what it was', async () => {
    const path = copy('changed.trace');
    const handlers = await open(path);
    const other = fixtureBytes(name).slice();
    other[other.length - 10]! ^= 1;
    writeFileSync(path, other);
    utimesSync(path, 1, 1);
    await expect(handlers['events.page'](first, context)).rejects.toMatchObject({ code: 'file-changed' });
  });

  test('one that was only touched is still the same', async () => {
    const path = copy('touched.trace');
    const handlers = await open(path);
    utimesSync(path, 1, 1);
    expect((await handlers['events.page'](first, context)).rows).toHaveLength(10);
  });

  test('what was appended meanwhile does not matter', async () => {
    const path = copy('grown.trace');
    const handlers = await open(path);
    writeFileSync(path, new Uint8Array(100), { flag: 'a' });
    expect((await handlers['events.page'](first, context)).rows).toHaveLength(10);
  });
});

async function textOf(data: Uint8Array): Promise<Uint8Array> {
  const raw = new RawText((await traceInput(memorySource(data))).source, 26);
  const texts = ['Trace Go1.26\n'];
  for await (const text of raw.text()) texts.push(text.toString());
  return Buffer.from(texts.join(''));
}
