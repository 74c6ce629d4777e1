/** The thread that writes a trace's database. */
import { parentPort, workerData } from 'node:worker_threads';
import { isStopped } from '#common/stop-flag.ts';
import { RowWriter } from './row-writer.ts';
import type { Call, StoreMessage, StoreWorkerData } from './trace-store.ts';

const { databasePath, stop } = workerData as StoreWorkerData;
const port = parentPort!;
const say = (message: StoreMessage): void => port.postMessage(message);
let writer: RowWriter | undefined;
let hasFailed = false;

function carryOut(calls: readonly Call[]): void {
  writer ??= new RowWriter(databasePath);
  const methods = writer as unknown as Record<string, (...args: readonly unknown[]) => void>;
  for (const [name, args] of calls) {
    if (isStopped(stop)) return;
    methods[name]!(...args);
  }
  say({ kind: 'done', calls: calls.length });
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

port.on('message', (message: readonly Call[] | 'close') => {
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
