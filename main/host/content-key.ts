/** Which trace a file is: one that is open or in the cache, or another. */
import { createHash } from 'node:crypto';
import type { TraceKey } from '#common/ids.ts';
import { traceKey } from '#common/ids.ts';
import { fileChecksum, type FileState } from '#main/trace-file/watched-file.ts';
import { fingerprint } from './fingerprint.ts';

/** A trace that was read or is being read. */
export interface KnownContent {
  readonly path: string;
  readonly modifiedAtMs: number;
  /** CRC-32 of all its bytes, once they were read. */
  readonly checksum?: number;
}

/**
 * The fingerprint, which sees only samples; a file that has the fingerprint of a known trace but was written to since, or lies
 * elsewhere, is read through to compare, and gets a key of its own if it differs.
 */
export async function contentKey(
  file: FileState,
  known: (key: TraceKey) => KnownContent | undefined,
): Promise<TraceKey> {
  const sampled = traceKey(await fingerprint(file.path, file.sizeBytes));
  const found = known(sampled);
  if (!found || (await isSame(file, found))) return sampled;
  const { path, modifiedAtMs } = file;
  const hash = createHash('sha256').update(JSON.stringify([sampled, path, modifiedAtMs]));
  return traceKey(hash.digest('hex').slice(0, 40));
}

async function isSame(file: FileState, known: KnownContent): Promise<boolean> {
  if (known.path === file.path && known.modifiedAtMs === file.modifiedAtMs) return true;
  // Of a trace that is still being read nothing better is known than its place.
  if (known.checksum === undefined) return known.path !== file.path;
  return known.checksum === (await fileChecksum(file));
}
