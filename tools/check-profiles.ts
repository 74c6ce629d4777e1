/** Whether Go's own tool opens the profiles that the command writes, and finds in them what the trace holds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { repository } from './source-files.ts';
import type { Tally } from './validate-traces.ts';

const cli = join(repository, 'bin', 'gopherscope.mjs');

/** Without Go nothing is checked. */
export function checkSampleProfiles(paths: readonly string[]): Tally {
  if (spawnSync('go', ['version']).status !== 0) return { passed: 0, failed: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-profiles-'));
  const run = (command: string, ...args: readonly string[]): string =>
    spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, GOPHERSCOPE_CACHE_DIR: folder } })
      .stdout;
  const trouble = (path: string): string | undefined => {
    const { eventsByKind } = JSON.parse(run(process.execPath, cli, 'info', '--format', 'json', path)) as {
      readonly eventsByKind: Readonly<Record<string, number>>;
    };
    const samples = eventsByKind['StackSample'] ?? 0;
    if (samples === 0) return undefined;
    const profile = join(folder, `${basename(path)}.pb.gz`);
    run(process.execPath, cli, 'samples', '--format', 'pprof', '-o', profile, path);
    const top = run('go', 'tool', 'pprof', '-top', '-sample_index=samples', profile);
    return top.includes(`of ${samples} total`) ? undefined : `${samples} samples, but Go says:\n${top}`;
  };
  try {
    const troubles = paths.map((path) => [basename(path), trouble(path)] as const);
    const failed = troubles.filter(([, what]) => what !== undefined);
    for (const [name, what] of failed) console.log(`samples ${name}: ${what}`);
    return { passed: troubles.length - failed.length, failed: failed.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
