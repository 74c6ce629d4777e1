import type { MessagePortMain } from 'electron';
import type { Wire } from '#common/rpc/wire.ts';
import { portWire } from '#common/rpc/wire.ts';

/** A wire over a port whose other end is in a page. */
export const pageWire = (port: MessagePortMain): Wire =>
  portWire({
    postMessage: (data) => port.postMessage(data),
    addEventListener: (type: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) => {
      if (type === 'message') port.on('message', ({ data }) => listener({ data: data as unknown }));
      else port.on('close', () => listener({ data: undefined }));
    },
    start: () => port.start(),
    close: () => port.close(),
  });
