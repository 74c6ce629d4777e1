import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Core } from '#core-wasm/host/core.ts';
import { Verification } from '#core-wasm/host/isolated-order.ts';
import { digestOf } from '#db/digest.ts';
import { eventWriter } from '#main/exporters/event-lines.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { noThreads, orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace, parseTextCase } from '../../fixtures/text-trace.ts';
import { mutant, origins, type Origin } from './mutant.ts';
import { parseTree } from './trace-tree.ts';
import type { Threads } from '#main/ingest/ordering/read-ahead.ts';

const threads = (most: number): Threads => ({ most, behindBytes: 0 });
const isolatedHere: Threads = { ...noThreads, isolateHere: true };

/** Every event to the last bit, whatever the deliveries, and how the trace ends. */
async function eventsOf(data: Uint8Array, how: Threads): Promise<string> {
  const core = new Core();
  const writer = eventWriter(core, 'go');
  const text = createHash('sha256');
  let ending = '';
  let events = 0;
  for await (const part of orderedTrace(memorySource(data), core, { threads: how })) {
    if (part.kind === 'generation start') writer.enterGeneration();
    if (part.kind === 'trouble') ending = JSON.stringify(part.trouble, (_, value) => String(value));
    if (part.kind !== 'events') continue;
    events += core.records.count;
    text.update(writer.lines(part.snapshot));
  }
  const counts = [events, core.processorCount, core.threadCount, ...core.eventCounts()];
  return [text.digest('hex'), ending, ...counts].join(' ');
}

const endingOf = (data: Uint8Array, how: Threads): Promise<string> =>
  eventsOf(data, how).catch((error: unknown) => String(error));

const begin = vi.spyOn(Verification.prototype, 'begin');
const finish = vi.spyOn(Verification.prototype, 'finish');
const resume = vi.spyOn(Core.prototype, 'resumeBehind');
beforeEach(() => vi.clearAllMocks());

describe('generations ordered by themselves give the events that one after the other gives', () => {
  test.each(fixtureTraces)('%s, on 1, 2 and 4 threads', async (name) => {
    const data = fixtureBytes(name);
    const expected = await eventsOf(data, noThreads);
    for (const most of [1, 2, 4]) expect(await eventsOf(data, threads(most))).toBe(expected);
    expect(finish).toHaveBeenCalledTimes(begin.mock.calls.length);
  });

  test('a recording of several generations is fitted in without being ordered again', async () => {
    await eventsOf(fixtureBytes('shop-go1.26-generations.trace'), threads(2));
    expect(finish.mock.calls.length).toBeGreaterThan(0);
    expect(resume).not.toHaveBeenCalled();
  });

  const folder = new URL('../../fixtures/text/', import.meta.url);
  const cases = readdirSync(folder).map((file) => parseTextCase(readFileSync(new URL(file, folder), 'utf8')));
  test.each(cases)('$title', async ({ trace }) => {
    const data = encodeTextTrace(trace);
    expect(await eventsOf(data, isolatedHere)).toBe(await eventsOf(data, noThreads));
  });
});

/** A generation with its frequency and strings. */
const generation = (number: number, ...batches: readonly string[]): string => {
  const start = `EventBatch gen=${number} m=18446744073709551615 time=${number * 1000} size=auto`;
  const strings = ['String id=1', '\tdata="job"', 'String id=2', '\tdata="part"'];
  return [
    [start, 'Frequency freq=1000000000', start, 'Strings', ...strings].join('\n'),
    ...batches.map((batch) => batch.replaceAll('EventBatch', `EventBatch gen=${number}`)),
  ].join('\n');
};
const threeGenerations = (...batches: readonly (readonly string[])[]): Uint8Array =>
  encodeTextTrace(['Trace Go1.22', ...batches.map((some, i) => generation(i + 1, ...some))].join('\n'));

