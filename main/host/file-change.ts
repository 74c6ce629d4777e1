/** What became of a trace's file since it was opened. */
import { stat } from 'node:fs/promises';
import { plain, sizeText } from '#common/quantity-text.ts';
import { bytes } from '#common/units.ts';
import type { FileState } from '#main/trace-file/watched-file.ts';

export interface FileChange {
  readonly kind: 'grown' | 'replaced' | 'gone';
  /** What happened, what is on the screen, and what to do. */
  readonly sentence: string;
}

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
