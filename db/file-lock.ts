/**
 * Locks between processes, as the system keeps them: they end with their process, however it ends, and no number that the system gives
 * to another process later can be mistaken for it. SQLite knows how to do this on every system, and counts the locks of one
 * process among themselves as well; the locked file stays empty.
 */
import { truncateSync } from 'node:fs';
import Database from 'better-sqlite3';

export interface FileLock {
  release(): void;
}

/**
 * `undefined` if somebody else has the file in a way that does not go with `mode`, in this process or another, for as long as
 * `waitMs`. Makes the file if it is not there. Throws where the file cannot be made or the file system has no locks.
 */
export function tryLock(path: string, mode: 'shared' | 'exclusive', waitMs = 0): FileLock | undefined {
  try {
    return lock(path, mode, waitMs);
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : undefined;
    if (code === 'SQLITE_BUSY') return undefined;
    if (code !== 'SQLITE_NOTADB') throw error;
    // Somebody wrote something into it, which is good for nothing.
    truncateSync(path);
    return lock(path, mode, waitMs);
  }
}

function lock(path: string, mode: 'shared' | 'exclusive', waitMs: number): FileLock {
  const db = new Database(path, { timeout: waitMs });
  try {
    // A journal would need room on the disk, and locks are taken to make some.
    db.pragma('journal_mode = MEMORY');
    db.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
    // A transaction takes its lock with its first look.
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