describe('what an event takes for granted is filled in', () => {
  const running = (thread: number, processor: number, goroutine: number, time: number): string =>
    [
      `EventBatch m=${thread} time=${time} size=auto`,
      `ProcStatus dt=1 p=${processor} pstatus=1`,
      `GoStatus dt=1 g=${goroutine} m=${thread} gstatus=2`,
    ].join('\n');
  const cases: Record<string, Uint8Array> = {
    'the context of a thread that says later what it has': threeGenerations(
      [
        running(5, 0, 9, 1012),
        'EventBatch m=6 time=1020 size=auto\nGoStatus dt=1 g=11 m=18446744073709551615 gstatus=4',
      ],
      [
        [
          'EventBatch m=5 time=2012 size=auto',
          'GoStatus dt=1 g=11 m=18446744073709551615 gstatus=4',
          'GoUnblock dt=1 g=11 g_seq=1 stack=0',
          'ProcStatus dt=1 p=0 pstatus=1',
          'GoStatus dt=1 g=9 m=5 gstatus=2',
        ].join('\n'),
      ],
    ),
    'a processor that there was none of': threeGenerations(
      [running(5, 0, 9, 1012)],
      [running(5, 0, 9, 2012), 'EventBatch m=6 time=2020 size=auto\nProcStatus dt=1 p=3 pstatus=2'],
    ),
    'regions and tasks that end generations later': threeGenerations(
      [
        [
          running(5, 0, 9, 1012),
          'UserTaskBegin dt=1 task=7 parent_task=0 name_string=1 stack=0',
          'UserRegionBegin dt=1 task=7 name_string=1 stack=0',
          'UserRegionBegin dt=1 task=7 name_string=2 stack=0',
        ].join('\n'),
      ],
      [
        [
          running(5, 0, 9, 2012),
          'UserRegionEnd dt=1 task=7 name_string=2 stack=0',
          'UserTaskEnd dt=1 task=7 stack=0',
          'UserTaskBegin dt=1 task=8 parent_task=7 name_string=2 stack=0',
        ].join('\n'),
      ],
      [
        [
          running(5, 0, 9, 3012),
          'UserRegionEnd dt=1 task=7 name_string=1 stack=0',
          'UserTaskEnd dt=1 task=7 stack=0',
          'UserTaskEnd dt=1 task=8 stack=0',
        ].join('\n'),
      ],
    ),
  };
  test.each(Object.entries(cases))('%s', async (_, data) => {
    const expected = await eventsOf(data, noThreads);
    expect(await eventsOf(data, isolatedHere)).toBe(expected);
    expect(finish.mock.calls.length).toBeGreaterThan(0);
    expect(resume).not.toHaveBeenCalled();
  });
});

describe('what does not follow from the generation itself', () => {
  const name = 'shop-go1.26-generations.trace';
  const data = fixtureBytes(name);
  const recorded: Origin = { name, data, tree: parseTree(data) };

  test('has it ordered again from the event that shows it, with the same events', async () => {
    let resumed = 0;
    for (let index = 0; index < 60; index++) {
      const { data: damaged, story } = mutant([recorded], 7, index);
      resume.mockClear();
      const isolated = await endingOf(damaged, isolatedHere);
      if (resume.mock.calls.some(([count]) => count > 0)) resumed++;
      expect(isolated, `${index}: ${story}`).toBe(await endingOf(damaged, noThreads));
    }
    expect(resumed).toBeGreaterThan(5);
  });

  test('leaves no trace in the database, whatever was delivered before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gopherscope-isolated-'));
    const stored = async (damaged: Uint8Array, how: Threads, file: string): Promise<string> => {
      const databasePath = join(folder, file);
      const source = memorySource(damaged);
      const done = ingest({ source, databasePath, sizeBytes: damaged.length, threads: how });
      return done.then(
        () => digestOf(databasePath),
        (error: unknown) => String(error),
      );
    };
    for (let index = 0; index < 25; index++) {
      const { data: damaged, story } = mutant([recorded], 7, index);
      const expected = await stored(damaged, noThreads, `${index}.sqlite`);
      expect(await stored(damaged, isolatedHere, `${index}-isolated.sqlite`), story).toBe(expected);
    }
    rmSync(folder, { recursive: true });
  });

  test('does not disturb the thread that goes on with later generations', async () => {
    for (let index = 0; index < 12; index++) {
      const { data: damaged, story } = mutant([recorded], 7, index);
      expect(await endingOf(damaged, threads(1)), story).toBe(await endingOf(damaged, noThreads));
    }
  });

  test('is found in made-up traces, too', async () => {
    const all = origins();
    for (let index = 0; index < 200; index++) {
      const { data: damaged, story } = mutant(all, 11, index);
      expect(await endingOf(damaged, isolatedHere), `${index}: ${story}`).toBe(
        await endingOf(damaged, noThreads),
      );
    }
  });
});

test('whoever has seen enough leaves no thread behind', async () => {
  const core = new Core();
  const data = fixtureBytes('shop-go1.26-generations.trace');
  let ends = 0;
  const ports = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
  const before = ports();
  for await (const part of orderedTrace(memorySource(data), core, { threads: threads(2) }))
    if (part.kind === 'generation end' && ++ends === 2) break;
  expect(ports()).toBe(before);
});
