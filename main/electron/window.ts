import { join } from 'node:path';
import type { Session, WebContents } from 'electron';
import { BrowserWindow } from 'electron';
import { packageRoot } from '#main/host/package-root.ts';
import { appAddress, isAppPage } from './protocol.ts';

export const preloadPath = join(packageRoot, 'out', 'preload', 'preload.cjs');

/** A window that shows the app and can show nothing else. */
export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 720,
    minHeight: 480,
    title: 'Gopherscope',
    show: false,
    webPreferences: {
      preload: preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  denyPermissions(window.webContents.session);
  void window.loadURL(appAddress);
  return window;
}

/** For every page and frame there ever is in this program. */
export function keepInside(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const unlessReload = (event: { preventDefault(): void }, url: string): void => {
    if (!isAppPage(url)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => unlessReload(event, event.url));
  contents.on('will-frame-navigate', (event) => unlessReload(event, event.url));
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** A copy button may write text to the clipboard; nothing else is asked for by our page. */
const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write';

function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowed(permission));
  session.setDevicePermissionHandler(() => false);
}
