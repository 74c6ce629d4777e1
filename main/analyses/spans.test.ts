import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { SpanPicture } from '#common/analyses/goroutine-results.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { goId } from '#common/ids.ts';
import { unpackKeyDurations } from '#common/key-durations.ts';
import { spansInChunk } from '#common/span-chunk.ts';
import { traceNs } from '#common/units.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { waitsOf } from './goroutines.ts';
import { spans } from './spans.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-spans-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

async function open(data: Uint8Array): Promise<TraceReader> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return new TraceReader(databasePath);
}

type Exact = SpanPicture & { kind: 'exact' };
type Shares = SpanPicture & { kind: 'shares' };
const picture = (
  reader: TraceReader,
  id: number,
  from: number,
  until: number,
  columns: number,
): SpanPicture =>
  spans(reader, openGoroutineTable(reader), {
    trace: '' as never,
    id: goId(id),
    from: traceNs(from),
    until: traceNs(until),
    columns,
  });
const exactly = (reader: TraceReader, id: number): Exact => picture(reader, id, -1, 1e15, 1e9) as Exact;

const letters: Readonly<Record<string, string>> = {
  running: 'R',
  runnable: 'r',
  syscall: 'S',
  network: 'N',
  sync: 'W',
  sleep: 'z',
  gc: 'g',
  other: 'o',
  unknown: '?',
};

/** One letter a nanosecond, from the trace's origin. */
function drawn({ starts, ends, classes }: Exact): string {
  let text = '';
  starts.forEach((start, i) => {
    text = text.padEnd(start, ' ') + letters[stateClasses[classes[i]!]!]!.repeat(ends[i]! - start);
  });
  return text;
}

const oneGoroutine = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStart dt=3 g=7 g_seq=1
GoBlock dt=4 reason_string=1 stack=0
GoUnblock dt=5 g=7 g_seq=2 stack=0
GoStart dt=1 g=7 g_seq=3
GoBlock dt=2 reason_string=2 stack=0
GoUnblock dt=3 g=7 g_seq=4 stack=0
GoStart dt=1 g=7 g_seq=5
GoDestroy dt=2
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="chan receive"
String id=2
	data="network"
`;

test('the states of a goroutine are drawn as its events say', async () => {
  const reader = await open(encodeTextTrace(oneGoroutine));
  expect(drawn(exactly(reader, 7))).toBe('  rrrRRRRWWWWWrRRNNNrRR');
  reader.close();
});

test('a narrow window holds only the spans that touch it', async () => {
  const reader = await open(encodeTextTrace(oneGoroutine));
  const { starts, ends } = picture(reader, 7, 9, 14, 100) as Exact;
  expect([...starts]).toEqual([9]);
  expect([...ends]).toEqual([14]);
  expect(exactly(reader, 8).starts.length).toBe(0);
  reader.close();
});

test('more spans than columns become shares of time, none of it lost', async () => {
  const reader = await open(encodeTextTrace(oneGoroutine));
  const { kind, columns, shares, spanCount } = picture(reader, 7, 2, 22, 4) as Shares;
  expect([kind, columns, spanCount]).toEqual(['shares', 4, 8]);
  const share = (column: number, name: (typeof stateClasses)[number]): number =>
    Math.round(shares[column * stateClasses.length + stateClasses.indexOf(name)]! * 100);
  // Columns of 5 ns each: rrrRR RRWWW WWrRR NNNrR, and the last R lies behind the window.
  expect([share(0, 'runnable'), share(0, 'running')]).toEqual([60, 40]);
  expect([share(1, 'running'), share(1, 'sync')]).toEqual([40, 60]);
  expect([share(2, 'sync'), share(2, 'runnable'), share(2, 'running')]).toEqual([40, 20, 40]);
  expect([share(3, 'network'), share(3, 'runnable'), share(3, 'running')]).toEqual([60, 20, 20]);
  reader.close();
});

/** Goroutine 3 runs on thread 5, and then `events`; stack 1 is main.work:30, stack 2 main.work:31. */
const withStacks = (events: string): Uint8Array =>
  encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=3 m=5 gstatus=2
${events}
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=11 func=1 file=2 line=30
Stack id=2 nframes=1
	pc=22 func=1 file=2 line=31
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="main.work"
String id=2
	data="main.go"
`);

