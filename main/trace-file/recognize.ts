/** Is this a trace we can read? Answers before anything is read for good, and says in one sentence why not. */
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '#common/errors.ts';
import { traceVersions } from '#common/trace-format/releases.ts';
import type { Bytes } from '#common/units.ts';
import { bytes } from '#common/units.ts';
import { fileSource } from './byte-source.ts';
import type { Compression } from './decompressed-source.ts';
import { guessContents, latin1 } from './guess-contents.ts';
import { traceInput, type TraceInput } from './trace-input.ts';

/** What the header says, `1.26`: one of the versions of common/trace-format/releases.ts. */
export type TraceVersion = string;
const readableVersions: readonly TraceVersion[] = traceVersions.map(({ minor }) => `1.${minor}`);

/** What Go wrote before 1.11, Go's own tools do not read any more either. */
const oldVersions = ['1.5', '1.7', '1.8', '1.9', '1.10'];

/** `go 1.26 trace` and three zero bytes. */
export const headerBytes = 16;
/** What is looked at to say what a file is that is no trace. */
const headBytes = 4096;

export interface RecognizedFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: Bytes;
  readonly modifiedAtMs: number;
  /** Of which file it is the name: another one may take its place. */
  readonly inode: number;
  readonly version: TraceVersion;
}

/** Fails with a `file-…` code, `not-a-trace`, `unknown-trace-version` or `unsupported-trace-version`. */
export async function recognizeFile(path: string): Promise<RecognizedFile> {
  try {
    const found = await stat(path);
    refuseOddFile(path, found);
    const version = await recognizeStart(path);
    const { size, mtimeMs, ino } = found;
    const name = basename(path);
    return { path, name, sizeBytes: bytes(size), modifiedAtMs: mtimeMs, inode: ino, version };
  } catch (error) {
    throw fileFailure(path, error);
  }
}

function refuseOddFile(path: string, found: Stats): void {
  if (found.isDirectory())
    throw new Failure('file-is-directory', `${path} is a folder; name the trace file inside of it.`, {
      path,
    });
  if (!found.isFile())
    throw new Failure(
      'file-unreadable',
      `${path} is a device or a pipe, not a file; save the trace to a file first, or pipe it into the command line as "-".`,
      { path },
    );
  if (found.size === 0) throw emptyFailure(path);
}

const emptyFailure = (name: string): Failure =>
  new Failure(
    'file-empty',
    `${name} is empty, so there is nothing to show; was the program stopped before it wrote the trace?`,
    { path: name },
  );

async function recognizeStart(path: string): Promise<TraceVersion> {
  const file = await open(path, 'r');
  try {
    return await recognizeInput(await traceInput(fileSource(file), path), path);
  } finally {
    await file.close();
  }
}

/** The version of a trace that may be compressed or text; nothing is taken from the input. */
export const recognizeInput = async (input: TraceInput, name?: string): Promise<TraceVersion> =>
  recognizeHead(await input.source.peek(headBytes), name, input);

/** A failed system call while a trace is looked at or read, as a sentence; any other error as it is. */
export function fileFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Failure('file-missing', `There is no file ${path}; check the path.`, { path });
    case 'EACCES':
    case 'EPERM':
      return new Failure(
        'file-no-permission',
        `You do not have permission to read ${path}; ask its owner for it, or copy it somewhere you may read.`,
        { path },
      );
    case 'EISDIR':
      return new Failure('file-is-directory', `${path} is a folder; name the trace file inside of it.`, {
        path,
      });
    default:
      return new Failure(
        'file-unreadable',
        `${path} cannot be read: the system says ${code} (${systemText(error)}).`,
        {
          path,
          code,
        },
      );
  }
}

/** `ELOOP: too many symbolic links encountered, open '/a'` → `too many symbolic links encountered` */
const systemText = (error: Error): string =>
  error.message.replace(/^\w+: /, '').replace(/, \w+( '.*)?$/s, '');

/**
 * The version in the header at the beginning of `head`, which holds the first bytes of a file: 16 are enough for a trace,
 * 4,096 to say what it is otherwise. `name` is what sentences call the file.
 */
function recognizeHead(head: Uint8Array, name = 'The input', input: TraceInput): TraceVersion {
  if (head.length === 0) throw nothingInside(name, input);
  const start = latin1(head.subarray(0, headerBytes));
  const [, number] = /^go (\d\.\d\d?) trace\0{3,4}$/.exec(start) ?? [];
  if (number === undefined) throw noTrace(head, start, name, input.compression);
  const version = readableVersions.find((known) => known === number);
  if (version) return version;
  throw oldVersions.includes(number) ? oldVersion(number, name) : unknownVersion(number, name);
}

function nothingInside(name: string, { compression, damage }: TraceInput): Failure {
  if (compression === undefined) return emptyFailure(name);
  const why = damage();
  return new Failure(
    'not-a-trace',
    why === undefined
      ? `${name} is ${compression}-compressed, and there is nothing in it: the program was stopped before it wrote the trace.`
      : `${name} is ${compression}-compressed, but nothing can be unpacked of the data: ${why}; copy or compress it again.`,
    { path: name, contents: `${compression}-compressed data` },
  );
}

function noTrace(head: Uint8Array, start: string, name: string, compression?: Compression): Failure {
  const what = compression === undefined ? name : `${name} is ${compression}-compressed, and what is in it`;
  if (head.length < headerBytes && 'go 1.'.startsWith(start.slice(0, 5)))
    return new Failure(
      'not-a-trace',
      `${what} ends after ${head.length} bytes, within the header of a trace: nothing of the trace is in it; copy or record it again.`,
      { path: name, contents: 'cut header' },
    );
  const { contents, advice } = guessContents(head);
  return new Failure('not-a-trace', `${what} is not a Go execution trace but ${contents}; ${advice}.`, {
    path: name,
    contents,
  });
}

const oldVersion = (number: string, name: string): Failure =>
  new Failure(
    'unsupported-trace-version',
    `${name} was written in the trace format ${number}, which only Go before 1.11 used and nothing reads any more; record it again with a newer Go.`,
    { path: name, version: number },
  );

const unknownVersion = (number: string, name: string): Failure =>
  new Failure(
    'unknown-trace-version',
    `${name} says that it is in the trace format ${number}, which this version of Gopherscope does not know; it reads ${readableVersions.join(', ')} (Go 1.11 to 1.27), so a newer Gopherscope may open it.`,
    { path: name, version: number },
  );
