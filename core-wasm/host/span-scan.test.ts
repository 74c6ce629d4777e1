import { describe, expect, test } from 'vitest';
import { spansInChunk, wakerOf } from '#common/span-chunk.ts';
import type { SpanSelection, SumKeys } from '#common/span-sums.ts';
import { PackedGoroutineTable } from './goroutine-table.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(/[ |]+/).map((two) => parseInt(two, 16)));

const noGoroutines = {
  goroutineChunks: () => [],
  goroutineChunkHead: () => undefined,
  goroutineColumn: () => undefined,
};
const all: SpanSelection = { from: 0, until: 1e9 };

function scanning(keys: SumKeys, selection = all, options = {}) {
  const scan = new PackedGoroutineTable(noGoroutines).spans;
  scan.open(keys, selection, options);
  return scan;
}

/** Runs, or waits for reason 2 at stack 5: numbers are nanoseconds. */
const run = (ns: number): number[] => [ns, 3, 0];
const wait = (ns: number): number[] => [ns, 20, 5];

/** One short stream; all numbers below 128. */
const chunk = (goroutine: number, start: number, head: number, ...spans: number[][]): Uint8Array => {
  const stream = spans.flat();
  return Uint8Array.from([1, goroutine, start, stream.length, head, ...stream]);
};

describe('the examples of the formats mean what they say', () => {
  const example = bytesOf('01 | 07 00 07 13 | 64 03 00 ac 02 14 05');

  test('a chunk of spans', () => {
    expect(spansInChunk(example, new Set([7]), 1000)).toEqual([
      {
        goroutine: 7,
        spans: [
          { start: 1000, end: 1100, state: 3, reason: 0, stack: 0 },
          { start: 1100, end: 1400, state: 4, reason: 2, stack: 5 },
        ],
      },
    ]);
    const scan = scanning({ stack: true, name: true }, { from: 1000, until: 2000 });
    scan.chunk(example, 1000, 2000);
    const { groups, stacks, states, reasons, stays, ns } = scan.sums();
    expect([[...groups], [...stacks], [...states]]).toEqual([
      [4, 4],
      [0, 5],
      [3, 4],
    ]);
    expect([[...reasons], [...stays], [...ns]]).toEqual([
      [0, 2],
      [1, 1],
      [100, 300],
    ]);
  });

  test('a chunk with a goroutine that another made runnable', () => {
    const woken = bytesOf('01 | 07 00 0a 13 | 64 03 00 ac 02 14 05 14 08 06');
    const [found] = spansInChunk(woken, new Set([7]), 1000);
    expect(found!.spans[2]).toEqual({ start: 1400, end: 1420, state: 2, reason: 0, stack: 6, waker: 8 });
    expect(wakerOf(8)).toEqual({ lane: 3, isGoroutine: true });
  });

  test('sums of a generation', () => {
    const stored = bytesOf('00 | 01 | 10 05 28 03 01 ac 02 e8 07');
    for (const [isFirst, stays] of [
      [true, 4],
      [false, 3],
    ] as const) {
      const scan = scanning({ stack: true, name: true });
      scan.stored(stored, isFirst, false);
      const sums = scan.sums();
      expect([sums.groups[0], sums.stacks[0], sums.states[0], sums.reasons[0]]).toEqual([4, 5, 4, 2]);
      expect([sums.stays[0], sums.ns[0], sums.last[0]]).toEqual([stays, 300, 999]);
    }
  });
});

