import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stateClasses } from '#common/goroutine-state.ts';
import { addSpan, bucketGrid } from '#common/lane-buckets.ts';
import { processorStates, statesOfLane } from '#common/lane-kinds.ts';
import { nameIx } from '#common/ids.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../../fixtures/fixture-traces.ts';
import { stateCounts } from './counters.ts';
import { goroutineSources } from './goroutine-source.ts';
import { laneSource, type LaneSource } from './lane-source.ts';
import { timelineLanes } from './overview.ts';
import { joinedSpans, type LaneSpan } from './span-columns.ts';
import { StoredSpans } from './stored-spans.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-levels-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function open(name: string): Promise<TraceReader> {
  const databasePath = join(folder, `${name}-${Math.random()}.sqlite`);
  const data = fixtureBytes(name);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return new TraceReader(databasePath);
}

const all = (source: LaneSource): LaneSpan[] => {
  const spans: LaneSpan[] = [];
  source.each(-1, 1e18, (span) => void spans.push(span));
  return joinedSpans(spans);
};

interface NamedSource {
  readonly name: string;
  readonly states: number;
  readonly source: LaneSource;
}

function sources(reader: TraceReader): NamedSource[] {
  const stored = new StoredSpans(reader);
  const lanes = timelineLanes(reader).lanes.map(({ kind, id }) => ({
    name: `${kind} ${id}`,
    states: statesOfLane[kind].length,
    source: laneSource(stored, kind, id)!,
  }));
  const table = openGoroutineTable(reader);
  const ids = [...table.all()].map(({ id }) => id);
  const goroutines = goroutineSources(reader, table, ids, { from: -1, until: 1e18 });
  const states = stateClasses.length;
  return [...lanes, ...goroutines.map((source, i) => ({ name: `goroutine ${ids[i]}`, states, source }))];
}

/** Levels from the finest that is stored to one bucket. */
const levelsOf = (durationNs: number): number[] =>
  Array.from({ length: 62 }, (_, level) => level).filter(
    (level) => durationNs / 2 ** level < 20_000 && 2 ** level < 4 * durationNs,
  );

describe.each(fixtureTraces)('%s', (name) => {
  test('the buckets of every lane and level are the sums of its exact spans', async () => {
    const reader = await open(name);
    const { durationNs } = reader.trace();
    for (const { name: lane, states, source } of sources(reader)) {
      const spans = all(source);
      for (const level of levelsOf(durationNs)) {
        const wanted = bucketGrid(level, 0, durationNs, states);
        for (const span of spans) addSpan(wanted, span.start, span.end, span.state);
        const found = bucketGrid(level, 0, durationNs, states);
        source.fill(found);
        if (!found.ns.every((ns, i) => ns === wanted.ns[i]))
          expect([lane, level, found]).toEqual([lane, level, wanted]);
      }
    }
    reader.close();
  });

  test('the spans of a lane follow each other without a gap until the end of the trace', async () => {
    const reader = await open(name);
    const { durationNs } = reader.trace();
    const stored = new StoredSpans(reader);
    for (const lane of timelineLanes(reader).lanes) {
      const spans = all(laneSource(stored, lane.kind, lane.id)!);
      expect(spans[0]!.start).toBe(lane.firstNs);
      expect(spans.at(-1)!.end).toBe(durationNs);
      for (let i = 1; i < spans.length; i++) expect(spans[i]!.start).toBe(spans[i - 1]!.end);
      const sums = new Float64Array(lane.sums.length);
      for (const { state, start, end } of spans) sums[state] = sums[state]! + end - start;
      expect(sums).toEqual(lane.sums);
    }
    reader.close();
  });

  test('a goroutine runs when, and only when, a processor and its thread say that it does', async () => {
    const reader = await open(name);
    const said = (kind: 'processor' | 'thread' | 'goroutine'): Map<number, [number, number][]> => {
      const found = new Map<number, [number, number][]>();
      for (const { name: lane, source } of sources(reader).filter((one) => one.name.startsWith(`${kind} `)))
        for (const span of all(source)) {
          if (span.state !== 0) continue;
          const goroutine = kind === 'goroutine' ? Number(lane.split(' ')[1]) : span.goroutine;
          found.set(goroutine, [...(found.get(goroutine) ?? []), [span.start, span.end]]);
        }
      for (const spans of found.values()) spans.sort((a, b) => a[0] - b[0]);
      return found;
    };
    const goroutines = said('goroutine');
    for (const kind of ['processor', 'thread'] as const) {
      const lanes = said(kind);
      expect([...lanes.keys()].sort()).toEqual([...goroutines.keys()].sort());
      for (const [goroutine, spans] of goroutines)
        expect([goroutine, lanes.get(goroutine)]).toEqual([goroutine, spans]);
    }
    reader.close();
  });

  test('counts of goroutines are those of their exact spans, in every bucket', async () => {
    const reader = await open(name);
    const { durationNs } = reader.trace();
    const window = { from: 0, until: durationNs, columns: 8192 };
    const found = stateCounts(reader, { kind: 'goroutines' }, window);
    const wanted = bucketGrid(found.level, 0, durationNs, stateClasses.length);
    for (const { name: lane, source } of sources(reader))
      if (lane.startsWith('goroutine'))
        for (const span of all(source)) addSpan(wanted, span.start, span.end, span.state);
    expect(found.ns).toEqual(wanted.ns);
    // Until a goroutine gets its name it counts as one without.
    const groups = [...new Set([0, ...reader.groups().map((group) => group.nameIx)])].map(nameIx);
    const coarse = { ...window, columns: 1 };
    const sums = new Float64Array(stateClasses.length);
    for (const group of groups)
      stateCounts(reader, { kind: 'group', group }, coarse).ns.forEach(
        (ns, state) => (sums[state] = sums[state]! + ns),
      );
    expect(sums).toEqual(stateCounts(reader, { kind: 'goroutines' }, coarse).ns);
    reader.close();
  });

  test('counts of processors are those of their lanes', async () => {
    const reader = await open(name);
    const { durationNs } = reader.trace();
    const found = stateCounts(reader, { kind: 'processors' }, { from: 0, until: durationNs, columns: 8192 });
    const wanted = bucketGrid(found.level, 0, durationNs, 2);
    for (const { name: lane, source } of sources(reader))
      if (lane.startsWith('processor'))
        for (const span of all(source))
          addSpan(wanted, span.start, span.end, processorStates[span.state] === 'idle' ? 1 : 0);
    expect(found.ns).toEqual(wanted.ns);
    reader.close();
  });
});
