import { describe, expect, it } from 'vitest';
import { listHeight, rowsIn, rowTop, type RowRun } from './lane-layout.ts';

const runs: readonly RowRun<string>[] = [
  { what: 'head', count: 1, height: 22 },
  { what: 'few', count: 3, height: 18 },
  { what: 'many', count: 800_000, height: 20, taller: new Map([[7, 56]]) },
  { what: 'none', count: 0, height: 20 },
  { what: 'tail', count: 1, height: 34 },
];

describe('rows in a stretch of the list', () => {
  it('are those that touch it, with their places', () => {
    expect(rowsIn(runs, 30, 60)).toEqual([
      { what: 'few', index: 0, top: 22, height: 18 },
      { what: 'few', index: 1, top: 40, height: 18 },
      { what: 'few', index: 2, top: 58, height: 18 },
      { what: 'many', index: 0, top: 76, height: 20 },
    ]);
  });

  it('are found deep in a run of many', () => {
    const top = 76 + 500_000 * 20 + 56;
    expect(rowsIn(runs, top, 40).map(({ index }) => index)).toEqual([500_000, 500_001]);
  });

  it('may be taller than others', () => {
    const tall = 76 + 7 * 20;
    expect(rowsIn(runs, tall + 60, 20)).toEqual([
      { what: 'many', index: 7, top: tall, height: 76 },
      { what: 'many', index: 8, top: tall + 76, height: 20 },
    ]);
  });

  it('cover a list without gaps, wherever one looks', () => {
    for (let top = 0; top < 600; top += 37) {
      const rows = rowsIn(runs, top, 300);
      expect(rows[0]!.top).toBeLessThanOrEqual(top);
      rows.slice(1).forEach((row, i) => expect(row.top).toBe(rows[i]!.top + rows[i]!.height));
      const last = rows.at(-1)!;
      expect(last.top + last.height).toBeGreaterThanOrEqual(top + 300);
    }
  });

  it('end with the list', () => {
    expect(listHeight(runs)).toBe(76 + 16_000_056 + 34);
    expect(rowsIn(runs, listHeight(runs) - 10, 500)).toEqual([
      { what: 'tail', index: 0, top: listHeight(runs) - 34, height: 34 },
    ]);
    expect(rowsIn(runs, listHeight(runs), 500)).toEqual([]);
  });
});

it('a row begins behind the taller ones before it', () => {
  expect(rowTop(runs[2]!, 7)).toBe(140);
  expect(rowTop(runs[2]!, 8)).toBe(216);
});
