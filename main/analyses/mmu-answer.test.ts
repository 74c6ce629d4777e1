import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MmuAnalysis } from '#common/analyses/mmu-analysis.ts';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import { utilizationFlags, type UtilizationFlag } from '#common/collector-work.ts';
import { goId, traceKey } from '#common/ids.ts';
import { durNs, traceNs } from '#common/units.ts';
import { Core } from '#core-wasm/host/core.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { EventFactsReader } from '#main/exporters/event-facts.ts';
import type { TraceEvent } from '#main/exporters/trace-event.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { noThreads, orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { createAnalysisHandlers, type OpenAnalyses } from './handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-mmu-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };

async function open(name: string, data: Uint8Array): Promise<OpenAnalyses> {
  const databasePath = join(folder, `${name}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
}

const ask = async (handlers: OpenAnalyses, params: AnalysisParams<'mmu'>): Promise<MmuAnalysis> =>
  handlers['analyses.mmu']({ trace: traceKey('t'), ...params }, context);

// --- the same, straight from the events and without any of the program's own steps ---

type Interval = readonly [from: number, until: number];

/** When which processor worked for the collector, by what it did. */
interface Occupancy {
  readonly until: number;
  readonly processors: number;
  readonly stw: readonly Interval[];
  readonly onProcessor: Readonly<
    Record<'background' | 'dedicated' | 'assist' | 'sweep', Map<number, Interval[]>>
  >;
}

async function eventsOf(data: Uint8Array): Promise<TraceEvent[]> {
  const core = new Core();
  const facts = new EventFactsReader(core, { stacks: true });
  const events: TraceEvent[] = [];
  for await (const part of orderedTrace(memorySource(data), core, { threads: noThreads })) {
    if (part.kind === 'generation start') facts.enterGeneration();
    if (part.kind !== 'events') continue;
    facts.enterDelivery();
    for (let i = 0; i < core.records.count; i++) events.push(facts.event(i, part.snapshot));
  }
  return events;
}

/** Stretches in which a goroutine runs, and where. */
interface Run {
  from: number;
  until: number;
  processor: number;
}

const executes = (state: string): boolean => state === 'Running' || state === 'Syscall';

function runsOf(events: readonly TraceEvent[], end: number): Map<number, Run[]> {
  const runs = new Map<number, Run[]>();
  for (const event of events) {
    const current = event.goroutine === null ? undefined : runs.get(Number(event.goroutine))?.at(-1);
    // One that was announced says itself where it runs, in whatever it does next.
    if (current && Number.isNaN(current.processor)) current.processor = Number(event.processor ?? -1);
    if (event.kind !== 'StateTransition' || event.subjectGoroutine === undefined) continue;
    const own = runs.get(Number(event.subjectGoroutine)) ?? [];
    runs.set(Number(event.subjectGoroutine), own);
    const open = own.at(-1);
    if (!executes(event.from) && executes(event.to)) {
      const isAnnounced = event.from === 'Undetermined';
      own.push({
        from: isAnnounced ? 0 : event.timeNs,
        until: end,
        processor: isAnnounced ? NaN : Number(event.processor ?? -1),
      });
    } else if (executes(event.from) && !executes(event.to) && open) {
      open.until = event.timeNs;
    }
  }
  return runs;
}

function occupancyOf(events: readonly TraceEvent[]): Occupancy {
  const end = events.at(-1)!.timeNs;
  const runs = runsOf(events, end);
  const onProcessor = {
    background: new Map<number, Interval[]>(),
    dedicated: new Map<number, Interval[]>(),
    assist: new Map<number, Interval[]>(),
    sweep: new Map<number, Interval[]>(),
  };
  const stw: Interval[] = [];
  const put = (kind: keyof typeof onProcessor, processor: number, interval: Interval): void => {
    const known = onProcessor[kind].get(processor);
    if (known) known.push(interval);
    else onProcessor[kind].set(processor, [interval]);
  };
  const workers = new Set<number>();
  for (const event of events) {
    if (!('stack' in event) || event.kind !== 'StateTransition') continue;
    if (event.stack.at(-1)?.function === 'runtime.gcBgMarkWorker' && event.goroutine !== null)
      workers.add(Number(event.goroutine));
  }
  const open = new Map<string, number>();
  let processors = 0;
  let generation = 0;
  const assisted = (goroutine: number, from: number, until: number): void => {
    for (const run of runs.get(goroutine) ?? []) {
      const interval = [Math.max(run.from, from), Math.min(run.until, until)] as const;
      if (interval[0] < interval[1]) put('assist', run.processor, interval);
    }
  };
  for (const event of events) {
    if (event.kind === 'Sync') generation++;
    else if (event.kind === 'Metric' && event.name === '/sched/gomaxprocs:threads') {
      // The fixtures never change it.
      expect([0, Number(event.value)]).toContain(processors);
      processors = Number(event.value);
    } else if (event.kind === 'Label' && /^GC \((dedicated|fractional)\)$/.test(event.label)) {
      const goroutine = Number(event.goroutine);
      const run = runs.get(goroutine)!.find((one) => one.from <= event.timeNs && event.timeNs < one.until);
      const kind = event.label === 'GC (dedicated)' ? 'dedicated' : 'background';
      if (workers.has(goroutine)) put(kind, run!.processor, [event.timeNs, run!.until]);
    } else if (event.kind === 'RangeBegin' || event.kind === 'RangeActive') {
      if (event.kind === 'RangeActive' && generation > 1) continue;
      const key = `${event.range} ${event.subjectGoroutine ?? ''} ${event.subjectProcessor ?? ''}`;
      open.set(key, event.kind === 'RangeActive' ? 0 : event.timeNs);
    } else if (event.kind === 'RangeEnd') {
      const key = `${event.range} ${event.subjectGoroutine ?? ''} ${event.subjectProcessor ?? ''}`;
      const from = open.get(key);
      open.delete(key);
      if (from !== undefined)
        close(event.range, event.subjectGoroutine, event.subjectProcessor, from, event.timeNs);
    }
  }
  for (const [key, from] of open) {
    const [, range, goroutine, processor] = /^(.*) (\d*) (\d*)$/.exec(key)!;
    close(
      range!,
      goroutine === '' ? null : Number(goroutine),
      processor === '' ? null : Number(processor),
      from,
      end,
    );
  }
  return { until: end, processors, stw, onProcessor };

  function close(range: string, goroutine: unknown, processor: unknown, from: number, until: number): void {
    if (range === 'GC incremental sweep') put('sweep', Number(processor), [from, until]);
    else if (range === 'GC mark assist') assisted(Number(goroutine), from, until);
    else if (range.startsWith('stop-the-world') && range.includes('GC')) stw.push([from, until]);
  }
}

interface Steps {
  readonly times: readonly number[];
  readonly integrals: readonly number[];
  readonly values: readonly number[];
}

/** Utilization between all points at which anything begins or ends. */
function stepsOf(occupancy: Occupancy, flags: ReadonlySet<UtilizationFlag>, only: number | undefined): Steps {
  const { until, processors, stw, onProcessor } = occupancy;
  const kinds = [
    ...(flags.has('background') ? (['background'] as const) : []),
    ...(flags.has('background') && only === undefined ? (['dedicated'] as const) : []),
    ...(flags.has('assist') ? (['assist'] as const) : []),
    ...(flags.has('sweep') ? (['sweep'] as const) : []),
  ];
  const changes: { readonly time: number; readonly where: number; readonly by: number }[] = [];
  const add = (where: number, [from, end]: Interval): void => {
    changes.push({ time: from, where, by: 1 }, { time: end, where, by: -1 });
  };
  if (flags.has('stw')) for (const interval of stw) add(-1, interval);
  for (const kind of kinds)
    for (const [processor, intervals] of onProcessor[kind])
      for (const interval of intervals) add(processor, interval);
  const all = changes
    .filter(({ where }) => where < processors && (only === undefined || where === -1 || where === only))
    .sort((a, b) => a.time - b.time);
  const busy = new Map<number, number>();
  const times = [0];
  const values: number[] = [];
  const integrals = [0];
  const counted = only === undefined ? processors : 1;
  for (const { time, where, by } of [...all, { time: until, where: -2, by: 0 }]) {
    const working = [...busy].filter(([processor, count]) => processor >= 0 && count > 0).length;
    const value = (busy.get(-1) ?? 0) > 0 ? 0 : 1 - working / counted;
    if (time > times.at(-1)!) {
      integrals.push(integrals.at(-1)! + value * (time - times.at(-1)!));
      values.push(value);
      times.push(time);
    }
    busy.set(where, (busy.get(where) ?? 0) + by);
  }
  return { times, integrals, values };
}

function leastMean({ times, integrals, values }: Steps, length: number): number {
  const end = times.at(-1)!;
  const window = Math.min(length, end);
  const upTo = (time: number): number => {
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (times[middle]! <= time) low = middle;
      else high = middle - 1;
    }
    return integrals[low]! + (values[low] ?? 0) * (time - times[low]!);
  };
  let least = 1;
  for (const corner of times)
    for (const start of [corner, corner - window])
      if (start >= 0 && start + window <= end)
        least = Math.min(least, (upTo(start + window) - upTo(start)) / window);
  return least;
}

const lengths = [1e4, 1e5, 1e6, 3e6, 1e7, 1e8, 1e9].map(durNs);
const choices: readonly (readonly UtilizationFlag[])[] = [
  ['stw'],
  ['background'],
  ['assist'],
  ['stw', 'background', 'assist'],
  utilizationFlags,
];

describe.each(fixtureTraces)('%s', (name) => {
  let handlers: OpenAnalyses;
  let occupancy: Occupancy;
  beforeAll(async () => {
    const data = fixtureBytes(name);
    handlers = await open(name, data);
    occupancy = occupancyOf(await eventsOf(data));
  });
  afterAll(() => handlers.close());

  test.each(choices.map((flags) => ({ flags })))('it is that of the events: $flags', async ({ flags }) => {
    const steps = stepsOf(occupancy, new Set(flags), undefined);
    for (const window of lengths) {
      const result = await ask(handlers, { flags, window, worst: 3 });
      expect(Math.abs(result.window!.minimum - leastMean(steps, window))).toBeLessThan(1e-9);
      expect(result.window!.worst[0]!.utilization).toBe(result.window!.minimum);
      for (const { startNs, endNs } of result.window!.worst)
        expect(endNs - startNs).toBeLessThanOrEqual(window);
    }
  });

  test('so is that of each processor', async () => {
    const flags = new Set<UtilizationFlag>(['stw', 'background', 'assist']);
    const all = Array.from({ length: occupancy.processors }, (_, i) => stepsOf(occupancy, flags, i));
    for (const window of lengths) {
      const result = await ask(handlers, { perProc: true, window });
      const least = Math.min(...all.map((steps) => leastMean(steps, window)));
      expect(Math.abs(result.window!.minimum - least)).toBeLessThan(1e-9);
    }
  });

  test('percentiles lie in order, and a coarse sample of windows agrees with them', async () => {
    const steps = stepsOf(occupancy, new Set<UtilizationFlag>(['stw', 'background', 'assist']), undefined);
    const { window } = await ask(handlers, { percentiles: true, window: durNs(3e6), worst: 0 });
    const { minimum, p999 = -1, p99 = -1, p95 = -1 } = window!;
    expect([minimum, p999, p99, p95]).toEqual([minimum, p999, p99, p95].sort((a, b) => a - b));
    expect(Math.abs(sampledQuantile(steps, 3e6, 0.05) - p95)).toBeLessThan(2e-3);
    expect(Math.abs(sampledQuantile(steps, 3e6, 0.01) - p99)).toBeLessThan(2e-3);
  });

  test('worst windows do not overlap, and get better', async () => {
    const { window } = await ask(handlers, { window: durNs(1e6), worst: 20 });
    const { worst } = window!;
    expect(worst.map(({ utilization }) => utilization)).toEqual(
      worst.map(({ utilization }) => utilization).sort((a, b) => a - b),
    );
    const inTime = [...worst].sort((a, b) => a.startNs - b.startNs);
    for (const [i, one] of inTime.entries())
      if (i > 0) expect(one.startNs).toBeGreaterThanOrEqual(inTime[i - 1]!.endNs);
  });

  test('in a window of time only windows inside of it count', async () => {
    const { untilNs } = await ask(handlers, {});
    const from = traceNs(Math.round(untilNs / 3));
    const until = traceNs(Math.round(untilNs / 2));
    const result = await ask(handlers, { from, until, window: durNs(1e6) });
    expect([result.fromNs, result.untilNs]).toEqual([from, until]);
    for (const { startNs, endNs } of result.window!.worst) {
      expect(startNs).toBeGreaterThanOrEqual(from);
      expect(endNs).toBeLessThanOrEqual(until);
    }
    const whole = await ask(handlers, { window: durNs(1e6), worst: 0 });
    expect(result.window!.minimum).toBeGreaterThanOrEqual(whole.window!.minimum);
  });
});

function sampledQuantile(steps: Steps, window: number, share: number): number {
  const { times } = steps;
  const end = times.at(-1)!;
  const count = 40_000;
  const means: number[] = [];
  let low = 0;
  let high = 0;
  const upTo = (time: number, from: number): [number, number] => {
    let at = from;
    while (at + 1 < times.length && times[at + 1]! <= time) at++;
    return [steps.integrals[at]! + (steps.values[at] ?? 0) * (time - times[at]!), at];
  };
  for (let i = 0; i < count; i++) {
    const start = ((i + 0.5) / count) * (end - window);
    const [a, nextLow] = upTo(start, low);
    const [b, nextHigh] = upTo(start + window, high);
    low = nextLow;
    high = nextHigh;
    means.push((b - a) / window);
  }
  return means.sort((a, b) => a - b)[Math.floor(share * count)]!;
}

const flat = encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Strings
String id=1
\tdata="GC (dedicated)"
EventBatch gen=1 m=5 time=10 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
ProcsChange dt=8 procs_value=2 stack=0
GCMarkAssistBegin dt=100 stack=0
GCMarkAssistEnd dt=50
ProcsChange dt=200 procs_value=1 stack=0
`);

/** Thousands of assists and stops, now dense, now far between; the same each time. */
function restless(): Uint8Array {
  let state = 12345;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const lines: string[] = [];
  for (let i = 0; i < 6000; i++) {
    const scale = 10 + 5000 * (0.5 + 0.5 * Math.sin(i / 300)) ** 6;
    const [pause, work] = [1 + Math.floor(random() * scale), 1 + Math.floor(random() * scale)];
    if (i % 97 === 0) lines.push(`STWBegin dt=${pause} kind_string=2 stack=0`, `STWEnd dt=${work}`);
    else lines.push(`GCMarkAssistBegin dt=${pause} stack=0`, `GCMarkAssistEnd dt=${work}`);
  }
  return encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Strings
String id=2
\tdata="GC mark termination"
EventBatch gen=1 m=5 time=10 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
ProcsChange dt=8 procs_value=3 stack=0
${lines.join('\n')}
`);
}

test('of many thousand changes no window is missed', async () => {
  const data = restless();
  const handlers = await open('restless', data);
  const steps = stepsOf(occupancyOf(await eventsOf(data)), new Set(['stw', 'assist']), undefined);
  for (let window = 100; window < steps.times.at(-1)!; window *= 4.3) {
    const length = durNs(Math.round(window));
    const result = await ask(handlers, { window: length, percentiles: true, worst: 2 });
    const least = leastMean(steps, length);
    expect(Math.abs(result.window!.minimum - least)).toBeLessThan(1e-9);
    const { p95 = -1 } = result.window!;
    expect(Math.abs(sampledQuantile(steps, length, 0.05) - p95)).toBeLessThan(0.01);
  }
  handlers.close();
});

describe('in a trace made by hand', () => {
  test('an assist takes one of two processors', async () => {
    const handlers = await open('flat', flat);
    const { curve, mean, window } = await ask(handlers, { window: durNs(50) });
    expect(curve).toHaveLength(100);
    expect(window!.minimum).toBe(0.5);
    expect(window!.worst.map(({ startNs, utilization }) => [startNs, utilization])).toEqual([
      [110, 0.5],
      [0, 1],
      [50, 1],
      [160, 1],
      [210, 1],
      [260, 1],
      [310, 1],
    ]);
    expect(mean).toBeCloseTo(1 - 25 / 360, 2);
    handlers.close();
  });

  test('goroutines are refused with a sentence', async () => {
    const handlers = await open('refused', flat);
    await expect(ask(handlers, { goroutines: [goId(9)] })).rejects.toMatchObject({
      code: 'bad-parameters',
      message:
        'Mutator utilization is about processors, so it cannot be narrowed down to goroutines; only to a time.',
    });
    handlers.close();
  });
});
