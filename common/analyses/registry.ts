/**
 * The analyses of a trace, each listed once. From an entry derive the contract method `analyses.NAME`, the command
 * `gopherscope NAME` with its help, and its part of docs/commands.md. How one is computed stands in main/analyses/answers.ts,
 * how the command prints it in main/cli/presentations; one that is missing there is a compile error.
 */
import * as v from 'valibot';
import type { AnalysisOption, AnalysisOptions } from './analysis-option.ts';
import type { Analysis } from './analysis.ts';
import { counterAnalysis } from './counter-analysis.ts';
import { gcAnalysis } from './gc-analysis.ts';
import { goroutineAnalysis } from './goroutine-analysis.ts';
import { mmuAnalysis } from './mmu-analysis.ts';
import { profileAnalysis } from './profile-analysis.ts';
import { sampleAnalysis } from './sample-analysis.ts';
import { schedulerAnalysis } from './scheduler-analysis.ts';
import { regionAnalysis } from './region-analysis.ts';
import { scopeParams, type Scope } from './scope.ts';
import { taskAnalysis } from './task-analysis.ts';
import { wallAnalysis } from './wall-analysis.ts';

export const analyses = {
  goroutines: goroutineAnalysis,
  profile: profileAnalysis,
  wall: wallAnalysis,
  tasks: taskAnalysis,
  regions: regionAnalysis,
  gc: gcAnalysis,
  mmu: mmuAnalysis,
  counters: counterAnalysis,
  scheduler: schedulerAnalysis,
  samples: sampleAnalysis,
} as const satisfies Readonly<Record<string, Analysis<AnalysisOptions, unknown>>>;

export type AnalysisName = keyof typeof analyses;
export const analysisNames = Object.keys(analyses) as readonly AnalysisName[];

type OptionsOf<N extends AnalysisName> = (typeof analyses)[N]['options'];
type ValueOf<O> = O extends AnalysisOption<infer Value> ? Value : never;
type WordsOf<O> = { [K in keyof O]: O[K] extends { readonly isWord: true } ? K : never }[keyof O];
type Flags<O> = Exclude<keyof O, WordsOf<O>>;

/** What an analysis is asked with: what it is about, and its own options. Its command's first word must be there. */
export type AnalysisParams<N extends AnalysisName> = Scope & {
  readonly [K in WordsOf<OptionsOf<N>>]: ValueOf<OptionsOf<N>[K]>;
} & { readonly [K in Flags<OptionsOf<N>>]?: ValueOf<OptionsOf<N>[K]> | undefined };

export type AnalysisResult<N extends AnalysisName> = Exclude<(typeof analyses)[N]['result'], undefined>;

/** The parameters of an analysis as the contract checks them, beside the trace. */
export function analysisEntries(name: AnalysisName): v.ObjectEntries {
  const options: AnalysisOptions = analyses[name].options;
  const own = Object.entries(options).map(([option, { schema, isWord }]) => [
    option,
    isWord ? schema : v.optional(schema),
  ]);
  return { ...scopeParams, ...(Object.fromEntries(own) as v.ObjectEntries) };
}
