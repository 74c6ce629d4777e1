import { describe, expect, it } from 'vitest';
import { generationId, goId } from '../ids.ts';
import { bytes, durNs, traceNs } from '../units.ts';
import type { WallPlace } from '../wall-places.ts';
import { findingsOf } from './findings.ts';
import type { Finding, Observed } from './finding.ts';
import { collections, counted, ofGroup, openWaits, processors } from './made-up-analyses.ts';
import { mostFindings } from './thresholds.ts';

const second = 1e9;
const calm: Observed = {
  fromNs: traceNs(0),
  untilNs: traceNs(10 * second),
  isFiltered: false,
  diagnostics: [],
};

/** What is found, by the name of its rule. */
const found = (observed: Partial<Observed>): Readonly<Record<string, Finding>> =>
  Object.fromEntries(findingsOf({ ...calm, ...observed }).map((finding) => [finding.rule, finding]));

const place = (part: Partial<WallPlace>): WallPlace => ({
  group: 'main.worker',
  state: 'sync',
  function: 'main.worker',
  functions: ['runtime.chanrecv1', 'main.worker'],
  count: 1,
  ns: 0,
  ...part,
});
const lock = (ns: number): WallPlace =>
  place({ functions: ['sync.(*Mutex).Lock', 'main.put', 'main.worker'], function: 'main.put', count: 7, ns });
const running = (ns: number): WallPlace => place({ state: 'running', functions: ['main.worker'], ns });

