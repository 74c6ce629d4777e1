/** What became of a trace's file since it was opened. */
import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { plain, sizeText } from '#common/quantity-text.ts';
import { bytes } from '#common/units.ts';
import type { FileChange } from '#common/rpc/contract.ts';
import { fileChecksum, type FileState } from '#main/trace-file/watched-file.ts';

/** `undefined`: nothing. */
export async function fileChange(file: FileState): Promise<FileChange | undefined> {
  const { path, name, sizeBytes, modifiedAtMs, inode } = file;
  const now = await stat(path).catch(() => undefined);
  if (!now)
    return {
      kind: 'gone',
      sentence: `${path} is not there any more; what is shown is what it held when it was opened.`,
    };
  if (now.size > sizeBytes && now.ino === inode)
    return {
      kind: 'grown',
      sentence: `${name} has grown by ${plain(sizeText(bytes(now.size - sizeBytes)))} since it was opened; open it again to see what is new.`,
    };
  if (now.size !== sizeBytes || now.mtimeMs !== modifiedAtMs)
    return {
      kind: 'replaced',
      sentence: `${path} was replaced or overwritten after it had been opened; what is shown is what it held then, so open it again to see what it holds now.`,
    };
  return undefined;
}

const lookEveryMs = 2000;

/**
 * Resolves with the first change of the contents. `checksum`: of what was read, once it was read to its end; a file that was only
 * touched has it still. What changes while it is being read, the reading itself finds out.
 */
export async function untilChanged(
  file: FileState,
  checksum: () => number | undefined,
  signal: AbortSignal,
): Promise<FileChange> {
  for (let known = file; ;) {
    const change = await fileChange(known);
    if (change && change.kind !== 'replaced') return change;
    if (change) {
      const touched = await onlyTouched(file, checksum());
      if (touched === 'changed') return change;
      known = touched ?? known;
    }
    await setTimeout(lookEveryMs, undefined, { signal, ref: false });
  }
}

/** How the file is now, with its contents as they were; undefined as long as that cannot be told. */
async function onlyTouched(
  file: FileState,
  checksum: number | undefined,
): Promise<FileState | 'changed' | undefined> {
  const now = await stat(file.path).catch(() => undefined);
  // It grew just now: the next look says so.
  if (now && now.size > file.sizeBytes && now.ino === file.inode) return undefined;
  if (now?.size !== file.sizeBytes) return 'changed';
  if (checksum === undefined) return undefined;
  if ((await fileChecksum(file)) !== checksum) return 'changed';
  return { ...file, modifiedAtMs: now.mtimeMs, inode: now.ino };
}
