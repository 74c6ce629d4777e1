/** One trace for the command line: read on the calling thread, or taken from the cache, and asked directly. */
import { open } from 'node:fs/promises';
import { createAnalysisHandlers, type AnalysisHandlers } from '#main/analyses/handlers.ts';
import { reportedGoroutines, type ReportedGoroutine } from '#main/analyses/goroutine-report.ts';
import { reportedTasks, type ReportedTask } from '#main/analyses/task-report.ts';
import { eventWriter, type EventFormat, type EventSelection } from '#main/exporters/event-lines.ts';
import { RawText } from '#main/exporters/raw-text.ts';
import { failureOf, ingest, type IngestOutcome, type IngestProgress } from '#main/ingest/ingest.ts';
import { explained, orderedTrace } from '#main/ingest/ordered-trace.ts';
import { diagnosticOf } from '#main/ingest/trouble-diagnostic.ts';
import { fileSource, streamSource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { recognizeFile, recognizeInput, type RecognizedFile } from '#main/trace-file/recognize.ts';
import { traceInput } from '#main/trace-file/trace-input.ts';
import { TraceReader } from '#db/reader.ts';
import { schemaVersion } from '#db/schema.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import { Failure } from '#common/errors.ts';
import { versionOf } from '#common/trace-format/releases.ts';
import { Core } from '#core-wasm/host/core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { absolutePath } from './absolute-path.ts';
import { openCacheFolder, type CacheFolder } from './cache-folder.ts';
import { fingerprint } from './fingerprint.ts';
import { cacheFolderPath } from './platform-folders.ts';
import { isUnchanged, manifestOf } from './trace-session.ts';

export type { EventFilter } from '#main/exporters/event-filter.ts';
export { kindNames as eventKindNames, typesNamed as eventTypesNamed } from '#main/exporters/event-filter.ts';

/** Standard input. */
export const standardInput = '-';

interface Input {
  readonly source: ByteSource;
  readonly name: string;
  readonly sizeBytes?: number;
  close(): Promise<void>;
}

async function openInput(path: string): Promise<Input> {
  if (path === standardInput)
    return { source: streamSource(process.stdin), name: 'standard input', close: () => Promise.resolve() };
  const recognized = await recognizeFile(absolutePath(path));
  const file = await open(recognized.path);
  return { source: fileSource(file), name: path, sizeBytes: recognized.sizeBytes, close: () => file.close() };
}

/**
 * Writes the events that were asked for as text; resolves with what was lost, if anything. `write` may wait, so that a slow reader slows the
 * reading, and answers false when nobody reads any more.
 */
export async function writeEvents(
  path: string,
  format: EventFormat,
  selection: EventSelection,
  write: (lines: Buffer) => Promise<boolean>,
): Promise<Diagnostic | undefined> {
  const input = await openInput(path);
  const core = new Core();
  const writer = eventWriter(core, format, selection);
  try {
    for await (const part of orderedTrace(input.source, core, { name: input.name })) {
      if (part.kind === 'generation start') writer.enterGeneration();
      if (part.kind === 'events') {
        const lines = writer.lines(part.snapshot);
        if ((lines.length > 0 && !(await write(lines))) || writer.isOver) return undefined;
      }
      if (part.kind === 'trouble') return diagnosticOf(part, input.sizeBytes);
    }
    return undefined;
  } finally {
    await input.close();
  }
}

/** Writes the events as they stand in the file, as text; resolves with what could not be read, if anything. */
export async function writeRawEvents(
  path: string,
  write: (lines: Buffer) => Promise<boolean>,
): Promise<Diagnostic | undefined> {
  const input = await openInput(path);
  try {
    const trace = await traceInput(input.source, input.name);
    const version = versionOf(Number((await recognizeInput(trace, input.name)).slice('1.'.length)))!;
    if (version.family === 'v1') throw noRawText(input.name, version.goVersions);
    const raw = new RawText(trace.source, version.minor);
    for await (const text of raw.text()) if (!(await write(text))) return undefined;
    const { trouble } = raw;
    const part = trouble && {
      kind: 'trouble' as const,
      trouble: { ...trouble, lostFromByte: trouble.atByte },
      isEnd: false,
    };
    const last = await explained(trace, part);
    return last && diagnosticOf(last, input.sizeBytes);
  } finally {
    await input.close();
  }
}

const noRawText = (name: string, goVersions: string): Failure =>
  new Failure(
    'unsupported-trace-version',
    `${name} was written by ${goVersions}, whose format has no raw text; print its events in another format.`,
    { path: name },
  );

export interface OfflineTrace {
  readonly analyses: AnalysisHandlers;
  readonly sizeBytes: number;
  readonly generations: ReturnType<TraceReader['generations']>;
  goroutines(): Generator<ReportedGoroutine>;
  tasks(): Generator<ReportedTask>;
  close(): void;
}

/** Fails with `nothing-readable` if the file is damaged from its beginning. A warning is for standard error. */
export async function openOffline(
  path: string,
  onProgress: (progress: IngestProgress, totalBytes?: number) => void,
  warn: (sentence: string) => void,
): Promise<OfflineTrace> {
  const cache = openCacheFolder({ folder: cacheFolderPath(), schemaVersion });
  if (cache.warning !== undefined) warn(cache.warning);
  return path === standardInput ? readStandardInput(cache, onProgress) : readFile(path, cache, onProgress);
}

type OnProgress = Parameters<typeof openOffline>[1];

async function readStandardInput(cache: CacheFolder, onProgress: OnProgress): Promise<OfflineTrace> {
  let readBytes = 0;
  const stream = streamSource(process.stdin);
  const source: ByteSource = {
    async readInto(target) {
      const count = await stream.readInto(target);
      readBytes += count;
      return count;
    },
  };
  const databasePath = cache.newDatabase('stdin');
  try {
    throwIfFailed(await ingest({ source, databasePath, name: 'standard input', onProgress }));
  } catch (error) {
    cache.discard(databasePath);
    throw error;
  }
  return offlineTrace(databasePath, readBytes, () => {
    cache.discard(databasePath);
    cache.dispose();
  });
}

async function readFile(path: string, cache: CacheFolder, onProgress: OnProgress): Promise<OfflineTrace> {
  const file = await recognizeFile(absolutePath(path));
  const key = await fingerprint(file.path);
  const cached = cache.find(key);
  const databasePath = cached?.databasePath ?? (await readIntoCache(file, key, cache, onProgress));
  cache.hold(databasePath);
  return offlineTrace(databasePath, file.sizeBytes, () => {
    cache.release(databasePath);
    if (!cache.has(key)) cache.discard(databasePath);
    cache.dispose();
  });
}

async function readIntoCache(
  file: RecognizedFile,
  key: string,
  cache: CacheFolder,
  onProgress: OnProgress,
): Promise<string> {
  const databasePath = cache.newDatabase(key);
  const { sizeBytes } = file;
  const handle = await open(file.path);
  try {
    const outcome = await ingest({
      source: fileSource(handle),
      databasePath,
      sizeBytes,
      name: file.path,
      onProgress: (progress) => onProgress(progress, sizeBytes),
    });
    throwIfFailed(outcome);
    if (await isUnchanged(file)) cache.complete(key, manifestOf(file, databasePath, outcome));
    return databasePath;
  } catch (error) {
    cache.discard(databasePath);
    throw error;
  } finally {
    await handle.close();
  }
}

function throwIfFailed(outcome: IngestOutcome): void {
  const failure: Failure | undefined = failureOf(outcome);
  if (failure) throw failure;
}

function offlineTrace(databasePath: string, sizeBytes: number, release: () => void): OfflineTrace {
  const reader = new TraceReader(databasePath);
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes }, openGoroutineTable);
  return {
    analyses: handlers,
    sizeBytes,
    generations: reader.generations(),
    goroutines: () => reportedGoroutines(reader, openGoroutineTable(reader)),
    tasks: () => reportedTasks(reader),
    close: () => {
      reader.close();
      handlers.close();
      release();
    },
  };
}
