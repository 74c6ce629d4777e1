/** What browsers send: each file in a folder of its own, which lives as long as the process that took it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { tryLock, type FileLock } from '#db/file-lock.ts';
import { namesIn } from './cache-manifest.ts';

const uploadName = /^(?:\d+-)?[0-9a-f]{8}$/;

export type UploadFolders = ReturnType<typeof createUploadFolders>;

/** `inTurn` keeps other processes from adding and removing meanwhile. */
export function createUploadFolders(parent: string, inTurn: <T>(change: () => T) => T) {
  const own = new Map<string, FileLock | undefined>();
  const lockOf = (path: string): string => `${path}.lock`;

  const remove = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    rmSync(lockOf(path), { force: true });
  };

  return {
    /** An empty folder, removed with `dispose`. */
    create: (): string =>
      inTurn(() => {
        const path = join(parent, randomBytes(4).toString('hex'));
        mkdirSync(path, { recursive: true, mode: 0o700 });
        own.set(path, tryLock(lockOf(path), 'shared'));
        return path;
      }),

    has: (path: string): boolean => [...own.keys()].some((folder) => path.startsWith(folder + sep)),

    /** Removes what processes left that are dead. To be called in turn. */
    sweep: (): void => {
      for (const name of namesIn(parent)) {
        const path = join(parent, name);
        if (!uploadName.test(name) || own.has(path)) continue;
        const lock = tryLock(lockOf(path), 'exclusive');
        lock?.release();
        if (lock) remove(path);
      }
    },

    dispose: (): void => {
      for (const [path, lock] of own) {
        lock?.release();
        remove(path);
      }
      own.clear();
    },
  };
}
