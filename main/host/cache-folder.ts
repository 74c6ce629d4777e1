/**
 * The traces that were read before, each as a database and, once that is complete, a manifest which points to it:
 *
 *     3f…9c.json                       {"database": "3f…9c-4711-a1b2c3d4.sqlite", "sizeBytes": 812034, …}
 *     3f…9c-4711-a1b2c3d4.sqlite       key of the trace, process that wrote it, random
 *     uploads/4711-0a1b2c3d/x.trace    what a browser sent; lives as long as the process
 *
 * A database counts only through its manifest, which is written last and at once: so whatever crashes when, a trace is either
 * complete here or not here at all. Everything here can be deleted at any time.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from './atomic-file.ts';

const databaseName = /^([0-9a-f]{40})-(\d+)-[0-9a-f]{8}\.sqlite$/;
const uploadName = /^(\d+)-[0-9a-f]{8}$/;
const manifestName = /^([0-9a-f]{40})\.json$/;
const sideFiles = ['-wal', '-shm', '-journal'];

const manifestSchema = v.object({
  schemaVersion: v.number(),
  database: v.pipe(v.string(), v.regex(databaseName)),
  path: v.string(),
  name: v.string(),
  sizeBytes: v.number(),
  openedAtMs: v.number(),
  durationNs: v.number(),
  goroutines: v.number(),
  events: v.number(),
  generations: v.number(),
  revision: v.number(),
  diagnostics: v.number(),
});
export type CacheManifest = Readonly<v.InferOutput<typeof manifestSchema>>;

export interface CachedTrace extends CacheManifest {
  readonly key: string;
  readonly databasePath: string;
  readonly databaseBytes: number;
  readonly lastUsedMs: number;
}

export interface CacheOptions {
  readonly folder: string;
  /** Databases of another version are deleted. */
  readonly schemaVersion: number;
  readonly budgetBytes?: number;
  readonly isAlive?: (pid: number) => boolean;
}

export type CacheFolder = ReturnType<typeof openCacheFolder>;

const defaultBudgetBytes = 8 * 2 ** 30;

