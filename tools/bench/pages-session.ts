/** Opens the pages, sorts, filters and redraws, and tells how long each took until its answer was on the screen. */
import { until, withPage, type SessionWish } from './browser-page.ts';
import type { Devtools } from './devtools.ts';
import { pageSteps, type PageStep } from './page-steps.ts';

export interface StepTimes {
  readonly name: string;
  /** From the event to the end of the frame that shows the answer, milliseconds. */
  readonly ms: readonly number[];
}

/** The first round is left out: then code is compiled and nothing has been asked before. It is told as `first`. */
export interface PagesSession {
  readonly first: readonly StepTimes[];
  readonly times: readonly StepTimes[];
}

export const pagesSession = (wish: SessionWish, rounds: number): Promise<PagesSession> =>
  withPage(wish, async (page) => {
    await page.evaluate(`(${measuresInPage.toString()})()`);
    const first = pageSteps.map(({ name }) => ({ name, ms: [] as number[] }));
    const times = pageSteps.map(({ name }) => ({ name, ms: [] as number[] }));
    for (let round = 0; round < rounds; round++)
      for (const [at, step] of pageSteps.entries())
        (round === 0 ? first : times)[at]!.ms.push(await measured(page, step));
    return { first, times };
  });

const patienceMs = 30_000;

async function measured(page: Devtools, step: PageStep): Promise<number> {
  await until(
    page,
    `document.documentElement.dataset.idle === 'true'`,
    patienceMs,
    `nothing comes to rest before “${step.name}”`,
  );
  if (step.click !== undefined)
    await until(page, `${step.click} != null`, patienceMs, `there is nothing to click for “${step.name}”`);
  // Ready before the event: the two take different ways to the page.
  await page.evaluate(`window.gopherscopeExpects(() => ${step.answered}, ${patienceMs})`);
  await act(page, step);
  const ms = await page.evaluate<number>('window.gopherscopeAnswer');
  if (ms < 0) throw new Error(`“${step.name}” has no answer within ${patienceMs / 1000} s`);
  return ms;
}

async function act(page: Devtools, { press, click, type }: PageStep): Promise<void> {
  if (type !== undefined) await page.send('Input.insertText', { text: type });
  if (press !== undefined) await pressKey(page, press);
  if (click === undefined) return;
  const place = await page.evaluate<{ readonly x: number; readonly y: number }>(
    `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(${click}.getBoundingClientRect())`,
  );
  const mouse = { ...place, button: 'left', clickCount: 1 };
  await page.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...mouse });
  await page.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...mouse });
}

const modifierBits: Readonly<Record<string, number>> = { Alt: 1, Control: 2, Shift: 8 };

async function pressKey(page: Devtools, press: string): Promise<void> {
  const parts = press.split(' ');
  const key = parts.pop()!;
  const modifiers = parts.reduce((sum, name) => sum + (modifierBits[name] ?? 0), 0);
  const event = { key, modifiers, ...(modifiers === 0 ? { text: key } : {}) };
  await page.send('Input.dispatchKeyEvent', { type: modifiers === 0 ? 'keyDown' : 'rawKeyDown', ...event });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key, modifiers });
}

/** Runs in the page: it is sent there as text, and may use nothing from outside. */
function measuresInPage(): void {
  let eventAt = -1;
  for (const kind of ['keydown', 'mousedown', 'beforeinput', 'input'])
    addEventListener(kind, ({ timeStamp }) => (eventAt = eventAt < 0 ? timeStamp : eventAt), {
      capture: true,
    });
  const answer = (holds: () => boolean, patience: number): Promise<number> =>
    new Promise((done) => {
      eventAt = -1;
      const began = performance.now();
      const channel = new MessageChannel();
      const look = (): void => {
        const isOver = performance.now() - began > patience;
        if (!isOver && (eventAt < 0 || !holds())) return void requestAnimationFrame(look);
        // Comes when the frame that shows it is done.
        channel.port1.onmessage = () => done(isOver ? -1 : performance.now() - eventAt);
        channel.port2.postMessage(undefined);
      };
      requestAnimationFrame(look);
    });
  const expects = (holds: () => boolean, patience: number): void =>
    void Object.assign(window, { gopherscopeAnswer: answer(holds, patience) });
  Object.assign(window, { gopherscopeExpects: expects });
}
