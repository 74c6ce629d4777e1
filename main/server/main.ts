/** The app in a browser: `server.js [FILE] [--port N] [--open | --no-open]`. Prints its address, runs until it is interrupted. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '#common/errors.ts';

import { createHost } from '#main/host/host.ts';
import { rendererFolder } from '#main/host/package-root.ts';
import { absolutePath, recognizeFile } from '#main/host/launch-support.ts';
import type { RunningServer } from './http-server.ts';
import { startServer } from './http-server.ts';
import { openBrowser } from './open-browser.ts';

const usage = 'Usage: gopherscope serve [FILE] [--port N] [--no-open]';

class UsageError extends Error {}

interface Arguments {
  readonly file: string | undefined;
  readonly port: number;
  readonly open: boolean;
}

function parseArguments(argv: readonly string[]): Arguments {
  const options = {
    port: { type: 'string' },
    open: { type: 'boolean' },
    'no-open': { type: 'boolean' },
  } as const;
  const { values, positionals } = parse(() =>
    parseArgs({ args: [...argv], options, allowPositionals: true }),
  );
  if (positionals.length > 1) throw new UsageError('Only one file can be given.');
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new UsageError('--port takes a number up to 65535.');
  return { file: positionals[0], port, open: !values['no-open'] };
}

function parse<T>(parser: () => T): T {
  try {
    return parser();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const { file, port, open } = parseArguments(process.argv.slice(2));
  if (!existsSync(join(rendererFolder, 'index.html')))
    throw new Failure('internal', 'The app is not built yet; run "npm ci" in its folder first.');
  const openAtStart = file === undefined ? undefined : absolutePath(file);
  if (openAtStart !== undefined) await recognizeFile(openAtStart);
  const host = createHost({ kind: 'browser', ...(openAtStart === undefined ? {} : { openAtStart }) });
  const server = await startServer(host, { port, root: rendererFolder }).catch(explainPort(port));
  stopOnSignal(async () => {
    await server.close();
    await host.dispose();
  });
  await announce(server, open);
}

const explainPort = (port: number) => (error: unknown) => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE')
    throw new Failure('internal', `Port ${port} is taken by another program; choose another with --port.`);
  if (code === 'EACCES')
    throw new Failure('internal', `Port ${port} may not be used by you; choose one above 1023 with --port.`);
  throw error;
};

async function announce(server: RunningServer, open: boolean): Promise<void> {
  const opened = open && (await openBrowser(server.singleUseAddress()));
  console.log(`Gopherscope is at ${server.address}`);
  console.error(
    opened ? 'Your browser opens it. Ctrl+C ends it.' : 'Open this address in your browser. Ctrl+C ends it.',
  );
}

/** A second signal ends the program without waiting. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error('gopherscope: internal error while ending:', error);
          process.exit(1);
        },
      );
    });
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    console.error(`gopherscope: ${error.message}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  console.error('gopherscope:', error instanceof Failure ? error.message : error);
  process.exitCode = 1;
});
