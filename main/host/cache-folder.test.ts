import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CacheFolder, DatabaseUse } from './cache-folder.ts';
import { openCacheFolder } from './cache-folder.ts';

const keyA = 'a'.repeat(40);
const keyB = 'b'.repeat(40);
const keyC = 'c'.repeat(40);
let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(end));
  rmSync(folder, { recursive: true, force: true });
});

const open = (options: Partial<Parameters<typeof openCacheFolder>[0]> = {}): CacheFolder =>
  openCacheFolder({ folder, schemaVersion: 1, ...options });

const described = {
  path: '/traces/a.trace',
  name: 'a.trace',
  sizeBytes: 100,
  modifiedAtMs: 1,
  checksum: 7,
  durationNs: 5,
  goroutines: 2,
  events: 3,
  generations: 1,
  revision: 1,
  diagnostics: 0,
};

function write(cache: CacheFolder, key: string, size = 10): DatabaseUse {
  const use = cache.create(key);
  writeFileSync(use.databasePath, 'x'.repeat(size));
  cache.complete(key, use.databasePath, described);
  return use;
}

function store(cache: CacheFolder, key: string, size = 10): string {
  const use = write(cache, key, size);
  use.release();
  return use.databasePath;
}

/** Makes it the one that was used longest ago. */
function age(key: string): void {
  const past = new Date(Date.now() - 60_000);
  utimesSync(join(folder, `${key}.json`), past, past);
}

/** Everything but the lock of the folder itself. */
const left = (): string[] => readdirSync(folder).filter((name) => name !== 'cache.lock');