test.each([
  ['by the goroutine on the first processor', 7, { lane: 0, isGoroutine: true }],
  ['by the goroutine on the second', 0, { lane: 1, isGoroutine: true }],
  ['by that on the 32nd', 120, { lane: 31, isGoroutine: true }],
  ['by none, and on no processor', 1, { isGoroutine: false }],
  ['by none, on the third processor', 25, { lane: 2, isGoroutine: false }],
])('a goroutine made runnable %s is runnable like others', (_, stored, waker) => {
  expect(wakerOf(stored)).toEqual(waker);
  const scan = scanning({ stack: true }, all, { longest: true });
  scan.chunk(chunk(7, 0, 2, wait(10), [5, stored, 9], run(5)), 0, 20);
  const { states, reasons, stacks, stays, ns } = scan.sums();
  const i = states.indexOf(2);
  expect([reasons[i], stacks[i], stays[i], ns[i]]).toEqual([0, 9, 1, 5]);
  expect(scan.delays()).toEqual([{ goroutine: 7, from: 10, until: 15, stack: 9, isPiece: false }]);
});

test('a stay that an empty span parts is two, one that goes on in the next generation is one', () => {
  const scan = scanning({});
  scan.chunk(chunk(7, 0, 2, wait(10), run(0), wait(10), run(1), wait(9)), 0, 30);
  scan.chunk(chunk(7, 0, 3, wait(5), run(5)), 30, 40);
  const { states, stays, ns } = scan.sums();
  const waits = states.indexOf(4);
  expect([stays[waits], ns[waits]]).toEqual([3, 34]);
});

test('in a window a stay counts once, with the time that lies inside', () => {
  const scan = scanning({}, { from: 5, until: 35 });
  scan.chunk(chunk(7, 0, 2, wait(10), run(10), wait(10)), 0, 30);
  scan.chunk(chunk(7, 0, 3, wait(20)), 30, 50);
  const { states, stays, ns } = scan.sums();
  const waits = states.indexOf(4);
  expect([stays[waits], ns[waits]]).toEqual([2, 20]);
});

test('the two halves of a system call are one stay, each with its own time', () => {
  const scan = scanning({ stack: true });
  scan.chunk(chunk(7, 0, 2, [10, 5, 9], [20, 6, 9], run(5)), 0, 35);
  const { states, stays, ns } = scan.sums();
  expect([states.indexOf(5), states.indexOf(6)].map((i) => [stays[i], ns[i]])).toEqual([
    [1, 10],
    [0, 20],
  ]);
});

test('only stretches of some goroutines, if so it is asked', () => {
  const intervals = new Map([[7, [2, 4, 8, 12]]]);
  const scan = scanning({ goroutine: true }, { from: 0, until: 20, intervals });
  scan.chunk(chunk(7, 0, 2, wait(10), run(10)), 0, 20);
  scan.chunk(chunk(8, 0, 2, wait(10), run(10)), 0, 20);
  const { count, groups, states, ns, stays } = scan.sums();
  expect([count, [...groups], [...states], [...ns], [...stays]]).toEqual([2, [7, 7], [4, 3], [4, 2], [1, 1]]);
});

test('names that came late count for those that are asked for', () => {
  const scan = scanning({ name: true }, { ...all, names: new Set([6]) });
  scan.knowNames(new Map([[7, 6]]));
  scan.chunk(chunk(7, 0, 0, wait(10)), 0, 10);
  scan.chunk(chunk(8, 0, 0, wait(10)), 0, 10);
  const { count, groups, ns, beforeRun } = scan.sums();
  expect([count, groups[0], ns[0], beforeRun[0]]).toEqual([1, 6, 10, 1]);
});

test('what is damaged is refused', () => {
  const sound = chunk(7, 0, 2, wait(10), run(10));
  for (const damaged of [
    sound.subarray(0, 9),
    sound.subarray(0, 3),
    Uint8Array.from([200, 200, 200, 200, 15]),
    Uint8Array.from([1, 7, 0, 99, 2, 1, 1]),
    Uint8Array.of(),
  ])
    expect(() => scanning({}).chunk(damaged, 0, 30)).toThrow('damaged');
  expect(() => scanning({}).stored(bytesOf('00 | 01 | 12 05 28'), true, false)).toThrow('damaged');
  expect(() => scanning({}).blocks(7, Uint8Array.from([1, 3, 40, 90, 1]), 0, 30)).toThrow('damaged');
});
