import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two levels up both from `main/host` (source) and from `out/main` (bundled). */
export const packageRoot = join(import.meta.dirname, '..', '..');
export const rendererFolder = join(packageRoot, 'out', 'renderer');

export function appVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
