import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LongStay } from '#common/analyses/timeline-details.ts';
import { spanStates, stateClass } from '#common/goroutine-state.ts';
import { nameIx, traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../../fixtures/text-trace.ts';
import { unjoinedSpans } from '../goroutine-spans.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '../handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-longest-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { signal: new AbortController().signal, report: () => undefined };
const trace = traceKey('');
let databases = 0;

interface Opened {
  readonly reader: TraceReader;
  readonly handlers: OpenAnalyses;
}

async function open(data: Uint8Array): Promise<Opened> {
  const databasePath = join(folder, `${databases++}.sqlite`);
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  return { reader: new TraceReader(databasePath), handlers };
}

async function ask(
  { handlers }: Opened,
  groups: readonly number[],
  { from = 0, until = 1e15, most = 200 } = {},
): Promise<readonly (readonly LongStay[])[]> {
  const window = { from: traceNs(from), until: traceNs(until) };
  const params = { trace, groups: groups.map(nameIx), most, ...window };
  return (await handlers['timeline.longest'](params, context)).groups;
}

/** `g7 5-9 network IO wait` */
const told = ({ goroutine, fromNs, untilNs, stateClass: what, reason }: LongStay): string =>
  `g${goroutine} ${fromNs}-${untilNs} ${what} ${reason}`.trimEnd();

/** Every stay of a goroutine, joined across generations, and the kinds of system call with each other. */
function staysOf(
  reader: TraceReader,
  group: number,
): { readonly text: string; from: number; until: number }[] {
  const table = openGoroutineTable(reader);
  const reasons = reader.reasons();
  const syscalls = ['Syscall', 'BlockedSyscall'];
  return [...table.all()]
    .filter((row) => row.nameIx === group)
    .flatMap(({ id }) => {
      const stays: { from: number; until: number; state: string; reason: number; stack: number }[] = [];
      for (const { start, end, state, reason, stack } of unjoinedSpans(reader, table, id, -1, 1e18)) {
        const [last, name] = [stays.at(-1), spanStates[state]!];
        const joins =
          last?.until === start &&
          ((last.state === name && last.reason === reason && last.stack === stack) ||
            (syscalls.includes(last.state) && syscalls.includes(name)));
        if (joins) last.until = end;
        else stays.push({ from: start, until: end, state: name, reason, stack });
      }
      return stays.map(({ from, until, state, reason }) => {
        const why = reasons[reason] ?? '';
        const what = stateClass(state as Parameters<typeof stateClass>[0], why);
        return { from, until, text: `g${id} ${from}-${until} ${what} ${why}`.trimEnd() };
      });
    })
    .filter(({ from, until }) => until > from);
}

const lengths = (stays: readonly { readonly from: number; readonly until: number }[]): number[] =>
  stays.map(({ from, until }) => until - from).sort((a, b) => b - a);

describe.each(['shop-go1.22.trace', 'shop-go1.26.trace'])('%s, of one generation', (name) => {
  let opened: Opened;
  beforeAll(async () => (opened = await open(fixtureBytes(name))));
  afterAll(() => {
    opened.reader.close();
    opened.handlers.close();
  });

  test.each([1, 7, 200])('the %d longest stays of every group, in any window', async (most) => {
    const { reader } = opened;
    const { durationNs } = reader.trace();
    const groups = reader.groups().map((group) => group.nameIx);
    const all = groups.map((group) => staysOf(reader, group));
    const windows = [
      [0, 1],
      [0.2, 0.25],
      [0.7, 0.70001],
    ].map(([from = 0, until = 0]) => [Math.floor(from * durationNs), Math.ceil(until * durationNs)] as const);
    let told_ = 0;
    for (const [from, until] of windows)
      for (let at = 0; at < groups.length; at += 50) {
        const found = await ask(opened, groups.slice(at, at + 50), { from, until, most });
        for (const [i, stays] of found.entries()) {
          const touching = all[at + i]!.filter((stay) => stay.until > from && stay.from < until);
          const own = stays.map(({ fromNs, untilNs }) => ({ from: fromNs, until: untilNs }));
          expect(own.map((stay) => stay.until - stay.from)).toEqual(lengths(touching).slice(0, most));
          const known = new Set(touching.map(({ text }) => text));
          expect(stays.map(told).filter((text) => !known.has(text))).toEqual([]);
          expect(new Set(stays.map(told)).size).toBe(stays.length);
          told_ += stays.length;
        }
      }
    expect(told_).toBeGreaterThan(20);
  });
});

test('stays that go through generations are whole, whichever of these are looked at', async () => {
  const opened = await open(fixtureBytes('shop-go1.26-generations.trace'));
  const { reader } = opened;
  const groups = reader
    .groups()
    .map((group) => group.nameIx)
    .slice(0, 50);
  const second = reader.generations()[1]!;
  const middle = (second.startNs + second.untilNs) / 2;
  let crossing = 0;
  for (const window of [{}, { from: middle, until: middle + 10 }]) {
    const found = await ask(opened, groups, window);
    for (const [i, stays] of found.entries()) {
      const known = new Set(staysOf(reader, groups[i]!).map(({ text }) => text));
      expect(stays.map(told).filter((text) => !known.has(text))).toEqual([]);
      expect(new Set(stays.map(told)).size).toBe(stays.length);
      const longest = staysOf(reader, groups[i]!).filter(
        ({ from, until }) => until > (window.from ?? 0) && from < (window.until ?? Infinity),
      );
      expect(stays[0] && stays[0].untilNs - stays[0].fromNs).toBe(lengths(longest)[0]);
      crossing += stays.filter(
        ({ fromNs, untilNs }) => fromNs < second.startNs && untilNs > second.untilNs,
      ).length;
    }
  }
  expect(crossing).toBeGreaterThan(0);
  // The second time from what is kept.
  expect(await ask(opened, groups)).toEqual(await ask(opened, groups));
  reader.close();
  opened.handlers.close();
});

test('goroutines that only ran and ended count, and one that is blocked among them shows', async () => {
  const lives = Array.from(
    { length: 200 },
    (_, i) =>
      `GoCreate dt=1 new_g=${i + 10} new_stack=1 stack=0\nGoStart dt=${(i % 9) + 2} g=${i + 10} g_seq=1\n${i === 77 ? 'GoBlock dt=1 reason_string=2 stack=0' : 'GoDestroy dt=3'}\n`,
  );
  const opened = await open(
    encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=100 size=6
Frequency freq=1000000000
EventBatch gen=1 m=5 time=100 size=auto
ProcStatus dt=1 p=0 pstatus=1
${lives.join('')}EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Strings
String id=1
	data="main.worker"
String id=2
	data="chan receive"
EventBatch gen=1 m=18446744073709551615 time=100 size=auto
Stacks
Stack id=1 nframes=1
	pc=16 func=1 file=1 line=11
`),
  );
  const { nameIx: group } = opened.reader.groups().find(({ name }) => name === 'main.worker')!;
  const [stays, none] = await ask(opened, [group, 4_000_000], { most: 3 });
  const { durationNs } = opened.reader.trace();
  expect(stays!.map(told)[0]).toMatch(new RegExp(`^g87 \\d+-${durationNs} sync chan receive$`));
  expect(stays!.slice(1).map(({ untilNs, fromNs, stateClass: what }) => [untilNs - fromNs, what])).toEqual([
    [10, 'runnable'],
    [10, 'runnable'],
  ]);
  expect(none).toEqual([]);
  const [before] = await ask(opened, [group], { from: 0, until: 30, most: 200 });
  expect(before!.every(({ fromNs }) => fromNs < 30)).toBe(true);
  expect(before!.length).toBeGreaterThan(3);
  opened.reader.close();
  opened.handlers.close();
});
