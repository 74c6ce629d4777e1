import { expect, test } from 'vitest';
import { Core } from './core.ts';

const core = new Core();

/** Sorts keys in the core; resolves with the payloads (the places the keys had) in sorted order. */
function sorted(keys: readonly number[]): number[] {
  const { exports, memory } = core;
  const size = keys.length * 16;
  const address = exports.allocate(size) >>> 0;
  const view = new DataView(memory.buffer, address, size);
  keys.forEach((key, i) => {
    view.setBigInt64(i * 16, BigInt(key), true);
    view.setUint32(i * 16 + 8, i, true);
  });
  exports.goSort(address, keys.length);
  const after = new DataView(memory.buffer, address, size);
  const places = keys.map((_, i) => after.getUint32(i * 16 + 8, true));
  exports.release(address, size);
  return places;
}

/** A repeatable sequence of numbers below `limit`. */
function numbers(count: number, limit: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % limit;
  });
}

test.each([0, 1, 2, 12, 13, 49, 50, 51, 500, 5000])('%i keys come out in order, each once', (count) => {
  for (const limit of [1, 3, 40, 1e6]) {
    const keys = numbers(count, limit, count + limit);
    const places = sorted(keys);
    expect(new Set(places).size).toBe(count);
    expect(places.map((place) => keys[place])).toEqual([...keys].sort((a, b) => a - b));
  }
});

test('sorted, reversed and organ-pipe inputs come out in order', () => {
  const up = Array.from({ length: 300 }, (_, i) => i);
  for (const keys of [up, [...up].reverse(), [...up, ...[...up].reverse()], up.map((n) => n ^ 1)])
    expect(sorted(keys).map((place) => keys[place])).toEqual([...keys].sort((a, b) => a - b));
});

test('up to twelve equal keys keep their order, as in Go’s insertion sort', () => {
  expect(sorted([5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1])).toEqual([1, 3, 5, 7, 9, 11, 0, 2, 4, 6, 8, 10]);
});

// Both permutations are what slices.SortFunc of Go 1.26 makes of these keys.
const permutations: [number, (i: number) => number, number[]][] = [
  [20, (i) => (i * 7) % 5, [10, 5, 15, 0, 13, 3, 18, 8, 6, 16, 1, 11, 9, 14, 4, 19, 12, 2, 17, 7]],
  [
    120,
    (i) => (i * i * 31) % 17,
    [
      34, 0, 68, 17, 85, 102, 51, 119, 72, 98, 47, 38, 81, 115, 4, 55, 106, 89, 64, 30, 13, 21, 32, 53, 66, 2,
      70, 117, 100, 49, 19, 83, 104, 87, 15, 36, 10, 75, 109, 61, 58, 41, 44, 78, 24, 95, 112, 7, 27, 92, 31,
      116, 48, 82, 54, 14, 3, 71, 105, 20, 99, 88, 37, 65, 90, 12, 39, 5, 97, 114, 22, 29, 56, 73, 46, 80,
      107, 63, 108, 79, 11, 74, 45, 57, 113, 23, 6, 40, 62, 96, 28, 91, 77, 111, 94, 60, 8, 59, 26, 25, 42, 9,
      93, 110, 76, 43, 101, 118, 18, 52, 103, 84, 69, 16, 50, 35, 33, 67, 86, 1,
    ],
  ],
];
test.each(permutations)('%i keys with ties are permuted as Go permutes them', (count, key, expected) => {
  expect(sorted(Array.from({ length: count }, (_, i) => key(i)))).toEqual(expected);
});
