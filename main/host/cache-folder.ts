/**
 * The traces that were read before, each as a database and, once that is complete, a manifest which points to it:
 *
 *     3f…9c.json                       {"database": "3f…9c-a1b2c3d4.sqlite", "sizeBytes": 812034, …}
 *     3f…9c-a1b2c3d4.sqlite            key of the trace, random
 *     3f…9c-a1b2c3d4.sqlite.lock       empty; locked by every process that writes or reads the database
 *     cache.lock                       empty; locked by whoever takes up or removes a database, for as long as that takes
 *     uploads/0a1b2c3d/x.trace         what a browser sent; lives as long as the process
 *
 * A database counts only through its manifest, which is written last and at once: so whatever crashes when, a trace is either
 * complete here or not here at all. What a living process has locked is never removed. Everything here can be deleted by hand
 * while no gopherscope runs.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '#common/errors.ts';
import { tryLock, type FileLock } from '#db/file-lock.ts';
import { storageFailure } from '#db/storage-failure.ts';
import { writeAtomically } from './atomic-file.ts';
import { defaultBudgetBytes } from './cache-budget.ts';
import * as manifests from './cache-manifest.ts';
import { cachedTraces, databaseName, namesIn, readManifest, sideFiles } from './cache-manifest.ts';
import type { CachedTrace, CacheManifest } from './cache-manifest.ts';
import { usableFolder } from './usable-folder.ts';
import { createUploadFolders } from './upload-folders.ts';

export type { CachedTrace, CacheManifest } from './cache-manifest.ts';

export interface CacheOptions {
  readonly folder: string;
  /** Databases of another version are deleted. */
  readonly schemaVersion: number;
  readonly budgetBytes?: number;
}

/** A database that this process uses, so that no other removes it. */
export interface DatabaseUse {
  readonly databasePath: string;
  /** Ends the use. The database stays if it counts; if not, the last one to use it removes it. */
  release(): void;
}

export interface Cleared {
  readonly removed: number;
  readonly freedBytes: number;
  /** What a process still uses. */
  readonly kept: readonly CachedTrace[];
}

export type Described = Omit<CacheManifest, 'schemaVersion' | 'database' | 'databaseState'>;
export type CacheFolder = ReturnType<typeof openCacheFolder>;

const turnLock = 'cache.lock';
/** Whoever removes gigabytes takes a moment; longer than this, somebody hangs. */
const turnWithinMs = 20_000;

