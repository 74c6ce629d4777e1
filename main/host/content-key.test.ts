import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytes } from '#common/units.ts';
import { fileChecksum, type FileState } from '#main/trace-file/watched-file.ts';
import { contentKey, type KnownContent } from './content-key.ts';
import { fingerprint, samples } from './fingerprint.ts';

const size = 3_000_000;
let folder: string;
let path: string;
let known: KnownContent;
const recall = (key: string) => (key === sampled ? known : undefined);
let sampled: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'content-key-'));
  path = join(folder, 'a.trace');
  writeFileSync(path, new Uint8Array(size).fill(1));
  const file = await stateOf(path);
  known = { ...file, checksum: await fileChecksum(file) };
  sampled = await fingerprint(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function stateOf(of: string): Promise<FileState> {
  const { size: length, mtimeMs, ino } = await stat(of);
  return { path: of, name: basename(of), sizeBytes: bytes(length), modifiedAtMs: mtimeMs, inode: ino };
}

/** Where the fingerprint does not look. */
function changeBetweenSamples(of: string): void {
  const [start, length] = samples(size)[30]!;
  const handle = openSync(of, 'r+');
  writeSync(handle, Uint8Array.of(2), 0, 1, start + length + 10);
  closeSync(handle);
  const future = new Date(Date.now() + 5000);
  utimesSync(of, future, future);
}

test('the same file, touched or copied, is the trace that is known', async () => {
  const copy = join(folder, 'copy.trace');
  copyFileSync(path, copy);
  expect(await contentKey(await stateOf(path), recall)).toBe(sampled);
  utimesSync(path, new Date(0), new Date(0));
  expect(await contentKey(await stateOf(path), recall)).toBe(sampled);
  expect(await contentKey(await stateOf(copy), recall)).toBe(sampled);
});

test.each(['in place', 'in a copy'])(
  'a file that was changed %s between the samples is another trace',
  async (where) => {
    const changed = where === 'in place' ? path : join(folder, 'copy.trace');
    if (changed !== path) copyFileSync(path, changed);
    changeBetweenSamples(changed);
    expect(await fingerprint(changed)).toBe(sampled);
    const key = await contentKey(await stateOf(changed), recall);
    expect(key).not.toBe(sampled);
    expect(key).toMatch(/^[0-9a-f]{40}$/);
    expect(await contentKey(await stateOf(changed), recall)).toBe(key);
  },
);

test('as long as a trace is being read, a file at its place that was written to is another one', async () => {
  const { checksum, ...reading } = known;
  expect(checksum).toBeDefined();
  known = reading;
  changeBetweenSamples(path);
  expect(await contentKey(await stateOf(path), recall)).not.toBe(sampled);
});
