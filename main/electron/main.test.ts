import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client } from '#common/rpc/client.ts';
import type { Notice } from '#common/rpc/messages.ts';
import * as electron from '../../e2e/electron-stand-in/electron.ts';
import { connectAsPage } from '../../e2e/electron-stand-in/page.ts';

vi.mock('electron', () => import('../../e2e/electron-stand-in/electron.ts'));

const { app, BrowserWindow, ipcMain, load, Menu, schemes, StandInFrame } = electron;
let folder: string;
let client: Client;
const page = () => BrowserWindow.all[0]!;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'electron-'));
  vi.stubEnv('GOPHERSCOPE_CACHE_DIR', join(folder, 'cache'));
  vi.stubEnv('GOPHERSCOPE_DATA_DIR', join(folder, 'data'));
  process.argv = ['electron', '/app', '--no-sandbox', '/traces/start.trace'];
  await import('./main.ts');
  await vi.waitFor(() => expect(BrowserWindow.all).toHaveLength(1));
  client = connectAsPage(page(), ipcMain);
});
afterAll(async () => {
  app.quit();
  await vi.waitFor(() => expect(app.quits).toBe(2));
  rmSync(folder, { recursive: true });
});

describe('the window', () => {
  it('is sandboxed, isolated and without Node', () => {
    expect(page().options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('opens no other window and goes nowhere else', () => {
    const { webContents } = page();
    expect(webContents.windowOpenHandler?.({ url: 'https://example.org' })).toEqual({ action: 'deny' });
    const goes = (type: string, url: string): boolean => {
      const event = { url, preventDefault: vi.fn() };
      webContents.emit(type, event);
      return event.preventDefault.mock.calls.length === 0;
    };
    for (const url of [
      'https://example.org/',
      'file:///etc/passwd',
      'app://other/',
      'app://gopherscope.evil/',
      'javascript:1',
    ])
      for (const type of ['will-navigate', 'will-frame-navigate'])
        expect([url, goes(type, url)]).toEqual([url, false]);
    expect(goes('will-navigate', 'app://gopherscope/#goroutines')).toBe(true);
    expect(goes('will-attach-webview', 'app://gopherscope/')).toBe(false);
  });

  it('is granted nothing but copying text', () => {
    const { session } = page().webContents;
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fullscreen']) {
      const answer = vi.fn();
      session.requestHandler?.(page().webContents, permission, answer);
      expect([permission, answer.mock.calls]).toEqual([permission, [[false]]]);
      expect(session.checkHandler?.(page().webContents, permission)).toBe(false);
    }
    expect(session.checkHandler?.(page().webContents, 'clipboard-sanitized-write')).toBe(true);
  });
});

describe('the app scheme', () => {
  it('is standard and secure', () => {
    expect(schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  });

  it('answers with the same headers as the loopback server, also where there is no file', async () => {
    const answer = await load('app://gopherscope/none.js');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('serves nothing for other names and nothing outside of its folder', async () => {
    for (const url of [
      'app://other/index.html',
      'app://gopherscope/..%2f..%2fpackage.json',
      'app://gopherscope/%5c..%5c..%5cpackage.json',
    ])
      expect((await load(url)).status).toBe(404);
  });
});

describe('the connection', () => {
  it('answers a page over its port', async () => {
    await expect(client.call('app.describe', {})).resolves.toMatchObject({
      host: 'electron',
      openAtStart: resolve('/traces/start.trace'),
    });
  });

  it('hands failures over', async () => {
    await expect(client.call('trace.open', { path: join(folder, 'none') })).rejects.toMatchObject({
      code: 'file-missing',
    });
  });

  it('is refused to a frame inside of the page and to a page elsewhere', () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { webContents } = page();
    const inner = new StandInFrame('app://gopherscope/');
    const foreign = new StandInFrame('https://evil.example/');
    ipcMain.emit('gopherscope:connect', { sender: webContents, senderFrame: inner });
    ipcMain.emit('gopherscope:connect', { sender: { mainFrame: foreign }, senderFrame: foreign });
    ipcMain.emit('gopherscope:connect', { sender: webContents, senderFrame: null });
    expect([...inner.posted, ...foreign.posted]).toEqual([]);
    expect(silent).toHaveBeenCalledTimes(3);
    silent.mockRestore();
  });

  it('shows the system’s dialog for a file', async () => {
    electron.dialog.answer = ['/traces/chosen.trace'];
    await expect(client.call('file.choose', {})).resolves.toEqual({ path: '/traces/chosen.trace' });
    electron.dialog.answer = [];
    await expect(client.call('file.choose', {})).resolves.toBeNull();
  });
});

describe('what happens outside of the page', () => {
  const heard = async (happen: () => void): Promise<Notice> => {
    const notice = new Promise<Notice>((resolve) => {
      const stop = client.onNotice((said) => {
        stop();
        resolve(said);
      });
    });
    happen();
    return notice;
  };

  it('reaches it: a second start of the program with a file', async () => {
    const before = page().focused;
    const notice = await heard(() =>
      app.emit('second-instance', {}, ['electron', '/app', 'b.trace'], '/traces'),
    );
    expect(notice).toMatchObject({ name: 'open-trace', params: { path: resolve('/traces/b.trace') } });
    expect(page().focused).toBeGreaterThan(before);
    expect(BrowserWindow.all).toHaveLength(1);
  });

  it('reaches it: a file opened in the Finder', async () => {
    const event = { preventDefault: vi.fn() };
    const notice = await heard(() => app.emit('open-file', event, '/traces/c.trace'));
    expect(notice).toMatchObject({ name: 'open-trace', params: { path: '/traces/c.trace' } });
  });

  it('reaches it: the menu', async () => {
    const file = Menu.current.find((entry) => entry.label === '&File')?.submenu ?? [];
    const click = (label: string) => () => file.find((entry) => entry.label === label)?.click?.();
    expect(await heard(click('&Open…'))).toMatchObject({ name: 'choose-file' });
    expect(await heard(click('&Close Trace'))).toMatchObject({ name: 'close-trace' });
  });
});

it('offers recent traces in the menu', async () => {
  const { menuTemplate } = await import('./menu.ts');
  const actions = { chooseFile: vi.fn(), openTrace: vi.fn(), closeTrace: vi.fn(), clearRecent: vi.fn() };
  const state = { platform: 'linux', recentPaths: ['/traces/a&b.trace'], development: false } as const;
  const text = JSON.stringify(menuTemplate(state, actions));
  expect(text).toContain('a&&b.trace');
  expect(text).not.toContain('toggleDevTools');
});
