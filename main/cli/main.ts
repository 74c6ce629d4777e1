/** The command line: everything but the app itself, which bin/gopherscope.mjs starts. */
import { Failure } from '#common/errors.ts';
import { appVersion } from '#main/host/package-root.ts';
import { analysisNames } from '#common/analyses/registry.ts';
import { analysisCommand } from './analysis-command.ts';
import { cache } from './cache.ts';
import { events } from './events.ts';
import { info } from './info.ts';
import { warn, write } from './output.ts';
import { UsageError, type Command } from './usage.ts';

const own = [info, events];
const analysisCommands = analysisNames
  .map(analysisCommand)
  .filter(({ name }) => !own.some((command) => command.name === name));
const commands: readonly Command[] = [...own, ...analysisCommands, cache];

const help = `gopherscope opens Go execution traces of any size.

  gopherscope [open] [FILE]    the app: in Electron, else in the browser
  gopherscope serve [FILE]     the app on this machine's loopback address, for a browser
${commands.map((command) => `  gopherscope ${`${command.name} ${command.takes ?? 'FILE'}`.padEnd(16)} ${command.summary}`).join('\n')}

gopherscope COMMAND --help says more about a command; --version prints the version. FILE may be - for standard input.
Exit status: 0 done, 1 failed, 2 wrong usage. A damaged trace is read as far as it goes: what was lost is on standard error.
`;

/** Resolves with the exit status. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    await dispatch(argv);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      warn(error.message);
      return 2;
    }
    if (error instanceof Failure) {
      warn(error.message);
      return 1;
    }
    warn(
      `a mistake of gopherscope's own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 1;
  }
}

async function dispatch(argv: readonly string[]): Promise<void> {
  const [name = 'help', ...args] = argv;
  if (name === '--version') return print(`gopherscope ${appVersion()}\n`);
  if (['help', '--help', '-h'].includes(name)) {
    const about = commands.find((candidate) => candidate.name === args[0]);
    return print(about ? `${about.help}\n` : help);
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command)
    throw new UsageError(
      `there is no command "${name}"; there are ${commands.map((c) => c.name).join(', ')}.`,
    );
  if (args.includes('--help') || args.includes('-h')) return print(`${command.help}\n`);
  await command.run(args);
}

async function print(text: string): Promise<void> {
  await write(text);
}
