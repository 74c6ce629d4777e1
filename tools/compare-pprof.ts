/**
 * Whether `go tool pprof -top` says the same of the profiles that we write as of those that `go tool trace -pprof` writes, where Go is
 * installed. `node tools/compare-pprof.ts TRACE…`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { repository } from './source-files.ts';
import type { Tally } from './validate-traces.ts';

const kinds = ['net', 'sync', 'syscall', 'sched'] as const;

/** Nothing where there is no Go. */
export function comparePprof(paths: readonly string[]): Tally {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('compare-pprof: there is no Go here, so no profiles were compared with its own.');
    return { passed: 0, failed: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-pprof-'));
  let [passed, failed] = [0, 0];
  for (const path of paths)
    for (const kind of kinds) {
      const [ours, theirs] = [ownProfile(path, kind, folder), goProfile(path, kind, folder)];
      if (ours === theirs) passed++;
      else {
        failed++;
        console.log(`pprof ${kind} ${basename(path)}: go tool pprof -top differs\n${ours}\n---\n${theirs}`);
      }
    }
  rmSync(folder, { recursive: true, force: true });
  return { passed, failed };
}

function ownProfile(path: string, kind: string, folder: string): string {
  const file = join(folder, 'ours.pb.gz');
  const args = [
    'bin/gopherscope.mjs',
    'profile',
    kind,
    '--as-go',
    '--format',
    'pprof',
    '--force',
    '-o',
    file,
    path,
  ];
  const env = { ...process.env, GOPHERSCOPE_CACHE_DIR: folder };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8', env });
  return status === 0 ? top(file) : stderr;
}

function goProfile(path: string, kind: string, folder: string): string {
  const file = join(folder, 'go.pb.gz');
  const { stdout } = spawnSync('go', ['tool', 'trace', `-pprof=${kind}`, path], { maxBuffer: 1 << 28 });
  writeFileSync(file, stdout);
  return top(file);
}

/** Without the name of the file, and with functions of equal figures in order of their names. */
function top(file: string): string {
  const args = ['tool', 'pprof', '-top', '-unit=ns', '-nodecount=100000', file];
  const { stdout } = spawnSync('go', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = stdout.split('\n').filter((line) => !/^(?:File|Build ID|Time):/.test(line));
  // The running sum depends on the order of equals.
  return lines
    .map((line) => line.replace(/^(\s*\S+\s+\S+%)\s+\S+%/, '$1'))
    .sort()
    .join('\n');
}

if (import.meta.filename === process.argv[1]) {
  const { passed, failed } = comparePprof(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
