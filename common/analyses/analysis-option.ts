/**
 * Options of an analysis. Each is at once a parameter of its contract method, a flag of its command (`asGo` is `--as-go`), and a
 * line of its documentation. All may be left out; what then holds is the analysis's to say.
 */
import * as v from 'valibot';
import { parseDuration } from '../duration-input.ts';

export interface AnalysisOption<Value = unknown> {
  readonly schema: v.GenericSchema<Value>;
  /** What follows the flag, `N`; absent: nothing does. */
  readonly takes?: string;
  /** Stands where the command's first word stands, without a flag, and must be given. */
  readonly isWord?: true;
  /** What a person wrote; undefined: it cannot be understood. */
  readonly parse: (written: string) => Value | undefined;
  /** For people: one sentence or more, without a full stop at the end. */
  readonly help: string;
}

export type AnalysisOptions = Readonly<Record<string, AnalysisOption>>;

/** On or off. */
export const toggle = (help: string): AnalysisOption<boolean> => ({
  schema: v.boolean(),
  parse: (written) => (written === 'true' ? true : undefined),
  help,
});

export function choice<const T extends string>(values: readonly T[], help: string): AnalysisOption<T> {
  return {
    schema: v.picklist(values),
    takes: values.join('|'),
    parse: (written) => values.find((value) => value === written),
    help,
  };
}

/** Some of these, with commas (or bars, as in addresses of go tool trace) between them. */
export const choices = <const T extends string>(
  values: readonly T[],
  help: string,
): AnalysisOption<readonly T[]> => ({
  schema: v.pipe(v.array(v.picklist(values)), v.maxLength(values.length)),
  takes: 'LIST',
  parse: (written) => {
    const found = written.split(/[,|]/).map((word) => values.find((value) => value === word.trim()));
    return found.every((value) => value !== undefined) ? found : undefined;
  },
  help,
});

/** The command's first word. */
export const word = <const T extends string>(
  values: readonly T[],
  help: string,
): AnalysisOption<T> & { readonly isWord: true } => ({
  ...choice(values, help),
  isWord: true,
});

export function wholeNumber(least: number, most: number, help: string): AnalysisOption<number> {
  return {
    schema: v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)),
    takes: 'N',
    parse: (written) => {
      const value = /^\d{1,15}$/.test(written) ? Number(written) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
    help,
  };
}

/** A length of time, in nanoseconds for the method, as `1.5ms` for people. */
export const duration = (help: string): AnalysisOption<number> => ({
  schema: v.pipe(v.number(), v.finite(), v.minValue(0)),
  takes: 'DURATION',
  parse: parseDuration,
  help,
});

export const freeText = (takes: string, help: string): AnalysisOption<string> => ({
  schema: v.pipe(v.string(), v.maxLength(1000)),
  takes,
  parse: (written) => (written.length <= 1000 ? written : undefined),
  help,
});
