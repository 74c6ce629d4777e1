/**
 * `npm run test:reference`: compares the command line with the Go distribution's own answers for every recorded trace, where
 * those answers are at hand: in the folder that `GOPHERSCOPE_SHARED` names, or in `shared` beside the repository. The
 * validator of ordered events goes over the same traces, and so does whether figures of goroutines sum up in windows, and who woke
 * whom. Where Go is
 * installed, its own tool opens profiles of theirs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkSampleProfiles } from './check-profiles.ts';
import { repository } from './source-files.ts';
import { comparePprof } from './compare-pprof.ts';
import { checkWakes } from './check-wakes.ts';
import { checkWindows } from './check-windows.ts';
import { compareUtilization } from './compare-utilization.ts';
import { validateTraces, type Tally } from './validate-traces.ts';

const shared = resolve(process.env['GOPHERSCOPE_SHARED'] ?? join(repository, '..', 'shared'));
const checker = join(shared, 'check', 'reference.mjs');
const traces = join(shared, 'traces', 'real');
const kinds = ['events', 'goroutines', 'tasks', 'profiles'];

/** Formats that are read. */
const isCovered = (name: string): boolean => /^go1\..*\.trace$/.test(name);

/** Traces that Go wrote, as opposed to damaged ones. */
const validated = /^(go|v1-).*\.trace$/;

/** One with much waiting of each format. */
const pprofCompared = /-(?:http|gc)\.trace$/;

function validatedPaths(): readonly string[] {
  const folders = [traces, join(shared, 'traces', 'peer')].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => validated.test(name))
      .map((name) => join(folder, name)),
  );
}

function compare(kind: string, name: string): Tally {
  const args = [checker, kind, '--traces', traces, '--only', name.replace(/\.trace$/, '')];
  // A database of an earlier version of the program would answer for it.
  const cache = mkdtempSync(join(tmpdir(), 'gopherscope-reference-'));
  const env = { ...process.env, GOPHERSCOPE_CACHE_DIR: cache };
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8', env });
  rmSync(cache, { recursive: true, force: true });
  const lines = stdout.trim().split('\n');
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lines.pop() ?? '') ?? [];
  for (const line of lines) if (line !== '') console.log(line);
  if (passed !== undefined && Number(passed) + Number(failed) > 0)
    return { passed: Number(passed), failed: Number(failed) };
  console.log(`${kind} ${name}: the checker gave no result (exit status ${status ?? 'none'})`);
  return { passed: 0, failed: 1 };
}

async function main(): Promise<number> {
  if (!existsSync(checker)) {
    console.log(`run-reference: there are no reference answers in ${shared}, so nothing was compared.`);
    return 0;
  }
  const names = readdirSync(traces).filter(isCovered).sort();
  const tallies = kinds.flatMap((kind) => names.map((name) => compare(kind, name)));
  tallies.push(await validateTraces(validatedPaths()));
  tallies.push(await checkWindows(validatedPaths()));
  tallies.push(await checkWakes(validatedPaths()));
  tallies.push(
    comparePprof(names.filter((name) => pprofCompared.test(name)).map((name) => join(traces, name))),
  );
  const sampled = names.filter((name) => name.includes('cpusamples'));
  tallies.push(checkSampleProfiles(sampled.map((name) => join(traces, name))));
  tallies.push(await compareUtilization(validatedPaths()));
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') > 0 || tallies.length === 0 ? 1 : 0;
}

process.exitCode = await main();
