/**
 * Electron's program is not part of its npm package: it is downloaded from GitHub on first use, which is not always reachable.
 * This finds it, or fetches it once, without `require('electron')`, which would start the download by itself.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const fetchWithinMs = 60_000;
const retryAfterMs = 7 * 24 * 3600 * 1000;

/** The path of Electron's program; `undefined` where the browser has to do. */
export function electronFor(root, support) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const folder = electronFolder(root);
  if (folder === undefined) return undefined;
  return findElectron(folder) ?? fetchElectron(folder, support);
}

function electronFolder(root) {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

function findElectron(folder) {
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8');
    const program = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name);
    accessSync(program, constants.X_OK);
    return program;
  } catch {
    return undefined;
  }
}

function fetchElectron(folder, { cacheFolderPath, writeAtomically }) {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const note = join(cacheFolderPath(), 'electron-fetch.json');
  if (failedLately(note, version)) return undefined;
  console.error(`gopherscope: fetching Electron ${version} (once; about 110 MB, at most a minute) …`);
  const args = [join(folder, 'install.js')];
  const { status } = spawnSync(process.execPath, args, { timeout: fetchWithinMs, stdio: 'ignore' });
  const program = status === 0 ? findElectron(folder) : undefined;
  if (program !== undefined) {
    rmSync(note, { force: true });
    return program;
  }
  console.error(
    `gopherscope: Electron could not be fetched, so the app opens in the browser; it is tried again in a week, or sooner after deleting ${note}`,
  );
  try {
    mkdirSync(dirname(note), { recursive: true });
    writeAtomically(note, JSON.stringify({ version, failedAtMs: Date.now() }));
  } catch {
    // Then it is tried again at the next start: a nuisance, not a reason to fail.
  }
  return undefined;
}

function failedLately(note, version) {
  try {
    const last = JSON.parse(readFileSync(note, 'utf8'));
    return last.version === version && Date.now() - last.failedAtMs < retryAfterMs;
  } catch {
    return false;
  }
}

export function startElectron(program, root, file) {
  // Chromium's sandbox does not work for root.
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [root, ...flags, ...(file === undefined ? [] : [file])];
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  return spawn(program, args, { stdio: 'inherit', env });
}
