import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '#common/errors.ts';
import { memorySource } from './byte-source.ts';
import { fileFailure, recognizeFile, recognizeInput } from './recognize.ts';
import { traceInput } from './trace-input.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const header = (version: string): Uint8Array => latin1(`go ${version} trace\0\0\0`);

const recognized = async (data: Uint8Array): Promise<string> =>
  recognizeInput(await traceInput(memorySource(data), 'a.trace'), 'a.trace');

async function failureOf(data: Uint8Array): Promise<Failure> {
  try {
    await recognized(data);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('recognized');
}

describe('the head of a file', () => {
  it.each(['1.11', '1.19', '1.21', '1.22', '1.23', '1.25', '1.26'])(
    'of a trace in format %s is recognized',
    async (version) => {
      expect(await recognized(header(version))).toBe(version);
      const data = Uint8Array.of(...header(version), 1, 2, 3);
      expect(await recognized(data)).toBe(version);
      expect(await recognized(gzipSync(data))).toBe(version);
      expect(await recognized(zstdCompressSync(data))).toBe(version);
    },
  );

  it.each(['1.5', '1.9', '1.10'])(
    'of a trace in the old format %s says which Go wrote it',
    async (version) => {
      expect(await failureOf(header(version))).toMatchObject({
        code: 'unsupported-trace-version',
        message: expect.stringMatching(/only Go before 1\.11 used/) as string,
        facts: { version },
      });
    },
  );

  it.each(['1.20', '1.24', '1.41', '2.00'])('with the unknown number %s names it', async (version) => {
    const failure = await failureOf(header(version));
    expect(failure).toMatchObject({ code: 'unknown-trace-version', facts: { version } });
    expect(failure.message).toContain(version);
  });

  const pprof = Uint8Array.of(0x0a, 0x04, 0x08, 0x01, 0x10, 0x02, 0x12, 0x00);
  it.each([
    ['text', latin1('hello, world\nsecond line'), 'text; its first line is "hello, world"'],
    ['a zip archive', latin1('PK\x03\x04\x14\0'), 'a zip archive'],
    ['a pprof profile', pprof, 'a pprof profile; open it with "go tool pprof"'],
    [
      'a compressed pprof profile',
      gzipSync(pprof),
      'is gzip-compressed, and what is in it is not a Go execution trace but a pprof profile',
    ],
    [
      'compressed text',
      zstdCompressSync(latin1('hello')),
      'is zstd-compressed, and what is in it is not a Go execution trace but text',
    ],
    [
      'a gzip file cut short',
      gzipSync(header('1.26')).subarray(0, 11),
      'nothing can be unpacked of the data: they break off',
    ],
    [
      'a zstd file cut short',
      zstdCompressSync(header('1.26')).subarray(0, 6),
      'nothing can be unpacked of the data: they break off',
    ],
    ['a gzip file cut in its header', gzipSync(header('1.26')).subarray(0, 5), 'they break off'],
    [
      'a gzip file of another method',
      Uint8Array.of(0x1f, 0x8b, 7, ...new Uint8Array(99)),
      'the header is wrong',
    ],
    ['something compressed that is nothing', gzipSync(''), 'there is nothing in it'],
    ['a trace compressed twice', gzipSync(gzipSync(header('1.26'))), 'it was compressed twice'],
    ['xz', latin1('\xfd7zXZ\0'), 'xz-compressed data; only gzip and zstd are read as they are'],
    [
      'text without its first line',
      latin1('EventBatch gen=1 m=2 time=3 size=4\n'),
      'put "Trace Go1.26" in front',
    ],
    ['a Linux program', latin1('\x7fELF\x02\x01\x01\0'), 'a program for Linux'],
    ['a macOS program', latin1('\xcf\xfa\xed\xfe\x07'), 'a program for macOS'],
    ['a Windows program', latin1('MZ\x90\0'), 'a program for Windows'],
    ['JSON', latin1('{"traceEvents": []}'), 'JSON'],
    ['an error page', latin1('\n<!DOCTYPE html><title>502'), 'an HTML page'],
    ['a database', latin1('SQLite format 3\0'), 'SQLite'],
    ['a printed trace', latin1('M=1 P=-1 G=-1 Sync Time=1'), 'printed as text'],
    ['a tar archive', latin1(`${'a'.repeat(257)}ustar\0`), 'a tar archive'],
    [
      'random bytes',
      Uint8Array.of(1, 2, 3, 200, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      'unknown kind',
    ],
    ['a header cut short', latin1('go 1.26 tr'), 'ends after 10 bytes'],
    ['a header with other padding', latin1('go 1.26 trace\0\0\x01'), 'unknown kind'],
    ['a word', latin1('go'), 'ends after 2 bytes'],
  ])('of %s says so', async (_what, head, words) => {
    const failure = await failureOf(head);
    expect(failure.code).toBe('not-a-trace');
    expect(failure.message).toContain(words);
    expect(failure.message).toMatch(/^a\.trace [^\n]*\.$/);
  });

  it('of nothing is empty', async () => {
    expect((await failureOf(new Uint8Array(0))).code).toBe('file-empty');
  });
});

describe('a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recognize-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const failure = (path: string): Promise<unknown> => recognizeFile(path).catch((error: unknown) => error);

  it('that is a trace is recognized with its size', async () => {
    const path = join(folder, 'good.trace');
    await writeFile(path, header('1.26'));
    await expect(recognizeFile(path)).resolves.toMatchObject({
      version: '1.26',
      sizeBytes: 16,
      name: 'good.trace',
    });
  });

  it('that is a trace as text, or compressed text, is recognized', async () => {
    const text = 'Trace Go1.25\nEndOfGeneration\n';
    for (const [name, data] of [
      ['a.txt', text],
      ['a.txt.gz', gzipSync(text)],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, data);
      await expect(recognizeFile(path)).resolves.toMatchObject({ version: '1.25', sizeBytes: data.length });
    }
  });

  it('that is missing, or below a file, fails as missing', async () => {
    await writeFile(join(folder, 'a file'), 'x');
    for (const name of ['none', 'a file/none']) {
      const path = join(folder, name);
      expect(await failure(path)).toMatchObject({
        code: 'file-missing',
        message: `There is no file ${path}; check the path.`,
      });
    }
  });

  it('that is a folder, a pipe or empty fails as such', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'empty'), '');
    expect(await failure(join(folder, 'sub'))).toMatchObject({ code: 'file-is-directory' });
    expect(await failure(join(folder, 'empty'))).toMatchObject({ code: 'file-empty' });
    expect(await failure('/dev/null')).toMatchObject({ code: 'file-unreadable' });
  });

  it.skipIf(process.platform === 'win32')('that leads in circles says what the system says', async () => {
    await symlink('circle', join(folder, 'circle'));
    expect(await failure(join(folder, 'circle'))).toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('ELOOP (too many symbolic links encountered)') as string,
    });
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read fails as such', async () => {
    const path = join(folder, 'secret');
    await writeFile(path, header('1.26'));
    await chmod(path, 0);
    expect(await failure(path)).toMatchObject({ code: 'file-no-permission' });
  });

  it('that the system keeps from us fails as such, whoever we are', () => {
    const error = Object.assign(new Error("EACCES: permission denied, open '/a'"), {
      code: 'EACCES',
      syscall: 'open',
    });
    expect(fileFailure('/a', error)).toMatchObject({ code: 'file-no-permission' });
  });
});
