/** Kills processes while they read a trace into the cache, and looks whether the next one finds everything in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '#db/digest.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { longTrace } from '../../fixtures/long-trace.ts';

const programs = {
  'command line': (trace: string) => `import { runCommandLine } from ${module('main/cli/main.ts')};
    process.exitCode = await runCommandLine(['info', ${JSON.stringify(trace)}]);`,
  app: (trace: string) => `import { createHost } from ${module('main/host/host.ts')};
    const host = createHost({ kind: 'browser', dataFolder: process.env.GOPHERSCOPE_DATA_DIR });
    const { trace } = await host.openTrace(${JSON.stringify(trace)});
    const context = { signal: new AbortController().signal, report: () => undefined };
    const { stage } = await host.handlers['trace.watch']({ trace }, context);
    await host.dispose();
    process.exitCode = stage === 'ready' ? 0 : 1;`,
};
export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as readonly ProgramName[];

const module = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

export interface Killing {
  /** How long the program takes if nobody kills it, in milliseconds. */
  readonly durationMs: Readonly<Record<ProgramName, number>>;
  /** Kills the program after so long and reads the trace again. Resolves with what is wrong then. */
  killAfter(program: ProgramName, ms: number): Promise<string | undefined>;
  dispose(): void;
}

export async function prepareKilling(): Promise<Killing> {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-killing-'));
  const cacheFolder = join(folder, 'cache');
  // Long enough for every thread that takes part in reading a large trace.
  const data = longTrace({ generations: 30, goroutines: 12_000 });
  writeFileSync(join(folder, 'long.trace'), data);
  for (const name of programNames)
    writeFileSync(join(folder, `${name}.mjs`), programs[name](join(folder, 'long.trace')));
  const expected = await digestOfTrace(data, join(folder, 'expected.sqlite'));

  const start = (program: ProgramName): ChildProcess =>
    spawn(process.execPath, [join(folder, `${program}.mjs`)], {
      stdio: 'ignore',
      env: { ...process.env, GOPHERSCOPE_CACHE_DIR: cacheFolder, GOPHERSCOPE_DATA_DIR: join(folder, 'data') },
    });
  const runToEnd = async (program: ProgramName): Promise<number> => {
    const started = performance.now();
    const status = await ended(start(program));
    if (status !== 0) throw new Error(`the ${program} ended with status ${String(status)}`);
    return performance.now() - started;
  };
  const measured = async (program: ProgramName): Promise<number> => {
    const ms = await runToEnd(program);
    rmSync(cacheFolder, { recursive: true });
    return ms;
  };
  const durationMs = { 'command line': await measured('command line'), app: await measured('app') };
  return {
    durationMs,
    killAfter: async (program, ms) => {
      const child = start(program);
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      await ended(child);
      clearTimeout(timer);
      await runToEnd('command line');
      const complaint = complaintAbout(cacheFolder, expected);
      rmSync(cacheFolder, { recursive: true });
      return complaint;
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (status) => resolve(status)));

async function digestOfTrace(data: Uint8Array, databasePath: string): Promise<string> {
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  return digestOf(databasePath);
}

/** One database that says what it should, its manifest, its locks, and nothing else. */
function complaintAbout(cacheFolder: string, expected: string): string | undefined {
  const names = readdirSync(cacheFolder);
  const databases = names.filter((name) => name.endsWith('.sqlite'));
  const [database] = databases;
  if (database === undefined || databases.length > 1) return `${databases.length} databases are there`;
  const [key = ''] = database.split('-');
  const own = [`${key}.json`, 'cache.lock', ...['', '.lock', '-wal', '-shm'].map((side) => database + side)];
  const strange = names.filter((name) => !own.includes(name));
  if (strange.length > 0) return `${strange.join(', ')} was left`;
  if (!names.includes(`${key}.json`)) return 'there is no manifest';
  if (digestOf(join(cacheFolder, database)) !== expected) return 'the database says something else';
  return undefined;
}
