/** The thread that reads one trace file into its database. */
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from '#common/errors.ts';
import { throwIfStopped, untilStopped, type StopFlag } from '#common/stop-flag.ts';
import { WatchedFile, type FileState } from '#main/trace-file/watched-file.ts';
import { ingest, type IngestOutcome, type IngestProgress } from './ingest.ts';

export interface IngestTask {
  readonly file: FileState;
  readonly databasePath: string;
}

/** With the checksum of the whole file (`WatchedFile`); absent where it must not be taken for read: it grew, or failed to be read. */
export interface ReadOutcome extends IngestOutcome {
  readonly checksum?: number;
}

export type IngestWorkerData = IngestTask & { readonly stop: StopFlag };

export type IngestMessage =
  | { readonly kind: 'progress'; readonly progress: IngestProgress }
  | { readonly kind: 'done'; readonly outcome: ReadOutcome }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string; readonly stack?: string };

const port = parentPort!;
const send = (message: IngestMessage): void => port.postMessage(message);

async function run(task: IngestWorkerData): Promise<void> {
  const unlessStopped = givingUpWith(task.stop);
  const file = await unlessStopped(WatchedFile.open(task.file));
  try {
    let checksum: number | undefined;
    const outcome = await ingest({
      source: { readInto: (target) => unlessStopped(file.readInto(target)) },
      databasePath: task.databasePath,
      sizeBytes: task.file.sizeBytes,
      name: task.file.path,
      stop: task.stop,
      onProgress: (progress) => send({ kind: 'progress', progress }),
      ending: async () => {
        const ending = await file.ending();
        ({ checksum } = ending);
        return ending;
      },
    });
    send({ kind: 'done', outcome: { ...outcome, ...(checksum === undefined ? {} : { checksum }) } });
  } finally {
    // Not waited for: it would wait in turn for a disk that does not answer.
    void file.close();
  }
}

/** A disk or a network may take any time to answer; whoever cancels does not wait for it. */
function givingUpWith(stop: StopFlag): <T>(work: Promise<T>) => Promise<T> {
  const stopped = untilStopped(stop);
  return async (work) => {
    await Promise.race([work, stopped]);
    throwIfStopped(stop);
    return work;
  };
}

run(workerData as IngestWorkerData).catch((error: unknown) => {
  if (error instanceof Failure) send({ kind: 'failed', code: error.code, sentence: error.message });
  else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'failed', code: 'internal', sentence: message, ...(stack === undefined ? {} : { stack }) });
  }
});
