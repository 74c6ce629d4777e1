import type { IpcMainEvent, WebFrameMain } from 'electron';
import { ipcMain, MessageChannelMain } from 'electron';
import type { Notice } from '#common/rpc/messages.ts';
import type { Host } from '#main/host/host.ts';
import { serve } from '#main/rpc/server.ts';
import { pageWire } from './message-port.ts';
import { isAppPage } from './protocol.ts';

/** The page asks for its connection; the answer carries a port. The preload script knows the same two names. */
const connectChannel = 'gopherscope:connect';
const portChannel = 'gopherscope:port';

export interface Pages {
  /** Tells every page that is connected. */
  notify(notice: Notice): void;
}

/** Gives every page of ours that asks a port over which it speaks the contract. A page that is reloaded asks again. */
export function connectPages(host: Host): Pages {
  const listeners = new Set<(notice: Notice) => void>();
  ipcMain.on(connectChannel, (event) => {
    const frame = ownFrame(event);
    if (!frame) {
      console.error('gopherscope: a page that is not the app’s asked for a connection and was refused');
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    const wire = pageWire(port1);
    const connection = host.connect();
    const { notify } = serve(wire, connection.handlers);
    listeners.add(notify);
    wire.onClose(() => {
      listeners.delete(notify);
      connection.close();
    });
    frame.postMessage(portChannel, null, [port2]);
  });
  return { notify: (notice) => listeners.forEach((tell) => tell(notice)) };
}

/** The frame that sent `event`, if it is the whole page of one of our windows and shows the app. */
function ownFrame({ senderFrame, sender }: IpcMainEvent): WebFrameMain | undefined {
  if (senderFrame === null || senderFrame !== sender.mainFrame) return undefined;
  return isAppPage(senderFrame.url) ? senderFrame : undefined;
}
