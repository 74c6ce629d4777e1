/** What SQLite says of the disk, as a sentence for the user. */
import { dirname } from 'node:path';
import { Failure } from '#common/errors.ts';

/** `undefined`: the error is none of a disk or a damaged file, but a mistake of ours. */
export function storageFailure(error: unknown, databasePath: string): Failure | undefined {
  // From another thread it comes as an ordinary error with the code.
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const folder = dirname(databasePath);
  const [kind = ''] = /^SQLITE_[A-Z]+/.exec(code) ?? [];
  const facts = { folder, code };
  switch (kind) {
    case 'SQLITE_FULL':
      return new Failure(
        'cache-full',
        `The disk of the cache folder ${folder} is full, so the trace could not be read to its end and nothing of it is kept there; make room ("gopherscope cache clear" removes the traces that are not open), or name a folder on another disk with GOPHERSCOPE_CACHE_DIR.`,
        facts,
      );
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return new Failure(
        'cache-damaged',
        `What the cache folder ${folder} holds of this trace is damaged and was thrown away; the trace itself is as it was: open it again to read it anew.`,
        facts,
      );
    case 'SQLITE_IOERR':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_PROTOCOL':
      return new Failure(
        'cache-unusable',
        `The cache folder ${folder} cannot be used (${code}: ${(error as Error).message}), so the trace could not be read; check that disk and how much you may write there, or name another folder with GOPHERSCOPE_CACHE_DIR.`,
        facts,
      );
    default:
      return undefined;
  }
}
