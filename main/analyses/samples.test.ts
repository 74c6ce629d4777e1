import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import { framesOf } from '#common/analyses/stack-profile.ts';
import { goId, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { eventType } from '#common/trace-format/event-table.ts';
import { Core } from '#core-wasm/host/core.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { digestOf } from '#db/digest.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { noThreads, orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const none = '18446744073709551615';

/** Two generations of half the samples each: goroutines 7, 8 or none, four stacks, of which one is empty. */
function sampled(count: number): Uint8Array {
  const stacks = `EventBatch gen=GEN m=${none} time=100 size=auto
Stacks
Stack id=1 nframes=2
	pc=16 func=1 file=4 line=11
	pc=32 func=2 file=4 line=22
Stack id=2 nframes=1
	pc=32 func=2 file=4 line=22
Stack id=3 nframes=2
	pc=48 func=3 file=4 line=33
	pc=32 func=2 file=4 line=22
EventBatch gen=GEN m=${none} time=100 size=auto
Strings
String id=1
	data="main.hot"
String id=2
	data="main.work"
String id=3
	data="main.cold"
String id=4
	data="/main.go"
`;
  const sample = (i: number, base: number): string => {
    const thread = i % 4 === 1 ? 5 : 4000 + (i % 3);
    return `CPUSample time=${base + 10 + 40 * i + (i % 17)} m=${thread} p=${i % 5 === 0 ? none : i % 2} g=${[7, 8, 0][i % 3]!} stack=${(i * 7) % 4}\n`;
  };
  const generation = (number: number, base: number, events: string): string => `
EventBatch gen=${number} m=${none} time=${base} size=auto
Frequency freq=1000000000
EventBatch gen=${number} m=5 time=${base} size=auto
ProcStatus dt=1 p=0 pstatus=1
${events}
HeapAlloc dt=${20 * count + 500} heapalloc_value=8192
EventBatch gen=${number} m=${none} time=${base} size=auto
CPUSamples
${Array.from({ length: count / 2 }, (_, i) => sample(i, base)).join('')}${stacks.replaceAll('GEN', String(number)).replaceAll('time=100', `time=${base}`)}`;
  return encodeTextTrace(
    `Trace Go1.22\n${generation(
      1,
      100,
      `GoCreate dt=1 new_g=7 new_stack=2 stack=0
GoCreate dt=1 new_g=8 new_stack=3 stack=0
GoStart dt=1 g=7 g_seq=1`,
    )}${generation(2, 100 + 20 * count + 1000, 'GoStatus dt=1 g=7 m=5 gstatus=2\nGoStatus dt=1 g=8 m=18446744073709551615 gstatus=1')}`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-samples-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const data = sampled(10_000);
const path = join(folder, 'trace.sqlite');

interface Sample {
  readonly ns: number;
  readonly goroutine: number;
  readonly stack: number;
}

/** As the reader of events delivers them. */
async function samplesOf(bytes: Uint8Array): Promise<readonly Sample[]> {
  const core = new Core();
  const found: Sample[] = [];
  let origin: number | undefined;
  for await (const part of orderedTrace(memorySource(bytes), core, { name: 'it', threads: noThreads })) {
    if (part.kind !== 'events') continue;
    const { records } = core;
    for (let i = 0; i < records.count; i++) {
      origin ??= Number(records.time(i));
      if (records.type(i) !== eventType['CPUSample']) continue;
      const ns = Number(records.time(i)) - origin;
      found.push({ ns, goroutine: Number(records.goroutine(i)), stack: records.stack(i) });
    }
  }
  return found;
}

let handlers: OpenAnalyses;
let all: readonly Sample[];
const ask = async (params: AnalysisParams<'samples'> = {}): Promise<AnalysisResult<'samples'>> =>
  handlers['analyses.samples']({ trace: traceKey(''), ...params }, context);
beforeAll(async () => {
  await ingest({ source: memorySource(data), databasePath: path, sizeBytes: data.length });
  handlers = createAnalysisHandlers(path, { sizeBytes: data.length }, analysisCore);
  all = await samplesOf(data);
});
afterAll(() => handlers.close());

/** `main.work;main.hot 12`, sorted. */
const told = ({ profile }: AnalysisResult<'samples'>): readonly string[] =>
  [...profile.values[0]!.values]
    .map((count, i) => {
      const names = framesOf(profile, i).map((frame) => frame.function);
      return `${names.reverse().join(';')} ${count}`;
    })
    .sort();

describe('CPU samples', () => {
  test('all of them count, each at its stack', async () => {
    const result = await ask();
    expect(all.length).toBe(10_000);
    expect(result.samples).toBe(10_000);
    expect(told(result)).toEqual([
      ' 2500',
      'main.work 2500',
      'main.work;main.cold 2500',
      'main.work;main.hot 2500',
    ]);
    expect(result.withoutStack).toBe(2500);
    expect(result.withoutGoroutine).toBe(all.filter(({ goroutine }) => goroutine <= 0).length);
    const groups = result.groups.map(({ name, samples }) => [name, samples]);
    expect(groups).toEqual([
      ['main.work', all.filter(({ goroutine }) => goroutine === 7 || goroutine === 8).length],
    ]);
  });

  test('each stands for ten milliseconds, or for what the rate says', async () => {
    const cpu = async (hz?: number): Promise<number> =>
      (await ask({ hz })).profile.values[1]!.values.reduce((sum, ns) => sum + ns, 0);
    expect(await cpu()).toBe(10_000 * 10e6);
    expect(await cpu(1000)).toBe(10_000 * 1e6);
  });

  test('windows that follow each other have each sample once', async () => {
    const { untilNs, samples } = await ask();
    const middle = all[4321]!.ns;
    const borders = [0, 1, all[17]!.ns, all[2047]!.ns, all[2048]!.ns, middle, middle + 1, 300_000, untilNs];
    let sum = 0;
    for (const [i, from] of borders.slice(0, -1).entries()) {
      const until = borders[i + 1]!;
      const part = await ask({ from: traceNs(from), until: traceNs(until) });
      const inside = all.filter(({ ns }) => ns >= from && (ns < until || until === untilNs));
      expect(part.samples).toBe(inside.length);
      sum += part.samples;
    }
    expect(sum).toBe(samples);
  });

  test('of some goroutines', async () => {
    const result = await ask({ goroutines: [goId(8)], from: traceNs(1000), until: traceNs(100_000) });
    const wanted = all.filter(({ goroutine, ns }) => goroutine === 8 && ns >= 1000 && ns < 100_000);
    expect([result.samples, result.withoutGoroutine]).toEqual([wanted.length, 0]);
    expect(wanted.length).toBeGreaterThan(100);
  });

  test('are stored alike however the trace arrives', async () => {
    for (const chunk of [7, 4096]) {
      const databasePath = join(folder, `${chunk}.sqlite`);
      const threads = { most: chunk === 7 ? 0 : 2, behindBytes: 0 };
      await ingest({ source: memorySource(data, chunk), databasePath, sizeBytes: data.length, threads });
      expect(digestOf(databasePath)).toBe(digestOf(path));
    }
  });

  test('a trace without any says so', async () => {
    const text = `Trace Go1.22\nEventBatch gen=1 m=${none} time=100 size=6\nFrequency freq=1000000000\nEventBatch gen=1 m=5 time=100 size=auto\nProcStatus dt=1 p=0 pstatus=1\n`;
    const databasePath = join(folder, 'none.sqlite');
    await ingest({ source: memorySource(encodeTextTrace(text)), databasePath });
    const others = createAnalysisHandlers(databasePath, { sizeBytes: 1 }, analysisCore);
    const result = await others['analyses.samples']({ trace: traceKey('') }, context);
    expect([result.samples, result.groups, result.profile.frames]).toEqual([0, [], []]);
    others.close();
  });
});
