/** A page of the app in a browser of its own, with a trace open, for whoever measures it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { remote } from 'webdriverio';
import { chromeArguments } from '../../e2e/chrome-arguments.ts';
import { findBrowser } from '../find-browser.ts';
import { devtoolsOfBrowser, devtoolsOfPage, type Devtools } from './devtools.ts';

export interface SessionWish {
  /** What is loaded first. */
  readonly address: string;
  /** Where in it one is, such as `#/timeline?file=…`. */
  readonly hash: string;
  /** Device pixels to a CSS pixel. */
  readonly scale: number;
  /** How long reading the trace may take. */
  readonly patienceMs: number;
}

export async function withPage<T>(
  wish: SessionWish,
  use: (page: Devtools, whole: Devtools) => Promise<T>,
): Promise<T> {
  const found = findBrowser();
  if (!found)
    throw new Error(
      'no browser was found. Install Chromium or Chrome with its driver, or name them in GOPHERSCOPE_CHROME and GOPHERSCOPE_CHROMEDRIVER',
    );
  const profile = mkdtempSync(join(tmpdir(), 'gopherscope-profile-'));
  const args = [...chromeArguments, `--user-data-dir=${profile}`];
  const browser = await remote({
    logLevel: 'error',
    capabilities: {
      browserName: 'chrome',
      'wdio:enforceWebDriverClassic': true,
      'wdio:chromedriverOptions': { binary: found.driver },
      'goog:chromeOptions': { binary: found.program, args },
    },
  });
  try {
    // The types know only what is asked for, not what is answered.
    const { debuggerAddress } = (
      browser.capabilities as { 'goog:chromeOptions': { debuggerAddress: string } }
    )['goog:chromeOptions'];
    return await opened(debuggerAddress, wish, use);
  } finally {
    await browser.deleteSession();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function opened<T>(
  debuggerAddress: string,
  wish: SessionWish,
  use: (page: Devtools, whole: Devtools) => Promise<T>,
): Promise<T> {
  const page = await devtoolsOfPage(debuggerAddress);
  const whole = await devtoolsOfBrowser(debuggerAddress);
  try {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 1440,
      height: 900,
      deviceScaleFactor: wish.scale,
      mobile: false,
    });
    await open(page, wish);
    return await use(page, whole);
  } finally {
    page.close();
    whole.close();
  }
}

async function open(page: Devtools, { address, hash, patienceMs }: SessionWish): Promise<void> {
  await page.send('Page.navigate', { url: address });
  await until(page, 'document.querySelector("main") !== null', 30_000, 'the app does not come up');
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  const reads = `[...document.querySelectorAll('footer span')].some(({ textContent }) => /^Ready/.test(textContent))`;
  await until(page, reads, patienceMs, 'the trace does not get ready');
  // Until nothing moves any more: two pictures in a row are asked for in idle time.
  const idle = 'new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done(true))))';
  await page.evaluate(idle);
}

export async function until(
  page: Devtools,
  condition: string,
  patienceMs: number,
  otherwise: string,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await page.evaluate<boolean>(condition))) {
    if (performance.now() > end) throw new Error(`${otherwise} within ${patienceMs / 1000} s`);
    await passed(50);
  }
}
