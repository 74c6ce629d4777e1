/** A folder that can be written and locked: the one that is wanted, or a temporary one. */
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryLock } from '#db/file-lock.ts';
import { namesIn } from './cache-manifest.ts';

export interface UsableFolder {
  readonly folder: string;
  /** Why it is not the one that is wanted. */
  readonly warning?: string;
  /** Removes a temporary one. */
  dispose(): void;
}

/** `lock`: the name of a file to try locking with, for as long as `waitMs`: some network file systems have no locks. */
export function usableFolder(wanted: string, lock: string, waitMs: number): UsableFolder {
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    accessSync(wanted, constants.W_OK | constants.X_OK);
    // Root may write anywhere, says `access`, but not to a read-only file system.
    rmSync(mkdtempSync(join(wanted, '.probe-')), { recursive: true, force: true });
    tryLock(join(wanted, lock), 'shared', waitMs)?.release();
    return { folder: wanted, dispose: () => undefined };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return temporaryFolder(wanted, reason);
  }
}

const prefix = 'gopherscope-cache-';
const ownerLock = 'owner.lock';

function temporaryFolder(wanted: string, reason: string): UsableFolder {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const owner = tryLock(join(folder, ownerLock), 'shared');
  return {
    folder,
    warning: `The cache folder ${wanted} cannot be written (${reason}), so traces are kept in ${folder} and read again after a restart; GOPHERSCOPE_CACHE_DIR names another folder.`,
    dispose: () => {
      owner?.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Temporary folders of processes that were killed. */
function removeAbandoned(): void {
  for (const name of namesIn(tmpdir())) {
    const lock = join(tmpdir(), name, ownerLock);
    if (!name.startsWith(prefix) || !isOurs(lock)) continue;
    const abandoned = tryLock(lock, 'exclusive');
    abandoned?.release();
    if (abandoned) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Other users' folders lie there as well. */
function isOurs(lock: string): boolean {
  try {
    accessSync(lock, constants.R_OK | constants.W_OK);
    return existsSync(lock);
  } catch {
    return false;
  }
}
