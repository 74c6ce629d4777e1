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
