import { expect, test } from 'vitest';
import { inThrees } from '#common/quantity-text.ts';
import { choicesOf, eventParams, optionsOf } from './choices.ts';
import { eventWords } from '../../figures/event-words.ts';
import { wholeScope } from '../../state/scope.ts';

test.each([
  [
    'StateTransition',
    'subjectGoroutine=18 from=Running to=Waiting reason=sleep',
    'G18 Running → Waiting, sleep',
  ],
  ['StateTransition', 'subjectProcessor=3 from=Idle to=Running', 'P3 Idle → Running'],
  ['Metric', 'name=/gc/heap/goal:bytes value=4194304', `${inThrees(4194304)} bytes`],
  [
    'RangeEnd',
    'range=sweep sweptBytes=8192 reclaimedBytes=0',
    `sweep, swept ${inThrees(8192)} bytes, reclaimed 0`,
  ],
  ['TaskBegin', 'task=7 parent=2 type=order', 'order, task 7, parent 2'],
  ['RegionBegin', 'task=0 type=parse', 'parse'],
  ['Log', 'task=7 category=db message=slow', 'db: slow, task 7'],
  ['Sync', 'sync=2', 'sync 2'],
])('an event says what happened: %s %s', (kind, text, words) => {
  const facts = text.split(' ').map((fact) => fact.split('=') as [string, string]);
  expect(eventWords({ kind, facts })).toBe(words);
});

test('what the address chooses is what is asked for, and what cannot be understood is not chosen', () => {
  const choices = choicesOf({ kinds: 'Metric,GoBlock,a b', has: 'chan' });
  expect(choices).toEqual({ kinds: ['Metric', 'GoBlock'], has: 'chan', within: '' });
  expect(choicesOf(optionsOf(choices))).toEqual(choices);
  expect(eventParams(wholeScope, choices)).toEqual({ kinds: ['Metric', 'GoBlock'], containing: 'chan' });
});
