import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fixturePath } from '../../fixtures/fixture-traces.ts';

const root = new URL('../../', import.meta.url).pathname;
const program = `import { runCommandLine } from '#main/cli/main.ts'; process.exitCode = await runCommandLine(process.argv.slice(1));`;
const nodeArgs = ['--input-type=module', '-e', program, '--'];
let folder: string;
let cacheFolder: string;
let trace: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gopherscope-cache-command-'));
  cacheFolder = join(folder, 'cache');
  trace = join(folder, 'a long name.trace');
  copyFileSync(fixturePath('shop-go1.24.trace'), trace);
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, GOPHERSCOPE_CACHE_DIR: cacheFolder, ...more };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const done = (stdout: string) => ({ status: 0, stdout, stderr: '' });

test('an empty cache has nothing to list, and listing makes no folder', () => {
  expect(run(['cache', 'list'])).toEqual(done(`0 traces, 0 B of at most 8.00 GB, in ${cacheFolder}\n`));
  expect(existsSync(cacheFolder)).toBe(false);
});

test('what was read is listed in aligned columns, the one used last first, and cleared', () => {
  run(['info', trace]);
  const other = fixturePath('shop-go1.22.trace');
  run(['info', other]);
  const { stdout } = run(['cache', 'list']);
  const [head, first, second, sum] = stdout.split('\n') as [string, string, string, string];
  expect(head).toMatch(/^Name +Trace +Cache +Last used +Version +Path$/);
  expect(first).toMatch(
    /^shop-go1\.22\.trace +42\.0 kB +\d.*B {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}\d+ +\/.*shop-go1\.22\.trace$/,
  );
  expect(second.endsWith(trace)).toBe(true);
  expect([first.indexOf(other), second.indexOf(trace)]).toEqual([head.indexOf('Path'), head.indexOf('Path')]);
  expect(sum).toMatch(/^2 traces, .*B of at most 8\.00 GB, in /);
  expect(run(['cache', 'clear']).stdout).toMatch(/^Removed 2 traces and freed [\d.]+ [kM]B in \S+\n$/);
  expect(readdirSync(cacheFolder)).toEqual(['cache.lock']);
});

test('the list is there for scripts', () => {
  run(['info', trace]);
  const list = JSON.parse(run(['cache', 'list', '--format', 'json']).stdout) as {
    usedBytes: number;
    traces: Record<string, unknown>[];
  };
  expect(list).toMatchObject({ folder: cacheFolder, budgetBytes: 8e9 });
  const [row] = list.traces;
  expect(row).toMatchObject({
    name: 'a long name.trace',
    path: trace,
    traceBytes: 45562,
    cacheBytes: list.usedBytes,
  });
  expect(run(['cache', 'list', '--format', 'tsv']).stdout).toBe(
    `name\tpath\ttraceBytes\tcacheBytes\tlastUsedAtMs\tversion\tkey\n${Object.values(row!).join('\t')}\n`,
  );
});

test('what another process has open is kept, and said', async () => {
  run(['info', trace]);
  const holder = `import { schemaVersion } from '#db/schema.ts';
    import { openCacheFolder } from '#main/host/cache-folder.ts';
    const cache = openCacheFolder({ folder: ${JSON.stringify(cacheFolder)}, schemaVersion });
    const used = cache.list().map(({ key }) => cache.open(key));
    console.log('open');
    setInterval(() => used, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder], { cwd: root });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(run(['cache', 'clear']).stdout).toMatch(
    /^Removed 0 traces .*\nKept 1 trace \([\d.]+ [kM]B\) that somebody has open: a long name\.trace\n$/,
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
  expect(run(['cache', 'clear']).stdout).toMatch(/^Removed 1 trace /);
});

test('the limit can be set; a wrong one is said and ignored', () => {
  const limited = { GOPHERSCOPE_CACHE_LIMIT: '1 kB' };
  run(['info', trace], limited);
  expect(run(['cache', 'list'], limited).stdout).toMatch(/\n1 trace, .* of at most 1\.00 kB/);
  run(['info', fixturePath('shop-go1.22.trace')], limited);
  expect(run(['cache', 'list']).stdout).toMatch(/^Name.*\nshop-go1\.22.*\n1 trace/);
  const { status, stderr } = run(['cache', 'list'], { GOPHERSCOPE_CACHE_LIMIT: 'lots' });
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^gopherscope: GOPHERSCOPE_CACHE_LIMIT takes a size like 20GB or 500MB, not "lots", .*\n$/,
  );
});

test('a cache that cannot be written cannot be cleared', () => {
  writeFileSync(cacheFolder, 'a file');
  const { status, stdout, stderr } = run(['cache', 'clear']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `gopherscope: The cache folder ${cacheFolder} cannot be written, so nothing was removed.\n`,
  );
});

test('a trace that was only touched or copied is not read again', () => {
  run(['info', trace]);
  const copy = join(folder, 'copy.trace');
  copyFileSync(trace, copy);
  const past = new Date(Date.now() - 60_000);
  utimesSync(trace, past, past);
  const before = readdirSync(cacheFolder);
  for (const path of [trace, copy]) expect(run(['info', path])).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(cacheFolder)).toEqual(before);
});
