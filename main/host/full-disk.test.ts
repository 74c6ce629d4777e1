import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixturePath } from '../../fixtures/fixture-traces.ts';

/** A program of its own, wherever its file lies. */
const module = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
const trace = fixturePath('shop-go1.26.trace');
const original = readFileSync(trace);

const commandLine = `import { runCommandLine } from ${module('main/cli/main.ts')};
  process.exitCode = await runCommandLine(['info', ${JSON.stringify(trace)}]);`;
/** The app: opens the trace, says how that ended and what the cache folder then holds. */
const app = `import { readdirSync } from 'node:fs';
  import { createHost } from ${module('main/host/host.ts')};
  const host = createHost({ kind: 'browser', dataFolder: process.env.DATA });
  const signal = new AbortController().signal;
  const { trace } = await host.openTrace(${JSON.stringify(trace)});
  const last = await host.handlers['trace.watch']({ trace }, { signal, report: () => undefined });
  const failed = host.handlers['trace.facts']({ trace }, { signal, report: () => undefined });
  const { code } = await failed.then(() => ({}), (error) => error);
  while (readdirSync(host.cache.folder).length > 1 && last.stage === 'failed') await new Promise((r) => setTimeout(r, 10));
  console.log(JSON.stringify({ ...last, code, left: readdirSync(host.cache.folder) }));
  await host.dispose();`;

interface Limits {
  readonly cacheFolder: string;
  /** A shell command that takes something away from what follows. */
  readonly limit?: string;
}

function run(program: string, { cacheFolder, limit = 'true' }: Limits) {
  const path = join(folder, 'program.mjs');
  writeFileSync(path, program);
  const env = { ...process.env, GOPHERSCOPE_CACHE_DIR: cacheFolder, DATA: join(folder, 'data') };
  const command = `${limit} && exec "$0" "$1"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, path], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gopherscope-full-disk-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('a limit on the size of files', () => {
  // In blocks of 1 KB: at the beginning, inside of the rows, and just before the end.
  test.each([20, 100, 200])('of %i KB is one sentence, and nothing is left', (blocks) => {
    const cacheFolder = join(folder, `limited-${blocks}`);
    const { status, stdout, stderr } = run(commandLine, { cacheFolder, limit: `ulimit -f ${blocks}` });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^gopherscope: The cache folder \S+ cannot be used \(SQLITE_IOERR\w+: .*\), so .* GOPHERSCOPE_CACHE_DIR\.\n$/,
    );
    expect(readdirSync(cacheFolder)).toEqual(['cache.lock']);
    expect(run(commandLine, { cacheFolder })).toMatchObject({ status: 0, stderr: '' });
  });

  test('ends the app’s reading the same way, while its sentence is on the screen', () => {
    const cacheFolder = join(folder, 'app');
    const { stdout } = run(app, { cacheFolder, limit: 'ulimit -f 100' });
    expect(JSON.parse(stdout)).toMatchObject({
      stage: 'failed',
      failure: { code: 'cache-unusable' },
      left: ['cache.lock'],
    });
  });
});

/** A disk of its own; only root may make one, and not everywhere. */
function newDisk(name: string, size: string): string | undefined {
  const disk = join(folder, name);
  mkdirSync(disk);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]).status === 0
    ? disk
    : undefined;
}
const disks: string[] = [];
afterAll(() => {
  for (const disk of disks) spawnSync('umount', [disk]);
});

describe.skipIf(process.getuid?.() !== 0)('a disk that is full', () => {
  test.each(['100k', '200k', '300k'])('with room for %s is one sentence, and nothing is left', (size) => {
    const disk = newDisk(`disk-${size}`, size);
    if (disk === undefined) return;
    disks.push(disk);
    const cacheFolder = join(disk, 'cache');
    const { status, stdout, stderr } = run(commandLine, { cacheFolder });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^gopherscope: The disk of the cache folder \S+ is full, so .*cache clear.*_DIR\.\n$/,
    );
    expect(readdirSync(cacheFolder)).toEqual(['cache.lock']);
    expect(JSON.parse(run(app, { cacheFolder }).stdout)).toMatchObject({
      stage: 'failed',
      failure: { code: 'cache-full' },
      left: ['cache.lock'],
    });
    const elsewhere = join(folder, `elsewhere-${size}`);
    expect(run(commandLine, { cacheFolder: elsewhere })).toMatchObject({ status: 0, stderr: '' });
  });

  test('does not keep a trace from being opened that is in the cache', () => {
    const disk = newDisk('filled', '3m');
    if (disk === undefined) return;
    disks.push(disk);
    const cacheFolder = join(disk, 'cache');
    const first = run(commandLine, { cacheFolder });
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'fill')}`, 'bs=1k']);
    expect(run(commandLine, { cacheFolder })).toEqual(first);
    writeFileSync(join(disk, 'fill'), '');
    expect(readdirSync(cacheFolder).filter((name) => name.endsWith('.json'))).toHaveLength(1);
  });

  test('or read-only is said, and the trace is read into a temporary folder', () => {
    const disk = newDisk('read-only', '2m');
    if (disk === undefined) return;
    disks.push(disk);
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const { status, stderr } = run(commandLine, { cacheFolder: disk });
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^gopherscope: The cache folder \S+ cannot be written \(EROFS\), so traces are kept in .*\n$/,
    );
  });
});

test('the trace itself is never touched', () => {
  expect(readFileSync(trace)).toEqual(original);
});
