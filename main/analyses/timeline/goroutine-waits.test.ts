import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goId, traceKey, type GoId } from '#common/ids.ts';
import { durNs, traceNs, type TraceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../../fixtures/fixture-traces.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '../handlers.ts';
import { LongestStretches } from './longest-stretches.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-goroutine-waits-'));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('t');
let handlers: OpenAnalyses;
let ids: readonly GoId[];
let untilNs: TraceNs;

beforeAll(async () => {
  const databasePath = join(folder, 'shop.sqlite');
  const source = memorySource(fixtureBytes('shop-go1.26-generations.trace'));
  await ingest({ source, databasePath });
  handlers = createAnalysisHandlers(databasePath, { sizeBytes: 1 }, analysisCore);
  const page = { sort: 'id', descending: false, filter: '', offset: 0, limit: 1000 } as const;
  ids = (await handlers['goroutines.list']({ trace, ...page }, context)).rows.map(({ id }) => id);
  untilNs = traceNs((await handlers['trace.facts']({ trace }, context)).durationNs);
});
afterAll(() => {
  handlers.close();
  rmSync(folder, { recursive: true });
});

const waitsOf = async (id: GoId, most = 5, from = traceNs(0), until = untilNs) =>
  handlers['goroutines.waits']({ trace, id, from, until, most }, context);
const spansOf = async (id: GoId) =>
  handlers['goroutines.spans']({ trace, id, from: traceNs(0), until: untilNs, columns: 1e6 }, context);

test('what each goroutine did sums up to what is told of its whole life', async () => {
  for (const id of ids) {
    const { sums } = await waitsOf(id);
    const detail = await handlers['goroutines.detail']({ trace, id }, context);
    const sum = (state: string): number =>
      sums.filter(({ stateClass }) => stateClass === state).reduce((so, { ns }) => so + ns, 0);
    expect(sum('running')).toBe(detail.execNs);
    expect(sum('runnable')).toBe(detail.schedWaitNs);
    expect(sum('syscall')).toBe(detail.syscallNs + detail.syscallBlockNs);
    for (const { name, ns } of detail.waits.filter(({ ns }) => ns > 0))
      expect(sums.find(({ reason, stateClass }) => reason === name && stateClass !== 'runnable')?.ns).toBe(
        ns,
      );
  }
});

test('the longest stays are those of all its spans, each whole, with who ended it', async () => {
  let found = 0;
  for (const id of ids) {
    const { longest } = await waitsOf(id);
    const picture = await spansOf(id);
    if (picture.kind !== 'exact') throw new Error('spans were asked for');
    const lengths = Array.from(picture.starts, (start, i) =>
      picture.classes[i] === 0 ? 0 : picture.ends[i]! - start,
    );
    const [first] = longest;
    if (!first) {
      expect(Math.max(0, ...lengths)).toBe(0);
      continue;
    }
    // Spans part a system call where it loses its processor.
    if (longest.every(({ stay }) => stay.stateClass !== 'syscall'))
      expect(first.stay.untilNs - first.stay.fromNs).toBe(Math.max(...lengths));
    const at = first.stay.fromNs;
    const links = await handlers['timeline.links']({ trace, goroutine: id, at }, context);
    expect(first).toMatchObject({ stay: links.stay, ...(links.wake ? { wake: links.wake } : {}) });
    if (first.wake) found++;
  }
  expect(found).toBeGreaterThan(10);
});

test('times count the stays that a window touches, and their time is cut by it', async () => {
  const id = ids.find((one) => one > 20)!;
  const { longest } = await waitsOf(id, 1);
  const { stay } = longest[0]!;
  const middle = traceNs(Math.round((stay.fromNs + stay.untilNs) / 2));
  const { sums, longest: inside } = await waitsOf(id, 1, middle, traceNs(middle + 10));
  expect(sums).toEqual([{ stateClass: stay.stateClass, reason: stay.reason, ns: durNs(10), times: 1 }]);
  expect(inside.map((wait) => wait.stay)).toEqual([stay]);
});

test('children are those that name the goroutine as their creator', async () => {
  const creators = new Map<number, number[]>();
  for (const id of ids) {
    const { creator } = await handlers['goroutines.detail']({ trace, id }, context);
    if (creator) creators.set(creator.id, [...(creators.get(creator.id) ?? []), id]);
  }
  expect(creators.size).toBeGreaterThan(2);
  for (const id of ids) {
    const range = { from: traceNs(0), until: untilNs };
    const all = await handlers['goroutines.children']({ trace, id, ...range, most: 1000 }, context);
    expect(all.children.map((child) => child.id).sort((a, b) => a - b)).toEqual(creators.get(id) ?? []);
    expect(all.count).toBe(all.children.length);
    const first = await handlers['goroutines.children']({ trace, id, ...range, most: 1 }, context);
    expect(first.count).toBe(all.count);
    expect(first.children).toEqual(all.children.slice(0, 1));
  }
});

test('a goroutine that is not there is said', async () => {
  await expect(waitsOf(goId(987_654))).rejects.toThrow('no goroutine 987654');
});

test('stretches that were only cut are one, and the longest of many are kept', () => {
  const longest = new LongestStretches(2);
  for (let i = 0; i < 20; i++) longest.add(i * 10, i * 10 + 3, 1, 1);
  longest.add(200, 205, 2, 1);
  longest.add(205, 212, 2, 1);
  longest.add(212, 216, 2, 9);
  expect(longest.found).toEqual([
    { from: 200, until: 212 },
    { from: 212, until: 216 },
  ]);
});
