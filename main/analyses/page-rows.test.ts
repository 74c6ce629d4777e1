import { expect, test } from 'vitest';
import { pageRows } from './page-rows.ts';

/** Always the same numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}

test('any page is that of all rows in order, however many are equal', () => {
  const random = numbers(3);
  for (let i = 0; i < 400; i++) {
    const kinds = [1, 2, 5, 1000][i % 4]!;
    const keys = Float64Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * kinds));
    const descending = random() < 0.5;
    const sign = descending ? -1 : 1;
    const ordered = [...keys.keys()].sort((a, b) => sign * (keys[a]! - keys[b]!) || a - b);
    const [offset, limit] = [Math.floor(random() * 70), Math.floor(random() * 30)];
    expect(pageRows(keys, keys.toSorted(), { offset, limit, descending })).toEqual(
      ordered.slice(offset, offset + limit),
    );
  }
});
