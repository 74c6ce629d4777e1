/** Finds the host: over a message port in Electron, over a WebSocket in a browser. */
import { createClient, type Client } from '#common/rpc/client.ts';
import { portWire, socketWire } from '#common/rpc/wire.ts';

/** What the preload script of the desktop window leaves for us. */
export interface DesktopBridge {
  pathForFile(file: File): string;
}

export const desktopBridge = (): DesktopBridge | undefined =>
  (window as { readonly gopherscope?: DesktopBridge }).gopherscope;

export const portMessage = 'gopherscope:port';

export async function connect(): Promise<Client> {
  if (desktopBridge()) return createClient(portWire(await handedPort()));
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return createClient(socketWire(new WebSocket(`${scheme}://${location.host}/rpc`)));
}

/** The preload script posts the port to the window; it waits for the page to be loaded, so this listens in time. */
function handedPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== portMessage || !port) return;
      window.removeEventListener('message', listen);
      resolve(port);
    };
    window.addEventListener('message', listen);
  });
}
