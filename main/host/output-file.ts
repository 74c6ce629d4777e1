/** A file that a person asked for: whole or not there at all, and never in place of another unless that is meant. */
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { Failure } from '#common/errors.ts';

/** Fails with `file-exists` or `file-not-written`. */
export async function writeOutputFile(
  path: string,
  output: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  options: { readonly force: boolean },
): Promise<void> {
  if (!options.force && existsSync(path))
    throw new Failure('file-exists', `There is a file ${path} already; --force replaces it.`, { path });
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, output, { flag: 'wx' });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    if (error instanceof Error && 'syscall' in error)
      throw new Failure('file-not-written', `${path} cannot be written: ${error.message}.`, { path });
    throw error;
  }
}
