import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const edgeBytes = 64 * 1024;
const blockBytes = 4 * 1024;
const blocks = 62;

/**
 * Tells traces apart by their content, in a few milliseconds whatever their size: SHA-256 of the size, the first and the last
 * 64 KB and 62 blocks of 4 KB evenly between them. As 40 hexadecimal digits. `sizeBytes`: of a file that may have grown since.
 */
export async function fingerprint(path: string, sizeBytes?: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const size = sizeBytes ?? (await file.stat()).size;
    const hash = createHash('sha256').update(`${size}\n`);
    for (const [start, length] of samples(size)) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex').slice(0, 40);
  } finally {
    await file.close();
  }
}

/** [start, length] of what is looked at in a file of `size` bytes; all of it where it is small. */
export function samples(size: number): readonly (readonly [number, number])[] {
  if (size <= 2 * edgeBytes + blocks * blockBytes) return [[0, size]];
  const step = (size - 2 * edgeBytes - blockBytes) / (blocks - 1);
  const between = Array.from(
    { length: blocks },
    (_, index) => [edgeBytes + Math.floor(index * step), blockBytes] as const,
  );
  return [[0, edgeBytes], ...between, [size - edgeBytes, edgeBytes]];
}
