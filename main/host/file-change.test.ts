import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recognizeFile, type RecognizedFile } from '#main/trace-file/recognize.ts';
import { fileChecksum } from '#main/trace-file/watched-file.ts';
import { fixturePath } from '../../fixtures/fixture-traces.ts';
import { fileChange, untilChanged } from './file-change.ts';

let folder: string;
let file: RecognizedFile;
let never: AbortSignal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'file-change-'));
  const path = join(folder, 'a.trace');
  copyFileSync(fixturePath('shop-go1.24.trace'), path);
  utimesSync(path, new Date(0), new Date(0));
  file = await recognizeFile(path);
  never = new AbortController().signal;
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a larger file that took the place of the old one did not grow out of it', async () => {
  writeFileSync(join(folder, 'new'), Buffer.alloc(file.sizeBytes + 10));
  renameSync(join(folder, 'new'), file.path);
  expect(await fileChange(file)).toMatchObject({ kind: 'replaced' });
});

test('a file that is only touched did not change; what happens to it later is noticed', async () => {
  const checksum = await fileChecksum(file);
  utimesSync(file.path, new Date(1000), new Date(1000));
  const changed = untilChanged(
    file,
    () => {
      // Asked for because the file was touched: from here on it changes indeed.
      appendFileSync(file.path, 'more');
      return checksum;
    },
    never,
  );
  expect(await changed).toMatchObject({ kind: 'grown' });
});

test('a file of the same length but other contents was replaced', async () => {
  const checksum = await fileChecksum(file);
  writeFileSync(file.path, Buffer.alloc(file.sizeBytes));
  expect(await untilChanged(file, () => checksum, never)).toMatchObject({ kind: 'replaced' });
});

test('waiting for a change ends when nobody is interested any more', async () => {
  const control = new AbortController();
  const changed = untilChanged(file, () => undefined, control.signal);
  control.abort();
  await expect(changed).rejects.toMatchObject({ name: 'AbortError' });
});
