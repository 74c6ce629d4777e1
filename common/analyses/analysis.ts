import type { AnalysisOptions } from './analysis-option.ts';

/** What is said once about an analysis: common/analyses/registry.ts. */
export interface Analysis<Options extends AnalysisOptions, Result> {
  /** What it answers, in a few words. */
  readonly summary: string;
  /** What a reader should know beside, in sentences. */
  readonly about: string;
  readonly options: Options;
  /** Formats of the command beside text, json and tsv. */
  readonly formats?: readonly string[];
  /** Type-level only. */
  readonly result?: Result;
}

/** An entry of the registry; its result is the type argument. */
export const analysis =
  <Result>() =>
  <const Options extends AnalysisOptions>(
    entry: Omit<Analysis<Options, Result>, 'result'>,
  ): Analysis<Options, Result> =>
    entry;
