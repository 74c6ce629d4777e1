import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Paced } from './paced.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('acts at once, then at a steady pace, and once more at rest', () => {
  const act = vi.fn();
  const atRest = vi.fn();
  const paced = new Paced(act, atRest);
  for (let frame = 0; frame < 20; frame++) {
    paced.soon();
    if (frame === 0) expect(act).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(16);
  }
  // 320 ms of movement: at 0, 80, 160 …, and what came last is not lost.
  expect(act.mock.calls.length).toBeGreaterThanOrEqual(4);
  expect(act.mock.calls.length).toBeLessThanOrEqual(5);
  expect(atRest).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(act.mock.calls.length).toBeLessThanOrEqual(5);
  expect(atRest).toHaveBeenCalledTimes(1);
});

test('does nothing any more once it was stopped', () => {
  const act = vi.fn();
  const paced = new Paced(act, act);
  paced.soon();
  paced.soon();
  paced.stop();
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(1);
});
