import { appendFileSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TraceReader } from '#db/reader.ts';
import { recognizeFile } from '#main/trace-file/recognize.ts';
import { WatchedFile, type Ending } from '#main/trace-file/watched-file.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { ingest, type IngestOutcome } from './ingest.ts';

const data = fixtureBytes('shop-go1.26-generations.trace');
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'changing-file-'));
  path = join(folder, 'a.trace');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Reads the file, and does something to it once so many bytes were read. */
async function readWhile(
  change: (file: WatchedFile) => unknown,
  atByte: number,
  options: { readonly chunk: number } = { chunk: 4096 },
): Promise<{ outcome: IngestOutcome; ending: Ending; reader: TraceReader }> {
  const past = new Date(Date.now() - 10_000);
  utimesSync(path, past, past);
  const file = await recognizeFile(path);
  const source = await WatchedFile.open(file);
  let [left, ending] = [atByte, {} as Ending];
  const readInto = async (target: Uint8Array): Promise<number> => {
    const count = await source.readInto(target.subarray(0, options.chunk));
    if (left > 0 && (left -= count) <= 0) await change(source);
    return count;
  };
  try {
    const outcome = await ingest({
      source: { readInto },
      databasePath: join(folder, 'a.sqlite'),
      sizeBytes: file.sizeBytes,
      ending: async () => (ending = await source.ending()),
    });
    return { outcome, ending, reader: new TraceReader(join(folder, 'a.sqlite')) };
  } finally {
    await source.close();
  }
}

test('a trace that is still being written is read as far as it is complete, says so, and does not count as whole', async () => {
  const length = Math.floor(data.length * 0.7);
  writeFileSync(path, data.subarray(0, length));
  const { outcome, ending, reader } = await readWhile(
    () => appendFileSync(path, data.subarray(length)),
    9000,
  );
  expect(outcome).toMatchObject({ state: 'complete', diagnostics: 1 });
  expect(outcome.generations).toBeGreaterThan(0);
  expect(ending.checksum).toBeUndefined();
  expect(reader.diagnostics()).toMatchObject([{ code: 'file-growing', severity: 'warning' }]);
  expect(reader.diagnostics()[0]!.lostBytes).toBeGreaterThan(0);
  reader.close();
});

test.each([
  ['overwritten', () => writeFileSync(path, data.toReversed())],
  ['truncated', () => truncateSync(path, 20_000)],
])('a trace that is %s while it is read fails, with a sentence that says so', async (_what, change) => {
  writeFileSync(path, data);
  await expect(readWhile(change, 70_000)).rejects.toMatchObject({
    code: 'file-changed',
    message: expect.stringMatching(
      /was overwritten while it was read, so nothing .* is kept; open it again/,
    ) as string,
  });
});

test('a disk that fails in the middle leaves what was read before, and says where it failed', async () => {
  writeFileSync(path, data);
  const { outcome, ending, reader } = await readWhile((file) => file.close(), 120_000);
  expect(outcome).toMatchObject({ state: 'complete', diagnostics: 1 });
  expect(outcome.generations).toBeGreaterThan(0);
  expect(ending.checksum).toBeUndefined();
  expect(reader.diagnostics()).toMatchObject([{ code: 'file-unreadable', severity: 'error' }]);
  reader.close();
});

test('a disk that fails before anything can be shown is a failure in one sentence', async () => {
  writeFileSync(path, data);
  const { outcome, reader } = await readWhile((file) => file.close(), 100, { chunk: 100 });
  expect(outcome.state).toBe('failed');
  expect(outcome.failure?.sentence).toMatch(/^Nothing of this trace could be read: .* the system says EBADF/);
  reader.close();
});
