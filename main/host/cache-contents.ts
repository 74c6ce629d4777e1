/** What the cache holds, for whoever wants to see or empty it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '#common/errors.ts';
import { schemaVersion } from '#db/schema.ts';
import { cacheBudget } from './cache-budget.ts';
import { openCacheFolder } from './cache-folder.ts';
import { cachedTraces, namesIn, type CachedTrace } from './cache-manifest.ts';
import { cacheFolderPath } from './platform-folders.ts';

export type { CachedTrace } from './cache-manifest.ts';

export interface CacheContents {
  readonly folder: string;
  readonly budgetBytes: number;
  /** The version that counts; others are read again. */
  readonly schemaVersion: number;
  /** The one used last first. */
  readonly traces: readonly CachedTrace[];
}

/** Only looks: nothing is made or removed. */
export function cacheContents(warn: (sentence: string) => void): CacheContents {
  const folder = cacheFolderPath();
  const traces = cachedTraces(folder).flatMap(({ cached }) => (cached ? [cached] : []));
  traces.sort((a, b) => b.lastUsedMs - a.lastUsedMs);
  return { folder, budgetBytes: cacheBudget(warn), schemaVersion, traces };
}

export interface ClearedCache {
  readonly folder: string;
  readonly removed: number;
  /** With what crashed processes and older versions had left. */
  readonly freedBytes: number;
  /** What a process still uses. */
  readonly kept: readonly CachedTrace[];
}

/** Removes every trace that no process uses. Fails as `cache-unusable` where the folder cannot be written. */
export function clearCache(): ClearedCache {
  const wanted = cacheFolderPath();
  const before = bytesIn(wanted);
  const cache = openCacheFolder({ folder: wanted, schemaVersion });
  try {
    const { folder } = cache;
    if (folder !== wanted)
      throw new Failure(
        'cache-unusable',
        `The cache folder ${wanted} cannot be written, so nothing was removed.`,
      );
    const { removed, kept } = cache.clear();
    return { folder, removed, freedBytes: before - bytesIn(folder), kept };
  } finally {
    cache.dispose();
  }
}

const bytesIn = (folder: string): number =>
  namesIn(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