/** Makes the folder and removes what crashed processes and older versions left in it. */
export function openCacheFolder(options: CacheOptions) {
  const { schemaVersion, budgetBytes = defaultBudgetBytes, isAlive = processIsAlive } = options;
  const { folder, warning, temporary } = writableFolder(options.folder);
  const inUse = new Set<string>();
  const ownUploads: string[] = [];

  const removeDatabase = (path: string): void => {
    for (const side of ['', ...sideFiles]) rmSync(path + side, { force: true });
  };

  /** Valid manifests with their databases; others are removed on the way. */
  const list = (): CachedTrace[] =>
    entries(folder).flatMap((name) => {
      const key = manifestName.exec(name)?.[1];
      if (key === undefined) return [];
      const path = join(folder, name);
      const cached = readManifest(folder, path, key);
      if (cached?.schemaVersion === schemaVersion) return [cached];
      if (cached && !inUse.has(cached.databasePath)) removeDatabase(cached.databasePath);
      rmSync(path, { force: true });
      return [];
    });

  const collectGarbage = (): void => {
    const wanted = new Set(list().map((cached) => cached.database));
    for (const name of entries(folder)) {
      const owner = Number(databaseName.exec(name)?.[2] ?? NaN);
      const path = join(folder, name);
      if (Number.isNaN(owner) || wanted.has(name) || inUse.has(path)) continue;
      if (!isAlive(owner)) removeDatabase(path);
    }
    for (const name of entries(join(folder, 'uploads'))) {
      const owner = Number(uploadName.exec(name)?.[1] ?? NaN);
      if (!Number.isNaN(owner) && !isAlive(owner))
        rmSync(join(folder, 'uploads', name), { recursive: true, force: true });
    }
  };

  /** Removes the least recently used until what is left fits the budget; never what this process uses. */
  const evict = (): void => {
    const cached = list().sort((a, b) => b.lastUsedMs - a.lastUsedMs);
    let total = 0;
    for (const trace of cached) {
      total += trace.databaseBytes;
      if (total <= budgetBytes || inUse.has(trace.databasePath)) continue;
      total -= trace.databaseBytes;
      remove(trace);
    }
  };

  const remove = (trace: CachedTrace): void => {
    // The manifest first: without it the database is nothing, with it and no database it would promise too much.
    rmSync(join(folder, `${trace.key}.json`), { force: true });
    removeDatabase(trace.databasePath);
  };

  collectGarbage();
  return {
    folder,
    /** A sentence for the user, where the cache lies elsewhere than it should. */
    warning,
    list,
    usedBytes: (): number => list().reduce((sum, trace) => sum + trace.databaseBytes, 0),
    has: (key: string): boolean => list().some((trace) => trace.key === key),

    /** The complete database of a trace; counts as a use of it. */
    find: (key: string): CachedTrace | undefined => {
      const found = list().find((trace) => trace.key === key);
      if (found) utimesSync(join(folder, `${key}.json`), new Date(), new Date());
      return found;
    },

    /** A place for a new database, in use until `release` or `discard`. */
    newDatabase: (key: string): string => {
      const path = join(folder, `${key}-${process.pid}-${randomBytes(4).toString('hex')}.sqlite`);
      inUse.add(path);
      return path;
    },
    hold: (databasePath: string): void => void inUse.add(databasePath),
    release: (databasePath: string): void => void inUse.delete(databasePath),
    discard: (databasePath: string): void => {
      inUse.delete(databasePath);
      removeDatabase(databasePath);
    },
    /** Declares the trace unreadable from here: its manifest and database are removed. */
    forget: (trace: CachedTrace): void => {
      inUse.delete(trace.databasePath);
      remove(trace);
    },

    /** From now on the database counts. */
    complete: (key: string, manifest: Omit<CacheManifest, 'schemaVersion'>): void => {
      const before = list().find((trace) => trace.key === key);
      writeAtomically(join(folder, `${key}.json`), JSON.stringify({ schemaVersion, ...manifest }));
      if (before && before.database !== manifest.database && !inUse.has(before.databasePath))
        removeDatabase(before.databasePath);
      evict();
    },

    /** Removes every trace this process does not use. */
    clear: (): { readonly removed: number; readonly freedBytes: number } => {
      const removable = list().filter((trace) => !inUse.has(trace.databasePath));
      removable.forEach(remove);
      return {
        removed: removable.length,
        freedBytes: removable.reduce((sum, trace) => sum + trace.databaseBytes, 0),
      };
    },

    /** An empty folder of its own for a file that a browser sends; removed with `dispose`. */
    newUploadFolder: (): string => {
      const path = join(folder, 'uploads', `${process.pid}-${randomBytes(4).toString('hex')}`);
      mkdirSync(path, { recursive: true, mode: 0o700 });
      ownUploads.push(path);
      return path;
    },
    isUpload: (path: string): boolean => ownUploads.some((upload) => path.startsWith(upload)),

    dispose: (): void => {
      for (const path of ownUploads.splice(0)) rmSync(path, { recursive: true, force: true });
      if (temporary) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writableFolder(wanted: string): { folder: string; warning?: string; temporary: boolean } {
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    accessSync(wanted, constants.W_OK | constants.X_OK);
    // Root may write anywhere, says `access`, but not to a read-only file system.
    const probe = mkdtempSync(join(wanted, '.probe-'));
    rmSync(probe, { recursive: true });
    return { folder: wanted, temporary: false };
  } catch (error) {
    const folder = mkdtempSync(join(tmpdir(), 'gopherscope-'));
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const warning = `The cache folder ${wanted} cannot be written (${reason}), so traces are kept in ${folder} and read again after a restart; GOPHERSCOPE_CACHE_DIR names another folder.`;
    return { folder, warning, temporary: true };
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there: nothing is in it.
    return [];
  }
}

/** `undefined` if it is unreadable or its database is gone. */
function readManifest(folder: string, path: string, key: string): CachedTrace | undefined {
  try {
    const manifest = v.parse(manifestSchema, JSON.parse(readFileSync(path, 'utf8')));
    const databasePath = join(folder, manifest.database);
    // SQLite may leave its newest pages in a file beside it.
    const besideBytes = sideFiles.map(
      (side) => statSync(databasePath + side, { throwIfNoEntry: false })?.size ?? 0,
    );
    const databaseBytes = statSync(databasePath).size + besideBytes.reduce((sum, size) => sum + size, 0);
    return { ...manifest, key, databasePath, databaseBytes, lastUsedMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
