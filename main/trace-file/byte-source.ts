import type { Readable } from 'node:stream';
import type { FileHandle } from 'node:fs/promises';

/** Where the bytes of a trace come from, forwards only. */
export interface ByteSource {
  /** Fills the front of `target`; resolves with how many bytes, 0 only at the end. */
  readInto(target: Uint8Array): Promise<number>;
}

export function fileSource(file: FileHandle): ByteSource {
  return {
    async readInto(target) {
      const { bytesRead } = await file.read(target, 0, target.length, null);
      return bytesRead;
    },
  };
}

/** The bytes of a stream, standard input for example. */
export function streamSource(stream: Readable): ByteSource {
  const chunks = stream.iterator() as AsyncIterator<Uint8Array>;
  let rest = new Uint8Array();
  return {
    async readInto(target) {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done === true) return 0;
        rest = new Uint8Array(next.value);
      }
      const count = Math.min(rest.length, target.length);
      target.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
  };
}

/** Bytes in memory, handed out at most `chunk` at a time. */
export function memorySource(data: Uint8Array, chunk = data.length): ByteSource {
  let at = 0;
  return {
    readInto(target) {
      const count = Math.min(chunk, target.length, data.length - at);
      target.set(data.subarray(at, at + count));
      at += count;
      return Promise.resolve(count);
    },
  };
}
