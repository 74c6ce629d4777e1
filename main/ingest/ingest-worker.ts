/** The thread that reads one trace file into its database. */
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from '#common/errors.ts';
import type { StopFlag } from '#common/stop-flag.ts';
import { fileSource } from '#main/trace-file/byte-source.ts';
import { ingest, type IngestOutcome, type IngestProgress } from './ingest.ts';

export interface IngestTask {
  readonly path: string;
  readonly databasePath: string;
  readonly sizeBytes: number;
}

export type IngestWorkerData = IngestTask & { readonly stop: StopFlag };

export type IngestMessage =
  | { readonly kind: 'progress'; readonly progress: IngestProgress }
  | { readonly kind: 'done'; readonly outcome: IngestOutcome }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string; readonly stack?: string };

const port = parentPort!;
const send = (message: IngestMessage): void => port.postMessage(message);

async function run(task: IngestWorkerData): Promise<void> {
  const file = await open(task.path);
  try {
    const outcome = await ingest({
      source: fileSource(file),
      databasePath: task.databasePath,
      sizeBytes: task.sizeBytes,
      name: task.path,
      stop: task.stop,
      onProgress: (progress) => send({ kind: 'progress', progress }),
    });
    send({ kind: 'done', outcome });
  } finally {
    await file.close();
  }
}

run(workerData as IngestWorkerData).catch((error: unknown) => {
  if (error instanceof Failure) send({ kind: 'failed', code: error.code, sentence: error.message });
  else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'failed', code: 'internal', sentence: message, ...(stack === undefined ? {} : { stack }) });
  }
});
