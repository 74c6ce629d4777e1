import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stateClasses } from '#common/goroutine-state.ts';
import { traceKey } from '#common/ids.ts';
import { lanePicture, laneSums } from '#common/timeline/lane-picture.ts';
import { requestsFor } from '#common/timeline/tile-requests.ts';
import {
  levelOf,
  TileCache,
  tileBuckets,
  tileFrom,
  tilesOf,
  tileUntil,
  type LaneKey,
  type LaneTile,
  type TilePlace,
} from '#common/timeline/tiles.ts';
import { lengthOf, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../../fixtures/fixture-traces.ts';
import { goroutineSources } from './goroutine-source.ts';
import { laneSource, type LaneSource } from './lane-source.ts';
import { timelineLanes } from './overview.ts';
import { StoredSpans } from './stored-spans.ts';
import { timelineWindow } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function open(name: string): Promise<TraceReader> {
  const databasePath = join(folder, `${name}-${Math.random()}.sqlite`);
  const data = fixtureBytes(name);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return new TraceReader(databasePath);
}

/** A fixed sequence between 0 and 1, so that a failure can be repeated. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What each state of a lane is drawn as; idle processors and parked threads are not. */
const drawnAs = {
  p: ['running', 'syscall', 'other', undefined, 'unknown'],
  t: ['running', 'syscall', 'other', undefined, 'unknown', 'syscall'],
  g: stateClasses,
} as const;
type Type = keyof typeof drawnAs;

/** Straight from the stored spans: nanoseconds by class between two points. */
function exactSums(source: LaneSource, type: Type, window: TimeWindow): Float64Array {
  const ns = new Float64Array(stateClasses.length);
  source.each(window.from, window.until, (span) => {
    const shown = drawnAs[type][span.state];
    if (shown === undefined) return;
    const at = stateClasses.indexOf(shown);
    ns[at] = ns[at]! + Math.max(0, Math.min(span.end, window.until) - Math.max(span.start, window.from));
  });
  return ns;
}

interface Lane {
  readonly key: LaneKey;
  readonly type: Type;
  readonly source: LaneSource;
}

function lanesOf(reader: TraceReader): Lane[] {
  const stored = new StoredSpans(reader);
  const table = openGoroutineTable(reader);
  const ids = [...table.all()].map(({ id }) => id);
  const goroutines = goroutineSources(reader, table, ids, { from: -1, until: 1e18 });
  return [
    ...timelineLanes(reader).lanes.map(({ kind, id }): Lane => {
      const type = kind === 'processor' ? 'p' : 't';
      return { key: `${type}${id}`, type, source: laneSource(stored, kind, id)! };
    }),
    ...goroutines.map((source, i): Lane => ({ key: `g${ids[i]!}`, type: 'g', source })),
  ];
}

const kinds = { p: 'processor', t: 'thread', g: 'goroutine' } as const;

function tile(reader: TraceReader, lane: LaneKey, place: TilePlace): LaneTile {
  const answer = timelineWindow(reader, openGoroutineTable(reader), {
    trace: traceKey('t'),
    from: traceNs(tileFrom(place)),
    until: traceNs(tileUntil(place)),
    columns: tileBuckets,
    lanes: [{ kind: kinds[lane[0] as Type], id: Number(lane.slice(1)) }],
  });
  const [picture] = answer.lanes;
  if (picture?.kind === 'exact')
    return {
      kind: 'exact',
      lane: picture,
      names: { reasons: answer.reasonNames, goroutines: {}, leaves: answer.leaves },
    };
  const { level, first } = answer.buckets;
  return { kind: 'buckets', level, first, states: picture!.states, ns: picture!.ns };
}

/** What the columns or spans of a picture add up to, in nanoseconds by class. */
function drawnSums(
  cache: TileCache,
  lane: LaneKey,
  window: TimeWindow,
  width: number,
  durationNs: number,
): Float64Array {
  const places = tilesOf(window, levelOf(window, width), durationNs);
  const picture = lanePicture(lane, cache.pieces(lane, places), window, width);
  const ns = new Float64Array(stateClasses.length);
  if (picture.form === 'columns') {
    const columnNs = lengthOf(window) / width;
    picture.shares.forEach((share, i) => (ns[i % ns.length] = ns[i % ns.length]! + share * columnNs));
  } else if (picture.form === 'spans') {
    for (const { from, until, stateClass } of picture.spans) {
      // Marking workers are drawn in the collector's colour; here they count as what they do.
      const at = stateClasses.indexOf(lane.startsWith('p') && stateClass === 'gc' ? 'running' : stateClass);
      ns[at] = ns[at]! + Math.max(0, Math.min(until, window.until) - Math.max(from, window.from));
    }
  }
  return ns;
}

test.for(fixtureTraces)(
  '%s: what is drawn of lanes adds up to their exact spans, at every level',
  async (name) => {
    const reader = await open(name);
    const { durationNs } = reader.trace();
    const lanes = lanesOf(reader);
    const random = randomNumbers(7);
    const cache = new TileCache(100_000);
    const forms = new Set<string>();
    for (let level = 0; 2 ** level * 64 < 4 * durationNs; level++) {
      for (let round = 0; round < 6; round++) {
        const lane = lanes[Math.floor(random() * lanes.length)]!;
        // A window of whole buckets: within one, time is shared out evenly, which no longer is exact.
        const width = 64 + Math.floor(random() * 700);
        const buckets = width + Math.floor(random() * (width - 1));
        const last = Math.max(0, Math.floor(durationNs / 2 ** level) - buckets);
        const first = Math.floor(random() * last);
        const window = { from: traceNs(first * 2 ** level), until: traceNs((first + buckets) * 2 ** level) };
        expect(levelOf(window, width)).toBe(level);
        const wanted = { window, width, durationNs, lanes: [lane.key], nearby: [] };
        const seen = tilesOf(window, level, durationNs);
        for (const request of requestsFor(wanted, () => false))
          if (seen.some(({ index }) => index === request.index))
            cache.put(lane.key, request, tile(reader, lane.key, request), 1, true);
        const exact = exactSums(lane.source, lane.type, window);
        const drawn = drawnSums(cache, lane.key, window, width, durationNs);
        const pieces = cache.pieces(lane.key, seen);
        for (const piece of pieces) forms.add(piece.tile.kind);
        const summed = laneSums(lane.key, pieces, window);
        exact.forEach((ns, at) => {
          // Shares are stored with 24 bits.
          const slack = Math.max(1, lengthOf(window) * 1e-6);
          expect(Math.abs(drawn[at]! - ns), `${lane.key} ${stateClasses[at]!} level ${level}`).toBeLessThan(
            slack,
          );
          expect(Math.abs(summed[at]! - ns)).toBeLessThan(1e-3);
        });
      }
    }
    expect(forms).toContain('exact');
    if (name.includes('generations')) expect(forms).toContain('buckets');
    reader.close();
  },
);