/** A process of its own that does something with the folder and then stays. */
async function processThat(statement: string): Promise<{ child: ChildProcess; said: string }> {
  const program = `import { openCacheFolder } from '#main/host/cache-folder.ts';
    const cache = openCacheFolder({ folder: ${JSON.stringify(folder)}, schemaVersion: 1 });
    const said = ${statement};
    console.log(said);
    setInterval(() => said, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
  );
  return { child, said };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

describe('the cache folder', () => {
  it('finds a trace once it was declared complete, and after a restart', () => {
    const cache = open();
    expect(cache.find(keyA)).toBeUndefined();
    const databasePath = store(cache, keyA);
    expect(cache.find(keyA)).toMatchObject({ databasePath, goroutines: 2, databaseBytes: 10 });
    expect(open().open(keyA)?.cached.databasePath).toBe(databasePath);
    expect(open().open(keyB)).toBeUndefined();
  });

  it('removes a database that does not count when its last use ends, with the files beside it', () => {
    const use = open().create(keyA);
    for (const side of ['', '-wal', '-shm']) writeFileSync(use.databasePath + side, 'x');
    use.release();
    use.release();
    expect(left()).toEqual([]);
  });

  it('deletes what another version wrote, unless it is in use', () => {
    const old = open();
    store(old, keyA);
    const used = write(old, keyB);
    const cache = open({ schemaVersion: 2 });
    expect(cache.list()).toEqual([]);
    expect(left().filter((name) => name.endsWith('.sqlite'))).toEqual([basename(used.databasePath)]);
    used.release();
    open({ schemaVersion: 2 });
    expect(left()).toEqual([]);
  });

  it.each([
    ['damaged', '{"schemaVersion": 1, "data'],
    ['pointing elsewhere', JSON.stringify({ schemaVersion: 1, ...described, database: '../../etc/passwd' })],
    ['empty', ''],
  ])('does not believe a manifest that is %s', (_what, text) => {
    store(open(), keyA);
    writeFileSync(join(folder, `${keyA}.json`), text);
    const cache = open();
    expect(cache.open(keyA)).toBeUndefined();
    expect(left()).toEqual([]);
  });

  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['shorter', (path: string) => writeFileSync(path, 'x')],
    ['written to', (path: string) => writeFileSync(path, 'y'.repeat(10))],
  ])('does not believe in a database that is %s', (_what, damage) => {
    const path = store(open(), keyA);
    const before = new Date(Date.now() - 5000);
    if (existsSync(path)) damage(path);
    if (existsSync(path)) utimesSync(path, before, before);
    const cache = open();
    expect(cache.open(keyA)).toBeUndefined();
    expect(left()).toEqual([]);
  });

  it('replaces an older database of the same trace, once nobody uses that any more', () => {
    const cache = open();
    const first = write(cache, keyA);
    const second = store(cache, keyA);
    expect(existsSync(first.databasePath)).toBe(true);
    first.release();
    expect(existsSync(first.databasePath)).toBe(false);
    expect(cache.find(keyA)?.databasePath).toBe(second);
    store(cache, keyA);
    expect(existsSync(second)).toBe(false);
  });

  it('stays within its budget by removing what was used longest ago', () => {
    const cache = open({ budgetBytes: 100 });
    const a = store(cache, keyA, 40);
    const b = store(cache, keyB, 40);
    age(keyB);
    const c = store(cache, keyC, 40);
    expect([a, b, c].map((path) => existsSync(path))).toEqual([true, false, true]);
  });

  it('keeps the latest and what is in use although they do not fit the budget', () => {
    const cache = open({ budgetBytes: 100 });
    const used = write(cache, keyA, 60);
    age(keyA);
    const unused = store(cache, keyB, 10);
    age(keyB);
    const large = store(cache, keyC, 200);
    expect([used.databasePath, unused, large].map((path) => existsSync(path))).toEqual([true, false, true]);
    expect(open({ budgetBytes: 100 }).open(keyC)).toBeDefined();
  });

  it('is cleared except for what is in use', () => {
    const cache = open();
    store(cache, keyA, 30);
    write(cache, keyB);
    expect(cache.clear()).toMatchObject({ removed: 1, freedBytes: 30, kept: [{ key: keyB }] });
    expect(cache.list().map((trace) => trace.key)).toEqual([keyB]);
  });

  it('leaves files alone that are not its own', () => {
    mkdirSync(join(folder, 'uploads'));
    const own = [join(folder, 'notes.txt'), join(folder, 'uploads', 'notes.txt')];
    for (const path of own) writeFileSync(path, 'mine');
    open({ schemaVersion: 2 }).clear();
    expect(own.map((path) => existsSync(path))).toEqual([true, true]);
  });

  it('does without locks that somebody wrote into', () => {
    const path = store(open(), keyA);
    for (const lock of [`${path}.lock`, join(folder, 'cache.lock')])
      writeFileSync(lock, 'rubbish'.repeat(99));
    expect(open().clear()).toMatchObject({ removed: 1, kept: [] });
    expect(left()).toEqual([]);
  });

  it('is made again if somebody deletes it', () => {
    const cache = open();
    store(cache, keyA);
    rmSync(folder, { recursive: true });
    expect(cache.open(keyA)).toBeUndefined();
    expect(existsSync(store(cache, keyA))).toBe(true);
  });

  it('keeps uploads apart, and only as long as the process lives', () => {
    const abandoned = join(folder, 'uploads', '01234567');
    mkdirSync(abandoned, { recursive: true });
    const cache = open();
    expect(existsSync(abandoned)).toBe(false);
    const [one, two] = [cache.uploads.create(), cache.uploads.create()];
    expect(one).not.toBe(two);
    expect(cache.uploads.has(join(one, 'a.trace'))).toBe(true);
    open();
    expect(existsSync(one)).toBe(true);
    cache.dispose();
    expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
  });

  it('falls back to a temporary folder, with a warning, where it cannot write', () => {
    writeFileSync(join(folder, 'file'), '');
    const cache = open({ folder: join(folder, 'file', 'cache') });
    expect(cache.warning).toMatch(/cannot be written \(ENOTDIR\)/);
    store(cache, keyA);
    expect(cache.find(keyA)).toBeDefined();
    cache.dispose();
    expect(existsSync(cache.folder)).toBe(false);
  });
});

describe('several processes', () => {
  it('do not remove what one of them reads: neither to clear, nor for the budget, nor for a newer version', async () => {
    const path = store(open(), keyA, 60);
    const { child, said } = await processThat(`cache.open(${JSON.stringify(keyA)})?.use.databasePath`);
    expect(said).toBe(path);
    const cache = open({ budgetBytes: 10 });
    expect(cache.clear()).toMatchObject({ removed: 0, kept: [{ key: keyA }] });
    age(keyA);
    store(cache, keyB, 60);
    open({ schemaVersion: 2 });
    expect(existsSync(path)).toBe(true);
    await end(child);
    expect(cache.clear().kept).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  it('keep what one of them is writing as long as it lives, and not longer', async () => {
    const { child, said } = await processThat(`cache.create(${JSON.stringify(keyA)}).databasePath`);
    for (const side of ['', '-wal']) writeFileSync(said + side, 'half');
    writeFileSync(join(folder, `${keyB}.json.4711-01234567.tmp`), 'half');
    open().clear();
    expect(existsSync(said)).toBe(true);
    await end(child);
    open();
    expect(left()).toEqual([]);
  });

  it('keep uploads of one that lives', async () => {
    const { child, said } = await processThat('cache.uploads.create()');
    open();
    expect(existsSync(said)).toBe(true);
    await end(child);
    open();
    expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
  });
});
