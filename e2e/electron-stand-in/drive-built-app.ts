/**
 * Runs the built main and preload bundles, with `register.ts`, as Electron would, and prints what came of it as JSON:
 *
 *     node --import ./register.ts drive-built-app.ts TRACE
 */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  exposed,
  ipcMain,
  ipcRenderer,
  load,
  schemes,
  sentToMain,
  StandInFrame,
} from './electron.ts';
import { connectAsPage } from './page.ts';

const out = join(import.meta.dirname, '../../out');
const trace = process.argv[2] ?? '';
const require = createRequire(import.meta.url);

async function firstWindow(): Promise<BrowserWindow> {
  while (BrowserWindow.all[0] === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  return BrowserWindow.all[0];
}

/** Every file that index.html names, and the page itself, as Chromium would load them. */
async function loadPage(): Promise<readonly [string, number, string | null][]> {
  const page = await load('app://gopherscope/');
  const html = await page.text();
  const names = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1] ?? '');
  const loaded: [string, number, string | null][] = [
    ['', page.status, page.headers.get('content-security-policy')],
  ];
  for (const name of names) {
    const { status, headers } = await load(`app://gopherscope/${name}`);
    loaded.push([name, status, headers.get('content-security-policy')]);
  }
  return loaded;
}

/** Plays the page around the preload script; returns what it posted to it. */
function runPreload(): { readonly posted: readonly unknown[]; readonly asked: readonly string[] } {
  const posted: unknown[] = [];
  const page = new EventTarget() as EventTarget & Record<string, unknown>;
  page['location'] = { origin: 'app://gopherscope' };
  page['postMessage'] = (...args: unknown[]) => posted.push(args);
  (globalThis as Record<string, unknown>)['window'] = page;
  require(join(out, 'preload', 'preload.cjs'));
  page.dispatchEvent(new Event('load'));
  ipcRenderer.emit('gopherscope:port', { ports: ['the port'] });
  return { posted, asked: sentToMain };
}

async function openTrace(window: BrowserWindow) {
  const client = connectAsPage(window, ipcMain);
  const description = await client.call('app.describe', {});
  const opened = await client.call('trace.open', { path: trace });
  const last = await client.call('trace.watch', { trace: opened.trace });
  const page = { trace: opened.trace, filter: '', offset: 0, limit: 100 };
  const groups = await client.call('goroutines.groups', { ...page, sort: 'count', descending: true });
  return { description, stage: last.stage, groups: groups.rows.map((row) => row.name) };
}

function askFromElsewhere(window: BrowserWindow): number {
  const foreign = new StandInFrame('https://evil.example/');
  ipcMain.emit('gopherscope:connect', { sender: window.webContents, senderFrame: foreign });
  return foreign.posted.length;
}

process.argv = ['electron', join(out, '..'), trace];
await import(join(out, 'main', 'electron.js'));
const window = await firstWindow();
const preload = String(window.options.webPreferences['preload']);
const seen = {
  webPreferences: window.options.webPreferences,
  preloadExists: existsSync(preload),
  schemes,
  page: await loadPage(),
  outside: (await load('app://gopherscope/..%2fmain%2felectron.js')).status,
  opened: await openTrace(window),
  foreignPorts: askFromElsewhere(window),
  preload: { ...runPreload(), exposed: Object.keys(exposed['gopherscope'] as object) },
};
console.log(JSON.stringify(seen));
app.quit();