describe('a life of being created, running, and ending', () => {
  const create = 'GoCreate dt=10 new_g=7 new_stack=2 stack=1';
  const stop = 'GoStop dt=1 reason_string=1 stack=0';
  const run = 'GoStart dt=20 g=7 g_seq=1';
  const end = 'GoDestroy dt=30';
  const stored = (reader: TraceReader): number =>
    [...reader.spanChunks({ first: 7, last: 7 }, -1, 1e15)]
      .flatMap(({ spans: packed, baseNs }) => [...spansInChunk(packed, new Set([7]), baseNs)])
      .flatMap(({ spans: own }) => own).length;
  const lengths = ({ starts, ends }: Exact): number[] => [...starts].map((start, i) => ends[i]! - start);

  test('has the spans of its events, with their stacks, though none are stored', async () => {
    const reader = await open(withStacks([create, stop, run, end].join('\n')));
    expect(stored(reader)).toBe(0);
    const all = exactly(reader, 7);
    expect(lengths(all)).toEqual([21, 30]);
    expect([...all.classes].map((index) => stateClasses[index])).toEqual(['runnable', 'running']);
    expect(reader.stack(all.stacks[0]!)).toMatchObject([{ function: 'main.work', line: 30 }]);
    expect(all.stacks[1]).toBe(0);
    const narrow = picture(reader, 7, all.ends[1]! - 5, 1e15, 100) as Exact;
    expect([...narrow.starts]).toEqual([all.ends[0]]);
    reader.close();
  });

  const others = {
    'stops in between': [create, stop, run, 'GoStop dt=30 reason_string=1 stack=0'],
    'runs from a stack on': [
      create,
      stop,
      'GoStart dt=20 g=7 g_seq=1',
      'GoSyscallBegin dt=3 p_seq=1 stack=2',
    ],
    'is created waiting': ['GoCreateBlocked dt=10 new_g=7 new_stack=2 stack=1', stop],
    'still runs when the trace ends': [create, stop, run],
  };
  test.each(Object.entries(others))('one that %s has its spans stored', async (_, events) => {
    const reader = await open(withStacks(events.join('\n')));
    expect(stored(reader)).toBeGreaterThan(0);
    reader.close();
  });

  test('a number that comes twice has the spans of both lives', async () => {
    const goOn = 'GoStart dt=5 g=3 g_seq=1';
    const longer = ['GoStop dt=7 reason_string=1 stack=0', 'GoStart dt=20 g=7 g_seq=2', end];
    const reader = await open(
      withStacks([create, stop, run, end, goOn, create, stop, run, ...longer].join('\n')),
    );
    expect(stored(reader)).toBe(4);
    expect(lengths(exactly(reader, 7))).toEqual([21, 30, 21, 7, 20, 30]);
    reader.close();
  });
});

describe('spans add up to the totals of every goroutine, without gaps', () => {
  test.each(fixtureTraces)('%s', async (name) => {
    const reader = await open(fixtureBytes(name));
    for (const goroutine of openGoroutineTable(reader).all()) {
      const { starts, ends, classes, reasons, reasonNames } = exactly(reader, goroutine.id);
      const sums: Record<string, number> = {};
      const waits: Record<string, number> = {};
      starts.forEach((start, i) => {
        if (i > 0) expect(start).toBe(ends[i - 1]);
        const length = ends[i]! - start;
        const state = stateClasses[classes[i]!]!;
        sums[state] = (sums[state] ?? 0) + length;
        if (['sync', 'network', 'sleep', 'gc', 'other', 'unknown'].includes(state)) {
          const reason = reasonNames[reasons[i]!]!;
          waits[reason] = (waits[reason] ?? 0) + length;
        }
      });
      expect(sums['running'] ?? 0).toBe(goroutine.execNs);
      expect(waits).toEqual(
        Object.fromEntries(
          waitsOf(reader, unpackKeyDurations(goroutine.waits)).map((wait) => [wait.name, wait.ns]),
        ),
      );
      expect(Object.values(sums).reduce((so, ns) => so + ns, 0)).toBe(goroutine.totalNs);
    }
    reader.close();
  });
});
