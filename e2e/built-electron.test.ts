import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const trace = join(root, 'fixtures', 'traces', 'shop-go1.26.trace');

interface Seen {
  readonly webPreferences: Readonly<Record<string, unknown>>;
  readonly preloadExists: boolean;
  readonly schemes: readonly unknown[];
  readonly page: readonly (readonly [name: string, status: number, policy: string | null])[];
  readonly outside: number;
  readonly opened: {
    readonly description: unknown;
    readonly stage: string;
    readonly groups: readonly string[];
  };
  readonly foreignPorts: number;
  readonly preload: { readonly posted: unknown; readonly asked: unknown; readonly exposed: unknown };
}

let folder: string;
let seen: Seen;
beforeAll(() => {
  if (!existsSync(join(root, 'out/main/electron.js')))
    throw new Error('The app is not built; run "npm run build" first.');
  folder = mkdtempSync(join(tmpdir(), 'built-'));
  const standIn = join(import.meta.dirname, 'electron-stand-in');
  const args = ['--import', join(standIn, 'register.ts'), join(standIn, 'drive-built-app.ts'), trace];
  const env = {
    ...process.env,
    GOPHERSCOPE_CACHE_DIR: join(folder, 'cache'),
    GOPHERSCOPE_DATA_DIR: join(folder, 'data'),
  };
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const output = execFileSync(process.execPath, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 60_000,
    stdio: [...stdio],
  });
  seen = JSON.parse(output) as Seen;
}, 90_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built desktop app, on plain Node with a stand-in for Electron', () => {
  it('opens a sandboxed window with the preload script that was built', () => {
    expect(seen.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    });
    expect(seen.webPreferences['preload']).toBe(join(root, 'out', 'preload', 'preload.cjs'));
    expect(seen.preloadExists).toBe(true);
  });

  it('serves the built page and every file it names, under the policy, and nothing else', () => {
    expect(seen.schemes).toMatchObject([{ scheme: 'app' }]);
    expect(seen.page.length).toBeGreaterThan(1);
    for (const [name, status, policy] of seen.page)
      expect([name, status, policy?.includes("default-src 'none'")]).toEqual([name, 200, true]);
    expect(seen.outside).toBe(404);
  });

  it('opens a real trace: its workers and the core are where the bundles look for them', () => {
    expect(seen.opened.description).toMatchObject({ host: 'electron', openAtStart: trace });
    expect(seen.opened.stage).toBe('ready');
    expect(seen.opened.groups).toContain('main.clerk');
  });

  it('gives no port to another page', () => {
    expect(seen.foreignPorts).toBe(0);
  });

  it('has a preload script that asks for the port and hands it to its own page only', () => {
    expect(seen.preload.asked).toEqual(['gopherscope:connect']);
    expect(seen.preload.posted).toEqual([['gopherscope:port', 'app://gopherscope', ['the port']]]);
    expect(seen.preload.exposed).toEqual(['pathForFile']);
  });
});
