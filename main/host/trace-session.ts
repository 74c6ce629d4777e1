import { Failure } from '#common/errors.ts';
import type { TraceKey } from '#common/ids.ts';
import type { LoadProgress } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { bytes } from '#common/units.ts';
import type { IngestProgress, ReadOutcome } from '#main/ingest/start-ingest.ts';
import { startIngest } from '#main/ingest/start-ingest.ts';
import type { RecognizedFile } from '#main/trace-file/recognize.ts';
import type { CachedTrace, CacheFolder, DatabaseUse } from './cache-folder.ts';
import type { KnownContent } from './content-key.ts';
import type { LoadState } from './load-state.ts';
import { createLoadState } from './load-state.ts';
import type { QueryClient } from './query-client.ts';
import { startQueryWorker } from './query-client.ts';
import { TraceEvents } from './trace-events.ts';

/** A trace that is open: it is being read or was, and can be asked. */
export interface TraceSession extends Caller {
  readonly key: TraceKey;
  readonly load: LoadState;
  /** What is known of the file it was read from. */
  readonly content: () => KnownContent;
  /** The file is there under this name, too, or again: events are read from the one opened last. */
  openedAgain(file: RecognizedFile): void;
  /** Ends its threads; what was not read to the end is removed from the cache. */
  close(): Promise<void>;
}

const databaseWithinMs = 20_000;

/** Opens a trace that is in the cache. Fails if its database turns out to be unusable. */
export async function openCached(
  key: TraceKey,
  { cached, use }: { readonly cached: CachedTrace; readonly use: DatabaseUse },
  file: RecognizedFile,
  cache: CacheFolder,
): Promise<TraceSession> {
  const { databasePath, sizeBytes } = cached;
  const query = startQueryWorker({ databasePath, sizeBytes, waitMs: 0 });
  const events = new TraceEvents(databasePath, file, () => cached.checksum);
  const close = async (): Promise<void> => {
    await Promise.all([query.close(), events.close()]);
    use.release();
  };
  try {
    await refuseDamaged(key, query);
  } catch (error) {
    // Where the disk does not give it at the moment, it stays for better times.
    if (!isOfDisk(error)) cache.forget(databasePath);
    await close();
    throw error;
  }
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
  return {
    key,
    load,
    call: forgettingDamaged(events.orElse(query), databasePath, cache),
    content: () => cached,
    openedAgain: (again) => events.openedAgain(again),
    close,
  };
}

export const isOfDisk = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'cache-unusable' || error.code === 'cache-full');

/** Opening a database reads nothing of it yet: what is damaged shows with the first question. */
async function refuseDamaged(key: TraceKey, query: QueryClient): Promise<void> {
  const { complete } = await query.call('trace.facts', { trace: key });
  if (!complete) throw new Error('the database is not complete');
}

/** A database that is found to be damaged while it is asked must not be opened again. */
function forgettingDamaged(query: Caller, databasePath: string, cache: CacheFolder): Caller['call'] {
  return async (method, params, options) => {
    try {
      return await query.call(method, params, options);
    } catch (error) {
      if (error instanceof Failure && error.code === 'cache-damaged') cache.forget(databasePath);
      throw error;
    }
  };
}

/** Opens a trace by reading it; it can be asked from the start, and answers with what was read so far. */
export function openByReading(
  key: TraceKey,
  file: RecognizedFile,
  cache: CacheFolder,
  tell: { readonly onComplete: (outcome: ReadOutcome) => void; readonly warn: (sentence: string) => void },
): TraceSession {
  const use = cache.create(key);
  const { databasePath } = use;
  const { sizeBytes } = file;
  let content: KnownContent = file;
  const load = createLoadState(readingProgress(sizeBytes, nothingRead));
  const onProgress = (progress: IngestProgress): void => load.update(readingProgress(sizeBytes, progress));
  const ingest = startIngest({ file, databasePath, onProgress });
  const query = startQueryWorker({ databasePath, sizeBytes, waitMs: databaseWithinMs });
  const events = new TraceEvents(databasePath, file, () => content.checksum);

  const finished = ingest.done.then(async (outcome) => {
    if (outcome.state === 'cancelled') return;
    if (outcome.state === 'complete') {
      content = { ...file, ...(outcome.checksum === undefined ? {} : { checksum: outcome.checksum }) };
      keep(cache, key, file, databasePath, outcome, tell.warn);
      tell.onComplete(outcome);
    }
    load.update(lastProgress(load.current(), outcome));
    if (outcome.state === 'failed') await discard();
  }, failed);
  return {
    key,
    load,
    call: forgettingDamaged(events.orElse(query), databasePath, cache),
    content: () => content,
    openedAgain: (again) => events.openedAgain(again),
    close: async () => {
      await ingest.cancel();
      await finished;
      load.giveUp();
      await discard();
    },
  };

  async function failed(error: unknown): Promise<void> {
    const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (!isFull) console.error('gopherscope: internal error while reading a trace:', error);
    const failure = isFull ? outOfMemory : ourMistake;
    load.update(lastProgress(load.current(), { state: 'failed', failure }));
    await discard();
  }

  /** Of what could not be read nothing is to stay on a disk that may be full, also while its sentence is on the screen. */
  async function discard(): Promise<void> {
    await Promise.all([query.close(), events.close()]);
    use.release();
  }
}

/** Puts what was read into the cache, unless the file was still growing. Where it cannot be kept, it can still be looked at. */
export function keep(
  cache: CacheFolder,
  key: string,
  file: RecognizedFile,
  databasePath: string,
  outcome: ReadOutcome,
  warn: (sentence: string) => void,
): void {
  const { checksum, durationNs, goroutines, events, generations, revision, diagnostics } = outcome;
  if (checksum === undefined) return;
  const { path, name, sizeBytes, modifiedAtMs } = file;
  const figures = { durationNs, goroutines, events, generations, revision, diagnostics };
  try {
    cache.complete(key, databasePath, { path, name, sizeBytes, modifiedAtMs, checksum, ...figures });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    warn(
      `${name} was read, but cannot be kept in the cache folder ${cache.folder} (${error.message}), so it is read again the next time.`,
    );
  }
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
    ...(elapsedMs >= guessAfterMs && readBytes > 0 && readBytes < totalBytes
      ? { remainingMs: Math.round(remainingMs) }
      : {}),
  };
}

/** What an outcome says at least; without its figures, the last known ones stand. */
type Ending = Pick<ReadOutcome, 'state' | 'failure'> & Partial<ReadOutcome>;

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
