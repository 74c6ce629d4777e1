import type { Client } from '#common/rpc/client.ts';
import { createClient } from '#common/rpc/client.ts';
import { portWire } from '#common/rpc/wire.ts';
import type { BrowserWindow, ipcMain, StandInPort } from './electron.ts';

/** Plays the page in `window`: asks for its port as the preload script does, and speaks the contract over it. */
export function connectAsPage(window: BrowserWindow, ipc: typeof ipcMain): Client {
  const { webContents } = window;
  ipc.emit('gopherscope:connect', { sender: webContents, senderFrame: webContents.mainFrame });
  const posted = webContents.mainFrame.posted.at(-1);
  const [port] = posted?.ports ?? [];
  if (posted?.channel !== 'gopherscope:port' || !port) throw new Error('the page was given no port');
  return createClient(domWire(port));
}

/** The port as a page sees it. */
const domWire = (port: StandInPort) =>
  portWire({
    postMessage: (data) => port.postMessage(data),
    addEventListener: (type: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      void port.on(type, listener),
    start: () => port.start(),
    close: () => port.close(),
  });