/** Makes the folder and removes what crashed processes and older versions left in it. */
export function openCacheFolder(options: CacheOptions) {
  const { schemaVersion, budgetBytes = defaultBudgetBytes } = options;
  const usable = usableFolder(options.folder, turnLock, turnWithinMs);
  const { folder, warning } = usable;
  const inTurn = <T>(change: () => T): T => takeTurn(folder, change);
  const uploads = createUploadFolders(join(folder, 'uploads'), inTurn);

  const list = (): CachedTrace[] =>
    cachedTraces(folder).flatMap(({ cached }) => (cached?.schemaVersion === schemaVersion ? [cached] : []));

  /** What follows is called in turn only. */
  const counts = (databasePath: string): boolean =>
    list().some((cached) => cached.databasePath === databasePath);

  /** With the manifest first: without it the database is nothing, with it and no database it would promise too much. */
  const remove = ({ key, databasePath }: CachedTrace): boolean =>
    whileUnused(databasePath, () => rmSync(manifests.manifestPath(folder, key), { force: true }));

  const sweep = (): void => {
    for (const { key, cached } of cachedTraces(folder)) {
      if (!cached) rmSync(manifests.manifestPath(folder, key), { force: true });
      else if (cached.schemaVersion !== schemaVersion) remove(cached);
    }
    const wanted = new Set(cachedTraces(folder).map(({ cached }) => cached?.database));
    for (const name of namesIn(folder)) {
      const database = name.replace(/(?:-wal|-shm|-journal|\.lock)$/, '');
      if (databaseName.test(database) && !wanted.has(database)) whileUnused(join(folder, database));
      else if (unfinished.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    uploads.sweep();
  };

  /** Removes the least recently used until what is left fits the budget; never the latest, nor what somebody uses. */
  const evict = (): void => {
    const [latest, ...others] = list().sort((a, b) => b.lastUsedMs - a.lastUsedMs);
    let total = latest?.databaseBytes ?? 0;
    for (const trace of others)
      if (total + trace.databaseBytes <= budgetBytes || !remove(trace)) total += trace.databaseBytes;
  };

  const use = (databasePath: string): DatabaseUse => {
    const lock = tryLock(lockOf(databasePath), 'shared');
    if (!lock) throw new Error(`${databasePath} is being removed, but nobody else should have the turn`);
    const release = (): void =>
      inTurn(() => {
        lock.release();
        if (!counts(databasePath)) whileUnused(databasePath);
      });
    return { databasePath, release: once(release) };
  };

  inTurn(sweep);
  return {
    folder,
    /** A sentence for the user, where the cache lies elsewhere than it should. */
    warning,
    list,
    usedBytes: (): number => list().reduce((sum, trace) => sum + trace.databaseBytes, 0),
    find: (key: string): CachedTrace | undefined => list().find((trace) => trace.key === key),

    /** The complete database of a trace, in use until it is released; counts as a use for eviction. */
    open: (key: string): { readonly cached: CachedTrace; readonly use: DatabaseUse } | undefined =>
      inTurn(() => {
        const cached = readManifest(folder, key);
        if (cached?.schemaVersion !== schemaVersion) return undefined;
        utimesSync(manifests.manifestPath(folder, key), new Date(), new Date());
        return { cached, use: use(cached.databasePath) };
      }),

    /** A place for a new database, in use until it is released. `key`: of the trace, or `stdin`. */
    create: (key: string): DatabaseUse =>
      inTurn(() => use(join(folder, `${key}-${randomBytes(4).toString('hex')}.sqlite`))),

    /** From now on the database counts, and one that did so before does not. */
    complete: (key: string, databasePath: string, trace: Described): void =>
      inTurn(() => {
        const before = readManifest(folder, key);
        const database = basename(databasePath);
        const databaseState = manifests.stateOf(databasePath);
        const manifest: CacheManifest = { schemaVersion, database, databaseState, ...trace };
        writeAtomically(manifests.manifestPath(folder, key), JSON.stringify(manifest));
        if (before && before.database !== database) whileUnused(before.databasePath);
        evict();
      }),

    /** The database turned out to be damaged: it does not count any more. */
    forget: (databasePath: string): void =>
      inTurn(() => {
        for (const { key, cached } of cachedTraces(folder))
          if (cached?.databasePath === databasePath)
            rmSync(manifests.manifestPath(folder, key), { force: true });
        whileUnused(databasePath);
      }),

    /** Removes every trace that no process uses. */
    clear: (): Cleared =>
      inTurn(() => {
        const all = list();
        const kept = all.filter((trace) => !remove(trace));
        const removed = all.filter((trace) => !kept.includes(trace));
        const freedBytes = removed.reduce((sum, trace) => sum + trace.databaseBytes, 0);
        return { removed: removed.length, freedBytes, kept };
      }),

    uploads,

    dispose: (): void => {
      uploads.dispose();
      usable.dispose();
    },
  };
}

const lockOf = (databasePath: string): string => `${databasePath}.lock`;

/** What `writeAtomically` and the look whether the folder can be written leave when they are cut short. */
const unfinished = /^(?:[0-9a-f]{40}\.json\..*\.tmp|\.probe-.*)$/;

/** Removes a database and first does `before`, unless somebody uses it: then false. To be called in turn. */
function whileUnused(databasePath: string, before: () => void = () => undefined): boolean {
  const lock = tryLock(lockOf(databasePath), 'exclusive');
  if (!lock) return false;
  try {
    before();
    for (const side of ['', ...sideFiles]) rmSync(databasePath + side, { force: true });
  } finally {
    lock.release();
  }
  rmSync(lockOf(databasePath), { force: true });
  return true;
}

/** One process at a time, and one thread: nobody takes up what somebody else is about to remove. */
function takeTurn<T>(folder: string, change: () => T): T {
  // Somebody may have deleted it.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const turn = lockIn(folder);
  if (!turn)
    throw new Failure(
      'cache-unusable',
      `Another process holds the cache folder ${folder} and does not let go; end it, or name another folder with GOPHERSCOPE_CACHE_DIR.`,
      { folder },
    );
  try {
    return change();
  } finally {
    turn.release();
  }
}

function lockIn(folder: string): FileLock | undefined {
  const path = join(folder, turnLock);
  try {
    return tryLock(path, 'exclusive', turnWithinMs);
  } catch (error) {
    throw storageFailure(error, path) ?? error;
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
