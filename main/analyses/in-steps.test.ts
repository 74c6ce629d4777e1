import { expect, test } from 'vitest';
import type { TraceReader } from '#db/reader.ts';
import { inSteps, inTurns, oneAfterTheOther, type Turn } from './in-steps.ts';

const reader = { hold: () => () => undefined } as unknown as TraceReader;
const context = (): { readonly signal: AbortSignal; readonly call: AbortController } => {
  const call = new AbortController();
  return { signal: call.signal, call };
};

test('a long answer lets others in between its turns, and not within one', async () => {
  const inTurn = oneAfterTheOther();
  const order: string[] = [];
  function* long(turn: Turn): Generator<void, string> {
    for (const name of ['a', 'b', 'c']) {
      order.push(`${name} begins`);
      yield;
      order.push(`${name} ends`);
      turn.isOver = true;
      yield;
    }
    return 'long';
  }
  function* short(): Generator<void, string> {
    order.push('short');
    yield;
    return 'short';
  }
  const first = inTurns(reader, long, inTurn, context());
  const second = inTurn(() => inSteps(reader, short, context()));
  expect(await second).toBe('short');
  expect(order).toEqual(['a begins', 'a ends', 'short']);
  expect(await first).toBe('long');
  expect(order.slice(3)).toEqual(['b begins', 'b ends', 'c begins', 'c ends']);
});

test('a long answer that is given up ends, and leaves the queue to others', async () => {
  const inTurn = oneAfterTheOther();
  const { signal, call } = context();
  let isClosed = false;
  function* endless(turn: Turn): Generator<void, string> {
    try {
      for (;;) {
        turn.isOver = true;
        yield;
      }
    } finally {
      isClosed = true;
    }
  }
  const answer = inTurns(reader, endless, inTurn, { signal });
  setTimeout(() => call.abort(), 5);
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  expect(isClosed).toBe(true);
  expect(await inTurn(() => Promise.resolve('next'))).toBe('next');
});
