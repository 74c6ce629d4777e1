/**
 * The file that a trace was read from, read again in parts. Each part is given only while the file is still what it was; of
 * what is compressed, or text, parts are those of the trace itself, and one that lies before the last is reached from the
 * beginning.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { Failure } from '#common/errors.ts';
import { fileSource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { fileFailure, type RecognizedFile } from '#main/trace-file/recognize.ts';
import { traceInput, type TraceInput } from '#main/trace-file/trace-input.ts';
import { fileChecksum } from '#main/trace-file/watched-file.ts';

export interface EventFileOptions {
  readonly file: RecognizedFile;
  /** CRC-32 of all its bytes, if it is known: a file that was only touched has it still. */
  readonly checksum?: number;
}

export class EventFile {
  readonly #options: EventFileOptions;
  #modifiedAtMs: number;
  #inode: number;
  #isWrapped: boolean | undefined;
  #unwrapped: Unwrapped | undefined;

  constructor(options: EventFileOptions) {
    this.#options = options;
    this.#modifiedAtMs = options.file.modifiedAtMs;
    this.#inode = options.file.inode;
  }

  /**
   * Gives the bytes from `startByte` of the trace on, before `untilByte`, for as long as `use` takes. Fails with `file-…` where
   * the file is not there or not what it was, also if it changes meanwhile.
   */
  async part<T>(startByte: number, untilByte: number, use: (source: ByteSource) => Promise<T>): Promise<T> {
    const { path } = this.#options.file;
    await this.#mustBeTheSame();
    const handle = await open(path).catch((error: unknown) => {
      throw fileFailure(path, error);
    });
    try {
      return await use(await this.#source(handle, startByte, untilByte));
    } finally {
      await handle.close();
      await this.#mustBeTheSame();
    }
  }

  async close(): Promise<void> {
    await this.#unwrapped?.close();
  }

  async #source(handle: FileHandle, startByte: number, untilByte: number): Promise<ByteSource> {
    this.#isWrapped ??= await isWrapped(handle);
    if (!this.#isWrapped) return placedSource(handle, startByte, untilByte);
    if (!this.#unwrapped || this.#unwrapped.at > startByte) {
      await this.#unwrapped?.close();
      this.#unwrapped = await Unwrapped.open(this.#options.file.path);
    }
    return this.#unwrapped.source(startByte, untilByte);
  }

  async #mustBeTheSame(): Promise<void> {
    const { file, checksum } = this.#options;
    const now = await stat(file.path).catch(() => undefined);
    if (!now) throw gone(file);
    if (now.size > file.sizeBytes && now.ino === this.#inode) return;
    if (now.size !== file.sizeBytes) throw changed(file);
    if (now.mtimeMs === this.#modifiedAtMs && now.ino === this.#inode) return;
    if (checksum === undefined || checksum !== (await fileChecksum(file))) throw changed(file);
    this.#modifiedAtMs = now.mtimeMs;
    this.#inode = now.ino;
  }
}

const gone = ({ path }: RecognizedFile): Failure =>
  new Failure(
    'file-missing',
    `${path} is not there any more, and events are read from the file itself; put it back to see them.`,
    { path },
  );

const changed = ({ path }: RecognizedFile): Failure =>
  new Failure(
    'file-changed',
    `${path} was replaced or overwritten since it was opened, and events are read from the file itself; open it again to see those that it holds now.`,
    { path },
  );

async function isWrapped(handle: FileHandle): Promise<boolean> {
  const { compression, isText } = await traceInput(placedSource(handle, 0, Infinity));
  return compression !== undefined || isText;
}

function placedSource(handle: FileHandle, startByte: number, untilByte: number): ByteSource {
  let at = startByte;
  return {
    async readInto(target) {
      const length = Math.min(target.length, untilByte - at);
      if (length <= 0) return 0;
      const { bytesRead } = await handle.read(target, 0, length, at);
      at += bytesRead;
      return bytesRead;
    },
  };
}

/** What is compressed, or text, is read forwards only. */
class Unwrapped {
  readonly #handle: FileHandle;
  readonly #input: TraceInput;
  at = 0;

  private constructor(handle: FileHandle, input: TraceInput) {
    this.#handle = handle;
    this.#input = input;
  }

  static async open(path: string): Promise<Unwrapped> {
    const handle = await open(path);
    return new Unwrapped(handle, await traceInput(fileSource(handle), path));
  }

  async source(startByte: number, untilByte: number): Promise<ByteSource> {
    const scratch = new Uint8Array(1 << 16);
    while (this.at < startByte) {
      const read = await this.#read(scratch.subarray(0, Math.min(scratch.length, startByte - this.at)));
      if (read === 0) break;
    }
    return { readInto: (target) => this.#read(target.subarray(0, Math.max(0, untilByte - this.at))) };
  }

  async #read(target: Uint8Array): Promise<number> {
    const read = target.length === 0 ? 0 : await this.#input.source.readInto(target);
    this.at += read;
    return read;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
