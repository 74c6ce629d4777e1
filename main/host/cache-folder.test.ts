import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CacheFolder } from './cache-folder.ts';
import { openCacheFolder } from './cache-folder.ts';

const keyA = 'a'.repeat(40);
const keyB = 'b'.repeat(40);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options: Partial<Parameters<typeof openCacheFolder>[0]> = {}): CacheFolder =>
  openCacheFolder({ folder, schemaVersion: 1, isAlive: () => false, ...options });

const manifest = (database: string) => ({
  database: basename(database),
  path: '/traces/a.trace',
  name: 'a.trace',
  sizeBytes: 100,
  openedAtMs: 1,
  durationNs: 5,
  goroutines: 2,
  events: 3,
  generations: 1,
  revision: 1,
  diagnostics: 0,
});

function store(cache: CacheFolder, key: string, size = 10): string {
  const database = cache.newDatabase(key);
  writeFileSync(database, 'x'.repeat(size));
  writeFileSync(`${database}-wal`, 'x');
  cache.complete(key, manifest(database));
  cache.release(database);
  return database;
}

describe('the cache folder', () => {
  it('finds a trace once it was declared complete, and after a restart', () => {
    const cache = open();
    expect(cache.find(keyA)).toBeUndefined();
    const database = store(cache, keyA);
    expect(cache.find(keyA)).toMatchObject({ databasePath: database, goroutines: 2, databaseBytes: 11 });
    expect(open().find(keyA)?.databasePath).toBe(database);
    expect(open().find(keyB)).toBeUndefined();
  });

  it('never finds a database that was not declared complete, and removes it when its process is dead', () => {
    const [dead, alive] = [4_000_001, 4_000_002];
    const path = (pid: number): string => join(folder, `${keyA}-${pid}-01234567.sqlite`);
    for (const pid of [dead, alive]) writeFileSync(path(pid), 'half');
    writeFileSync(`${path(dead)}-wal`, 'half');
    const cache = open({ isAlive: (pid) => pid === alive });
    expect(cache.find(keyA)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([basename(path(alive))]);
  });

  it('removes a discarded database with the files beside it', () => {
    const cache = open();
    const database = cache.newDatabase(keyA);
    for (const side of ['', '-wal', '-shm']) writeFileSync(database + side, 'x');
    cache.discard(database);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('deletes what another version wrote', () => {
    const database = store(open(), keyA);
    expect(open({ schemaVersion: 2 }).find(keyA)).toBeUndefined();
    expect(existsSync(database)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['damaged', '{"schemaVersion": 1, "data'],
    [
      'pointing elsewhere',
      JSON.stringify({ schemaVersion: 1, ...manifest('x'), database: '../../etc/passwd' }),
    ],
    ['without its database', JSON.stringify({ schemaVersion: 1, ...manifest(`${keyA}-1-01234567.sqlite`) })],
  ])('does not believe a manifest that is %s', (_what, text) => {
    writeFileSync(join(folder, `${keyA}.json`), text);
    const cache = open();
    expect(cache.find(keyA)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('replaces an older database of the same trace', () => {
    const cache = open();
    const first = store(cache, keyA);
    const second = store(cache, keyA);
    expect(existsSync(first)).toBe(false);
    expect(cache.find(keyA)?.databasePath).toBe(second);
  });

  it('stays within its budget by removing what was used longest ago, but not what is in use', () => {
    const cache = open({ budgetBytes: 100 });
    const [a, b] = [store(cache, keyA, 60), cache.newDatabase(keyB)];
    const past = new Date(Date.now() - 60_000);
    utimesSync(join(folder, `${keyA}.json`), past, past);
    writeFileSync(b, 'x'.repeat(60));
    cache.complete(keyB, manifest(b));
    expect([existsSync(a), existsSync(b)]).toEqual([false, true]);
    const c = cache.newDatabase('c'.repeat(40));
    writeFileSync(c, 'x'.repeat(200));
    cache.complete('c'.repeat(40), manifest(c));
    expect([existsSync(b), existsSync(c)]).toEqual([true, true]);
  });

  it('is cleared except for what is in use', () => {
    const cache = open();
    store(cache, keyA, 30);
    const used = store(cache, keyB);
    cache.hold(used);
    expect(cache.clear()).toEqual({ removed: 1, freedBytes: 31 });
    expect(cache.list().map((trace) => trace.key)).toEqual([keyB]);
  });

  it('leaves files alone that are not its own', () => {
    mkdirSync(join(folder, 'uploads'));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    open({ schemaVersion: 2 });
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  });

  it('keeps uploads apart, and only as long as the process lives', () => {
    const left = join(folder, 'uploads', '4000001-01234567');
    mkdirSync(left, { recursive: true });
    const cache = open();
    expect(existsSync(left)).toBe(false);
    const [one, two] = [cache.newUploadFolder(), cache.newUploadFolder()];
    expect(one).not.toBe(two);
    expect(cache.isUpload(join(one, 'a.trace'))).toBe(true);
    cache.dispose();
    expect(existsSync(one)).toBe(false);
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
