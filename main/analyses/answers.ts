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
import { goroutineAnswer } from './goroutine-answer.ts';
import { regionAnswer } from './region-answer.ts';
import { taskAnswer } from './task-answer.ts';

/** Yields wherever it may be put aside or given up: at least every few milliseconds. */
export type Answer<N extends AnalysisName> = (
  inputs: AnalysisInputs,
  params: AnalysisParams<N>,
) => Generator<void, AnalysisResult<N>>;

const answers: { readonly [N in AnalysisName]: Answer<N> } = {
  goroutines: goroutineAnswer,
  regions: regionAnswer,
  tasks: taskAnswer,
};

export const analysisHandlers = (inputs: AnalysisInputs): Pick<Handlers, AnalysisMethod> =>
  Object.fromEntries(
    analysisNames.map((name) => [
      analysisMethod(name),
      (params: never, context: CallContext) =>
        inSteps<unknown>(inputs, answers[name](inputs, params), context),
    ]),
  ) as unknown as Pick<Handlers, AnalysisMethod>;

/** Others get their turn after so long. */
const turnMs = 10;

/** Everything it reads is of one moment. */
async function inSteps<T>(
  { reader }: AnalysisInputs,
  answer: Generator<void, T>,
  { signal }: CallContext,
): Promise<T> {
  const release = reader.hold();
  try {
    for (let turn = performance.now(); ;) {
      const step = answer.next();
      if (step.done === true) return step.value;
      if (performance.now() - turn < turnMs) continue;
      await setImmediate();
      if (signal.aborted) throw new Failure('cancelled', 'The request was cancelled.');
      turn = performance.now();
    }
  } finally {
    release();
  }
}
