import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { BucketLane, ExactLane, LaneRef, TimelineWindow } from '#common/analyses/timeline-results.ts';
import { goStates, stateClass } from '#common/goroutine-state.ts';
import { processorStates, threadStates } from '#common/lane-kinds.ts';
import { traceNs } from '#common/units.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { stateCounts, timelineCounters } from './counters.ts';
import { timelineLanes, timelineOverview } from './overview.ts';
import { timelineWindow } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-window-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

async function open(data: Uint8Array): Promise<TraceReader> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return new TraceReader(databasePath);
}

const trace = '' as never;
const ask = (
  reader: TraceReader,
  lane: LaneRef,
  from: number,
  until: number,
  columns: number,
): TimelineWindow =>
  timelineWindow(reader, openGoroutineTable(reader), {
    trace,
    from: traceNs(from),
    until: traceNs(until),
    columns,
    lanes: [lane],
  });
const exactly = (reader: TraceReader, lane: LaneRef, from = -1, until = 1e15): ExactLane =>
  ask(reader, lane, from, until, 8192).lanes[0] as ExactLane;
const inBuckets = (window: TimelineWindow): BucketLane => window.lanes[0] as BucketLane;

/** `7-10 running g7 m5`, one for each span. */
function told(lane: ExactLane, states: readonly string[], partner: string): string[] {
  const number = (letter: string, value: number): string => (Number.isNaN(value) ? '' : ` ${letter}${value}`);
  return [...lane.starts].map((start, i) => {
    const numbers = number('g', lane.goroutines[i]!) + number(partner, lane.partners[i]!);
    return `${start}-${lane.ends[i]!} ${states[lane.states[i]!]!}${numbers}`;
  });
}

