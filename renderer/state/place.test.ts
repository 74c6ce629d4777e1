import { expect, it } from 'vitest';
import { goId, nameIx } from '#common/ids.ts';
import { addressOf, placeOf, type Place } from './place.ts';

const file = '/traces/a trace & more?#.trace';
const places: readonly Place[] = [
  { page: 'start' },
  { page: 'groups', file },
  { page: 'each', file },
  { page: 'each', file, group: { ix: nameIx(17), name: 'net/http.(*conn).serve' } },
  { page: 'goroutine', file, id: goId(18231) },
  { page: 'diagnostics', file },
];

it.each(places)('finds $page again from its address', (place) => {
  expect(placeOf(`#${addressOf(place)}`)).toEqual(place);
});

it('takes what it cannot understand for the start page', () => {
  expect(placeOf('#/nowhere?file=x')).toEqual({ page: 'start' });
  expect(placeOf('#/goroutines')).toEqual({ page: 'start' });
  expect(placeOf('')).toEqual({ page: 'start' });
});
