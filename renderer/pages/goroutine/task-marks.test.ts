import { expect, test } from 'vitest';
import { goId } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { nested } from './task-marks.ts';

const region = (name: string, fromNs: number, untilNs: number, task: string) => ({
  name,
  fromNs,
  untilNs,
  depth: 0,
  task,
});

test('regions stand in their task, others in the life, and what is not in the trace reaches to its end', () => {
  const marks = {
    goroutine: goId(1),
    tasks: [{ id: '7', name: 'order', fromNs: 100, untilNs: 200 }],
    regions: [region('alone', 50, NaN, '0'), region('pack', 150, 175, '7')],
    logs: [],
    more: false,
  };
  const rows = nested(marks, { from: traceNs(0), until: traceNs(250) });
  expect(rows.map(({ kind, name, isInner, from, share }) => [kind, name, isInner, from, share])).toEqual([
    ['task', 'order', false, 0, 1],
    ['region', 'pack', true, 0.5, 0.25],
    ['region', 'alone', false, 0.2, 0.8],
  ]);
});
