import { MessageChannel, Worker } from 'node:worker_threads';
import { createClient } from '#common/rpc/client.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { nodePortWire } from '#main/rpc/node-port.ts';
import type { QueryWorkerData } from './query-worker.ts';
import { workerUrl } from './worker-url.ts';

const exitWithinMs = 2000;

export interface QueryClient extends Caller {
  /** Fails if the database cannot be opened. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Starts the thread that answers questions about the trace in `databasePath`. */
export function startQueryWorker(options: Omit<QueryWorkerData, 'port'>): QueryClient {
  const { port1, port2 } = new MessageChannel();
  const workerData = { ...options, port: port2 };
  const worker = new Worker(workerUrl('query-worker', import.meta.url), {
    workerData,
    transferList: [port2],
  });
  const client = createClient(nodePortWire(port1));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  /** From then on it notices that its port closes. */
  let listens = false;
  const ready = new Promise<void>((resolve, reject: (error: unknown) => void) => {
    worker.once('message', () => {
      listens = true;
      resolve();
    });
    worker.once('error', reject);
  });
  // Whoever needs it awaits it; a worker that is closed before it was ready must not bring the program down.
  ready.catch(() => undefined);
  // After it was ready, an error ends the worker: its port closes, and calls fail as `disconnected`.
  worker.on('error', (error) => console.error('gopherscope: the query thread ended:', error));
  return {
    ready,
    call: async (method, params, callOptions) => {
      await ready;
      return client.call(method, params, callOptions);
    },
    close: async () => {
      client.close();
      const timer = setTimeout(() => void worker.terminate(), listens ? exitWithinMs : 0);
      await exited;
      clearTimeout(timer);
    },
  };
}
