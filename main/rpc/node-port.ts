import type { MessagePort } from 'node:worker_threads';
import type { Wire } from '#common/rpc/wire.ts';
import { portWire } from '#common/rpc/wire.ts';

/** A wire over a port between two threads. */
export const nodePortWire = (port: MessagePort): Wire =>
  portWire({
    postMessage: (data) => port.postMessage(data),
    addEventListener: (type: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      void port.on(type, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  });
