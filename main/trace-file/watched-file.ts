/**
 * A trace file that others may write to while it is read. It is read to the length it had when it was recognized; what is appended
 * meanwhile is for the next time, and what is overwritten ends the reading: old and new contents are never mixed.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Diagnostic } from '#common/diagnostics.ts';
import { Failure } from '#common/errors.ts';
import { plain, sizeText } from '#common/quantity-text.ts';
import { bytes } from '#common/units.ts';
import type { ByteSource } from './byte-source.ts';
import { fileFailure, type RecognizedFile } from './recognize.ts';

export type FileState = Pick<RecognizedFile, 'path' | 'name' | 'sizeBytes' | 'modifiedAtMs' | 'inode'>;

export interface Ending {
  /** What kept the reading from the rest of the trace. */
  readonly trouble?: Diagnostic;
  /** Of all bytes; only where the file was read to its end, and is still what it was. */
  readonly checksum?: number;
}

const verifyBytes = 1 << 20;

export class WatchedFile implements ByteSource {
  readonly #handle: FileHandle;
  readonly #file: FileState;
  #position = 0;
  #checksum = 0;
  /** When the file was last written to, as far as its contents were verified since. */
  #modifiedAtMs: number;
  #verified = 0;
  #sizeNow: number;
  #readFailure: Diagnostic | undefined;

  private constructor(handle: FileHandle, file: FileState) {
    this.#handle = handle;
    this.#file = file;
    this.#modifiedAtMs = file.modifiedAtMs;
    this.#sizeNow = file.sizeBytes;
  }

  /** Fails with a `file-…` code; with `file-changed` if it is not any more what it was when it was recognized. */
  static async open(file: FileState): Promise<WatchedFile> {
    const handle = await open(file.path).catch((error: unknown) => {
      throw fileFailure(file.path, error);
    });
    const { size, mtimeMs, ino } = await handle.stat();
    const isAsItWas = size === file.sizeBytes && mtimeMs === file.modifiedAtMs;
    if (ino === file.inode && (isAsItWas || size > file.sizeBytes)) return new WatchedFile(handle, file);
    await handle.close();
    throw changed(file);
  }

  async readInto(target: Uint8Array): Promise<number> {
    const left = this.#file.sizeBytes - this.#position;
    if (left === 0 || target.length === 0 || this.#readFailure) return 0;
    try {
      const count = await this.#read(target.subarray(0, Math.min(target.length, left)));
      this.#checksum = crc32(target.subarray(0, count), this.#checksum);
      this.#position += count;
      return count;
    } catch (error) {
      this.#readFailure = unreadable(error, this.#file, this.#position);
      return 0;
    }
  }

  async #read(target: Uint8Array): Promise<number> {
    const { bytesRead } = await this.#handle.read(target, 0, target.length, this.#position);
    if (bytesRead === 0) throw changed(this.#file);
    await this.#lookForChanges();
    return bytesRead;
  }

  /** Reading on after a write to the part that was read would mix what was there with what is. */
  async #lookForChanges(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size < this.#file.sizeBytes) throw changed(this.#file);
    this.#sizeNow = size;
    const isWritten = mtimeMs !== this.#modifiedAtMs && size === this.#file.sizeBytes;
    // Each time twice as far, so that whatever writes all the time does not make this read all the time.
    if (!isWritten || this.#position < this.#verified * 2) return;
    await this.#verify();
    this.#modifiedAtMs = mtimeMs;
  }

  /** Whether what was read is still there. */
  async #verify(): Promise<void> {
    const { checksum } = await checksumOf(this.#handle, this.#position);
    if (checksum !== this.#checksum) throw changed(this.#file);
    this.#verified = this.#position;
  }

  /** To be asked when nothing more is read. Fails with `file-changed`. */
  async ending(): Promise<Ending> {
    if (this.#readFailure) return { trouble: this.#readFailure };
    const { size, mtimeMs } = await this.#handle.stat();
    if (size < this.#file.sizeBytes) throw changed(this.#file);
    if (mtimeMs !== this.#file.modifiedAtMs) await this.#verify();
    this.#sizeNow = Math.max(this.#sizeNow, size);
    if (this.#sizeNow > this.#file.sizeBytes) return { trouble: growing(this.#file, this.#sizeNow) };
    const rest = await this.#restOfChecksum();
    return rest === undefined ? {} : { checksum: rest };
  }

  /** Of a damaged trace the rest was not read. */
  async #restOfChecksum(): Promise<number | undefined> {
    const { sizeBytes } = this.#file;
    const { checksum, length } = await checksumOf(this.#handle, sizeBytes, this.#position, this.#checksum);
    return length === sizeBytes ? checksum : undefined;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** CRC-32 of a whole file. */
export async function fileChecksum({ path, sizeBytes }: FileState): Promise<number> {
  const handle = await open(path);
  try {
    return (await checksumOf(handle, sizeBytes)).checksum;
  } finally {
    await handle.close();
  }
}

async function checksumOf(
  handle: FileHandle,
  until: number,
  from = 0,
  before = 0,
): Promise<{ checksum: number; length: number }> {
  const buffer = new Uint8Array(Math.min(verifyBytes, until - from));
  let checksum = before;
  let at = from;
  while (at < until) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, until - at), at);
    if (bytesRead === 0) break;
    checksum = crc32(buffer.subarray(0, bytesRead), checksum);
    at += bytesRead;
  }
  return { checksum, length: at };
}

const changed = ({ path }: FileState): Failure =>
  new Failure(
    'file-changed',
    `${path} was overwritten while it was read, so nothing of what was read is kept; open it again to see what it holds now.`,
    { path },
  );

const growing = ({ name, sizeBytes }: FileState, sizeNow: number): Diagnostic => ({
  severity: 'warning',
  code: 'file-growing',
  sentence: `${name} is still being written: ${plain(sizeText(bytes(sizeNow - sizeBytes)))} came in while it was read, so this is the trace up to byte ${sizeBytes}, as far as it is complete; open it again for the rest.`,
  atByte: bytes(sizeBytes),
  lostBytes: bytes(0),
});

function unreadable(error: unknown, file: FileState, position: number): Diagnostic {
  const failure = fileFailure(file.path, error);
  if (!(failure instanceof Failure) || failure === error) throw error;
  return {
    severity: 'error',
    code: 'file-unreadable',
    sentence: `${failure.message.replace(/\.$/, '')} at byte ${position}; open it again to try once more.`,
    atByte: bytes(position),
    lostBytes: bytes(file.sizeBytes - position),
  };
}
