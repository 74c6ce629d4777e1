import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A command that was called wrongly: exit status 2, with one line that says what is accepted. */
export class UsageError extends Error {}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows its name; `FILE` by default. */
  readonly takes?: string;
  readonly help: string;
  run(args: readonly string[]): Promise<void>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** What is to be done, one of a few words, and options. */
export function parseAction<O extends Options, A extends string>(
  name: string,
  args: readonly string[],
  actions: readonly A[],
  options: O,
) {
  const parsed = parse(name, args, options);
  const [word, extra] = parsed.positionals;
  const action = actions.find((known) => known === word);
  if (action === undefined) {
    const given = word === undefined ? '' : `, not "${word}"`;
    throw new UsageError(`${name} needs one of ${actions.join(', ')}${given}.`);
  }
  if (extra !== undefined)
    throw new UsageError(`${name} ${action} takes nothing more; "${extra}" is too much.`);
  return { action, values: parsed.values };
}

/** The one file a command reads, and its options. */
export function parseCommand<O extends Options>(name: string, args: readonly string[], options: O) {
  const parsed = parse(name, args, options);
  const [file, extra] = parsed.positionals;
  if (file === undefined) throw new UsageError(`${name} needs a trace file, or - for standard input.`);
  if (extra !== undefined) throw new UsageError(`${name} reads one trace file; "${extra}" is one too many.`);
  return { file, values: parsed.values };
}

/** What stands without a flag, in order, and options. */
export function parseWords<O extends Options>(name: string, args: readonly string[], options: O) {
  const { positionals, values } = parse(name, args, options);
  return { words: positionals, values };
}

function parse<O extends Options>(name: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${name}: ${sentence.replace(/\.? To specify.*$/, '.')}`);
  }
}

/** The value of an option that must be one of a few. */
export function oneOf<T extends string>(option: string, value: string, accepted: readonly T[]): T {
  const found = accepted.find((choice) => choice === value);
  if (found === undefined)
    throw new UsageError(
      `--${option} takes ${accepted.slice(0, -1).join(', ')} or ${accepted.at(-1)}, not "${value}".`,
    );
  return found;
}
