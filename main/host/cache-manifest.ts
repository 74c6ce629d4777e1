/** What the cache folder says about a database: how its files are called, and the manifest that makes it count. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** `3f…9c-a1b2c3d4.sqlite`; what comes from standard input has no content to be known by. */
export const databaseName = /^(?:[0-9a-f]{40}|stdin)-(?:\d+-)?[0-9a-f]{8}\.sqlite$/;
const manifestName = /^([0-9a-f]{40})\.json$/;
/** What SQLite keeps beside a database. */
export const sideFiles = ['-wal', '-shm', '-journal'];

const manifestSchema = v.object({
  schemaVersion: v.number(),
  database: v.pipe(v.string(), v.regex(databaseName)),
  /** How its files were when the last transaction was done: `812034@1763655000123.4`. */
  databaseState: v.string(),
  /** Of the trace: where it was, and what it was. */
  path: v.string(),
  name: v.string(),
  sizeBytes: v.number(),
  modifiedAtMs: v.number(),
  /** CRC-32 of all its bytes. */
  checksum: v.number(),
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

export const manifestPath = (folder: string, key: string): string => join(folder, `${key}.json`);

/** What the folder has, of any version; a manifest that cannot be believed has the reason `damaged`. */
export function cachedTraces(folder: string): { readonly key: string; readonly cached?: CachedTrace }[] {
  return namesIn(folder).flatMap((name) => {
    const key = manifestName.exec(name)?.[1];
    if (key === undefined) return [];
    const cached = readManifest(folder, key);
    return [{ key, ...(cached ? { cached } : {}) }];
  });
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there: nothing is in it.
    return [];
  }
}

/** `undefined` if there is none, it is unreadable, or its database is gone or was touched since. */
export function readManifest(folder: string, key: string): CachedTrace | undefined {
  const path = manifestPath(folder, key);
  try {
    const manifest = v.parse(manifestSchema, JSON.parse(readFileSync(path, 'utf8')));
    const databasePath = join(folder, manifest.database);
    if (stateOf(databasePath) !== manifest.databaseState) return undefined;
    const databaseBytes = bytesOf(databasePath);
    return { ...manifest, key, databasePath, databaseBytes, lastUsedMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

export const bytesOf = (databasePath: string): number =>
  ['', ...sideFiles].reduce(
    (sum, side) => sum + (statSync(databasePath + side, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

/**
 * Size and time of a database that nobody writes to any more: who reads it leaves both as they are, so whatever damages the file
 * through the file system shows. SQLite may leave its newest pages in a log beside it.
 */
export function stateOf(databasePath: string): string {
  const { size, mtimeMs } = statSync(databasePath);
  const log = statSync(`${databasePath}-wal`, { throwIfNoEntry: false });
  const state = `${size}@${mtimeMs}`;
  return log && log.size > 0 ? `${state} ${log.size}@${log.mtimeMs}` : state;
}
