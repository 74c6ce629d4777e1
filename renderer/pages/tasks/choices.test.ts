import { expect, test } from 'vitest';
import { addressOf, placeOf, placeOn } from '../../state/place.ts';
import { choicesOf, optionsOf, type Choices } from './choices.ts';

const throughAddress = (choices: Choices): Choices => {
  const place = placeOf(addressOf(placeOn('/a.trace', 'tasks', { options: optionsOf(choices) })));
  if (place.page === 'start') throw new Error('not understood');
  return choicesOf(place.options);
};

test.each<Choices>([
  { what: 'tasks', log: '' },
  { what: 'tasks', log: 'a b', type: { type: 'checkout', at: '' }, took: { fromNs: 10, untilNs: 158 } },
  { what: 'tasks', log: '', task: '18446744073709551615' },
  { what: 'regions', log: '', type: { type: 'parse', at: 'main.f@/a b/x.go:17' } },
  { what: 'regions', log: '', type: { type: '', at: '' } },
])('an address keeps what is chosen: %j', (choices) => {
  expect(throughAddress(choices)).toEqual(choices);
});

test('what cannot be understood is not chosen', () => {
  expect(choicesOf({ what: 'x', took: '5', task: '1e9' })).toEqual({ what: 'tasks', log: '' });
});
