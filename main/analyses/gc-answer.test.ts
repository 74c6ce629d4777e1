import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GcAnalysis } from '#common/analyses/gc-analysis.ts';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { reportedGoroutines, type ReportedGoroutine } from './goroutine-report.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-gc-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };

async function store(name: string, data: Uint8Array): Promise<string> {
  const databasePath = join(folder, `${name}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return databasePath;
}

const open = (path: string): OpenAnalyses => createAnalysisHandlers(path, { sizeBytes: 1 }, analysisCore);

const ask = async (handlers: OpenAnalyses, params: AnalysisParams<'gc'> = {}): Promise<GcAnalysis> =>
  handlers['analyses.gc']({ trace: traceKey('t'), limit: 0, ...params }, context);

const byKey = (pairs: Iterable<readonly [string | number, number]>): Record<string, number> =>
  Object.fromEntries([...pairs].filter(([, ns]) => ns > 0).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What adds up over windows that tile the trace. */
const additive = ({ markNs, workers, pauseKinds, assists, sweeps }: GcAnalysis): Record<string, number> => ({
  markNs,
  ...workers,
  ...Object.fromEntries(pauseKinds.map(({ kind, totalNs }) => [`pauses: ${kind}`, totalNs])),
  assists: assists.count,
  assistNs: assists.totalNs,
  sweeps: sweeps.count,
  sweepNs: sweeps.totalNs,
  sweptBytes: sweeps.sweptBytes,
  reclaimedBytes: sweeps.reclaimedBytes,
  ...Object.fromEntries(
    assists.goroutines.map(({ goroutine, totalNs }) => [`assist G${goroutine}`, totalNs]),
  ),
  ...Object.fromEntries(sweeps.goroutines.map(({ goroutine, totalNs }) => [`sweep G${goroutine}`, totalNs])),
  ...Object.fromEntries(sweeps.processors.map(({ processor, totalNs }) => [`sweep P${processor}`, totalNs])),
});

const present = (sums: Record<string, number>): Record<string, number> => byKey(Object.entries(sums));

function added(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of all) for (const [key, value] of Object.entries(one)) sums[key] = (sums[key] ?? 0) + value;
  return present(sums);
}

describe.each(fixtureTraces)('%s', (name) => {
  let handlers: OpenAnalyses;
  let goroutines: readonly ReportedGoroutine[];
  let whole: GcAnalysis;
  beforeAll(async () => {
    const path = await store(name, fixtureBytes(name));
    const reader = new TraceReader(path);
    goroutines = [...reportedGoroutines(reader, openGoroutineTable(reader))];
    reader.close();
    handlers = open(path);
    whole = await ask(handlers);
  });
  afterAll(() => handlers.close());

  test('pauses of a kind are as long as the goroutines that stopped the world were about it', () => {
    const stops: [string, number][] = [];
    for (const { rangeNs } of goroutines)
      for (const [range, ns] of Object.entries(rangeNs)) {
        const kind = /^stop-the-world \((.*)\)$/.exec(range)?.[1];
        if (kind !== undefined) stops.push([kind, ns]);
      }
    const sums = added(stops.map(([kind, ns]) => ({ [kind]: ns })));
    expect(byKey(whole.pauseKinds.map(({ kind, totalNs }) => [kind, totalNs]))).toEqual(sums);
    expect(whole.pauseKinds.reduce((sum, { count }) => sum + count, 0)).toBe(whole.pauseCount);
    for (const { p50Ns, p99Ns, maxNs } of whole.pauseKinds) {
      expect(p50Ns).toBeLessThanOrEqual(p99Ns);
      expect(p99Ns).toBeLessThanOrEqual(maxNs);
    }
  });

  test.each(['assists', 'sweeps'] as const)(
    '%s of a goroutine take as long as its own figures say',
    (what) => {
      const range = what === 'assists' ? 'GC mark assist' : 'GC incremental sweep';
      expect(byKey(whole[what].goroutines.map(({ goroutine, totalNs }) => [goroutine, totalNs]))).toEqual(
        byKey(goroutines.map(({ id, rangeNs }) => [id, rangeNs[range] ?? 0])),
      );
      const groups = whole[what].groups.reduce((sum, { totalNs }) => sum + totalNs, 0);
      expect(groups).toBe(whole[what].goroutines.reduce((sum, { totalNs }) => sum + totalNs, 0));
    },
  );

  test('windows that tile the trace add up to it', async () => {
    const { untilNs } = whole;
    const borders = [0, 0.1, 0.33, 0.34, 0.7, 1].map((share) => Math.round(untilNs * share));
    const tiles = await Promise.all(
      borders
        .slice(1)
        .map(async (until, i) =>
          additive(await ask(handlers, { from: traceNs(borders[i]!), until: traceNs(until) })),
        ),
    );
    expect(added(tiles)).toEqual(present(additive(whole)));
  });

  test('all goroutines together are everybody, and one is itself', async () => {
    const ids = goroutines.map(({ id }) => goId(id));
    const all = await ask(handlers, { goroutines: ids });
    expect(all.assists).toEqual(whole.assists);
    expect(all.sweeps.goroutines).toEqual(whole.sweeps.goroutines);
    const [first] = whole.sweeps.goroutines;
    const one = await ask(handlers, { goroutines: [goId(first!.goroutine)] });
    expect(one.sweeps).toMatchObject({ totalNs: first!.totalNs, sweptBytes: first!.sweptBytes });
    expect(one.sweeps.goroutines).toEqual([first]);
    expect(one.pauseKinds).toEqual(whole.pauseKinds);
  });

  test('inside a region lies a part of it', async () => {
    const region = goroutines
      .flatMap(({ regions }) => regions)
      .find(({ rangeNs }) => (rangeNs['GC incremental sweep'] ?? 0) > 0);
    if (!region) return;
    const inside = await ask(handlers, { region: region.name });
    expect(inside.waits).toBeNull();
    expect(inside.assists.totalNs).toBeLessThanOrEqual(whole.assists.totalNs);
    expect(inside.sweeps.totalNs).toBeLessThanOrEqual(whole.sweeps.totalNs);
    expect(inside.sweeps.totalNs).toBeGreaterThanOrEqual(region.rangeNs['GC incremental sweep']!);
  });

  test('cycles follow each other, with their stops and sizes', () => {
    const { cycles } = whole;
    expect(cycles.length).toBeGreaterThan(0);
    expect(cycles.map(({ number }) => number)).toEqual(cycles.map((_, i) => i + 1));
    for (const [i, one] of cycles.entries()) {
      expect(one.endNs).toBeGreaterThan(one.startNs);
      if (i > 0) expect(one.startNs).toBeGreaterThanOrEqual(cycles[i - 1]!.endNs);
      if (one.isCutBefore || one.isCutAfter) continue;
      expect(one.goalBytes).toBeGreaterThan(0);
      expect(one.markTerminationNs).toBeGreaterThan(0);
      expect(one.sweepTerminationNs).toBeGreaterThan(0);
    }
    const inCycles = cycles.reduce((sum, one) => sum + one.dedicatedNs + one.fractionalNs + one.idleNs, 0);
    const { dedicatedNs, fractionalNs, idleNs } = whole.workers;
    expect(inCycles).toBe(dedicatedNs + fractionalNs + idleNs);
    expect(cycles.reduce((sum, one) => sum + one.assistNs, 0)).toBe(whole.assists.totalNs);
  });

  test('the longest pauses come first where that is asked for, however few they are to be', async () => {
    const { pauses } = await ask(handlers, { limit: 3, longest: true });
    const byLength = [...whole.pauses].sort((a, b) => b.durationNs - a.durationNs);
    expect(pauses).toEqual(byLength.slice(0, 3));
  });

  test('rows are limited, sums are not', async () => {
    const few = await ask(handlers, { limit: 1, columns: 10 });
    expect(few.cycles).toEqual(whole.cycles.slice(0, 1));
    expect(few.sweeps.goroutines).toEqual(whole.sweeps.goroutines.slice(0, 1));
    expect(few.cycleCount).toBe(whole.cycles.length);
    expect(additive({ ...few, assists: whole.assists, sweeps: whole.sweeps })).toEqual(additive(whole));
    expect(few.heap!.allocatedBytes.kind).toBe('buckets');
  });
});

const cut = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Strings
String id=1
\tdata="GC mark termination"
EventBatch gen=1 m=5 time=10 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
ProcsChange dt=8 procs_value=1 stack=0
GCActive dt=5 gc_seq=1
GCMarkAssistActive dt=5 g=9
GCMarkAssistEnd dt=50
STWBegin dt=20 kind_string=1 stack=0
GCEnd dt=5 gc_seq=2
STWEnd dt=10
GCBegin dt=100 gc_seq=3 stack=0
GCMarkAssistBegin dt=7 stack=0
`;

test('what the ends of the trace cut is counted up to them, and said', async () => {
  const handlers = open(await store('cut', encodeTextTrace(cut)));
  const { cycles, pauses, assists } = await ask(handlers);
  expect(cycles).toMatchObject([
    {
      number: 1,
      startNs: 0,
      isCutBefore: true,
      isCutAfter: false,
      sweepTerminationNs: null,
      markTerminationNs: 15,
    },
    { number: 2, isCutBefore: false, isCutAfter: true, endBytes: null, markTerminationNs: null },
  ]);
  expect(pauses).toMatchObject([{ durationNs: 15, kind: 'GC mark termination', goroutine: 9 }]);
  // From the trace's beginning on; and up to its end, the Sync, 1 ns later.
  expect(assists).toMatchObject({ count: 1, totalNs: 70 + 1, longestNs: 70 });
  handlers.close();
});