/** Goroutine 7 goes into a system call, loses its processor to thread 6, and comes back without one. */
const stolen = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
GoSyscallBegin dt=4 p_seq=1 stack=0
GoSyscallEndBlocked dt=20
ProcStart dt=10 p=0 p_seq=4
GoStart dt=2 g=7 g_seq=2
GoDestroy dt=5
ProcStop dt=4
EventBatch gen=1 m=6 time=100 size=auto
ProcSteal dt=14 p=0 p_seq=2 m=5
ProcStart dt=1 p=0 p_seq=3
ProcStop dt=3
`;

test('a processor tells which goroutine it runs, and which thread has it', async () => {
  const reader = await open(encodeTextTrace(stolen));
  expect(told(exactly(reader, { kind: 'processor', id: 0 }), processorStates, 'm')).toEqual([
    '0-5 scheduling m5',
    '5-9 running g7 m5',
    '9-14 syscall g7 m5',
    '14-15 idle',
    '15-18 scheduling m6',
    '18-39 idle',
    '39-41 scheduling m5',
    '41-46 running g7 m5',
    '46-50 scheduling m5',
    '50-51 idle',
  ]);
  reader.close();
});

test('a thread tells what it does with its processor, and that it is blocked without one', async () => {
  const reader = await open(encodeTextTrace(stolen));
  expect(told(exactly(reader, { kind: 'thread', id: 5 }), threadStates, 'p')).toEqual([
    '0-5 scheduling p0',
    '5-9 running g7 p0',
    '9-14 syscall g7 p0',
    '14-29 blocked g7',
    '29-39 parked',
    '39-41 scheduling p0',
    '41-46 running g7 p0',
    '46-50 scheduling p0',
    '50-51 parked',
  ]);
  expect(told(exactly(reader, { kind: 'thread', id: 6 }), threadStates, 'p')).toEqual([
    '15-18 scheduling p0',
    '18-51 parked',
  ]);
  reader.close();
});

test('a lane that is not there has no spans', async () => {
  const reader = await open(encodeTextTrace(stolen));
  for (const kind of ['processor', 'thread', 'goroutine'] as const)
    expect(exactly(reader, { kind, id: 99 }).starts.length).toBe(0);
  reader.close();
});

describe('windows at borders', () => {
  const processor = { kind: 'processor', id: 0 } as const;

  test('a span that ends where the window begins does not touch it, nor one that begins where it ends', async () => {
    const reader = await open(encodeTextTrace(stolen));
    const { starts, ends } = exactly(reader, processor, 9, 14);
    expect([[...starts], [...ends]]).toEqual([[9], [14]]);
    reader.close();
  });

  test('a window of no width, and one before or behind the trace', async () => {
    const reader = await open(encodeTextTrace(stolen));
    expect([...exactly(reader, processor, 10, 10).starts]).toEqual([9]);
    expect([...exactly(reader, processor, 9, 9).starts]).toEqual([]);
    for (const [from, until] of [
      [-100, -50],
      [60, 100],
      [1e14, 1e15],
      [20, 10],
    ] as const) {
      const window = ask(reader, processor, from, until, 1);
      expect((window.lanes[0] as ExactLane).starts.length + window.buckets.count).toBeLessThanOrEqual(2);
    }
    reader.close();
  });

  test('buckets are whole ones of a grid that does not depend on the window', async () => {
    const reader = await open(encodeTextTrace(stolen));
    // From 0 to 48 three buckets of 16 ns; the window begins and ends inside of some.
    const window = ask(reader, processor, 3, 45, 3);
    expect(window.buckets).toEqual({ level: 4, first: 0, count: 3 });
    const [running, syscall, scheduling, idle] = [0, 1, 2, 3] as const;
    const ns = (bucket: number, state: number): number => inBuckets(window).ns[bucket * 5 + state]!;
    expect([ns(0, running), ns(0, syscall), ns(0, scheduling), ns(0, idle)]).toEqual([4, 5, 6, 1]);
    expect([ns(1, scheduling), ns(1, idle)]).toEqual([2, 14]);
    expect([ns(2, running), ns(2, scheduling), ns(2, idle)]).toEqual([5, 4, 7]);
    reader.close();
  });

  test('neighbouring windows of a recorded trace fit together', async () => {
    const reader = await open(fixtureBytes('shop-go1.26-generations.trace'));
    const generations = reader.generations();
    const border = generations[0]!.untilNs;
    const width = 2 ** 25;
    const lane = { kind: 'processor', id: 0 } as const;
    const middle = Math.floor(border / width) * width;
    const both = ask(reader, lane, middle - 4 * width, middle + 4 * width, 8);
    const parts = [0, 1].map((i) =>
      ask(reader, lane, middle + (i - 1) * 4 * width, middle + i * 4 * width, 4),
    );
    expect(parts.map((part) => part.buckets.level)).toEqual([25, 25]);
    const joined = parts.flatMap((part) =>
      part.lanes[0]!.kind === 'buckets' ? [...inBuckets(part).ns] : [],
    );
    expect(generations.length).toBeGreaterThan(2);
    expect(joined).toEqual([...inBuckets(both).ns]);
    reader.close();
  });
});

test('as many spans as columns are exact, one more are buckets', async () => {
  const reader = await open(encodeTextTrace(stolen));
  const lane = { kind: 'processor', id: 0 } as const;
  expect(ask(reader, lane, 0, 51, 10).lanes[0]!.kind).toBe('exact');
  expect(ask(reader, lane, 0, 51, 9).lanes[0]!.kind).toBe('buckets');
  reader.close();
});

describe('traces that nobody would record', () => {
  const manyProcessors = (count: number): string => {
    const threads = Array.from(
      { length: count },
      (_, i) => `EventBatch gen=1 m=${i + 10} time=100 size=auto
ProcStatus dt=${i + 1} p=${i} pstatus=1
ProcStop dt=3
`,
    );
    return `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
${threads.join('')}`;
  };

  test('thousands of processors', async () => {
    const reader = await open(encodeTextTrace(manyProcessors(3000)));
    const { lanes } = timelineLanes(reader);
    expect(lanes.filter(({ kind }) => kind === 'processor').length).toBe(3000);
    const last = exactly(reader, { kind: 'processor', id: 2999 });
    expect(told(last, processorStates, 'm')[0]).toMatch(/^0-\d+ scheduling m3009$/);
    const durationNs = reader.trace().durationNs;
    const all = stateCounts(reader, { kind: 'processors' }, { from: 0, until: durationNs, columns: 1 });
    expect(all.greatest[0]).toBe(3000);
    reader.close();
  });

  test('ids of 64 bits', async () => {
    const text = stolen.replaceAll('g=7', 'g=9007199254740994').replaceAll('m=5', 'm=4611686018427387904');
    const reader = await open(encodeTextTrace(text));
    const lane = exactly(reader, { kind: 'processor', id: 0 });
    expect(lane.goroutines[1]).toBe(2 ** 53 + 2);
    expect(lane.partners[1]).toBe(2 ** 62);
    expect(exactly(reader, { kind: 'thread', id: 2 ** 62 }).starts.length).toBe(9);
    expect(exactly(reader, { kind: 'goroutine', id: 2 ** 53 + 2 }).starts.length).toBeGreaterThan(0);
    reader.close();
  });

  test('no events at all', async () => {
    const reader = await open(encodeTextTrace('Trace Go1.22\n'));
    expect(timelineLanes(reader).lanes).toEqual([]);
    const overview = timelineOverview(reader, { trace, columns: 1000 });
    expect(overview.goroutines.count).toBe(overview.goroutines.ns.length / 9);
    reader.close();
  });
});

describe('values over time', () => {
  const heap = (count: number): string =>
    Array.from({ length: count }, (_, i) => `HeapAlloc dt=2 heapalloc_value=${8192 * (i % 7) + i}\n`).join(
      '',
    );
  const withHeap = (count: number): string => `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
