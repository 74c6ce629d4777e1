import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const trace = join(root, 'fixtures', 'traces', 'shop-go1.26.trace');

/** A copy of the installed program, whose Electron the tests can make up. */
let copy: string;
let electron: string;
let running: ChildProcess[];

beforeEach(() => {
  if (!existsSync(join(root, 'out/main/server.js')))
    throw new Error('The app is not built; run "npm run build" first.');
  copy = mkdtempSync(join(tmpdir(), 'launcher-'));
  running = [];
  cpSync(join(root, 'bin'), join(copy, 'bin'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  cpSync(join(root, 'out'), join(copy, 'out'), { recursive: true });
  mkdirSync(join(copy, 'node_modules'));
  for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path', 'ws'])
    if (existsSync(join(root, 'node_modules', name)))
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  electron = join(copy, 'node_modules', 'electron');
  mkdirSync(electron);
  writeFileSync(join(electron, 'package.json'), '{"name": "electron", "version": "1.2.3"}');
  writeFileSync(
    join(electron, 'install.js'),
    `require('fs').appendFileSync(${JSON.stringify(join(copy, 'fetched'))}, 'x'); process.exit(1);`,
  );
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(copy, { recursive: true, force: true });
});

function makeElectron(script: string): void {
  mkdirSync(join(electron, 'dist'));
  writeFileSync(join(electron, 'path.txt'), 'electron');
  writeFileSync(join(electron, 'dist', 'electron'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(electron, 'dist', 'electron'), 0o755);
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; a server that has printed its address is interrupted. */
function run(args: readonly string[], screen: 'screen' | 'no screen' = 'screen'): Promise<Ended> {
  const env = {
    PATH: '/nowhere',
    HOME: copy,
    GOPHERSCOPE_CACHE_DIR: join(copy, 'cache'),
    GOPHERSCOPE_DATA_DIR: join(copy, 'data'),
    ...(screen === 'screen' ? { DISPLAY: ':99' } : {}),
  };
  const child = spawn(process.execPath, [join(copy, 'bin', 'gopherscope.mjs'), ...args], { env, cwd: copy });
  running.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('http://')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

describe('the command, with Electron', () => {
  it('starts it on the file and ends as it ends', async () => {
    makeElectron('echo "$@"; exit 0');
    const { code, out } = await run([trace]);
    expect(code).toBe(0);
    expect(out.trim().split(' ')).toEqual(expect.arrayContaining([copy, trace]));
    expect(out).not.toContain('http://');
  });

  it('opens the browser’s version where Electron cannot start, where it is told to, and where there is no screen', async () => {
    makeElectron('exit 127');
    const broken = await run([trace]);
    expect(broken.err).toContain('Electron could not start on this machine');
    expect([broken.code, broken.out]).toEqual([
      0,
      expect.stringMatching(/^Gopherscope is at http:\/\/127\.0\.0\.1:\d+\/\?token=/),
    ]);
    rmSync(join(electron, 'dist'), { recursive: true });
    makeElectron('echo electron');
    expect((await run(['--browser', trace])).out).toContain('http://');
    expect((await run([trace], 'no screen')).out).toContain('http://');
  });
});

describe('the command, without Electron', () => {
  it('tries once to fetch it, says so, and does not try again at each start', async () => {
    const first = await run([]);
    expect(first.err).toContain('fetching Electron 1.2.3');
    expect(first.err).toContain('could not be fetched');
    expect(first.out).toContain('http://');
    const second = await run([]);
    expect(second.err).not.toContain('fetch');
    expect(second.out).toContain('http://');
    expect(readFileSync(join(copy, 'fetched'), 'utf8')).toBe('x');
  });

  it('does not fetch it where there is no screen to show it on', async () => {
    await run([], 'no screen');
    expect(existsSync(join(copy, 'fetched'))).toBe(false);
  });
});

describe('a mistake of the user', () => {
  const oneLine = /^gopherscope: [^\n]+\.\n$/;

  it.each([[['none.trace']], [['open', 'none.trace']], [['serve', 'none.trace']]])(
    '%j is answered in one line',
    async (args) => {
      const { code, out, err } = await run(args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(oneLine);
      expect(err).toContain('There is no file');
    },
  );

  it('in usage ends with status 2', async () => {
    expect((await run(['open', 'a', 'b'])).code).toBe(2);
    expect((await run(['open', '--wrong'])).code).toBe(2);
    expect((await run(['serve', '--port', 'x'])).code).toBe(2);
  });

  it('who has not built it yet is answered in one line', async () => {
    rmSync(join(copy, 'out'), { recursive: true });
    const { code, err } = await run([trace]);
    expect(code).toBe(1);
    expect(err).toMatch(/not built yet; run "npm ci"/);
  });
});
