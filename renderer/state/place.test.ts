import { expect, it } from 'vitest';
import { goId } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { addressOf, placeOf, placeOn, startPlace, type Place } from './place.ts';
import { scopeParams, type Scope } from './scope.ts';

const file = '/traces/a trace & more?#.trace';
const scope: Scope = {
  window: { from: traceNs(4_120_400_000), until: traceNs(4_149_900_000) },
  outer: [{ from: traceNs(3_902_000_000), until: traceNs(4_502_000_000) }],
  filter: {
    text: 'a, b & c',
    group: 'net/http.(*conn).serve',
    goroutine: goId(18231),
    task: '18446744073709551615',
    region: 'parse & check',
  },
};
const places: readonly Place[] = [
  startPlace,
  placeOn(file, 'goroutines'),
  placeOn(file, 'goroutine', { options: { id: '18231' } }),
  placeOn(file, 'blocking', { scope, options: { kind: 'sync', search: '/a&b=c/' } }),
  placeOn(file, 'timeline', { scope: { outer: [], filter: { text: '', group: '' } } }),
];

it.each(places)('finds $page again from its address', (place) => {
  expect(placeOf(`#${addressOf(place)}`)).toEqual(place);
});

it('takes what it cannot understand for the start page', () => {
  expect(placeOf('#/nowhere?file=x')).toEqual(startPlace);
  expect(placeOf('#/goroutines')).toEqual(startPlace);
  expect(placeOf('')).toEqual(startPlace);
});

it('leaves out what it cannot understand of a window or a filter', () => {
  expect(placeOf('#/gc?file=x&w=9-3&c=x,1-2&t=-1&g=1.5&region=')).toEqual(
    placeOn('x', 'gc', {
      scope: { outer: [{ from: traceNs(1), until: traceNs(2) }], filter: { text: '' } },
    }),
  );
});

it('asks analyses for the window in whole nanoseconds, and for everything that is chosen', () => {
  const window = { from: traceNs(10.4), until: traceNs(19.6) };
  expect(scopeParams({ ...scope, window })).toEqual({
    from: 10,
    until: 20,
    text: 'a, b & c',
    groups: ['net/http.(*conn).serve'],
    goroutines: [18231],
    task: '18446744073709551615',
    region: 'parse & check',
  });
  expect(scopeParams({ outer: [], filter: { text: '' } })).toEqual({});
});
