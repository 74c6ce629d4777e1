/** How each analysis of the registry is computed, and how its answer is driven: in steps, so that it can be cancelled. */
import { setImmediate } from 'node:timers/promises';
import { Failure } from '#common/errors.ts';
import {
  analysisNames,
  type AnalysisName,
  type AnalysisParams,
  type AnalysisResult,
} from '#common/analyses/registry.ts';
import { analysisMethod, type AnalysisMethod } from '#common/rpc/contract.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import type { AnalysisInputs } from './inputs.ts';
import { profileAnswer } from './profile-answer.ts';
import { goroutineAnswer } from './goroutine-answer.ts';
import { counterAnswer } from './counters.ts';
import { sampleAnswer } from './samples.ts';
import { schedulerAnswer } from './scheduler.ts';
import { gcAnswer } from './gc-answer.ts';
import { mmuAnswer } from './mmu-answer.ts';
import { regionAnswer } from './region-answer.ts';
import { taskAnswer } from './task-answer.ts';

/** Yields wherever it may be put aside or given up: at least every few milliseconds. */
export type Answer<N extends AnalysisName> = (
  inputs: AnalysisInputs,
  params: AnalysisParams<N>,
) => Generator<void, AnalysisResult<N>>;

const answers: { readonly [N in AnalysisName]: Answer<N> } = {
  goroutines: goroutineAnswer,
  profile: profileAnswer,
  samples: sampleAnswer,
  counters: counterAnswer,
  scheduler: schedulerAnswer,
  gc: gcAnswer,
  mmu: mmuAnswer,
  regions: regionAnswer,
  tasks: taskAnswer,
};

const begin = <N extends AnalysisName>(
  name: N,
  inputs: AnalysisInputs,
  params: AnalysisParams<N>,
): Generator<void, AnalysisResult<N>> => answers[name](inputs, params);

/** Answers are given one after the other: they share the core's memory. */
export function analysisHandlers(inputs: AnalysisInputs): Pick<Handlers, AnalysisMethod> {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(answer: () => Promise<T>): Promise<T> => {
    const own = last.then(answer);
    last = own.catch(() => undefined);
    return own;
  };
  const entries = analysisNames.map(
    (name) =>
      [
        analysisMethod(name),
        (params: never, context: CallContext) =>
          inTurn(() => inSteps(inputs, () => begin(name, inputs, params), context)),
      ] as const,
  );
  return Object.fromEntries(entries) as unknown as Pick<Handlers, AnalysisMethod>;
}

/** Others get their turn after so long. */
const turnMs = 10;

/** Everything it reads is of one moment. */
async function inSteps<T>(
  { reader }: AnalysisInputs,
  begin: () => Generator<void, T>,
  { signal }: CallContext,
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
