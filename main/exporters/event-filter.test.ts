import { beforeAll, describe, expect, test } from 'vitest';
import { Core } from '#core-wasm/host/core.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { kindNames, typesNamed, type EventFilter } from './event-filter.ts';
import { eventWriter, type EventFormat } from './event-lines.ts';
import type { TraceEvent } from './trace-event.ts';

const data = fixtureBytes('shop-go1.26-generations.trace');

/** The lines of what passes, and how many deliveries it took. */
async function printed(
  filter: EventFilter,
  format: EventFormat = 'json',
  stacks?: boolean,
): Promise<{ lines: string[]; deliveries: number }> {
  const core = new Core();
  const writer = eventWriter(core, format, { filter, ...(stacks === undefined ? {} : { stacks }) });
  let text = '';
  let deliveries = 0;
  for await (const part of orderedTrace(memorySource(data), core)) {
    if (part.kind === 'generation start') writer.enterGeneration();
    if (part.kind !== 'events') continue;
    deliveries++;
    text += writer.lines(part.snapshot).toString();
    if (writer.isOver) break;
  }
  return { lines: text.split('\n').slice(0, -1), deliveries };
}

const parse = (lines: readonly string[]): TraceEvent[] => lines.map((line) => JSON.parse(line) as TraceEvent);

describe('of all events those pass that meet every condition', () => {
  let all: TraceEvent[];
  beforeAll(async () => {
    all = parse((await printed({})).lines);
  });
  const goroutineOf = (event: TraceEvent): unknown =>
    'subjectGoroutine' in event ? event.subjectGoroutine : undefined;
  const processorOf = (event: TraceEvent): unknown =>
    'subjectProcessor' in event ? event.subjectProcessor : undefined;
  const cases: [string, EventFilter, (event: TraceEvent) => boolean][] = [
    ['nothing', {}, () => true],
    ['a time to begin', { fromNs: 5e6 }, (event) => event.timeNs >= 5e6],
    ['a time to end', { untilNs: 5e6 }, (event) => event.timeNs < 5e6],
    ['a thread', { threads: new Set([16888]) }, (event) => event.thread === 16888],
    [
      'a goroutine, as context or subject',
      { goroutines: new Set([1, 18]) },
      (event) => [event.goroutine, goroutineOf(event)].some((id) => id === 1 || id === 18),
    ],
    [
      'a processor, as context or subject',
      { processors: new Set([1]) },
      (event) => event.processor === 1 || processorOf(event) === 1,
    ],
    ['a kind', { types: new Set(typesNamed('metric')) }, (event) => event.kind === 'Metric'],
    [
      'a text in one of its strings, whatever its case',
      { text: 'Chan rec' },
      (event) => 'reason' in event && event.reason.includes('chan rec'),
    ],
    ['a text in its name', { text: 'heapalloc' }, (event) => event.event === 'HeapAlloc'],
    [
      'a function on its stack, or the new one',
      { stackText: 'MAIN.CLERK' },
      (event) =>
        [
          ...('stack' in event ? (event.stack ?? []) : []),
          ...('newStack' in event ? (event.newStack ?? []) : []),
        ].some((frame) => frame.function.includes('main.clerk')),
    ],
    ['an event', { types: new Set(typesNamed('goblock')) }, (event) => event.event === 'GoBlock'],
    [
      'several',
      {
        fromNs: 2e6,
        untilNs: 9e6,
        processors: new Set([0, 1]),
        types: new Set(typesNamed('StateTransition')),
      },
      (event) =>
        event.timeNs >= 2e6 &&
        event.timeNs < 9e6 &&
        event.kind === 'StateTransition' &&
        [event.processor, processorOf(event)].some((id) => id === 0 || id === 1),
    ],
  ];
  test.each(cases)('%s', async (_what, filter, passes) => {
    const expected = all.filter(passes);
    expect(expected.length).toBeGreaterThan(0);
    expect(parse((await printed(filter)).lines)).toEqual(expected);
  });

  test('and some of them only because they are done to a goroutine', async () => {
    const some = parse((await printed({ goroutines: new Set([18]) })).lines);
    expect(some.some((event) => event.goroutine !== 18)).toBe(true);
  });
});

test('nothing is read behind the end that was asked for', async () => {
  const [all, start] = [await printed({}), await printed({ untilNs: 1e6 })];
  expect(start.deliveries).toBeLessThan(all.deliveries / 2);
});

test('every kind has a name that finds its events', () => {
  for (const name of kindNames) expect(typesNamed(name.toUpperCase())!.length).toBeGreaterThan(0);
  expect(typesNamed('Sync')).toEqual([50]);
  expect(typesNamed('EventBatch')).toBeUndefined();
  expect(typesNamed('')).toBeUndefined();
});

describe('stacks', () => {
  const filter = { types: new Set(typesNamed('GoCreate')) };
  const first = async (format: EventFormat, stacks?: boolean): Promise<string[]> =>
    (await printed(filter, format, stacks)).lines;

  test('are left out of JSON where they are not wanted', async () => {
    expect(parse(await first('json')).every((event) => 'newStack' in event)).toBe(true);
    expect(parse(await first('json', false)).some((event) => 'stack' in event || 'newStack' in event)).toBe(
      false,
    );
  });

  test('are one name in readable text, or all of their frames', async () => {
    expect((await first('text'))[0]).toMatch(/ at \S+ new \S+$/);
    expect((await first('text', false)).join('\n')).not.toMatch(/ at | new /);
    const [line, frame] = await first('text', true);
    expect(line).not.toContain(' at ');
    expect(frame).toMatch(/^ {8}\S+ {2}\S+:\d+$/);
  });

  test('are left out of Go’s text without a trace', async () => {
    const lines = await first('go', false);
    expect(lines.every((line) => line.startsWith('M='))).toBe(true);
    expect(lines).toEqual((await first('go')).filter((line) => line.startsWith('M=')));
  });
});
