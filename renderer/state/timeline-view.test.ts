import { expect, test } from 'vitest';
import { traceNs } from '#common/units.ts';
import { scopeOf, scopeQuery } from './scope.ts';
import { optionsOfView, plainView, scopeOfView, viewOf, type TimelineView } from './timeline-view.ts';

const full: TimelineView = {
  window: { from: traceNs(4_120_400_000), until: traceNs(4_149_900_000) },
  outer: [{ from: traceNs(3_902_000_000), until: traceNs(4_502_000_000) }],
  filter: { text: 'a, b & c', state: 'syncNs', task: '18446744073709551615', here: true },
  grouping: 'task',
  order: { column: 'creationNs', descending: false },
  open: [17, 18],
  unfolded: ['g212'],
  shut: [],
  pinned: ['g212', 'p3'],
  visitors: ['g17'],
  selection: { kind: 'area', from: 10, until: 20, lanes: ['g1', 'f2'] },
  top: 1240,
};

const again = (view: TimelineView): TimelineView =>
  viewOf(scopeOf(new URLSearchParams({ ...scopeQuery(scopeOfView(view)) })), optionsOfView(view));

test('a view is the same behind its address', () => {
  expect(again(full)).toEqual(full);
  expect(again(plainView)).toEqual(plainView);
  for (const selection of [
    { kind: 'span', lane: 'g18231', at: 4_124_300_000 },
    { kind: 'lane', lane: 'p3' },
  ] as const)
    expect(again({ ...plainView, selection }).selection).toEqual(selection);
});

test('the plain view adds nothing to the address', () => {
  expect([scopeQuery(scopeOfView(plainView)), optionsOfView(plainView)]).toEqual([{}, {}]);
});

test('what cannot be understood is left out', () => {
  const odd = 'w=9-3&c=x,1-2&s=nope&t=-1&by=moon&o=-moon&open=1,x&pin=q9,g1&sel=area@5-1@g1&y=-4';
  const query = new URLSearchParams(odd);
  expect(viewOf(scopeOf(query), Object.fromEntries(query))).toEqual({
    ...plainView,
    outer: [{ from: 1, until: 2 }],
    open: [1],
    pinned: ['g1'],
  });
});
