import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { askToStop, newStopFlag } from '#common/stop-flag.ts';
import type { IngestProgress } from './ingest.ts';
import type { IngestMessage, IngestTask, IngestWorkerData, ReadOutcome } from './ingest-worker.ts';

export type { IngestProgress } from './ingest.ts';
export type { ReadOutcome } from './ingest-worker.ts';

export interface IngestHandle {
  /** Rejects only for a mistake of ours; every trouble with the file is an outcome. */
  readonly done: Promise<ReadOutcome>;
  /** Stops within milliseconds. The database is left incomplete; `done` resolves as cancelled. */
  cancel(): Promise<void>;
}

/** A thread that has not looked at its flag by then hangs. */
const lastResortMs = 30_000;
/** A thread that has stopped may still wait for an answer of its disk; it holds nothing that anybody needs. */
const exitWithinMs = 1000;

const none = { durationNs: 0, goroutines: 0, diagnostics: 0, events: 0, generations: 0, revision: 0 };

/** Reads a trace file into a new database, on a thread of its own. */
export function startIngest(
  options: IngestTask & { readonly onProgress: (progress: IngestProgress) => void },
): IngestHandle {
  const { onProgress, ...task } = options;
  const script = import.meta.url.endsWith('.ts') ? './ingest-worker.ts' : './ingest-worker.js';
  const stop = newStopFlag();
  const workerData: IngestWorkerData = { ...task, stop };
  const worker = new Worker(new URL(script, import.meta.url), { workerData });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const done = new Promise<ReadOutcome>((resolve, reject) => {
    worker.on('message', (message: IngestMessage) => {
      switch (message.kind) {
        case 'progress':
          onProgress(message.progress);
          break;
        case 'done':
          resolve(message.outcome);
          break;
        case 'failed':
          if (message.code === 'internal') {
            const error = new Error(message.sentence);
            if (message.stack !== undefined) error.stack = message.stack;
            reject(error);
          } else if (message.code === 'cancelled') {
            resolve({ state: 'cancelled', ...none });
          } else {
            const { code, sentence } = message;
            resolve({ state: 'failed', failure: { code, sentence }, ...none });
          }
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve({ state: 'cancelled', ...none }));
  });
  return {
    done,
    cancel: async () => {
      askToStop(stop);
      const lastResort = setTimeout(() => void worker.terminate(), lastResortMs);
      await Promise.allSettled([done]);
      clearTimeout(lastResort);
      await Promise.race([exited, setTimeoutPromise(exitWithinMs, undefined, { ref: false })]);
    },
  };
}
