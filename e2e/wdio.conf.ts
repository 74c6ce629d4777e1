/** The end-to-end tests in Chromium, over the built app served on loopback. Started by `tools/run-e2e.ts`. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser } from '@wdio/globals';
import { SevereServiceError } from 'webdriverio';
import { chromeArguments } from './chrome-arguments.ts';
import type { RunningApp } from './running-server.ts';
import { startApp } from './running-server.ts';

let app: RunningApp | undefined;
let profile: string | undefined;
const failures = join(import.meta.dirname, 'failures');

export const config: WebdriverIO.Config = {
  runner: 'local',
  specs: ['./specs/**/*.spec.ts'],
  maxInstances: 1,
  logLevel: 'warn',
  framework: 'mocha',
  mochaOpts: { timeout: 60_000 },
  reporters: ['spec'],
  waitforTimeout: 10_000,
  connectionRetryCount: 1,
  capabilities: [
    {
      browserName: 'chrome',
      'wdio:enforceWebDriverClassic': true,
      'wdio:chromedriverOptions': {
        binary: process.env['GOPHERSCOPE_CHROMEDRIVER'] ?? '/usr/bin/chromedriver',
      },
      'goog:chromeOptions': {
        binary: process.env['GOPHERSCOPE_CHROME'] ?? '/usr/bin/chromium',
        args: [...chromeArguments],
      },
      // The types do not know this one, by which the specs read the page's console.
      ...({ 'goog:loggingPrefs': { browser: 'ALL' } } as object),
    },
  ],

  onPrepare: async () => {
    try {
      app = await startApp();
    } catch (error) {
      // Anything else would be noted, and the tests run against nothing.
      throw new SevereServiceError(error instanceof Error ? error.message : String(error));
    }
    // The specs run in processes of their own, which inherit it.
    process.env['GOPHERSCOPE_E2E_ADDRESS'] = app.address;
    process.env['GOPHERSCOPE_E2E_DATA'] = app.dataFolder;
  },
  onComplete: () => app?.stop(),

  beforeSession: (_config, capabilities) => {
    // A trace opens as it was left: not as another file of tests left it.
    const data = process.env['GOPHERSCOPE_E2E_DATA'];
    if (data !== undefined) rmSync(join(data, 'views'), { recursive: true, force: true });
    profile = mkdtempSync(join(tmpdir(), 'gopherscope-profile-'));
    (capabilities as WebdriverIO.Capabilities)['goog:chromeOptions']?.args?.push(
      `--user-data-dir=${profile}`,
    );
  },
  afterSession: () => {
    if (profile !== undefined) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  },
  afterTest: (test, _context, { passed }) => (passed ? undefined : takePicture(test.title)),
  afterHook: (test, _context, { passed }) => (passed ? undefined : takePicture(test.title)),
};

async function takePicture(title: string): Promise<void> {
  mkdirSync(failures, { recursive: true });
  await browser.saveScreenshot(join(failures, `${title.replace(/[^a-z0-9]+/gi, '-')}.png`));
}
