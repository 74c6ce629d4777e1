/** `npm run test:e2e`: the end-to-end tests over the built app, in a browser or in Electron. Never passes by skipping them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { electronIsThere, findBrowser, installBrowser } from './find-browser.ts';
import { repository } from './source-files.ts';

const wdio = join(repository, 'node_modules', '@wdio', 'cli', 'bin', 'wdio.js');

function run(config: string, env: Readonly<Record<string, string>>): number {
  const args = [wdio, 'run', join(repository, 'e2e', config), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: repository,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

function main(): number {
  if (!existsSync(join(repository, 'out', 'renderer', 'index.html'))) {
    console.error('run-e2e: the app is not built; run "npm run build" first.');
    return 1;
  }
  const browser = findBrowser() ?? (electronIsThere() ? undefined : installBrowser());
  if (browser)
    return run('wdio.conf.ts', {
      GOPHERSCOPE_CHROME: browser.program,
      GOPHERSCOPE_CHROMEDRIVER: browser.driver,
    });
  if (electronIsThere()) return run('wdio.electron.conf.ts', {});
  console.error(
    'run-e2e: no browser was found. Install Chromium or Chrome with its driver (Debian: "apt-get install chromium chromium-driver"), or name them in GOPHERSCOPE_CHROME and GOPHERSCOPE_CHROMEDRIVER.',
  );
  return 1;
}

process.exitCode = main();
