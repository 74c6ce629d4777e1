/** The same tests in Electron, where its runtime is there and no browser is. Started by `tools/run-e2e.ts`. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as browserConfig } from './wdio.conf.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'gopherscope-e2e-'));
process.env['GOPHERSCOPE_CACHE_DIR'] = join(folder, 'cache');
process.env['GOPHERSCOPE_DATA_DIR'] = join(folder, 'data');

const { specs, framework, mochaOpts, reporters, waitforTimeout, afterTest } = browserConfig;

export const config: WebdriverIO.Config = {
  runner: 'local',
  specs: specs ?? [],
  // What only a browser has: the path field and uploads.
  exclude: ['./specs/upload.spec.ts'],
  maxInstances: 1,
  logLevel: 'warn',
  framework: framework ?? 'mocha',
  mochaOpts: mochaOpts ?? {},
  reporters: reporters ?? [],
  waitforTimeout: waitforTimeout ?? 10_000,
  autoXvfb: true,
  services: [['electron', { rootDir: root }]],
  capabilities: [
    {
      browserName: 'electron',
      'wdio:electronServiceOptions': {
        appEntryPoint: join(root, 'out', 'main', 'electron.js'),
        appArgs: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      },
    } as WebdriverIO.Capabilities,
  ],
  ...(afterTest === undefined ? {} : { afterTest }),
};
