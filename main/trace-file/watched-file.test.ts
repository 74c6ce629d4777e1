import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { recognizeFile, type RecognizedFile } from './recognize.ts';
import { WatchedFile } from './watched-file.ts';

const data = fixtureBytes('shop-go1.26.trace');
let folder: string;
let path: string;
let file: RecognizedFile;
let source: WatchedFile;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watched-file-'));
  path = join(folder, 'a.trace');
  writeFileSync(path, data);
  const past = new Date(Date.now() - 10_000);
  utimesSync(path, past, past);
  file = await recognizeFile(path);
  source = await WatchedFile.open(file);
});
afterEach(async () => {
  await source.close();
  rmSync(folder, { recursive: true });
});

/** Reads about so many bytes, in pieces. */
async function read(count = Infinity): Promise<number> {
  const target = new Uint8Array(9999);
  let sum = 0;
  for (let got = 1; got > 0 && sum < count; sum += got) got = await source.readInto(target);
  return sum;
}

function overwrite(at: number, byte: number): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, Uint8Array.of(byte), 0, 1, at);
  closeSync(handle);
}

const isChanged = {
  code: 'file-changed',
  message: expect.stringContaining('a.trace was overwritten while it was read') as string,
};

describe('a file that is read', () => {
  test('is whole at the end, and has a checksum', async () => {
    expect(await read()).toBe(data.length);
    expect(await source.ending()).toEqual({ checksum: crc32(data) });
  });

  test('has the same checksum when only a part of it was read', async () => {
    await read(50_000);
    expect(await source.ending()).toEqual({ checksum: crc32(data) });
  });

  test('and is appended to is read as far as it went, and says that it grows', async () => {
    await read(50_000);
    appendFileSync(path, 'more');
    expect(await read()).toBeLessThan(data.length);
    expect(await source.ending()).toMatchObject({
      trouble: {
        code: 'file-growing',
        severity: 'warning',
        sentence: expect.stringMatching(/^a\.trace is still being written: 4.B came in/) as string,
      },
    });
  });

  test('and loses its end is not read on', async () => {
    await read(50_000);
    truncateSync(path, 60_000);
    await expect(read()).rejects.toMatchObject(isChanged);
  });

  test('and loses all of it and is written again is not read on', async () => {
    await read(50_000);
    writeFileSync(path, data.toReversed());
    await expect(read()).rejects.toMatchObject(isChanged);
  });

  test.each([10_000, 49_000])('and is overwritten in place at byte %i is not read on', async (at) => {
    await read(50_000);
    overwrite(at, data[at]! ^ 1);
    await expect(read()).rejects.toMatchObject(isChanged);
  });

  test('and is overwritten behind all that was read is noticed at the end', async () => {
    await read();
    overwrite(100, data[100]! ^ 1);
    await expect(source.ending()).rejects.toMatchObject(isChanged);
  });

  test('and grows at its end but is overwritten before is noticed at the end', async () => {
    await read(50_000);
    appendFileSync(path, 'more');
    overwrite(100, data[100]! ^ 1);
    await read();
    await expect(source.ending()).rejects.toMatchObject(isChanged);
  });

  test('and cannot be read any more ends there, and says why', async () => {
    const before = await read(50_000);
    await source.close();
    expect(await read()).toBe(0);
    expect(await source.ending()).toMatchObject({
      trouble: {
        code: 'file-unreadable',
        sentence: expect.stringMatching(
          /a\.trace cannot be read: the system says EBADF .* at byte 5\d{4};/,
        ) as string,
        lostBytes: data.length - before,
      },
    });
  });

  test('and only touched is read on', async () => {
    await read(50_000);
    utimesSync(path, new Date(), new Date());
    await read();
    expect(await source.ending()).toEqual({ checksum: crc32(data) });
  });

  test('and renamed, deleted or replaced by another is read to its end', async () => {
    await read(50_000);
    writeFileSync(join(folder, 'new'), 'something else');
    renameSync(join(folder, 'new'), path);
    await read();
    expect(await source.ending()).toEqual({ checksum: crc32(data) });
  });
});

test('a file that is another one than was recognized is not read at all', async () => {
  writeFileSync(join(folder, 'new'), data);
  renameSync(join(folder, 'new'), path);
  await expect(WatchedFile.open(file)).rejects.toMatchObject(isChanged);
  rmSync(path);
  await expect(WatchedFile.open(file)).rejects.toMatchObject({ code: 'file-missing' });
});
