/** Uses the timeline for ten seconds in a browser of its own, and tells how it felt. */
import { setTimeout as passed } from 'node:timers/promises';
import { until, withPage, type SessionWish } from './browser-page.ts';
import type { Devtools } from './devtools.ts';
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

const lanes = 'main[aria-label="Timeline"] canvas[aria-label="Lanes"]';

export const timelineSession = (wish: SessionWish): Promise<TimelineSession> =>
  withPage(wish, async (page, whole) => {
    await until(page, `document.querySelector('${lanes}') !== null`, 10_000, `there is no ${lanes}`);
    const area = await areaOfLanes(page);
    const before = await memory(page, whole);
    await page.evaluate(`(${recordInPage.toString()})()`);
    const steps: PlayedStep[] = [];
    for (const step of timelineSteps(area)) steps.push(await play(page, step));
    const recording = await page.evaluate<PageRecording>('window.gopherscopeRecording()');
    return { recording, steps, before, after: await memory(page, whole) };
  });

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
