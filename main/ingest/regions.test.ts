import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eachRegion } from '#common/region-chunk.ts';
import type { RegionRecord } from '#common/regions-in-order.ts';
import { TraceReader } from '#db/reader.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { ingest } from './ingest.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-regions-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

interface Stored {
  readonly regions: readonly (RegionRecord & { readonly name: string })[];
  /** How many are in each chunk. */
  readonly counts: readonly number[];
  /** Tasks as they stand there. */
  readonly tasks: readonly bigint[];
  readonly reasons: readonly string[];
}

async function store(text: string): Promise<Stored> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(encodeTextTrace(text)), databasePath });
  const reader = new TraceReader(databasePath);
  const regions = [...reader.allRegions()].map((region) => ({ ...region, name: reader.name(region.nameIx) }));
  const chunks = reader.regionChunks();
  const tasks: bigint[] = [];
  for (const { ix, count } of chunks)
    eachRegion(reader.regionChunk(ix)!, count, (_goroutine, _at, { task }) => tasks.push(task));
  const reasons = reader.reasons();
  reader.close();
  return { regions, counts: chunks.map(({ count }) => count), tasks, reasons };
}

const head = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Strings
String id=1
\tdata="open"
String id=2
\tdata="whole"
String id=3
\tdata="sleep"
String id=4
\tdata="main.work"
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Stacks
Stack id=1 nframes=1
\tpc=11 func=4 file=4 line=30
EventBatch gen=1 m=5 time=10 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
`;

/** Goroutine, name, start, end, total, execution, waiting for the scheduler. */
const figuresOf = (region: RegionRecord & { readonly name: string }) => {
  const { goroutineId, name, startNs, endNs, totalNs, execNs, schedWaitNs } = region;
  return [goroutineId, name, startNs, endNs, totalNs, execNs, schedWaitNs];
};

test('regions of several goroutines come out of a database as they went into the core', async () => {
  const { regions, counts, tasks, reasons } = await store(
    `${head}UserRegionEnd dt=4 task=18446744073709551615 name_string=1 stack=0
UserRegionBegin dt=4 task=9223372036854775809 name_string=2 stack=0
GoCreate dt=10 new_g=4 new_stack=1 stack=0
GoBlock dt=20 reason_string=3 stack=0
GoStart dt=5 g=4 g_seq=1
UserRegionBegin dt=5 task=2 name_string=1 stack=0
GoUnblock dt=10 g=9 g_seq=1 stack=0
UserRegionEnd dt=10 task=2 name_string=1 stack=0
UserRegionBegin dt=5 task=0 name_string=2 stack=0
GoStop dt=5 reason_string=3 stack=0
GoStart dt=5 g=9 g_seq=2
UserRegionEnd dt=10 task=9223372036854775809 name_string=2 stack=0
GoStop dt=15 reason_string=3 stack=0
`,
  );
  expect(regions.map(figuresOf)).toEqual([
    // What it inherited when it was created, and below what it is in when the trace ends, with the Sync at 111 ns.
    [4, '', 20, null, 91, 35, 56],
    [4, 'open', 50, 70, 20, 20, 0],
    [4, 'whole', 75, null, 36, 5, 31],
    [9, 'open', null, 6, 6, 6, 0],
    [9, 'whole', 10, 95, 85, 40, 25],
  ]);
  expect(tasks).toEqual([0xffffffffffffffffn, 2n, (1n << 63n) + 1n, (1n << 63n) + 1n, 0n]);
  expect(regions.map(({ waits }) => waits)).toEqual([[], [], [], [], [[reasons.indexOf('sleep'), 20]]]);
  expect(regions.map(({ sleepNs }) => sleepNs)).toEqual([0, 0, 0, 0, 20]);
  expect(counts.reduce((so, count) => so + count)).toBe(regions.length);
});

test('more regions than fill a chunk come in several, and in order', async () => {
  const pair = `UserRegionBegin dt=1 task=0 name_string=1 stack=0
UserRegionEnd dt=1 task=0 name_string=1 stack=0
`;
  const { regions, counts } = await store(head + pair.repeat(5000));
  expect(counts).toEqual([2048, 2048, 904]);
  expect(regions.map(({ startNs }) => startNs)).toEqual(regions.map((_, i) => regions[0]!.startNs! + i * 2));
  expect(regions.every(({ totalNs, execNs }) => totalNs === 1 && execNs === 1)).toBe(true);
});
