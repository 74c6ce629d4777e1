import { expect, it } from 'vitest';
import { spread, uiReport, uiReportText } from './ui-report.ts';
import { timelineSteps } from './timeline-input.ts';

it('sums up frames and answers by step', () => {
  const origin = 1_000_000;
  const report = uiReport('a.trace', 1, {
    recording: {
      origin,
      frames: [0, 16, 32, 48, 148, 164],
      inputs: [
        { kind: 'wheel', at: 10, paintedAt: 30 },
        { kind: 'wheel', at: 60, paintedAt: 150 },
      ],
      slowEvents: [{ kind: 'keydown', at: 70, ms: 80 }],
      longTasks: [{ at: 60, ms: 90 }],
    },
    steps: [
      { name: 'one', from: origin, until: origin + 50, events: 4 },
      { name: 'two', from: origin + 50, until: origin + 200, events: 6 },
    ],
    before: { heapBytes: 1e6, residentBytes: 0 },
    after: { heapBytes: 2e6, residentBytes: 0 },
  });
  expect(report.all).toMatchObject({ ms: 200, eventsASecond: 50, frames: { count: 5, maxMs: 100 } });
  expect(report.steps).toMatchObject([
    { name: 'one', frames: { count: 3, p50Ms: 16, maxMs: 16 }, answers: { count: 1, maxMs: 20 } },
    { name: 'two', frames: { count: 2, maxMs: 100 }, answers: { count: 1, p50Ms: 90 } },
  ]);
  expect(uiReportText(report)).toMatch(/^two .* 100\.0 ms .* 90\.0 ms$/m);
});

it('of nothing is zero', () => {
  expect(spread([])).toEqual({ count: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 });
});

it('plays ten seconds of input, 60 events a second and more, within the lanes', () => {
  const area = { x: 200, y: 100, width: 1000, height: 600 };
  const steps = timelineSteps(area);
  const lengths = steps.map(({ events }) => events.at(-1)!.atMs);
  const total = lengths.reduce((sum, ms) => sum + ms, 0);
  expect(total).toBeGreaterThan(9_000);
  expect(total).toBeLessThan(12_000);
  for (const { events } of steps) {
    for (const { parameters } of events) {
      const { x = 300, y = 200 } = parameters as { x?: number; y?: number };
      expect(x >= 200 && x <= 1200 && y >= 100 && y <= 700).toBe(true);
    }
    expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  }
});
