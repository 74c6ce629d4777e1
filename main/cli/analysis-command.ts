/** The command of each analysis of the registry. */
import type { AnalysisOption } from '#common/analyses/analysis-option.ts';
import { analyses, type AnalysisName, type AnalysisParams } from '#common/analyses/registry.ts';
import { exactJson } from '#common/exact-json.ts';
import { analysisMethod } from '#common/rpc/contract.ts';
import { writeOutputFile } from '#main/host/output-file.ts';
import { flagName, flagsOf, formatsOf, helpOf, wordOf } from './analysis-help.ts';
import { write } from './output.ts';
import type { Output, Presentation } from './presentation.ts';
import { presentations } from './presentations/index.ts';
import { scopeFrom, scopeOptions } from './scope-options.ts';
import { oneOf, parseWords, UsageError, type Command } from './usage.ts';
import { noContext, onlyTrace, withTrace } from './with-trace.ts';

export function analysisCommand(name: AnalysisName): Command {
  const { summary } = analyses[name];
  const word = wordOf(name);
  return {
    name,
    summary,
    ...(word ? { takes: `${word[0].toUpperCase()} FILE` } : {}),
    help: helpOf(name),
    run: (args) => run(name, args),
  };
}

/** With the exit status 2 where it is called wrongly. */
async function run(name: AnalysisName, args: readonly string[]): Promise<void> {
  const word = wordOf(name);
  const own = Object.fromEntries(
    flagsOf(name).map(([option, { takes }]) => [
      flagName(option),
      { type: takes === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { words, values } = parseWords(name, args, {
    ...scopeOptions,
    ...own,
    format: { type: 'string', default: 'text' },
    output: { type: 'string', short: 'o' },
    force: { type: 'boolean' },
  });
  const said = values as Readonly<Record<string, string | string[] | boolean | undefined>>;
  const first = word ? words.shift() : undefined;
  const [file, extra] = words;
  const params = {
    ...scopeFrom(said),
    ...(word ? { [word[0]]: valueOf(name, word[0], word[1], first) } : {}),
    ...optionValues(name, said),
  } as AnalysisParams<AnalysisName>;
  const format = oneOf('format', String(said['format']), formatsOf(name));
  if (file === undefined) throw new UsageError(`${name} needs a trace file, or - for standard input.`);
  if (extra !== undefined) throw new UsageError(`${name} reads one trace file; "${extra}" is one too many.`);
  const path = said['output'] as string | undefined;
  await answer(name, file, format, params, { path, force: said['force'] === true });
}

function optionValues(
  name: AnalysisName,
  said: Readonly<Record<string, string | string[] | boolean | undefined>>,
): Record<string, unknown> {
  const given = flagsOf(name).filter(([option]) => said[flagName(option)] !== undefined);
  return Object.fromEntries(
    given.map(([option, spec]) => [option, valueOf(name, option, spec, String(said[flagName(option)]))]),
  );
}

function valueOf(
  name: AnalysisName,
  option: string,
  spec: AnalysisOption,
  written: string | undefined,
): unknown {
  const value = written === undefined ? undefined : spec.parse(written);
  if (value !== undefined) return value;
  const accepted = spec.takes?.split('|').join(', ') ?? '';
  if (spec.isWord)
    throw new UsageError(
      `${name} needs one of ${accepted}${written === undefined ? '' : `, not "${written}"`}.`,
    );
  throw new UsageError(`--${flagName(option)} takes ${accepted}, not "${String(written)}": ${spec.help}.`);
}

async function answer<N extends AnalysisName>(
  name: N,
  file: string,
  format: string,
  given: AnalysisParams<N>,
  { path, force }: { readonly path: string | undefined; readonly force: boolean },
): Promise<void> {
  const presentation = presentations[name] as Presentation<N>;
  await withTrace(file, async (trace) => {
    const params = { ...presentation.defaults?.(format, given), ...given };
    const special = presentation.instead?.(trace, format, params);
    const ask = trace.analyses[analysisMethod(name)] as (
      params: unknown,
      context: typeof noContext,
    ) => Promise<never>;
    const output =
      special ??
      rendered(presentation, format, await ask({ trace: onlyTrace, ...params }, noContext), params);
    if (path === undefined) await writeOut(output);
    else await writeOutputFile(path, output, { force });
  });
}

function rendered<N extends AnalysisName>(
  presentation: Presentation<N>,
  format: string,
  result: never,
  params: AnalysisParams<N>,
): Output {
  if (format === 'text') return presentation.text(result, params);
  if (format === 'tsv') return presentation.tsv(result, params);
  if (format === 'json')
    return presentation.json?.(result, params) ?? [`${exactJson(plainColumns(result))}\n`];
  return presentation.others![format]!(result, params);
}

/** Typed arrays as lists. */
function plainColumns(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return Array.from(value as Float64Array, (one) => (Number.isNaN(one) ? null : one));
  if (Array.isArray(value)) return value.map(plainColumns);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainColumns(one)]));
}

async function writeOut(output: Output | AsyncIterable<string>): Promise<void> {
  let text = '';
  for await (const piece of output) {
    if (typeof piece !== 'string') {
      if (!(await write(piece))) return;
      continue;
    }
    text += piece;
    if (text.length < 1 << 16) continue;
    if (!(await write(text))) return;
    text = '';
  }
  if (text !== '') await write(text);
}
