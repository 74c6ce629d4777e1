import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repository } from './source-files.ts';

export interface Browser {
  readonly program: string;
  readonly driver: string;
}

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const drivers = ['chromedriver', 'chromium.chromedriver'];
/** Not on the search path, where macOS and Debian put them. */
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isProgram: (path: string) => boolean;
}

const thisMachine: Machine = { env: process.env, isProgram };

/** A Chrome or Chromium with its driver. `GOPHERSCOPE_CHROME` and `GOPHERSCOPE_CHROMEDRIVER` name others. */
export function findBrowser({ env, isProgram: exists }: Machine = thisMachine): Browser | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter);
  const search = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => folders.map((folder) => join(folder, name))).find(exists);
  const program = env['GOPHERSCOPE_CHROME'] ?? search(programs) ?? elsewhere.find(exists);
  const driver = env['GOPHERSCOPE_CHROMEDRIVER'] ?? search(drivers);
  return program !== undefined && driver !== undefined ? { program, driver } : undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's packages, if this is Debian and we may. */
export function installBrowser(): Browser | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  console.error(
    'run-e2e: no Chromium was found; installing Debian’s packages chromium and chromium-driver …',
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update'],
    ['install', '-y', '--no-install-recommends', 'chromium', 'chromium-driver'],
  ]) {
    const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return undefined;
  }
  return findBrowser();
}

/** Found without `require('electron')`, which would start to download it. */
export function electronIsThere(): boolean {
  try {
    const folder = join(repository, 'node_modules', 'electron');
    return isProgram(join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8')));
  } catch {
    return false;
  }
}
