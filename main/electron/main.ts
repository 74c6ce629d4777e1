/** The desktop app: windows and menus around the one host. Thin on purpose; what can be elsewhere is in `main/host`. */
import { resolve } from 'node:path';
import type { BrowserWindow } from 'electron';
import { app, dialog, Menu } from 'electron';
import type { Host } from '#main/host/host.ts';
import { createHost } from '#main/host/host.ts';
import type { Pages } from './connect.ts';
import { connectPages } from './connect.ts';
import { menuTemplate } from './menu.ts';
import { declareAppScheme, serveAppScheme } from './protocol.ts';
import { keepInside, openWindow } from './window.ts';

/** The file on a command line: after Electron's own path, and after the app's where it is not packaged. */
function fileArgument(argv: readonly string[], folder: string): string | undefined {
  const file = argv.slice(app.isPackaged ? 1 : 2).find((argument) => !argument.startsWith('-'));
  return file === undefined ? undefined : resolve(folder, file);
}

let window: BrowserWindow | undefined;
let pages: Pages | undefined;
/** A file the system asks to open before there is a window (macOS). */
let early: string | undefined;

function openTrace(path: string): void {
  if (!pages) {
    early = path;
    return;
  }
  pages.notify({ kind: 'notice', name: 'open-trace', params: { path } });
  showWindow();
}

function showWindow(): void {
  if (!window || window.isDestroyed()) window = openWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
}

async function chooseFile(): Promise<string | undefined> {
  const options = {
    title: 'Open a trace',
    properties: ['openFile' as const],
    filters: [
      { name: 'Go execution traces', extensions: ['trace', 'out', 'gz', 'zst', 'txt'] },
      { name: 'All files', extensions: ['*'] },
    ],
  };
  const { filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options));
  return filePaths[0];
}

function setMenu(host: Host): void {
  const notice = (name: 'choose-file' | 'close-trace'): void =>
    pages?.notify({ kind: 'notice', name, params: {} });
  const recentPaths = host.userData.recent().map((trace) => trace.path);
  const state = { platform: process.platform, recentPaths, development: !app.isPackaged };
  const actions = {
    chooseFile: () => notice('choose-file'),
    openTrace,
    closeTrace: () => notice('close-trace'),
    clearRecent: () => {
      host.userData.clear();
      setMenu(host);
    },
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(state, actions)));
}

/** Waits for the threads to end before the program does, so that nothing half written stays in the cache. */
function disposeAtTheEnd(host: Host): void {
  let disposed = false;
  app.on('will-quit', (event) => {
    if (disposed) return;
    event.preventDefault();
    void host.dispose().finally(() => {
      disposed = true;
      app.quit();
    });
  });
}

async function main(): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    // The first instance is told (`second-instance`) and opens the file.
    app.quit();
    return;
  }
  declareAppScheme();
  app.on('web-contents-created', (_event, contents) => keepInside(contents));
  app.on('second-instance', (_event, argv, folder) => {
    const file = fileArgument(argv, folder);
    if (file === undefined) showWindow();
    else openTrace(file);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openTrace(path);
  });
  app.on('window-all-closed', () => app.quit());

  await app.whenReady();
  serveAppScheme();
  const openAtStart = fileArgument(process.argv, process.cwd()) ?? early;
  const host = createHost({
    kind: 'electron',
    ...(openAtStart === undefined ? {} : { openAtStart }),
    chooseFile,
    onRecentChange: () => setMenu(host),
  });
  disposeAtTheEnd(host);
  pages = connectPages(host);
  setMenu(host);
  showWindow();
}

// Not awaited at the top level: Electron gets ready only after this module has been evaluated.
main().catch((error: unknown) => {
  console.error('gopherscope: the app could not start:', error);
  app.exit(1);
});
