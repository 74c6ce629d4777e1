import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import { traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { reportedGoroutines, type ReportedRegion } from './goroutine-report.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-region-answers-'));
const opened: OpenAnalyses[] = [];
afterAll(() => {
  for (const handlers of opened) handlers.close();
  rmSync(folder, { recursive: true });
});

type Params = AnalysisParams<'regions'>;
type Result<Kind> = Extract<AnalysisResult<'regions'>, { kind: Kind }>;
const context = { signal: new AbortController().signal, report: () => undefined };

class Regions {
  readonly path: string;
  readonly #handlers: OpenAnalyses;

  constructor(path: string) {
    this.path = path;
    this.#handlers = createAnalysisHandlers(path, { sizeBytes: 1 }, analysisCore);
    opened.push(this.#handlers);
  }

  static async of(data: Uint8Array): Promise<Regions> {
    const path = join(folder, `${opened.length}.sqlite`);
    await ingest({ source: memorySource(data), databasePath: path });
    return new Regions(path);
  }

  async groups(params: Params = {}): Promise<Result<'groups'>> {
    const all = { trace: traceKey('t'), limit: 0, ...params };
    return (await this.#handlers['analyses.regions'](all, context)) as Result<'groups'>;
  }

  async each(params: Params = {}): Promise<Result<'regions'>> {
    const all = { trace: traceKey('t'), limit: 0, each: true, ...params };
    return (await this.#handlers['analyses.regions'](all, context)) as Result<'regions'>;
  }

  /** From the list of goroutines, with each region's goroutine. */
  reported(): (ReportedRegion & { readonly goroutine: number })[] {
    const reader = new TraceReader(this.path);
    const found = [...reportedGoroutines(reader, openGoroutineTable(reader))].flatMap(({ id, regions }) =>
      regions.map((region) => ({ goroutine: id, ...region })),
    );
    reader.close();
    return found;
  }

  get durationNs(): number {
    const reader = new TraceReader(this.path);
    const { durationNs } = reader.trace();
    reader.close();
    return durationNs;
  }
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
String id=5
\tdata="main.go"
String id=6
\tdata="runtime/trace.StartRegion"
String id=7
\tdata="main.main"
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Stacks
Stack id=1 nframes=2
\tpc=11 func=4 file=5 line=30
\tpc=12 func=7 file=5 line=9
Stack id=2 nframes=3
\tpc=13 func=6 file=5 line=1
\tpc=11 func=4 file=5 line=30
\tpc=14 func=7 file=5 line=10
EventBatch gen=1 m=5 time=10 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
`;

/** Ends without beginnings, nested ones, ones that go on, one that a new goroutine inherits, a number of a task beyond 2^53. */
const odd = `${head}UserRegionEnd dt=4 task=18446744073709551615 name_string=1 stack=0
UserRegionBegin dt=4 task=9223372036854775809 name_string=2 stack=1
GoCreate dt=10 new_g=4 new_stack=1 stack=1
GoBlock dt=20 reason_string=3 stack=0
GoStart dt=5 g=4 g_seq=1
UserRegionBegin dt=5 task=2 name_string=1 stack=2
GoUnblock dt=10 g=9 g_seq=1 stack=0
UserRegionEnd dt=10 task=2 name_string=1 stack=0
UserRegionBegin dt=5 task=2 name_string=2 stack=2
GoStop dt=5 reason_string=3 stack=0
GoStart dt=5 g=9 g_seq=2
UserRegionEnd dt=10 task=9223372036854775809 name_string=2 stack=0
GoStop dt=15 reason_string=3 stack=0
`;

/** Goroutine 4 lives twice; the second life has one region, which replaces the first of the life before. */
const twice = `${head}GoCreate dt=1 new_g=4 new_stack=1 stack=1
GoStop dt=1 reason_string=3 stack=0
GoStart dt=1 g=4 g_seq=1
UserRegionBegin dt=1 task=0 name_string=1 stack=1
UserRegionEnd dt=1 task=0 name_string=1 stack=0
UserRegionBegin dt=1 task=0 name_string=2 stack=1
UserRegionEnd dt=1 task=0 name_string=2 stack=0
GoDestroy dt=1
GoStart dt=1 g=9 g_seq=1
GoCreate dt=1 new_g=4 new_stack=1 stack=1
GoStop dt=1 reason_string=3 stack=0
GoStart dt=1 g=4 g_seq=1
UserRegionBegin dt=1 task=7 name_string=1 stack=1
UserRegionEnd dt=7 task=7 name_string=1 stack=0
GoDestroy dt=1
`;

let shop: Regions;
let oddities: Regions;
beforeAll(async () => {
  shop = await Regions.of(fixtureBytes('shop-go1.26-generations.trace'));
  oddities = await Regions.of(encodeTextTrace(odd));
});

test('every region is in one group, and groups sum up what the list of goroutines says of each', async () => {
  for (const trace of [shop, oddities]) {
    const reported = trace.reported();
    expect(reported.length).toBeGreaterThan(4);
    const { groups, regionCount, completeCount, groupCount } = await trace.groups();
    expect(groups.length).toBe(groupCount);
    expect(groups.reduce((so, { count }) => so + count, 0)).toBe(regionCount);
    expect(regionCount).toBe(reported.length);
    expect(completeCount).toBe(
      reported.filter(({ startNs, endNs }) => startNs !== null && endNs !== null).length,
    );
    for (const type of new Set(reported.map(({ name }) => name))) {
      const own = reported.filter(({ name }) => name === type);
      const rows = groups.filter((group) => group.type === type);
      for (const column of totalColumns)
        expect([type, column, rows.reduce((so, row) => so + row[column], 0)]).toEqual([
          type,
          column,
          own.reduce((so, region) => so + region[column], 0),
        ]);
      for (const of of ['blockNs', 'rangeNs'] as const) {
        const sums: Record<string, number> = {};
        for (const region of own)
          for (const [name, ns] of Object.entries(region[of])) sums[name] = (sums[name] ?? 0) + ns;
        const got: Record<string, number> = {};
        for (const row of rows)
          for (const [name, ns] of Object.entries(row[of])) got[name] = (got[name] ?? 0) + ns;
        expect(got).toEqual(sums);
      }
    }
  }
});

const go = (ns: number): number => (ns <= 0 ? 0 : Math.floor(Math.log(ns) / Math.log(Math.pow(10, 1 / 5))));

test('durations and histogram are those of complete regions, as Go of all, cut at the ends of the trace', async () => {
  for (const trace of [shop, oddities])
    for (const asGo of [false, true]) {
      const { durationNs } = trace;
      const { groups } = await trace.groups({ asGo });
      for (const type of new Set(groups.map((group) => group.type))) {
        const own = trace
          .reported()
          .filter(
            ({ name, startNs, endNs }) => name === type && (asGo || (startNs !== null && endNs !== null)),
          )
          .map(({ startNs, endNs }) => (endNs ?? durationNs) - (startNs ?? 0))
          .sort((a, b) => a - b);
        const rows = groups.filter((group) => group.type === type);
        const counted = rows.flatMap(({ histogram }) => histogram.counts);
        expect(counted.reduce((so, count) => so + count, 0)).toBe(own.length);
        const [only] = rows;
        if (rows.length > 1 || own.length === 0) continue;
        const expected = Array.from({ length: go(own.at(-1)!) - go(own[0]!) + 1 }, () => 0);
        for (const ns of own) expected[go(ns) - go(own[0]!)]!++;
        expect(only!.histogram.counts).toEqual(expected);
        expect(only!.histogram.edgesNs.length).toBe(expected.length + 1);
        expect(only!.durations).toMatchObject({
          minNs: own[0],
          p50Ns: own[Math.ceil(own.length / 2) - 1],
          p90Ns: own[Math.ceil(own.length * 0.9) - 1],
          p99Ns: own[Math.ceil(own.length * 0.99) - 1],
          maxNs: own.at(-1),
        });
        expect(only!.durations!.meanNs * own.length).toBeCloseTo(
          own.reduce((so, ns) => so + ns, 0),
          0,
        );
      }
    }
});

test('a region that began and ended spends its time in the states', async () => {
  const { regions } = await shop.each();
  const parts = totalColumns.filter((column) => column !== 'totalNs');
  for (const region of regions) {
    if (region.startNs === undefined || region.endNs === undefined) continue;
    expect(region.durationNs).toBe(region.totalNs);
    expect(parts.reduce((so, column) => so + region[column], 0)).toBe(region.totalNs);
  }
});

test('regions begin in the innermost frame of the program, as Go has it in the outermost', async () => {
  const frames = async (asGo: boolean) =>
    (await oddities.groups({ asGo, sort: 'name' })).groups.map(({ type, isInherited, frame, count }) => [
      type,
      isInherited,
      frame && `${frame.function}:${frame.line}`,
      count,
    ]);
  expect(await frames(false)).toEqual([
    ['', true, 'main.work:30', 1],
    ['open', false, undefined, 1],
    ['open', false, 'main.work:30', 1],
    // Through StartRegion as well as inlined.
    ['whole', false, 'main.work:30', 2],
  ]);
  expect(await frames(true)).toEqual([
    ['', true, 'main.main:9', 1],
    ['open', false, undefined, 1],
    ['open', false, 'main.main:10', 1],
    ['whole', false, 'main.main:9', 1],
    ['whole', false, 'main.main:10', 1],
  ]);
});

test('each region says whose it is, when it was, and what it lacks', async () => {
  const { regions, regionCount } = await oddities.each({ sort: 'start' });
  expect(regionCount).toBe(5);
  expect(
    regions.map(({ type, goroutine, task, startNs, endNs, durationNs, isInherited }) => [
      type,
      goroutine,
      task,
      startNs,
      endNs,
      durationNs,
      isInherited,
    ]),
  ).toEqual([
    ['open', 9, 0xffffffffffffffffn, undefined, 6, 6, false],
    ['whole', 9, (1n << 63n) + 1n, 10, 95, 85, false],
    ['', 4, (1n << 63n) + 1n, 20, undefined, 91, true],
    ['open', 4, 2n, 50, 70, 20, false],
    ['whole', 4, 2n, 75, undefined, 36, false],
  ]);
});

test('what is asked for is all there is of it', async () => {
  const all = (await shop.each()).regions;
  const { durationNs } = shop;
  const end = (region: (typeof all)[number]): number => region.endNs ?? durationNs;
  const { startNs = traceNs(0), durationNs: length } = all[0]!;
  const at = (share: number) => traceNs(startNs + length * share);
  // Some time, inside of the longest region, where it begins, and where it ends.
  const windows = [
    [traceNs(durationNs * 0.3), traceNs(durationNs * 0.31)],
    [at(0.25), at(0.5)],
    [traceNs(0), at(0)],
    [at(1), traceNs(durationNs)],
    [at(1), at(1)],
  ] as const;
  const cases: readonly (readonly [Params, (region: (typeof all)[number]) => boolean])[] = [
    ...windows.map(
      ([from, until]) =>
        [
          { from, until },
          (region: (typeof all)[number]) => (region.startNs ?? 0) <= until && end(region) >= from,
        ] as const,
    ),
    [{ type: 'pick' }, ({ type }) => type === 'pick'],
    [{ region: 'pack', type: 'pack' }, ({ type }) => type === 'pack'],
    [{ region: 'pack', type: 'pick' }, () => false],
    [{ latencyMin: 1e6, latencyMax: 2e6 }, (region) => region.durationNs >= 1e6 && region.durationNs <= 2e6],
    [{ task: '3' }, ({ task }) => task === 3n],
    [{ goroutines: [all[0]!.goroutine] }, ({ goroutine }) => goroutine === all[0]!.goroutine],
    [{ frame: 'main.clerk' }, ({ frame }) => frame?.function.includes('main.clerk') ?? false],
    [{ frame: 'main.go:62' }, ({ frame }) => frame?.line === 62],
  ];
  for (const [params, counts] of cases) {
    const wanted = all.filter(counts);
    const { regions, regionCount } = await shop.each(params);
    expect([params, regionCount]).toEqual([params, wanted.length]);
    expect(regions).toEqual(wanted);
    expect((await shop.groups(params)).regionCount).toBe(wanted.length);
  }
});

test('pages follow one another in every order', async () => {
  for (const sort of ['duration', 'start', 'goroutine', 'exec', 'sched-wait', 'sync', 'sleep'] as const) {
    const all = (await shop.each({ sort })).regions;
    const pages = [];
    for (let offset = 0; offset < all.length; offset += 70)
      pages.push(...(await shop.each({ sort, offset, limit: 70 })).regions);
    expect(pages).toEqual(all);
    expect((await shop.each({ sort, reverse: true })).regions).toEqual(all.toReversed());
  }
  const sleeps = (await shop.each({ sort: 'sleep' })).regions.map(({ sleepNs }) => sleepNs);
  expect(sleeps).toEqual([...sleeps].sort((a, b) => b - a));
});

test('of two lives with one number the later region with an ordinal counts', async () => {
  const trace = await Regions.of(encodeTextTrace(twice));
  const reported = trace.reported();
  expect(reported.map(({ name, task }) => [name, task])).toEqual([
    ['whole', 0],
    ['open', 7],
  ]);
  expect((await trace.each({ sort: 'start' })).regions.map(({ type, task }) => [type, task])).toEqual([
    ['whole', 0n],
    ['open', 7n],
  ]);
});

test('what is not in the trace is said', async () => {
  await expect(shop.groups({ type: 'no such' })).rejects.toThrow('no user region "no such"');
  await expect(shop.groups({ task: 'no such' })).rejects.toThrow('no user task "no such"');
  await expect(shop.groups({ sort: 'start' })).rejects.toThrow('cannot be sorted by start');
  await expect(shop.each({ sort: 'count' })).rejects.toThrow('cannot be sorted by count');
});

test('an exact place has the regions of its group, and none of another', async () => {
  const { groups } = await shop.groups();
  const rows = await Promise.all(
    groups.map(async ({ type, frame }) => {
      const at = frame ? `${frame.function}@${frame.file}:${frame.line}` : '';
      return (await shop.each({ type, at, limit: 1 })).regionCount;
    }),
  );
  expect(rows).toEqual(groups.map(({ count }) => count));
  const { frame } = groups.find((group) => group.frame)!;
  const cut = `${frame!.function}@${frame!.file}:${frame!.line}`.slice(0, -1);
  expect((await shop.each({ at: cut })).regionCount).toBe(0);
});
