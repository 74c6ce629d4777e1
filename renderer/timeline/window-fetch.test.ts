import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#common/errors.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { WindowFetch, type Asked } from './window-fetch.svelte.ts';

const window = (from: number, until: number): TimeWindow => ({ from: traceNs(from), until: traceNs(until) });
const whole = window(0, 100_000);

interface Question extends Asked {
  readonly signal: AbortSignal;
  answer(text: string): Promise<void>;
  fail(error: Error): Promise<void>;
}

let asked: Question[];
const question = (what: Asked, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const settled = (settle: () => void): Promise<void> => {
      settle();
      return new Promise((done) => setTimeout(done));
    };
    asked.push({
      ...what,
      signal,
      answer: (text) => settled(() => resolve(text)),
      fail: (error) => settled(() => reject(error)),
    });
  });

let fetch: WindowFetch<string>;
beforeEach(() => {
  asked = [];
  fetch = new WindowFetch(question);
});

/** 500 columns over 10 µs; half of it more is asked for at both sides. */
const wantMiddle = (): void => fetch.want(window(40_000, 50_000), 500, whole, 1);

describe('a window', () => {
  it('is asked for with half of it at both sides, in columns as fine as pixels', () => {
    wantMiddle();
    expect(asked).toMatchObject([{ window: window(35_000, 55_000), columns: 1000 }]);
    fetch = new WindowFetch(question);
    fetch.want(window(0, 10_000), 500, whole, 1);
    expect(asked[1]).toMatchObject({ window: window(0, 15_000), columns: 750 });
  });

  it('is not asked for while there is no room to show it', () => {
    fetch.want(whole, 0, whole, 1);
    expect(asked).toEqual([]);
  });

  it('is not asked for again where the answer covers it as finely', async () => {
    wantMiddle();
    await asked[0]!.answer('first');
    wantMiddle();
    fetch.want(window(36_000, 46_000), 500, whole, 1);
    fetch.want(window(35_000, 55_000), 500, whole, 1);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['has left what is there', window(34_999, 44_999)],
    ['is so narrow that columns would be seen', window(44_000, 46_000)],
  ])('is asked for once it %s', async (_why, wish) => {
    wantMiddle();
    await asked[0]!.answer('first');
    fetch.want(wish, 500, whole, 1);
    expect(asked).toHaveLength(2);
    expect(fetch.answer).toBe('first');
    await asked[1]!.answer('second');
    expect(fetch.answer).toBe('second');
  });

  it('is asked for in fewer columns once there is much less room', async () => {
    wantMiddle();
    await asked[0]!.answer('first');
    fetch.want(window(40_000, 50_000), 150, whole, 1);
    expect(asked).toHaveLength(1);
    fetch.want(window(40_000, 50_000), 80, whole, 1);
    expect(asked[1]).toMatchObject({ columns: 160 });
  });

  it('is asked for when there is more of the trace, and when it is about something else', async () => {
    wantMiddle();
    await asked[0]!.answer('first');
    fetch.want(window(40_000, 50_000), 500, whole, 2);
    await asked[1]!.answer('more');
    fetch.want(window(40_000, 50_000), 500, whole, 2, 'g17');
    await asked[2]!.answer('of another');
    expect(fetch.answer).toBe('of another');
    fetch.want(window(40_000, 50_000), 500, whole, 2, 'g17');
    expect(asked).toHaveLength(3);
  });

  it('is not asked for however narrow it is where nothing was left out', async () => {
    fetch = new WindowFetch(question, (answer) => answer === 'all');
    wantMiddle();
    await asked[0]!.answer('all');
    fetch.want(window(44_900, 45_000), 500, whole, 1);
    expect(asked).toHaveLength(1);
  });
});

describe('the newest wish', () => {
  it('is the only one asked for after the one under way', async () => {
    wantMiddle();
    fetch.want(window(0, 1000), 500, whole, 1);
    fetch.want(window(80_000, 90_000), 500, whole, 1);
    expect(asked).toHaveLength(1);
    await asked[0]!.answer('first');
    expect(asked).toHaveLength(2);
    expect(asked[1]!.window).toEqual(window(75_000, 95_000));
    await asked[1]!.answer('newest');
    expect(fetch.answer).toBe('newest');
    expect(asked).toHaveLength(2);
  });
});

describe('a question that cannot be answered', () => {
  it('leaves what is there, says why, and is asked again by the next wish', async () => {
    wantMiddle();
    await asked[0]!.answer('first');
    fetch.want(window(0, 1000), 500, whole, 1);
    const failure = new Failure('cache-unusable', 'The cache was removed while it was read.');
    await asked[1]!.fail(failure);
    expect([fetch.answer, fetch.failure]).toEqual(['first', failure]);
    fetch.want(window(0, 1000), 500, whole, 1);
    await asked[2]!.answer('second');
    expect([fetch.answer, fetch.failure]).toEqual(['second', undefined]);
  });

  it('is dropped when no one looks any more', () => {
    wantMiddle();
    fetch.leave();
    expect(asked[0]!.signal.aborted).toBe(true);
  });
});
