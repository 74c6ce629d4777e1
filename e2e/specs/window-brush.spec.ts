import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { closeTrace, consoleComplaints, fixture, openApp, openByPath, showGroups } from '../app-page.ts';
import { CommandLine } from '../command-line.ts';
import { idle } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');
const brush = () => $('[role="slider"][aria-label="Window of time"]');
const brushWidth = 160;

describe('the window brush', () => {
  let lengthNs: number;
  before(async () => {
    const commandLine = new CommandLine(trace);
    lengthNs = commandLine.lengthNs();
    commandLine.remove();
    await openApp();
    await openByPath(trace);
    await showGroups();
    // It opens as it was left.
    await $('button*=Whole trace').click();
    await browser.waitUntil(async () => !(await browser.getUrl()).includes('w='));
    await idle();
  });
  after(async () => {
    // The next one opens it as it is left.
    await $('button*=Whole trace').click();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('draws a window, which holds for every page, and takes it back', async () => {
    await drag(40, 120);
    const { from, until } = await expectWindow('a quarter to three quarters', ({ from: a }) => a > 0);
    expect(Math.abs(from - lengthNs / 4)).toBeLessThan(lengthNs / brushWidth);
    expect(Math.abs(until - (lengthNs * 3) / 4)).toBeLessThan(lengthNs / brushWidth);
    await browser.keys('1');
    await expectWindow('the same', (window) => window.from === from && window.until === until);
    await brush().doubleClick();
    await browser.waitUntil(async () => !(await browser.getUrl()).includes('w='));
  });

  it('moves the window and its ends', async () => {
    await drag(40, 80);
    const { from, until } = await expectWindow('drawn', ({ from: a }) => a > 0);
    await drag(60, 70);
    const moved = await expectWindow('later', (window) => window.from > from);
    expect(Math.abs(moved.until - moved.from - (until - from))).toBeLessThan(2);
    await drag(90, 130);
    await expectWindow('longer', (window) => window.until > moved.until && window.from === moved.from);
    await brush().doubleClick();
  });

  it('works with the keyboard alone, and says what it shows', async () => {
    await browser.execute(() => document.querySelector<HTMLElement>('header button')?.focus());
    for (let steps = 0; steps < 40 && !(await brush().isFocused()); steps++) await browser.keys(Key.Tab);
    await browser.keys([Key.Shift, Key.ArrowLeft]);
    const shorter = await expectWindow('nine tenths', ({ until }) => until < lengthNs);
    expect(Math.abs(shorter.until - lengthNs * 0.9)).toBeLessThan(2);
    await browser.keys(Key.ArrowRight);
    await expectWindow('later', ({ from }) => from > 0);
    await expect(brush()).toHaveAttribute('aria-valuetext', expect.stringMatching(/ to .*s, .*ms$/));
  });
});

async function drag(from: number, to: number): Promise<void> {
  const { x, y } = await browser.execute(() => {
    const box = document
      .querySelector('[role="slider"][aria-label="Window of time"]')!
      .getBoundingClientRect();
    return { x: Math.round(box.x), y: Math.round(box.y + box.height / 2) };
  });
  const move = (at: number) => ({ x: x + at, y });
  await browser
    .action('pointer')
    .move(move(from))
    .down()
    .move(move(Math.round((from + to) / 2)))
    .move(move(to))
    .up()
    .perform();
}

interface Window {
  readonly from: number;
  readonly until: number;
}

async function expectWindow(what: string, holds: (window: Window) => boolean): Promise<Window> {
  let found: Window | undefined;
  await browser.waitUntil(
    async () => {
      const [, from, until] = /[?&]w=(\d+)-(\d+)/.exec(await browser.getUrl()) ?? [];
      found = from === undefined ? undefined : { from: Number(from), until: Number(until) };
      return found !== undefined && holds(found);
    },
    { timeoutMsg: `the window is not ${what}` },
  );
  return found!;
}
