/** Decodes the events of one trace from its file again, in a thread of its own. Ends when its port closes. */
import type { MessagePort } from 'node:worker_threads';
import { parentPort, workerData } from 'node:worker_threads';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import { isStopped, type StopFlag } from '#common/stop-flag.ts';
import { storageFailure } from '#db/storage-failure.ts';
import { createEventHandlers, type EventSourceOptions } from '#main/events/event-handlers.ts';
import { nodePortWire } from '#main/rpc/node-port.ts';
import { serve } from '#main/rpc/server.ts';

export interface EventsWorkerData extends Omit<EventSourceOptions, 'stop'> {
  readonly port: MessagePort;
  /** Set before the port is closed: until the worker is idle it does not notice the port. */
  readonly stop: StopFlag;
}

type AnyHandler = (params: unknown, context: CallContext) => unknown;

/** What is wrong with the database is told as such. */
function toldOfDisk(handlers: object, databasePath: string): Partial<Handlers> {
  const methods = Object.entries(handlers as Record<string, AnyHandler>);
  const wrapped = methods.map(([name, handler]) => [
    name,
    async (params: unknown, context: CallContext) => {
      try {
        return await handler(params, context);
      } catch (error) {
        throw storageFailure(error, databasePath) ?? error;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Partial<Handlers>;
}

const { port, ...options } = workerData as EventsWorkerData;
const wire = nodePortWire(port);
const handlers = createEventHandlers(options);
wire.onClose(() => void handlers.close());
serve(wire, toldOfDisk(handlers, options.databasePath));
parentPort?.postMessage('ready');
// The port may have been closed before anybody listened.
if (isStopped(options.stop)) port.close();
