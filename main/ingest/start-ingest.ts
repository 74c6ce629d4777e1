import { Worker } from 'node:worker_threads';
import type { IngestOutcome, IngestProgress } from './ingest.ts';
import type { IngestMessage, IngestTask } from './ingest-worker.ts';

export type { IngestOutcome, IngestProgress } from './ingest.ts';

export interface IngestHandle {
  /** Rejects only for a mistake of ours; every trouble with the file is an outcome. */
  readonly done: Promise<IngestOutcome>;
  /** Stops at once. The database is left incomplete; `done` resolves as cancelled. */
  cancel(): Promise<void>;
}

const none = { durationNs: 0, goroutines: 0, diagnostics: 0, events: 0, generations: 0, revision: 0 };

/** Reads a trace file into a new database, on a thread of its own. */
export function startIngest(
  options: IngestTask & { readonly onProgress: (progress: IngestProgress) => void },
): IngestHandle {
  const { onProgress, ...task } = options;
  const script = import.meta.url.endsWith('.ts') ? './ingest-worker.ts' : './ingest-worker.js';
  const worker = new Worker(new URL(script, import.meta.url), { workerData: task });
  const done = new Promise<IngestOutcome>((resolve, reject) => {
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
      await worker.terminate();
    },
  };
}
