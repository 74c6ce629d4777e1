/** Uses the timeline for ten seconds in a browser of its own, and tells how it felt. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { remote } from 'webdriverio';
import { chromeArguments } from '../../e2e/chrome-arguments.ts';
import { findBrowser } from '../find-browser.ts';
import { devtoolsOfBrowser, devtoolsOfPage, type Devtools } from './devtools.ts';
import { recordInPage, type PageRecording } from './page-recording.ts';
import { residentBytes } from './process-memory.ts';
import { timelineSteps, type Area, type InputStep } from './timeline-input.ts';
import { isWheel, WheelQueue } from './wheel-queue.ts';

export interface PlayedStep {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly events: number;
}

export interface PageMemory {
  /** After a collection: what the page's scripts hold. */
  readonly heapBytes: number;
  /** Of the process that the page is in; 0 where it is not known. */
  readonly residentBytes: number;
}

export interface TimelineSession {
  readonly recording: PageRecording;
  readonly steps: readonly PlayedStep[];
  readonly before: PageMemory;
  readonly after: PageMemory;
}

export interface SessionWish {
  /** What is loaded first. */
  readonly address: string;
  /** Where in it the timeline is, such as `#/timeline?file=…`. */
  readonly hash: string;
  /** Device pixels to a CSS pixel. */
  readonly scale: number;
  /** How long reading the trace may take. */
  readonly patienceMs: number;
}

const lanes = 'main[aria-label="Timeline"] canvas[aria-label="Lanes"]';

export async function timelineSession(wish: SessionWish): Promise<TimelineSession> {
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
    return await usedBy(debuggerAddress, wish);
  } finally {
    await browser.deleteSession();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function usedBy(debuggerAddress: string, wish: SessionWish): Promise<TimelineSession> {
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
    const area = await areaOfLanes(page);
    const before = await memory(page, whole);
    await page.evaluate(`(${recordInPage.toString()})()`);
    const steps: PlayedStep[] = [];
    for (const step of timelineSteps(area)) steps.push(await play(page, step));
    const recording = await page.evaluate<PageRecording>('window.gopherscopeRecording()');
    return { recording, steps, before, after: await memory(page, whole) };
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
  await until(page, `document.querySelector('${lanes}') !== null`, 10_000, `there is no ${lanes}`);
  // Until nothing moves any more: two pictures in a row are asked for in idle time.
  const idle = 'new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done(true))))';
  await page.evaluate(idle);
}

async function until(
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

async function areaOfLanes(page: Devtools): Promise<Area> {
  const area = await page.evaluate<Area>(
    `(({ x, y, width, height }) => ({ x, y, width, height: Math.min(height, innerHeight - y) }))(document.querySelector('${lanes}').getBoundingClientRect())`,
  );
  if (area.width <= 0 || area.height <= 0) throw new Error('the lanes have no room');
  return area;
}

/** Sends a step's events when they are due, and waits for the page to have taken the last of them. */
async function play(page: Devtools, step: InputStep): Promise<PlayedStep> {
  const from = wallClock();
  const wheel = new WheelQueue(page);
  const sent: Promise<unknown>[] = [];
  for (const event of step.events) {
    const wait = from + event.atMs - wallClock();
    if (wait > 1) await passed(wait);
    if (isWheel(event.parameters)) wheel.add(event.parameters);
    else sent.push(page.send(event.method, event.parameters));
  }
  await Promise.all(sent);
  await wheel.empty();
  return { name: step.name, from, until: wallClock(), events: step.events.length };
}

const wallClock = (): number => performance.timeOrigin + performance.now();

interface Metrics {
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
}
interface Processes {
  readonly processInfo: readonly { readonly type: string; readonly id: number }[];
}

async function memory(page: Devtools, whole: Devtools): Promise<PageMemory> {
  await page.send('Performance.enable');
  await page.send('HeapProfiler.collectGarbage');
  const { metrics } = await page.send<Metrics>('Performance.getMetrics');
  const { processInfo } = await whole.send<Processes>('SystemInfo.getProcessInfo');
  // The browser keeps an empty one at hand, which is smaller.
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentBytes(id));
  return {
    heapBytes: metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0,
    residentBytes: Math.max(0, ...renderers),
  };
}
