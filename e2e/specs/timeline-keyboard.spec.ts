import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { closeTrace, consoleComplaints, fixture, openApp, openByPath, tabTo } from '../app-page.ts';
import { CommandLine } from '../command-line.ts';
import {
  details,
  expectView,
  expectWords,
  headOf,
  idle,
  showView,
  spoken,
  view,
  windowText,
  wordsOf,
} from '../timeline-page.ts';

const trace = fixture('shop-go1.23.trace');

describe('the timeline, with the keyboard alone', () => {
  let commandLine: CommandLine;
  before(async () => {
    commandLine = new CommandLine(trace);
    await openApp();
    await openByPath(trace);
    await expect(headOf('main.clerk')).toBeDisplayed();
    await idle();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('has the lanes in the order of Tab', async () => {
    await browser.execute(() => document.querySelector<HTMLElement>('header button')?.focus());
    await tabTo(() => isFocused('Lanes'));
  });

  it('opens a group and goes from lane to lane, saying which is selected', async () => {
    await browser.execute(() => document.querySelector<HTMLElement>('header button')?.focus());
    await tabTo(async () => (await focused()) === 'main.clerk');
    await browser.keys([Key.Enter]);
    await expectView('an open group', ({ open }) => open !== undefined);
    await tabTo(() => isFocused('Lanes'), Key.Shift);
    await expectLanes([Key.ArrowDown], 'P0');
    await expectLanes([Key.ArrowDown], 'P1');
    await expectLanes([Key.ArrowUp], 'P0');
    const { open = '' } = await view();
    for (let steps = 0; (await view())['sel'] !== `f${open}` && steps < 50; steps++) await downOnce();
    await expectLanes([Key.ArrowDown], /^G\d+ selected$/);
  });

  it('steps from span to span, and says what each is', async () => {
    // So narrow that each is drawn for itself.
    const [goroutine = 0] = commandLine.goroutinesOf('main.clerk');
    const stays = commandLine.stays(goroutine).slice(4, 10);
    const { open = '' } = await view();
    const window = windowText({ from: stays[0]!.from, until: stays.at(-1)!.until });
    await showView({ w: window, open, sel: `g${goroutine}` });
    await browser.keys('.');
    const first = await expectView('a span', ({ sel }) => sel?.startsWith(`g${goroutine}@`) ?? false);
    await browser.keys('.');
    const second = await expectView('the next', ({ sel }) => startOf(sel) > startOf(first['sel']));
    const stay = commandLine.stays(goroutine).find(({ from }) => from === startOf(second['sel']));
    await expectWords(spoken(), `G${goroutine}`, stay?.reason ?? 'a stay begins there');
    await browser.keys(',');
    await expectView('the one before', ({ sel }) => sel === first['sel']);
  });

  it('fits a span with Enter, follows who ended it and comes back', async () => {
    const wait = commandLine
      .goroutinesOf('main.clerk')
      .flatMap((id) => commandLine.stays(id))
      .find(
        ({ state, endedBy, from, until }) => state === 'Waiting' && endedBy !== null && until - from > 1e6,
      )!;
    await showView({ sel: `g${wait.goroutine}@${wait.from}`, open: (await view())['open'] ?? '' });
    await expectWords(spoken(), `G${wait.goroutine}`, wait.reason);
    await browser.execute(() => document.querySelector<HTMLElement>('[role="application"]')?.focus());
    await browser.keys([Key.Enter]);
    const { w = '' } = await expectView('a window', (parts) => parts['w'] !== undefined);
    const [from = 0, until = 0] = w.split('-').map(Number);
    expect(from).toBeLessThanOrEqual(wait.from);
    expect(until).toBeGreaterThanOrEqual(wait.until);
    expect(until - from).toBeLessThan((wait.until - wait.from) * 1.3);
    await browser.keys('[');
    await expectWords(spoken(), `G${wait.endedBy}`);
    await browser.keys(']');
    await expectWords(spoken(), `G${wait.goroutine}`, wait.reason);
  });

  it('clears the selection with Escape, and says nothing any more', async () => {
    await browser.keys([Key.Escape]);
    await expectView('no selection', ({ sel }) => sel === undefined);
    await browser.waitUntil(async () => (await wordsOf(spoken())) === '');
    await expectWords(details(), 'Nothing is selected');
  });

  it('lists its keys, and goes on where it was', async () => {
    await browser.keys('?');
    const overlay = $('dialog[aria-label="Keys"]');
    await expect(overlay).toBeDisplayed();
    await expectWords(overlay, 'Next span', 'Who ended this');
    await browser.keys([Key.Escape]);
    await expect(overlay).not.toBeExisting();
    await browser.keys([Key.ArrowDown]);
    await expectView('a lane', ({ sel }) => sel !== undefined);
  });

  const downOnce = async (): Promise<void> => {
    const { sel } = await view();
    await browser.keys([Key.ArrowDown]);
    await expectView('another lane', (parts) => parts['sel'] !== sel);
  };

  async function expectLanes(keys: readonly string[], words: string | RegExp): Promise<void> {
    await browser.keys([...keys]);
    const pattern = typeof words === 'string' ? new RegExp(`^${words} selected$`) : words;
    await browser.waitUntil(async () => pattern.test(await wordsOf(spoken())), {
      timeoutMsg: `${String(pattern)} was expected to be said`,
    });
    // The address is written a moment later; what comes next asks it.
    await expectView('a lane', ({ sel }) => sel !== undefined);
  }
});

const startOf = (sel: string | undefined): number => Number(sel?.split('@')[1]);
const isFocused = async (label: string): Promise<boolean> => (await focused()) === label;

/** What a screen reader would say that has the focus: its label, else its title. */
const focused = (): Promise<string> =>
  browser.execute(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.getAttribute('title') ?? '';
  });
