import { describe, expect, it } from 'vitest';
import { listTop, scrollSpace, scrollTopOf, tallest, topShowing, visibleRows } from './virtual-scroll.ts';

const rowHeight = 24;

describe('a list that fits into an element', () => {
  const space = scrollSpace(1000, rowHeight, 480);

  it('scrolls pixel by pixel', () => {
    expect(space.ratio).toBe(1);
    expect(space.areaHeight).toBe(24_000);
    expect(listTop(space, 4811)).toBe(4811);
  });

  it('shows the rows in view and a few around them', () => {
    expect(visibleRows(space, 0, rowHeight, 1000, 4)).toEqual({ first: 0, end: 24 });
    expect(visibleRows(space, 12 + 2400, rowHeight, 1000, 4)).toEqual({ first: 96, end: 125 });
    expect(visibleRows(space, 24_000 - 480, rowHeight, 1000, 4)).toEqual({ first: 976, end: 1000 });
  });
});

describe.each([1_000_000, 7_012_611])('a list of %d rows', (rowCount) => {
  const space = scrollSpace(rowCount, rowHeight, 600);

  it('never becomes taller than a browser allows', () => expect(space.areaHeight).toBe(tallest));

  it('shows its last row at the end of the scroll area and its first at the beginning', () => {
    const end = listTop(space, space.areaHeight - 600);
    expect(visibleRows(space, end, rowHeight, rowCount, 0).end).toBe(rowCount);
    expect(visibleRows(space, listTop(space, 0), rowHeight, rowCount, 0).first).toBe(0);
  });

  it('finds the scroll position of any place again', () => {
    for (const row of [0, 17, 500_000, rowCount - 30]) {
      expect(listTop(space, scrollTopOf(space, row * rowHeight))).toBeCloseTo(row * rowHeight, 3);
    }
  });
});

it('moves no further than needed to show a row', () => {
  const space = scrollSpace(1000, rowHeight, 480);
  expect(topShowing(space, 1000, 45, rowHeight)).toBe(1000);
  expect(topShowing(space, 1000, 10, rowHeight)).toBe(240);
  expect(topShowing(space, 1000, 100, rowHeight)).toBe(100 * 24 + 24 - 480);
});

it('has nothing to show while its height is unknown', () => {
  const space = scrollSpace(0, rowHeight, 0);
  expect(visibleRows(space, listTop(space, 0), rowHeight, 0, 8)).toEqual({ first: 0, end: 0 });
});