${heap(count)}`;
  const value = (i: number): number => 8192 * (i % 7) + i;
  const asked = (reader: TraceReader, from: number, until: number, columns: number) =>
    timelineCounters(reader, {
      trace,
      from: traceNs(from),
      until: traceNs(until),
      columns,
      names: ['heapAllocated'],
    }).values.heapAllocated!;

  test('every change is there, and the value that holds where the window begins', async () => {
    const reader = await open(encodeTextTrace(withHeap(5000)));
    const series = asked(reader, 4002, 4010, 100);
    // Change i is 2 i + 3 ns behind the origin.
    expect(series).toEqual({
      kind: 'changes',
      times: Float64Array.of(4001, 4003, 4005, 4007, 4009),
      values: Float64Array.from([1999, 2000, 2001, 2002, 2003], value),
    });
    reader.close();
  });

  test('buckets say the least, the greatest and the last value in effect', async () => {
    const reader = await open(encodeTextTrace(withHeap(5000)));
    const series = asked(reader, 0, 10_004, 40);
    if (series.kind !== 'buckets') throw new Error('there are more changes than columns');
    expect([series.level, series.count]).toEqual([8, 40]);
    const width = 2 ** series.level;
    for (let bucket = 1; bucket < series.count - 1; bucket++) {
      const first = Math.ceil((bucket * width - 3) / 2);
      const end = Math.ceil(((bucket + 1) * width - 3) / 2);
      const inEffect = Array.from({ length: end - first + 1 }, (_, i) => value(first - 1 + i));
      expect([series.least[bucket], series.greatest[bucket], series.last[bucket]]).toEqual([
        Math.min(...inEffect),
        Math.max(...inEffect),
        value(end - 1),
      ]);
    }
    reader.close();
  });
});

test('states have the same classes in the core as on the screens', async () => {
  const reasons = [
    'chan receive',
    'select',
    'sync.Cond.Wait',
    'network',
    'sleep',
    'GC sweep wait',
    'forever?',
    'GCx',
  ];
  const all = [
    ...reasons,
    'wait until GC ends',
    'wait until GC ends!',
    'my sync',
    'selec',
    'chan',
    'networking',
  ];
  const strings = all.map((reason, i) => `String id=${i + 1}\n\tdata="${reason}"\n`).join('');
  const blocks = all.map(
    (_, i) => `GoCreate dt=1 new_g=${i + 1} new_stack=0 stack=0
GoStart dt=1 g=${i + 1} g_seq=1
GoBlock dt=1 reason_string=${i + 1} stack=0
`,
  );
  const reader = await open(
    encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
${blocks.join('')}GoCreate dt=10 new_g=99 new_stack=0 stack=0
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
${strings}`),
  );
  const found = stateCounts(
    reader,
    { kind: 'goroutines' },
    { from: 0, until: reader.trace().durationNs, columns: 1 },
  );
  const wanted = new Float64Array(9);
  for (const { id } of [...openGoroutineTable(reader).all()]) {
    const { starts, ends, states, reasons: why } = exactly(reader, { kind: 'goroutine', id });
    starts.forEach((start, i) => (wanted[states[i]!] = wanted[states[i]!]! + ends[i]! - start));
    const last = why.at(-1)!;
    if (id < 99)
      expect(stateClass(goStates[4], reader.reasons()[last]!)).toBe(stateClass('Waiting', all[id - 1]!));
  }
  expect(found.ns).toEqual(wanted);
  reader.close();
});
