/** One trace for the command line: read on the calling thread, or taken from the cache, and asked directly. */
import { createAnalysisHandlers, type AnalysisHandlers } from '#main/analyses/handlers.ts';
import type { GoroutineWindowRow } from '#common/analyses/goroutine-analysis.ts';
import { wholeRows } from '#main/analyses/goroutine-facts.ts';
import { reportedGoroutines, type ReportedGoroutine } from '#main/analyses/goroutine-report.ts';
import { reportedTasks, type ReportedTask } from '#main/analyses/task-report.ts';
import { eventWriter, type EventFormat, type EventSelection } from '#main/exporters/event-lines.ts';
import { RawText } from '#main/exporters/raw-text.ts';
import { failureOf, ingest, type IngestOutcome, type IngestProgress } from '#main/ingest/ingest.ts';
import { explained, orderedTrace, type TroublePart } from '#main/ingest/ordered-trace.ts';
import { diagnosticOf, explain } from '#main/ingest/trouble-diagnostic.ts';
import { streamSource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { recognizeFile, recognizeInput, type RecognizedFile } from '#main/trace-file/recognize.ts';
import { traceInput } from '#main/trace-file/trace-input.ts';
import { WatchedFile, type Ending } from '#main/trace-file/watched-file.ts';
import { TraceReader } from '#db/reader.ts';
import { schemaVersion } from '#db/schema.ts';
import { storageFailure } from '#db/storage-failure.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import { Failure } from '#common/errors.ts';
import { versionOf } from '#common/trace-format/releases.ts';
import { Core } from '#core-wasm/host/core.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { absolutePath } from './absolute-path.ts';
import { cacheBudget } from './cache-budget.ts';
import { openCacheFolder, type CacheFolder, type DatabaseUse } from './cache-folder.ts';
import { contentKey } from './content-key.ts';
import { fileChange } from './file-change.ts';
import { cacheFolderPath } from './platform-folders.ts';
import { keep } from './trace-session.ts';

export type { IngestProgress } from '#main/ingest/ingest.ts';
export type { EventFilter } from '#main/exporters/event-filter.ts';
export { kindNames as eventKindNames, typesNamed as eventTypesNamed } from '#main/exporters/event-filter.ts';

/** Standard input. */
export const standardInput = '-';

interface Input {
  readonly source: ByteSource;
  readonly name: string;
  readonly sizeBytes?: number;
  /** Asked when nothing more is read. */
  readonly ending?: () => Promise<Ending>;
  close(): Promise<void>;
}

/** What is wrong with the trace, or else with its source. */
async function lastWord(input: Input, part: TroublePart | undefined): Promise<Diagnostic | undefined> {
  const found = part ? [diagnosticOf(part, input.sizeBytes)] : [];
  const { trouble } = (await input.ending?.()) ?? {};
  if (trouble) explain(found, trouble);
  return found[0];
}

async function openInput(path: string): Promise<Input> {
  if (path === standardInput)
    return { source: streamSource(process.stdin), name: 'standard input', close: () => Promise.resolve() };
  const recognized = await recognizeFile(absolutePath(path));
  const file = await WatchedFile.open(recognized);
  return {
    source: file,
    name: path,
    sizeBytes: recognized.sizeBytes,
    ending: () => file.ending(),
    close: () => file.close(),
  };
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
  let trouble: TroublePart | undefined;
  try {
    for await (const part of orderedTrace(input.source, core, { name: input.name })) {
      if (part.kind === 'generation start') writer.enterGeneration();
      if (part.kind === 'events') {
        const lines = writer.lines(part.snapshot);
        if ((lines.length > 0 && !(await write(lines))) || writer.isOver) return undefined;
      }
      if (part.kind === 'trouble') trouble = part;
    }
    return await lastWord(input, trouble);
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
    return await lastWord(input, await explained(trace, part));
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
  readonly databasePath: string;
  readonly analyses: AnalysisHandlers;
  readonly sizeBytes: number;
  readonly generations: ReturnType<TraceReader['generations']>;
  goroutines(): Generator<ReportedGoroutine>;
  /** The rows of the goroutine analysis of the whole trace, in order of id, however many. */
  goroutineRows(): Generator<GoroutineWindowRow>;
  tasks(): Generator<ReportedTask>;
  close(): void;
}

interface Talk {
  readonly onProgress: (progress: IngestProgress, totalBytes?: number) => void;
  /** Is told, in one sentence, what is wrong around the trace. */
  readonly warn: (sentence: string) => void;
}

/**
 * Opens a trace for as long as `use` takes. Fails with `nothing-readable` if the file is damaged from its beginning, and with
 * `cache-…` if its database cannot be written or turns out to be damaged.
 */
export async function withOfflineTrace(
  path: string,
  talk: Talk,
  use: (trace: OfflineTrace) => Promise<void>,
): Promise<void> {
  const { warn } = talk;
  const cache = openCacheFolder({ folder: cacheFolderPath(), schemaVersion, budgetBytes: cacheBudget(warn) });
  if (cache.warning !== undefined) warn(cache.warning);
  try {
    const trace =
      path === standardInput ? await readStandardInput(cache, talk) : await readFile(path, cache, talk);
    await use(trace)
      .catch(forgetDamaged(trace.databasePath, cache))
      .finally(() => trace.close());
  } finally {
    cache.dispose();
  }
}

/** A database that is found to be damaged while it is asked must not be opened again. */
const forgetDamaged = (databasePath: string, cache: CacheFolder) => (error: unknown) => {
  const failure = storageFailure(error, databasePath);
  if (failure?.code === 'cache-damaged') cache.forget(databasePath);
  throw failure ?? error;
};

async function readStandardInput(cache: CacheFolder, { onProgress }: Talk): Promise<OfflineTrace> {
  let readBytes = 0;
  const stream = streamSource(process.stdin);
  const source: ByteSource = {
    async readInto(target) {
      const count = await stream.readInto(target);
      readBytes += count;
      return count;
    },
  };
  const use = cache.create('stdin');
  try {
    throwIfFailed(
      await ingest({ source, databasePath: use.databasePath, name: 'standard input', onProgress }),
    );
    return offlineTrace(use, readBytes);
  } catch (error) {
    use.release();
    throw error;
  }
}

async function readFile(path: string, cache: CacheFolder, talk: Talk): Promise<OfflineTrace> {
  const file = await recognizeFile(absolutePath(path));
  const key = await contentKey(file, (known) => cache.find(known));
  const trace =
    openKept(key, file, cache) ?? offlineTrace(await readIntoCache(file, key, cache, talk), file.sizeBytes);
  const change = await fileChange(file);
  if (change?.kind === 'replaced') talk.warn(change.sentence);
  return trace;
}

/** A database that is damaged although it counts is made again; one that the disk does not give stays for better times. */
function openKept(key: string, file: RecognizedFile, cache: CacheFolder): OfflineTrace | undefined {
  const found = cache.open(key);
  if (!found) return undefined;
  try {
    return offlineTrace(found.use, file.sizeBytes);
  } catch (error) {
    const { databasePath } = found.use;
    const failure = storageFailure(error, databasePath);
    const isDamaged = failure === undefined || failure.code === 'cache-damaged';
    if (isDamaged) cache.forget(databasePath);
    found.use.release();
    if (!isDamaged) throw failure;
    return undefined;
  }
}

async function readIntoCache(
  file: RecognizedFile,
  key: string,
  cache: CacheFolder,
  { onProgress, warn }: Talk,
): Promise<DatabaseUse> {
  const { sizeBytes } = file;
  const source = await WatchedFile.open(file);
  const use = cache.create(key);
  const { databasePath } = use;
  let ending: Ending = {};
  try {
    const outcome = await ingest({
      source,
      databasePath,
      sizeBytes,
      name: file.path,
      onProgress: (progress) => onProgress(progress, sizeBytes),
      ending: async () => (ending = await source.ending()),
    });
    throwIfFailed(outcome);
    keep(cache, key, file, databasePath, { ...outcome, ...ending }, warn);
    return use;
  } catch (error) {
    use.release();
    throw error;
  } finally {
    await source.close();
  }
}

function throwIfFailed(outcome: IngestOutcome): void {
  const failure: Failure | undefined = failureOf(outcome);
  if (failure) throw failure;
}

function offlineTrace(use: DatabaseUse, sizeBytes: number): OfflineTrace {
  const { databasePath } = use;
  const reader = new TraceReader(databasePath);
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes }, analysisCore);
  return {
    databasePath,
    analyses: handlers,
    sizeBytes,
    generations: reader.generations(),
    goroutineRows: () => wholeRows(reader, analysisCore.openTable(reader)),
    goroutines: () => reportedGoroutines(reader, openGoroutineTable(reader)),
    tasks: () => reportedTasks(reader),
    close: () => {
      reader.close();
      handlers.close();
      use.release();
    },
  };
}
