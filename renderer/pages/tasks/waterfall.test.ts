import { expect, test } from 'vitest';
import { goId, stackIx } from '#common/ids.ts';
import type { LanePicture } from '#common/timeline/lane-picture.ts';
import { traceNs } from '#common/units.ts';
import { axisHeight, partAt, waterfallList, type WaterfallPicture } from './waterfall-drawing.ts';
import { inOrderOfEvents, laneHeight, waterfallLanes } from './waterfall-rows.ts';

const region = (name: string, fromNs: number, untilNs: number, task = '7') => ({
  name,
  fromNs,
  untilNs,
  depth: 0,
  task,
});
const marks = [
  {
    goroutine: goId(5),
    tasks: [],
    regions: [region('all', 0, 90), region('of another', 5, 80, '8'), region('inside', 10, 20)],
    logs: [{ atNs: traceNs(50), category: 'c', message: 'm', task: '7' }],
    more: false,
  },
];
const lanes = waterfallLanes('7', [goId(5), goId(6)], marks, []);
const span = {
  from: traceNs(0),
  until: traceNs(60),
  stateClass: 'sync',
  reason: 'select',
  stack: stackIx(0),
  leaf: '',
} as const;
const picture: WaterfallPicture = {
  lanes,
  window: { from: traceNs(0), until: traceNs(100) },
  stretch: { from: traceNs(10), until: traceNs(100) },
  width: 100,
  pictureOf: (lane): LanePicture => (lane === 'g5' ? { form: 'spans', spans: [span] } : { form: 'unread' }),
  event: undefined,
};

test('regions of other tasks are left out, and do not make those of this one deeper', () => {
  const [first, second] = lanes;
  expect(first?.kind === 'goroutine' && first.regions.map(({ name, depth }) => [name, depth])).toEqual([
    ['all', 0],
    ['inside', 1],
  ]);
  expect(second?.y).toBe(first?.h);
});

test('what is pointed at is told: a state, a log, a region, or nothing', () => {
  const at = (x: number, below: number) => partAt(picture, x, axisHeight + below)?.part;
  expect(at(30, 5)).toEqual({ kind: 'span', span });
  expect(at(80, 5)).toBeUndefined();
  expect(at(52, laneHeight + 5)).toMatchObject({ kind: 'log', log: { message: 'm' } });
  expect(at(15, laneHeight + 20)).toMatchObject({ kind: 'region', region: { name: 'all' } });
  expect(at(15, laneHeight + 35)).toMatchObject({ kind: 'region', region: { name: 'inside' } });
  expect(at(40, laneHeight + 35)).toBeUndefined();
});

test('an event stands out at its time, in the lane of its goroutine', () => {
  const event = { ns: traceNs(50), elapsedNs: 0, kind: 'end', goroutine: goId(6), name: '' } as never;
  const before = waterfallList(picture, () => 10);
  const added = waterfallList({ ...picture, event }, () => 10).slice(before.length);
  expect(added).toMatchObject([
    { kind: 'rect', x: 50, fill: 'cursor' },
    { kind: 'rect', x: 49, y: axisHeight + lanes[1]!.y + 1, fill: 'selection-ink' },
  ]);
});

test('goroutines stand in the order in which they come into the task', () => {
  const ids = [goId(1), goId(2), goId(3), goId(4)];
  const events = [goId(3), goId(1), goId(3)].map((goroutine) => ({ goroutine }));
  expect(inOrderOfEvents(ids, events)).toEqual([3, 1, 2, 4]);
});