describe('what stands out', () => {
  it('is nothing where nothing is known, or all is well', () => {
    expect(found({})).toEqual({});
    const well = { gc: collections({}), scheduler: processors({}), places: [running(second)] };
    expect(found(well)).toEqual({});
  });

  it('is a long stop of the world, with its kind and place, but not one of tracing', () => {
    const gc = collections({ stops: [{ kind: 'GC mark termination', at: 3 * second, ns: 2e6 }] });
    expect(found({ gc })['stop-of-the-world']).toMatchObject({
      severity: 'warning',
      figure: { kind: 'duration', ns: 2e6 },
      text: [expect.stringMatching(/GC mark termination, at 3\.000/)],
      link: { page: 'gc' },
    });
    const tracing = collections({ stops: [{ kind: 'start trace', at: 0, ns: 20e6 }] });
    expect(found({ gc: tracing })).toEqual({});
  });

  it('is a collector that takes a share of the processors, of the program’s own running time what assists take', () => {
    const gc = collections({ dedicatedNs: 5 * second, assistNs: second });
    const all = found({ gc, scheduler: processors({}), places: [running(4 * second)] });
    expect(all['cost-of-collecting']).toMatchObject({ severity: 'problem', figure: { share: 0.3 } });
    expect(all['mark-assists']).toMatchObject({ severity: 'problem', figure: { ns: second } });
    expect(found({ gc, scheduler: processors({}), isFiltered: true })).toEqual({});
  });

  it('is many collections in a short time', () => {
    const gc = collections({ count: 120 });
    expect(found({ gc })['many-collections']).toMatchObject({ severity: 'note', figure: { count: 120 } });
    expect(found({ gc: collections({ count: 90 }) })).toEqual({});
  });

  it('is a heap that is larger at its lowest than it was before', () => {
    const growing = counted({ heap: [50e6, 90e6, 60e6, 70e6, 80e6, 120e6, 130e6, 125e6] });
    expect(found({ counters: growing })['heap-growth']).toMatchObject({ figure: { size: 75e6 } });
    const breathing = counted({ heap: [50e6, 190e6, 60e6, 170e6, 50e6, 120e6, 130e6, 55e6] });
    expect(found({ counters: breathing })).toEqual({});
  });

  it('is time for which processors idled and goroutines could run, without stops of the world', () => {
    const scheduler = processors({ idleWhileRunnableNs: 2 * second, worldStoppedNs: second });
    expect(found({ scheduler })['idle-while-runnable']).toMatchObject({
      severity: 'warning',
      figure: { ns: second },
      link: { page: 'scheduler' },
    });
  });

  it('is a queue before processors that are all busy', () => {
    const busy = processors({ queued: 3, idleNs: 0 });
    expect(found({ scheduler: busy })['busy-processors']).toMatchObject({ severity: 'warning' });
    expect(found({ scheduler: processors({ queued: 3, idleNs: 8 * second }) })).toEqual({});
  });

  it('is a long delay of a goroutine that is not the runtime’s, at its place', () => {
    const delays = [
      { goroutine: goId(3), name: 'runtime.bgsweep', startNs: traceNs(5), ns: durNs(9e8) },
      { goroutine: goId(17), name: 'main.worker', startNs: traceNs(second), ns: durNs(3e7) },
    ];
    expect(found({ scheduler: processors({ delays }) })['long-delay']).toMatchObject({
      severity: 'warning',
      link: { page: 'timeline', goroutine: 17, fromNs: second, ns: 3e7 },
    });
  });

  it('is waiting for locks, apart from waiting for channels', () => {
    const all = found({ places: [lock(60 * second), place({ ns: 40 * second, count: 5 })] });
    expect(all['lock-contention']).toMatchObject({
      severity: 'problem',
      figure: { ns: 60 * second },
      link: { page: 'blocking', kind: 'sync', function: 'main.put' },
    });
    expect(all['waiting-place']).toMatchObject({ severity: 'note', figure: { ns: 40 * second } });
  });

  it('is system calls that take long each, not many short ones', () => {
    const syscall = { state: 'syscall', function: 'main.sync', ns: second } as const;
    expect(found({ places: [place({ ...syscall, count: 20 })] })['slow-syscalls']).toMatchObject({
      link: { page: 'blocking', kind: 'syscall', function: 'main.sync' },
    });
    expect(found({ places: [place({ ...syscall, count: 2000 })] })).toEqual({});
  });

  it('is a start function of very many short goroutines', () => {
    const groups = [ofGroup('main.hello', 200_000, 2 * second), ofGroup('main.main', 1, second)];
    expect(found({ groups: [ofGroup('main.long', 20_000, 4 * second)] })).toEqual({});
    const inShort = { groups, untilNs: traceNs(100_000) };
    expect(found(inShort)).toEqual({});
    expect(found({ groups })['short-goroutines']).toMatchObject({
      figure: { count: 200_000 },
      link: { page: 'goroutines', group: 'main.hello' },
    });
  });

  it('is goroutines that become more and more, and where they stay', () => {
    const alive = Array.from({ length: 40 }, (_, step) => 100 + step * 20);
    const waits = openWaits('main.leak', 700, 3 * second);
    const { 'pile-up': pileUp } = found({ counters: counted({ alive }), waits });
    expect(pileUp).toMatchObject({ figure: { count: 760 } });
    expect(pileUp?.text).toContainEqual({ function: 'main.leak' });
    expect(found({ counters: counted({ alive: alive.map(() => 800) }) })).toEqual({});
  });

  it('is goroutines that wait all the time', () => {
    const waits = openWaits('main.leak', 60, 9.5 * second);
    expect(found({ waits })['stuck-goroutines']).toMatchObject({ figure: { count: 60 } });
    expect(found({ waits: openWaits('main.leak', 60, 5 * second) })).toEqual({});
  });

  it('is a file that could not be read whole, before all else', () => {
    const cut = {
      severity: 'error',
      code: 'file-truncated',
      sentence: 'The file ends in the middle of a batch.',
      generation: generationId(3),
      atByte: bytes(812_034),
      lostBytes: bytes(65_122),
    } as const;
    const [first] = findingsOf({ ...calm, diagnostics: [cut], places: [lock(90 * second)] });
    expect(first).toMatchObject({ rule: 'trouble-in-file', figure: { size: 65_122 } });
  });

  it('has the worst first, and no more than one can take in', () => {
    const findings = findingsOf({
      ...calm,
      gc: collections({
        count: 120,
        dedicatedNs: 5 * second,
        assistNs: second,
        stops: [{ kind: 'GC mark termination', at: 5, ns: 3e6 }],
      }),
      scheduler: processors({ queued: 30, idleNs: 0, idleWhileRunnableNs: 5 * second }),
      places: [running(4 * second), lock(90 * second), place({ ns: 90 * second, count: 3 })],
      counters: counted({ heap: [5e6, 9e6, 6e6, 7e6, 8e6, 120e6, 130e6, 125e6] }),
    });
    expect(findings).toHaveLength(mostFindings);
    const order = ['problem', 'warning', 'note'];
    const ranks = findings.map(({ severity }) => order.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort());
  });
});
