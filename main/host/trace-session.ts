import { stat } from 'node:fs/promises';
import type { TraceKey } from '#common/ids.ts';
import type { LoadProgress } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { bytes } from '#common/units.ts';
import type { IngestOutcome, IngestProgress } from '#main/ingest/start-ingest.ts';
import { startIngest } from '#main/ingest/start-ingest.ts';
import type { RecognizedFile } from '#main/trace-file/recognize.ts';
import type { CachedTrace, CacheFolder } from './cache-folder.ts';
import type { LoadState } from './load-state.ts';
import { createLoadState } from './load-state.ts';
import type { QueryClient } from './query-client.ts';
import { startQueryWorker } from './query-client.ts';

/** A trace that is open: it is being read or was, and can be asked. */
export interface TraceSession extends Caller {
  readonly key: TraceKey;
  readonly load: LoadState;
  /** Ends its threads; what was not read to the end is removed from the cache. */
  close(): Promise<void>;
}

const databaseWithinMs = 20_000;

/** Opens a trace that is in the cache. Fails if its database turns out to be unusable. */
export async function openCached(
  key: TraceKey,
  cached: CachedTrace,
  cache: CacheFolder,
): Promise<TraceSession> {
  const { databasePath, sizeBytes } = cached;
  cache.hold(databasePath);
  const query = startQueryWorker({ databasePath, sizeBytes, waitMs: 0 });
  await refuseDamaged(key, query);
  const load = createLoadState({
    stage: 'ready',
    fromCache: true,
    readBytes: bytes(sizeBytes),
    totalBytes: bytes(sizeBytes),
    generations: cached.generations,
    events: cached.events,
    revision: cached.revision,
    eventsPerSecond: 0,
  });
  const close = async (): Promise<void> => {
    await query.close();
    cache.release(databasePath);
  };
  return { key, load, call: query.call.bind(query), close };
}

/** Opening a database reads nothing of it yet: what is damaged shows with the first question. */
async function refuseDamaged(key: TraceKey, query: QueryClient): Promise<void> {
  try {
    const { complete } = await query.call('trace.facts', { trace: key });
    if (!complete) throw new Error('the database is not complete');
  } catch (error) {
    await query.close();
    throw error;
  }
}

/** Opens a trace by reading it; it can be asked from the start, and answers with what was read so far. */
export function openByReading(
  key: TraceKey,
  file: RecognizedFile,
  cache: CacheFolder,
  onComplete: (outcome: IngestOutcome) => void,
): TraceSession {
  const databasePath = cache.newDatabase(key);
  const { path, sizeBytes } = file;
  const load = createLoadState(readingProgress(sizeBytes, nothingRead));
  const onProgress = (progress: IngestProgress): void => load.update(readingProgress(sizeBytes, progress));
  const ingest = startIngest({ path, databasePath, sizeBytes, onProgress });
  const query = startQueryWorker({ databasePath, sizeBytes, waitMs: databaseWithinMs });

  let complete = false;
  const finished = ingest.done.then(
    async (outcome) => {
      if (outcome.state === 'cancelled') return;
      if (outcome.state === 'complete' && (await isUnchanged(file))) {
        cache.complete(key, manifestOf(file, databasePath, outcome));
        complete = true;
      }
      if (outcome.state === 'complete') onComplete(outcome);
      load.update(lastProgress(load.current(), outcome));
    },
    (error: unknown) => {
      const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (!isFull) console.error('gopherscope: internal error while reading a trace:', error);
      load.update(
        lastProgress(load.current(), { state: 'failed', failure: isFull ? outOfMemory : ourMistake }),
      );
    },
  );
  return { key, load, call: query.call.bind(query), close: () => close() };

  async function close(): Promise<void> {
    await endThreads(ingest.cancel(), finished, query);
    load.giveUp();
    if (complete) cache.release(databasePath);
    else cache.discard(databasePath);
  }
}

async function endThreads(
  cancelled: Promise<void>,
  finished: Promise<void>,
  query: QueryClient,
): Promise<void> {
  await cancelled;
  await finished;
  await query.close();
}

const nothingRead: IngestProgress = { readBytes: 0, generations: 0, events: 0, revision: 0, elapsedMs: 0 };
/** Sooner, a guess at the rest would jump about. */
const guessAfterMs = 500;

export function readingProgress(totalBytes: number, progress: IngestProgress): LoadProgress {
  const { readBytes, elapsedMs, generations, events, revision } = progress;
  const remainingMs = (elapsedMs * (totalBytes - readBytes)) / readBytes;
  return {
    stage: 'reading',
    fromCache: false,
    readBytes: bytes(readBytes),
    totalBytes: bytes(totalBytes),
    generations,
    events,
    revision,
    eventsPerSecond: elapsedMs > 0 ? Math.round((events * 1000) / elapsedMs) : 0,
    ...(elapsedMs >= guessAfterMs && readBytes > 0 ? { remainingMs: Math.round(remainingMs) } : {}),
  };
}

/** What an outcome says at least; without its figures, the last known ones stand. */
type Ending = Pick<IngestOutcome, 'state' | 'failure'> & Partial<IngestOutcome>;

export function lastProgress(before: LoadProgress, ending: Ending): LoadProgress {
  const { fromCache, readBytes, totalBytes, eventsPerSecond } = before;
  const { events = before.events, generations = before.generations, revision = before.revision } = ending;
  const figures = { fromCache, readBytes, totalBytes, eventsPerSecond, events, generations, revision };
  if (ending.state === 'complete') return { ...figures, stage: 'ready', readBytes: totalBytes };
  const { code, sentence } = ending.failure ?? ourMistake;
  return { ...figures, stage: 'failed', failure: { code, sentence } };
}

const outOfMemory = {
  code: 'out-of-memory',
  sentence:
    'Reading this trace took more memory than the program may use, so it was given up; close other traces and open it again.',
};

const ourMistake = {
  code: 'internal',
  sentence:
    'Gopherscope made a mistake reading this trace and stopped; the details are in the program’s log.',
};

export const manifestOf = (file: RecognizedFile, databasePath: string, outcome: IngestOutcome) => ({
  database: databasePath.split(/[\\/]/).at(-1) ?? '',
  path: file.path,
  name: file.name,
  sizeBytes: file.sizeBytes,
  openedAtMs: Date.now(),
  durationNs: outcome.durationNs,
  goroutines: outcome.goroutines,
  events: outcome.events,
  generations: outcome.generations,
  revision: outcome.revision,
  diagnostics: outcome.diagnostics,
});

/** A file that was written to while it was read is not what its fingerprint says: its database must not be kept. */
export async function isUnchanged(file: RecognizedFile): Promise<boolean> {
  const now = await stat(file.path).catch(() => undefined);
  // Deleted meanwhile: what was read is what it was.
  return now === undefined || (now.size === file.sizeBytes && now.mtimeMs === file.modifiedAtMs);
}
