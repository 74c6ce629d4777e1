import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packStays, stayBytes, storedGroups, unpackStays } from '#common/group-stays.ts';
import { nameIx, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { GoroutineOrders } from '../goroutine-order.ts';
import { GroupPieces } from './group-pieces.ts';
import { longestStays } from './longest.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-pieces-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

/** Always the same numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}

function answer<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What is stored must say what the spans say: of all groups, in windows of any size anywhere. */
async function compare(data: Uint8Array, windows: number): Promise<{ stays: number; scans: number }> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const reader = new TraceReader(databasePath);
  const open = (): GoroutineOrders => new GoroutineOrders(reader, openGoroutineTable(reader));
  const found = { stays: 0, scans: 0 };
  const stored = new GroupPieces(reader, () => {
    found.scans++;
    return open();
  });
  const scanned = new GroupPieces(reader, open, { usesStored: false });
  const groups = reader.groups().map((group) => nameIx(group.nameIx));
  const { durationNs } = reader.trace();
  const borders = reader.generations().flatMap(({ startNs, untilNs }) => [startNs, untilNs]);
  const random = numbers(7);
  for (let i = 0; i < windows; i++) {
    const size = durationNs * 10 ** (-6 * random());
    const from = i === 0 ? 0 : i % 5 === 0 ? borders[i % borders.length]! : (durationNs - size) * random();
    const window = { from: traceNs(from), until: traceNs(i === 0 ? durationNs : from + size) };
    const most = [30, 1, 5, 32, 30, 200][i % 6]!;
    const some = Array.from({ length: 20 }, () => groups[Math.floor(random() * groups.length)]!);
    const params = { trace: traceKey(''), groups: [nameIx(0), ...some], most, ...window };
    const told = answer(longestStays(reader, stored, params));
    expect(told).toEqual(answer(longestStays(reader, scanned, params)));
    found.stays += told.groups.flat().length;
  }
  reader.close();
  return found;
}

test.each(fixtureTraces)('%s: what is stored says what the spans say', async (name) => {
  expect((await compare(fixtureBytes(name), 40)).stays).toBeGreaterThan(50);
});

const oneGroupEach = (count: number): string => `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
${Array.from(
  { length: count },
  (_, i) => `GoCreate dt=1 new_g=${i + 10} new_stack=${i + 1} stack=0
GoStart dt=${(i % 9) + 2} g=${i + 10} g_seq=1
${i % 3 === 0 ? 'GoBlock dt=1 reason_string=1 stack=0' : 'GoDestroy dt=3'}
`,
).join('')}EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="chan receive"
${Array.from({ length: count }, (_, i) => `String id=${i + 2}\n\tdata="main.worker${i}"\n`).join('')}EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Stacks
${Array.from({ length: count }, (_, i) => `Stack id=${i + 1} nframes=1\n\tpc=16 func=${i + 2} file=1 line=11\n`).join('')}`;

test('groups that were left out are looked for in the spans', async () => {
  const { stays, scans } = await compare(encodeTextTrace(oneGroupEach(storedGroups * 2)), 30);
  expect(stays).toBeGreaterThan(50);
  expect(scans).toBe(1);
});

test('where there are few stays no spans are read', async () => {
  expect((await compare(encodeTextTrace(oneGroupEach(20)), 30)).scans).toBe(0);
});

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(/[ |]+/).map((two) => parseInt(two, 16)));

interface Row {
  readonly goroutine: number;
  readonly from: number;
  readonly until: number;
  readonly stack: number;
  readonly what: number;
  readonly flags: number;
  readonly name: number;
}

/** As they lie in the core. */
function rowsOf(rows: readonly Row[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(rows.length * stayBytes));
  for (const [i, { goroutine, from, until, stack, what, flags, name }] of rows.entries()) {
    for (const [j, number] of [goroutine, from, until].entries())
      view.setBigInt64(i * stayBytes + j * 8, BigInt(number), true);
    for (const [j, number] of [stack, what, flags, name].entries())
      view.setUint32(i * stayBytes + 24 + j * 4, number, true);
  }
  return new Uint8Array(view.buffer);
}

const example: readonly Row[] = [
  { goroutine: 9, from: 1000, until: 1044, stack: 0, what: 3, flags: 1, name: 4 },
  { goroutine: 7, from: 1100, until: 1400, stack: 5, what: 20, flags: 4, name: 4 },
];

test('the example of the format means what it says', () => {
  const packed = packStays(rowsOf(example), 1000, false);
  expect(packed).toEqual(bytesOf('02 | 04 05 0c | ac 02 64 07 50 05 | 80 02 00 09 0d 00'));
  const { groups, leftOut } = unpackStays(packed, 1000, new Set([4, 5]));
  expect([[...groups.keys()], groups.get(4)!.isAll, leftOut]).toEqual([[4], false, false]);
  expect(groups.get(4)!.stays).toEqual([
    { goroutine: 7, from: 1100, until: 1400, state: 4, reason: 2, stack: 5, isPiece: false },
    { goroutine: 9, from: 1000, until: 1044, state: 3, reason: 0, stack: 0, isPiece: true },
  ]);
});

test('numbers that only damaged traces have are not stored', () => {
  for (const odd of [{ goroutine: -1 }, { from: 999 }, { until: 2 ** 60 }]) {
    const packed = packStays(rowsOf([{ ...example[0]!, ...odd }]), 1000, false);
    expect(unpackStays(packed, 1000, new Set([4]))).toEqual({ groups: new Map(), leftOut: true });
  }
});

test('of too many groups those with the longest stays are stored', () => {
  const many = Array.from({ length: storedGroups + 1 }, (_, i) => ({
    ...example[0]!,
    name: i,
    until: 2000 + i,
  }));
  const { groups, leftOut } = unpackStays(packStays(rowsOf(many), 1000, false), 1000, new Set([0, 1]));
  expect([[...groups.keys()], leftOut]).toEqual([[1], true]);
});
