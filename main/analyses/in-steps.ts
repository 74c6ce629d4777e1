/** How a long answer is driven: in steps, so that it can be cancelled and others get their turn. */
import { setImmediate } from 'node:timers/promises';
import { Failure } from '#common/errors.ts';
import type { CallContext } from '#common/rpc/handlers.ts';
import type { TraceReader } from '#db/reader.ts';

/** Others get their turn after so long. */
const turnMs = 10;

/** Everything it reads is of one moment. */
export async function inSteps<T>(
  reader: TraceReader,
  begin: () => Generator<void, T>,
  { signal }: Pick<CallContext, 'signal'>,
): Promise<T> {
  const throwIfCancelled = (): void => {
    if (signal.aborted) throw new Failure('cancelled', 'The request was cancelled.');
  };
  throwIfCancelled();
  const release = reader.hold();
  const answer = begin();
  try {
    for (let turn = performance.now(); ;) {
      const step = answer.next();
      if (step.done === true) return step.value;
      if (performance.now() - turn < turnMs) continue;
      await setImmediate();
      throwIfCancelled();
      turn = performance.now();
    }
  } finally {
    // Closes what it reads from.
    answer.return(undefined as T);
    release();
  }
}

/** Begins an answer when those before have ended. */
export type InTurn = <T>(answer: () => Promise<T>) => Promise<T>;

export function oneAfterTheOther(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(answer: () => Promise<T>): Promise<T> => {
    const own = last.then(answer);
    last = own.catch(() => undefined);
    return own;
  };
}

/** How a long answer says that others may come in between: what it shares with them has nothing half done. */
export interface Turn {
  isOver: boolean;
}

/** Gives way to others in the queue wherever the answer says that its turn is over; each turn is taken in steps. */
export async function inTurns<T>(
  reader: TraceReader,
  begin: (turn: Turn) => Generator<void, T>,
  inTurn: InTurn,
  context: Pick<CallContext, 'signal'>,
): Promise<T> {
  const turn: Turn = { isOver: false };
  const answer = begin(turn);
  try {
    for (;;) {
      const end = await inTurn(() => inSteps(reader, () => oneTurn(answer, turn), context));
      if (end) return end.value;
      // Also for messages: that it is given up is one.
      await setImmediate();
    }
  } finally {
    answer.return(undefined as T);
  }
}

function* oneTurn<T>(
  answer: Generator<void, T>,
  turn: Turn,
): Generator<void, { readonly value: T } | undefined> {
  turn.isOver = false;
  for (;;) {
    const step = answer.next();
    if (step.done === true) return { value: step.value };
    // The answer sets it.
    if (turn.isOver as boolean) return undefined;
    yield;
  }
}
