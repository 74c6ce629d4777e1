import type { MenuItemConstructorOptions } from 'electron';
import { basename } from 'node:path';

export interface MenuActions {
  chooseFile(): void;
  openTrace(path: string): void;
  closeTrace(): void;
  clearRecent(): void;
}

export interface MenuState {
  readonly platform: NodeJS.Platform;
  readonly recentPaths: readonly string[];
  readonly development: boolean;
}

const recentEntries = 10;

export function menuTemplate(state: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = state.platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    fileMenu(state, actions, isMac),
    { role: 'editMenu' },
    viewMenu(state),
    ...(isMac ? [{ role: 'windowMenu' as const }] : []),
    { role: 'help', submenu: [{ role: 'about' }] },
  ];
}

const fileMenu = (state: MenuState, actions: MenuActions, isMac: boolean): MenuItemConstructorOptions => ({
  label: '&File',
  submenu: [
    { label: '&Open…', accelerator: 'CmdOrCtrl+O', click: () => actions.chooseFile() },
    { label: 'Open &Recent', submenu: recentMenu(state, actions) },
    { type: 'separator' },
    { label: '&Close Trace', accelerator: 'CmdOrCtrl+W', click: () => actions.closeTrace() },
    { type: 'separator' },
    { role: isMac ? 'close' : 'quit' },
  ],
});

function recentMenu({ recentPaths }: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  if (recentPaths.length === 0) return [{ label: 'No recent traces', enabled: false }];
  const entries = recentPaths.slice(0, recentEntries).map((path) => ({
    label: basename(path).replaceAll('&', '&&'),
    sublabel: path,
    click: () => actions.openTrace(path),
  }));
  return [...entries, { type: 'separator' }, { label: '&Clear List', click: () => actions.clearRecent() }];
}

const viewMenu = ({ development }: MenuState): MenuItemConstructorOptions => ({
  label: '&View',
  submenu: [
    ...(development ? [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ],
});
