/** How each analysis of the registry is computed. */
import {
  analysisNames,
  type AnalysisName,
  type AnalysisParams,
  type AnalysisResult,
} from '#common/analyses/registry.ts';
import { analysisMethod, type AnalysisMethod } from '#common/rpc/contract.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import { inSteps, type InTurn } from './in-steps.ts';
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
import { wallAnswer } from './wall-answer.ts';

/** Yields wherever it may be put aside or given up: at least every few milliseconds. */
export type Answer<N extends AnalysisName> = (
  inputs: AnalysisInputs,
  params: AnalysisParams<N>,
) => Generator<void, AnalysisResult<N>>;

const answers: { readonly [N in AnalysisName]: Answer<N> } = {
  goroutines: goroutineAnswer,
  profile: profileAnswer,
  wall: wallAnswer,
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

/** `inTurn`: answers are given one after the other, as they share the core's memory. */
export function analysisHandlers(inputs: AnalysisInputs, inTurn: InTurn): Pick<Handlers, AnalysisMethod> {
  const entries = analysisNames.map(
    (name) =>
      [
        analysisMethod(name),
        (params: never, context: CallContext) =>
          inTurn(() => inSteps(inputs.reader, () => begin(name, inputs, params), context)),
      ] as const,
  );
  return Object.fromEntries(entries) as unknown as Pick<Handlers, AnalysisMethod>;
}
