import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { createClient } from '#common/rpc/client.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { Failure } from '#common/errors.ts';
import { askToStop, newStopFlag, type StopFlag } from '#common/stop-flag.ts';
import { nodePortWire } from '#main/rpc/node-port.ts';
import type { EventsWorkerData } from './events-worker.ts';
import type { QueryWorkerData } from './query-worker.ts';
import { workerUrl } from './worker-url.ts';

/** A thread that has not ended by then hangs. Ending it from outside is the last resort: see `StopFlag`. */
const exitWithinMs = 30_000;

export interface QueryClient extends Caller {
  /** Fails if the database cannot be opened. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Starts the thread that answers questions about the trace in `databasePath`. */
export const startQueryWorker = (options: Omit<QueryWorkerData, 'port' | 'stop'>): QueryClient =>
  startWorker('query', (ends): QueryWorkerData => ({ ...options, ...ends }));

/** Starts the thread that decodes the events of a trace. */
export const startEventsWorker = (options: Omit<EventsWorkerData, 'port' | 'stop'>): QueryClient =>
  startWorker('events', (ends): EventsWorkerData => ({ ...options, ...ends }));

interface WorkerEnds {
  readonly port: MessagePort;
  readonly stop: StopFlag;
}

function startWorker(name: 'query' | 'events', dataWith: (ends: WorkerEnds) => WorkerEnds): QueryClient {
  const { port1, port2 } = new MessageChannel();
  const stop = newStopFlag();
  const worker = new Worker(workerUrl(`${name}-worker`, import.meta.url), {
    workerData: dataWith({ port: port2, stop }),
    transferList: [port2],
  });
  const client = createClient(nodePortWire(port1));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject: (error: unknown) => void) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', () => reject(new Failure('disconnected', 'The trace was closed.')));
  });
  // Whoever needs it awaits it; a worker that is closed before it was ready must not bring the program down.
  ready.catch(() => undefined);
  // After it was ready, an error ends the worker: its port closes, and calls fail as `disconnected`.
  worker.on('error', (error) => console.error(`gopherscope: the ${name} thread ended:`, error));
  return {
    ready,
    call: async (method, params, callOptions) => {
      await ready;
      return client.call(method, params, callOptions);
    },
    close: async () => {
      askToStop(stop);
      client.close();
      const timer = setTimeout(() => void worker.terminate(), exitWithinMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
