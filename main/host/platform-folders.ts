/** Where the platform wants programs to keep things. */
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

const here = (): Surroundings => ({ env: process.env, platform: process.platform, home: homedir() });

/** For what can be made again. `GOPHERSCOPE_CACHE_DIR` overrides. */
export function cacheFolderPath({ env, platform, home } = here()): string {
  if (env['GOPHERSCOPE_CACHE_DIR']) return env['GOPHERSCOPE_CACHE_DIR'];
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'gopherscope');
  if (platform === 'win32') return win32.join(localAppData(env, home), 'gopherscope', 'Cache');
  return posix.join(absolute(env['XDG_CACHE_HOME']) ?? posix.join(home, '.cache'), 'gopherscope');
}

/** For what the user would miss. `GOPHERSCOPE_DATA_DIR` overrides. */
export function dataFolderPath({ env, platform, home } = here()): string {
  if (env['GOPHERSCOPE_DATA_DIR']) return env['GOPHERSCOPE_DATA_DIR'];
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'gopherscope');
  if (platform === 'win32') return win32.join(localAppData(env, home), 'gopherscope', 'Data');
  return posix.join(absolute(env['XDG_DATA_HOME']) ?? posix.join(home, '.local', 'share'), 'gopherscope');
}

const localAppData = (env: Environment, home: string): string =>
  env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local');

/** The XDG specification: a relative path is to be ignored. */
const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && posix.isAbsolute(path) ? path : undefined;
