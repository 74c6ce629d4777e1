import { expect, it } from 'vitest';
import type { SearchHit } from '#common/analyses/timeline-details.ts';
import { goId, nameIx } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { paletteQuery, paletteSections, searchedText, type PaletteSources } from './palette-entries.ts';

const hits: readonly SearchHit[] = [
  { kind: 'goroutine', goroutine: { id: goId(17), name: 'main.flush' }, atNs: traceNs(0) },
  { kind: 'function', group: nameIx(3), name: 'main.flush', count: 2, first: goId(17), atNs: traceNs(0) },
  { kind: 'task', task: { id: '8', name: 'flush', fromNs: 1, untilNs: 2 }, atNs: traceNs(1) },
];
const sources: PaletteSources = { hits, recent: [], canDo: () => true, wholeNs: 5e9 };
const titles = (typed: string, from = sources): readonly string[] =>
  paletteSections(paletteQuery(typed), from).flatMap(({ entries }) => entries.map(({ title }) => title));

it('offers what was found, and what one can do with the text', () => {
  expect(titles('flush')).toEqual([
    'G17',
    'main.flush',
    'flush 8',
    'Keep only goroutines started with “flush”',
    'Find “flush” in blocking stacks',
    'Search events for “flush”',
  ]);
});

it('keeps to what a sign in front asks for', () => {
  expect(titles('@flush')).toEqual(['G17', 'main.flush']);
  expect(titles('#flush')).toEqual(['flush 8']);
  expect(titles('>undo nav')).toEqual(['Undo navigation']);
  expect(searchedText(paletteQuery('>undo'))).toBeUndefined();
  expect(searchedText(paletteQuery('@ flush'))).toBe('flush');
});

it('offers no action that nobody answers now', () => {
  expect(titles('>undo', { ...sources, canDo: () => false })).toEqual([]);
});

it('takes a time in seconds or in the unit that is given, inside of the trace', () => {
  const at = (typed: string): unknown => paletteSections(paletteQuery(typed), sources)[0]?.entries[0]?.effect;
  expect(at(':4.12')).toEqual({ kind: 'time', ns: 4_120_000_000 });
  expect(at(':30 ms')).toEqual({ kind: 'time', ns: 30_000_000 });
  expect(at(':6')).toBeUndefined();
});
