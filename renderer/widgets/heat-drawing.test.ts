import { describe, expect, it } from 'vitest';
import { columnAt, heatInk, heatLayout, heatList, rowAt, timeOf, type HeatPicture } from './heat-drawing.ts';

const shares = [
  [0, 0, 1, 1],
  [0.5, NaN, 0.5, 0.5],
];
// 50 px each second, from 54; the first column begins half a second before what is shown.
const picture: HeatPicture = {
  rows: ['P0', 'P1'],
  start: 0.5e9,
  step: 1e9,
  columns: 4,
  range: { from: 1e9, until: 4.5e9 },
  ink: (row, column) => (Number.isNaN(shares[row]![column]) ? undefined : heatInk(shares[row]![column]!)),
  width: 54 + 175 + 8,
};
const layout = heatLayout(picture);
const cellsOf = (ink: string) =>
  heatList(picture, layout).flatMap((command) =>
    command.kind === 'rect' && command.fill === ink
      ? [[command.x, command.y, command.w, command.h].map(Math.round)]
      : [],
  );

describe('a heat map', () => {
  it('draws cells of one colour together, and nothing where nothing is known', () => {
    expect(cellsOf('heat-0')).toEqual([[54, 0, 75, 19]]);
    expect(cellsOf('heat-6')).toEqual([[129, 0, 100, 19]]);
    expect(cellsOf('heat-3')).toEqual([
      [54, 20, 25, 19],
      [129, 20, 100, 19],
    ]);
  });

  it('keeps its first colour for none at all', () =>
    expect([0, 0.001, 0.5, 0.99, 1, 1.2].map(heatInk)).toEqual([
      'heat-0',
      'heat-1',
      'heat-3',
      'heat-6',
      'heat-6',
      'heat-6',
    ]));

  it('finds the cell under the pointer', () => {
    expect([0, 54, 78, 80, 999].map((x) => columnAt(picture, layout, x))).toEqual([0, 0, 0, 1, 3]);
    expect([0, 19, 20, 99].map((y) => rowAt(picture, layout, y))).toEqual([0, 0, 1, 1]);
  });

  it('gives the time of columns as far as it is shown', () => {
    expect(timeOf(picture, 0)).toEqual({ from: 1e9, until: 1.5e9 });
    expect(timeOf(picture, 1, 3)).toEqual({ from: 1.5e9, until: 4.5e9 });
  });

  it('makes rows low where there are many, and then names some of them', () => {
    const many = { ...picture, rows: Array.from({ length: 60 }, (_, i) => `P${i}`), ink: () => undefined };
    const low = heatLayout(many);
    expect(low.rowHeight).toBe(4);
    const names = heatList(many, low).flatMap((command) =>
      command.kind === 'text' && command.text.startsWith('P') ? [command.text] : [],
    );
    expect(names.slice(0, 3)).toEqual(['P0', 'P3', 'P6']);
  });
});
