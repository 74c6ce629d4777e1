import { expect, test } from 'vitest';
import { durNs } from '#common/units.ts';
import { partsOf, reasonsIn } from './reasons.ts';

const sums = [
  { stateClass: 'sync', reason: 'select', ns: durNs(30), times: 3 },
  { stateClass: 'sync', reason: 'chan receive', ns: durNs(10), times: 1 },
  { stateClass: 'running', reason: '', ns: durNs(40), times: 5 },
  { stateClass: 'unknown', reason: '', ns: durNs(5), times: 1 },
] as const;

test('what no stay accounts for is unknown, and all of it is the whole', () => {
  const reasons = reasonsIn(sums, 100);
  expect(reasons.map(({ name, ns }) => [name, ns])).toEqual([
    ['running', 40],
    ['select', 30],
    ['unknown', 15],
    ['chan receive', 10],
    ['waiting since before the trace', 5],
  ]);
  expect(partsOf(reasons).map(({ state, share }) => [state, share])).toEqual([
    ['running', 0.4],
    ['sync', 0.4],
    ['unknown', 0.2],
  ]);
});
