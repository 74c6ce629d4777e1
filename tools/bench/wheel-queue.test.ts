import { expect, it } from 'vitest';
import { WheelQueue, type WheelTurn } from './wheel-queue.ts';

function slowPage() {
  const turns: (WheelTurn & { readonly timestamp: number })[] = [];
  const answers: (() => void)[] = [];
  const send = <Result>(_method: string, parameters?: object): Promise<Result> => {
    turns.push(parameters as (typeof turns)[number]);
    return new Promise((resolve) => answers.push(() => resolve(undefined as Result)));
  };
  const answer = async (): Promise<void> => {
    answers.shift()!();
    await new Promise(setImmediate);
  };
  return { turns, send, answer };
}

const turn = (deltaY: number): WheelTurn => ({ type: 'mouseWheel', deltaX: 1, deltaY });

it('sends turns at once, and joins those that come while the page has not taken the ones before', async () => {
  const page = slowPage();
  const queue = new WheelQueue(page);
  for (const by of [1, 2, 3, 4, 5, 6, 7]) queue.add(turn(by));
  expect(page.turns.map(({ deltaY }) => deltaY)).toEqual([1, 2, 3, 4]);
  await page.answer();
  expect(page.turns.at(-1)).toMatchObject({ deltaX: 3, deltaY: 5 + 6 + 7 });
  await page.answer();
  queue.add(turn(8));
  expect(page.turns.map(({ deltaY }) => deltaY)).toEqual([1, 2, 3, 4, 18, 8]);
});

it('is empty when the page has taken all of them', async () => {
  const page = slowPage();
  const queue = new WheelQueue(page);
  for (const by of [1, 2, 3, 4, 5]) queue.add(turn(by));
  const done = queue.empty();
  for (let i = 0; i < 5; i++) await page.answer();
  await done;
  expect(page.turns).toHaveLength(5);
});

it('tells of joined turns when the first of them was', async () => {
  const page = slowPage();
  const queue = new WheelQueue(page);
  const now = (performance.timeOrigin + performance.now()) / 1000;
  for (const by of [1, 2, 3, 4, 5]) queue.add(turn(by));
  await new Promise((resolve) => setTimeout(resolve, 60));
  queue.add(turn(6));
  await page.answer();
  expect(page.turns.at(-1)!.deltaY).toBe(11);
  expect(page.turns.at(-1)!.timestamp).toBeLessThan(now + 0.05);
});
