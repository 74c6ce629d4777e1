import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { BucketLane, ExactLane, TimelineWindow } from '#common/analyses/timeline-results.ts';
import { addSpan, bucketGrid } from '#common/lane-buckets.ts';
import { collectorLanes, collectorStates } from '#common/lane-kinds.ts';
import { traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { readTrace } from '#main/reader/read-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { timelineWindow } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-collector-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

async function open(data: Uint8Array): Promise<TraceReader> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return new TraceReader(databasePath);
}

const ask = (reader: TraceReader, id: number, from: number, until: number, columns: number): TimelineWindow =>
  timelineWindow(reader, openGoroutineTable(reader), {
    trace: traceKey(''),
    from: traceNs(from),
    until: traceNs(until),
    columns,
    lanes: [{ kind: 'collector', id }],
  });
const exactly = (reader: TraceReader, id: number, from = -1, until = 1e15): ExactLane =>
  ask(reader, id, from, until, 8192).lanes[0] as ExactLane;

/** `7-10 on why`, one for each span. */
const told = ({ starts, ends, states, reasons, names }: ExactLane): string[] =>
  [...starts].map((start, i) =>
    `${start}-${ends[i]!} ${collectorStates[states[i]!]!} ${names?.[reasons[i]!] ?? ''}`.trimEnd(),
  );

const stops = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=1 g=7 g_seq=1
STWBegin dt=4 kind_string=1 stack=0
GCBegin dt=1 gc_seq=1 stack=0
STWEnd dt=2
STWBegin dt=10 kind_string=2 stack=0
GCEnd dt=3 gc_seq=2
STWEnd dt=1
STWBegin dt=5 kind_string=1 stack=0
STWEnd dt=1
GoDestroy dt=4
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="GC sweep termination"
String id=2
	data="GC mark termination"
`;

test('the world is stopped for what the runtime says', async () => {
  const reader = await open(encodeTextTrace(stops));
  const lane = exactly(reader, collectorLanes.stopped);
  expect(told(lane)).toEqual([
    '0-7 off',
    '7-10 on GC sweep termination',
    '10-20 off',
    '20-24 on GC mark termination',
    '24-29 off',
    '29-30 on GC sweep termination',
    '30-35 off',
  ]);
  expect(lane.names).toEqual(['', 'GC sweep termination', 'GC mark termination']);
  expect([...lane.goroutines, ...lane.partners].every(Number.isNaN)).toBe(true);
  reader.close();
});

test('a collection marks from its begin to its end, for no reason', async () => {
  const reader = await open(encodeTextTrace(stops));
  const lane = exactly(reader, collectorLanes.marking);
  expect(told(lane)).toEqual(['0-8 off', '8-23 on', '23-35 off']);
  expect(lane.names).toBeUndefined();
  reader.close();
});

test('a window has the names of its own stops only', async () => {
  const reader = await open(encodeTextTrace(stops));
  const lane = exactly(reader, collectorLanes.stopped, 20, 24);
  expect([told(lane), lane.names]).toEqual([['20-24 on GC mark termination'], ['', 'GC mark termination']]);
  reader.close();
});

test('more spans than columns are buckets', async () => {
  const reader = await open(encodeTextTrace(stops));
  const { buckets, lanes } = ask(reader, collectorLanes.stopped, 0, 35, 5);
  expect(buckets).toEqual({ level: 3, first: 0, count: 5 });
  expect(lanes[0]).toEqual({
    kind: 'buckets',
    states: 2,
    // On and off, bucket by bucket.
    ns: Float64Array.of(1, 7, 2, 6, 4, 4, 1, 7, 0, 3),
  });
  reader.close();
});

test('a collector has no other lanes', async () => {
  const reader = await open(encodeTextTrace(stops));
  for (const id of [-1, 2, 0.5]) expect(exactly(reader, id).starts.length).toBe(0);
  reader.close();
});

/** `7-10 on why`, by the events themselves. */
async function wanted(data: Uint8Array, range: RegExp, durationNs: number): Promise<string[]> {
  const spans: string[] = [];
  let since: { readonly ns: number; readonly text: string } = { ns: 0, text: 'off' };
  const change = (ns: number, text: string): void => {
    if (ns > since.ns && text !== since.text) spans.push(`${since.ns}-${ns} ${since.text}`);
    if (text !== since.text) since = { ns, text };
  };
  let first = true;
  for await (const event of readTrace(data)) {
    if (!('range' in event)) continue;
    const why = range.exec(event.range);
    if (!why) continue;
    if (event.kind === 'RangeBegin') change(event.timeNs, `on ${why[1] ?? ''}`.trimEnd());
    if (event.kind === 'RangeActive' && first) change(0, `on ${why[1] ?? ''}`.trimEnd());
    if (event.kind === 'RangeEnd') change(event.timeNs, 'off');
    first = false;
  }
  change(durationNs, 'the end');
  return spans;
}

describe.each(fixtureTraces)('%s', (name) => {
  const data = fixtureBytes(name);

  test('marks and stops the world when its events say so', async () => {
    const reader = await open(data);
    const { durationNs } = reader.trace();
    const marked = await wanted(data, /^GC concurrent mark phase$/, durationNs);
    const stopped = await wanted(data, /^stop-the-world \((.*)\)$/, durationNs);
    expect(told(exactly(reader, collectorLanes.marking))).toEqual(marked);
    expect(told(exactly(reader, collectorLanes.stopped))).toEqual(stopped);
    expect(stopped.length).toBeGreaterThan(2);
    reader.close();
  });

  test('its buckets are the sums of its spans', async () => {
    const reader = await open(data);
    const { durationNs } = reader.trace();
    for (const id of Object.values(collectorLanes))
      for (const columns of [1, 2, 3, 9, 30]) {
        const { buckets, lanes } = ask(reader, id, 0, durationNs, columns);
        const { starts, ends, states } = exactly(reader, id);
        if (lanes[0]!.kind === 'exact') continue;
        const grid = bucketGrid(buckets.level, 0, durationNs, 2);
        for (const [i, start] of starts.entries()) addSpan(grid, start, ends[i]!, states[i]!);
        expect((lanes[0] as BucketLane).ns).toEqual(grid.ns);
      }
    reader.close();
  });
});
