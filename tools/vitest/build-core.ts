import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Tests use the real core: builds it where `npm ci` has not. */
export function setup(): void {
  if (existsSync(join(root, 'core-wasm/build/core.wasm'))) return;
  const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js');
  const args = [compiler, '--config', 'core-wasm/asconfig.json', '--target', 'release'];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}
