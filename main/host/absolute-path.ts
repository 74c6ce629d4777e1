import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** As a user writes paths: `~/traces/a.trace`, or from where the program was started. */
export const absolutePath = (path: string): string =>
  /^~[\\/]/.test(path) ? join(homedir(), path.slice(2)) : resolve(path);
