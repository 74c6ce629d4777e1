import { describe, expect, test } from 'vitest';
import { varint } from '../../fixtures/text-trace.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { Core } from './core.ts';
import { V1Trace } from './v1-trace.ts';

type Read = [type: number, time: number, goroutine: number];

/** Loads the bytes behind a header; the fault's name, or every event as type, time and goroutine. */
function read(minor: number, data: Uint8Array, seen?: (core: Core, i: number) => void): string | Read[] {
  const core = new Core();
  const trace = new V1Trace(core, minor);
  trace.append(data);
  const fault = trace.load();
  if (fault) return fault.name;
  const events: Read[] = [];
  const take = (): void => {
    const r = core.records;
    for (let i = 0; i < r.count; i++) {
      events.push([r.type(i), Number(r.time(i)), Number(r.goroutine(i))]);
      seen?.(core, i);
    }
  };
  if (trace.deliverSync()) take();
  for (;;) {
    const delivery = trace.deliver();
    take();
    if (delivery === 'broken') return core.fault.name;
    if (delivery === 'finished') return events;
  }
}

/** One event: its type and its numbers, the time delta first. */
const event = (type: number, ...numbers: number[]): number[] =>
  numbers.length <= 3
    ? [type | ((numbers.length - 1) << 6), ...numbers.flatMap((n) => varint(BigInt(n)))]
    : longEvent(type, numbers);

function longEvent(type: number, numbers: readonly number[]): number[] {
  const body = numbers.flatMap((n) => varint(BigInt(n)));
  return [type | (3 << 6), ...varint(BigInt(body.length)), ...body];
}

const batch = (processor: number, ticks: number): number[] => event(1, processor, ticks);
const frequency = event(2, 1_000_000_000);
const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());

describe('events of the old format become those of the new', () => {
  const start = bytes(batch(0, 100), frequency, event(5, 1, 7), event(4, 1, 1, 0), event(13, 1, 9, 0, 0));

  test('goroutines created before the number of processors is known are announced by it', () => {
    const events = read(
      21,
      bytes(
        batch(0, 100),
        frequency,
        event(5, 1, 7),
        event(13, 1, 9, 0, 0),
        event(13, 1, 5, 0, 0),
        event(4, 1, 1, 0),
      ),
    ) as Read[];
    // Sync, ProcStatus, and a GoStatus each, in order of their numbers.
    expect(events.map(([type, time]) => [type, time])).toEqual([
      [50, -1],
      [13, 0],
      [25, 3],
      [25, 4],
    ]);
  });

  test('a system call that does not block ends a nanosecond later', () => {
    const events = read(21, bytes([...start], event(14, 1, 9, 1), event(28, 5, 0), event(15, 10))) as [
      number,
      number,
      number,
    ][];
    expect(events.slice(-4)).toEqual([
      [16, 3, 9],
      [22, 8, 9],
      [23, 9, 9],
      [17, 18, 9],
    ]);
  });

  test('a blocked one does not, and leaves when it really did', () => {
    const events = read(
      21,
      bytes([...start], event(14, 1, 9, 1), event(28, 5, 0), event(30, 1), event(29, 20, 9, 2, 115)),
    ) as Read[];
    expect(events.slice(-2)).toEqual([
      [22, 8, 9],
      [24, 14, 9],
    ]);
  });

  test('and it says when it blocked', () => {
    const blocked: number[] = [];
    const data = bytes(
      [...start],
      event(14, 1, 9, 1),
      event(28, 5, 0),
      event(30, 1),
      event(29, 20, 9, 2, 115),
    );
    read(21, data, (core, i) => {
      if (core.records.type(i) === 22) blocked.push(Number(core.records.b(i)));
    });
    expect(blocked).toEqual([9]);
  });

  test('nothing at all is no Sync before and one at 0 behind', () => {
    const core = new Core();
    const trace = new V1Trace(core, 21);
    trace.append(bytes(batch(0, 100), frequency));
    expect(trace.load()).toBeUndefined();
    expect(trace.deliverSync()).toBe(false);
    expect(trace.deliver()).toBe('finished');
    core.deliverSync('end');
    expect([core.records.count, core.records.time(0), core.records.a(0)]).toEqual([1, 0, 1]);
  });
});

describe('what cannot be is a fault, and then there are no events at all', () => {
  const good = [...batch(0, 100), ...frequency, ...event(5, 1, 7), ...event(4, 1, 1, 0)];
  test.each<[string, number[]]>([
    ['invalid-event-type', [60]],
    ['v1-event-before-batch', event(5, 1, 7)],
    ['v1-wrong-arguments', [...batch(0, 1), ...event(5, 1)]],
    ['v1-event-cut-off', [...batch(0, 1), 5 | (1 << 6), 1]],
    ['v1-event-too-long', [...batch(0, 1), 5 | (3 << 6), ...varint(5000n)]],
    ['v1-invalid-text-size', [...batch(0, 1), 37, 1, 0]],
    ['string-defined-twice', [...batch(0, 1), 37, 1, 1, 65, 37, 1, 1, 65]],
    ['v1-invalid-processor', batch(2 ** 40, 1)],
    ['v1-invalid-stack', [...batch(0, 1), ...longEvent(3, [1, 5, 1, 1, 1, 1])]],
    ['no-frequency', [...batch(0, 1), ...event(5, 1, 7)]],
    ['v1-no-order', [...good, ...event(14, 1, 9, 1)]],
    ['v1-illegal-event', [...good, ...event(6, 1), ...event(6, 1)]],
    ['v1-unexpected-event', [...good, ...event(36, 1)]],
  ])('%s', (name, data) => {
    expect(read(21, Uint8Array.from(data))).toBe(name);
  });
});

test('any cut is a fault or an order, never a trap', () => {
  const data = fixtureBytes('shop-go1.21.trace').subarray(16);
  for (let i = 1; i < 60; i++) {
    const result = read(21, data.subarray(0, Math.floor((data.length * i) / 60)));
    expect(typeof result === 'string' || result.length > 0).toBe(true);
  }
});

test('CPU samples are events from 1.19 on only', () => {
  const sample = [...batch(0, 100), ...frequency, ...longEvent(49, [1, 100, 0, 9, 0])];
  expect(read(11, Uint8Array.from(sample))).toBe('invalid-event-type');
  expect(read(19, Uint8Array.from(sample))).toEqual([
    [50, -1, -1],
    [7, 0, 9],
  ]);
});

test('processors and threads are counted as they appear', () => {
  let counts: number[] = [];
  const data = bytes(
    batch(0, 100),
    frequency,
    event(5, 1, 7),
    event(6, 1),
    event(5, 1, 8),
    batch(3, 110),
    event(5, 1, 9),
  );
  read(21, data, (core) => {
    counts = [core.processorCount, core.threadCount];
  });
  expect(counts).toEqual([2, 3]);
});
