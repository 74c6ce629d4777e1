import { expect, it } from 'vitest';
import { lineCount, lineOfGroup, placeOfLine, type Unfolded } from './unfolded-rows.ts';

const unfolded: readonly Unfolded[] = [
  { at: 1, lines: 3 },
  { at: 2, lines: 1 },
];

it('puts the lines of a group below it', () => {
  const places = Array.from({ length: 8 }, (_, line) => placeOfLine(line, unfolded));
  expect(places).toEqual([
    { group: 0 },
    { group: 1 },
    { group: 1, child: 0 },
    { group: 1, child: 1 },
    { group: 1, child: 2 },
    { group: 2 },
    { group: 2, child: 0 },
    { group: 3 },
  ]);
});

it('finds the line of every group again', () => {
  for (const group of [0, 1, 2, 3, 9]) {
    expect(placeOfLine(lineOfGroup(group, unfolded), unfolded)).toEqual({ group });
  }
});

it('counts all lines', () => expect(lineCount(10, unfolded)).toBe(14));
