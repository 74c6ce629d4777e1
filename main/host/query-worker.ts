/**
 * Answers the questions about one trace, from its database, in a thread of its own, so that a slow query never holds up
 * anything else. Ends when its port closes.
 */
import { existsSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from '#common/errors.ts';
import { contract } from '#common/rpc/contract.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import { isStopped, type StopFlag } from '#common/stop-flag.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { storageFailure } from '#db/storage-failure.ts';
import { nodePortWire } from '#main/rpc/node-port.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '#main/analyses/handlers.ts';
import { serve } from '#main/rpc/server.ts';

export interface QueryWorkerData {
  readonly port: MessagePort;
  readonly databasePath: string;
  readonly sizeBytes: number;
  /** How long the database may take to appear: its writer starts at the same time. */
  readonly waitMs: number;
  /** Set before the port is closed: until the worker answers it does not notice the port. */
  readonly stop: StopFlag;
}

const retryMs = 15;

async function openWhenThere({
  databasePath,
  sizeBytes,
  waitMs,
  stop,
}: QueryWorkerData): Promise<OpenAnalyses | undefined> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    if (isStopped(stop)) return undefined;
    try {
      if (existsSync(databasePath) || Date.now() >= deadline)
        return createAnalysisHandlers(databasePath, { sizeBytes }, analysisCore);
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await setTimeout(retryMs);
  }
}

type AnyHandler = (params: unknown, context: CallContext) => unknown;

/** A query cannot be interrupted; but one whose asker cancelled while it stood in the queue need not begin. */
function unlessCancelled(handlers: OpenAnalyses, databasePath: string): Partial<Handlers> {
  const methods = Object.entries(handlers as unknown as Record<string, AnyHandler>);
  const wrapped = methods.map(([name, handler]) => [
    name,
    async (params: unknown, context: CallContext) => {
      await setImmediate();
      if (context.signal.aborted) throw new Failure('cancelled', 'The request was cancelled.');
      try {
        return await handler(params, context);
      } catch (error) {
        throw storageFailure(error, databasePath) ?? error;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Partial<Handlers>;
}

const lookAgainMs = 500;

/** Gets ready for questions while there are none. */
async function prepare(analyses: OpenAnalyses, stop: StopFlag): Promise<void> {
  for (;;) {
    // Nobody waits for this: it does not keep the thread alive.
    await setTimeout(lookAgainMs, undefined, { ref: false });
    if (isStopped(stop)) return;
    const steps = analyses.prepare();
    if (!steps) continue;
    while (!isStopped(stop) && steps.next().done !== true) await setImmediate();
    return;
  }
}

/** Every question is answered with why the database cannot be opened. */
function refusing(failure: Failure): Partial<Handlers> {
  const refuse = (): never => {
    throw failure;
  };
  return Object.fromEntries(Object.keys(contract).map((name) => [name, refuse]));
}

const data = workerData as QueryWorkerData;
const wire = nodePortWire(data.port);
let handlers: Partial<Handlers> | undefined;
try {
  const analyses = await openWhenThere(data);
  wire.onClose(() => analyses?.close());
  handlers = analyses && unlessCancelled(analyses, data.databasePath);
  // What is damaged is told to whoever asks for it.
  if (analyses) prepare(analyses, data.stop).catch(() => undefined);
} catch (error) {
  const failure = storageFailure(error, data.databasePath);
  if (!failure) throw error;
  handlers = refusing(failure);
}
if (handlers) {
  serve(wire, handlers);
  parentPort?.postMessage('ready');
}
// The port may have been closed before anybody listened.
if (!handlers || isStopped(data.stop)) data.port.close();
