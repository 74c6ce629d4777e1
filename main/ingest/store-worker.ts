/** The thread that writes a trace's database. */
import { parentPort, workerData } from 'node:worker_threads';
import { isStopped } from '#common/stop-flag.ts';
import { RowWriter } from './row-writer.ts';
import { callsIn, type SentBatch } from './call-batch.ts';
import type { StoreMessage, StoreWorkerData } from './trace-store.ts';

const { databasePath, stop } = workerData as StoreWorkerData;
const port = parentPort!;
const say = (message: StoreMessage, handedOver: ArrayBuffer[] = []): void =>
  port.postMessage(message, handedOver);
let writer: RowWriter | undefined;
let hasFailed = false;

function carryOut(batch: SentBatch): void {
  writer ??= new RowWriter(databasePath);
  const methods = writer as unknown as Record<string, (...args: readonly unknown[]) => void>;
  for (const [name, args] of callsIn(batch)) {
    if (isStopped(stop)) return;
    methods[name]!(...args);
  }
  say({ kind: 'done', calls: batch.calls.length, block: batch.block }, [batch.block]);
}

/** What comes behind a failure would be stored without what it belongs to. */
function guarded(act: () => void): void {
  if (hasFailed) return;
  try {
    act();
  } catch (error) {
    hasFailed = true;
    const { message, code } = error as Error & { readonly code?: unknown };
    say({ kind: 'failed', message, code });
  }
}

port.on('message', (message: SentBatch | 'close') => {
  if (message !== 'close') {
    guarded(() => carryOut(message));
    return;
  }
  try {
    writer?.close();
  } finally {
    port.close();
  }
});
