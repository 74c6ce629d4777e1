import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { plain, durationText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import { closeTrace, consoleComplaints, fixture, grid, openApp, openByPath } from '../app-page.ts';
import { CommandLine } from '../command-line.ts';
import { idle } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');

interface Gc {
  readonly cycleCount: number;
  readonly pauseKinds: readonly { readonly maxNs: number }[];
}
interface Wall {
  readonly total: { readonly ns: number };
}

describe('the summary', () => {
  let commandLine: CommandLine;
  before(async () => {
    commandLine = new CommandLine(trace);
    await openApp();
    await openByPath(trace);
    await idle();
  });
  after(async () => {
    commandLine.remove();
    // The next one opens it as it is left.
    await $('button*=Whole trace').click();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('opens with a key, and has the figures of the command line', async () => {
    await browser.keys('1');
    const { cycleCount, pauseKinds } = commandLine.json('gc') as Gc;
    const longest = Math.max(...pauseKinds.map(({ maxNs }) => maxNs));
    await expectFact('Longest stop', plain(durationText(durNs(longest))));
    await expectFact('Collections', cycleCount.toString());
  });

  it('says where all time of goroutines went', async () => {
    const { total } = commandLine.json('wall') as Wall;
    await $('section[aria-label="Biggest groups"]').$('button*=All').waitForDisplayed();
    // What is left out are the runtime's own goroutines.
    const shown = await browser.execute(() =>
      [...document.querySelectorAll('table[aria-label="Time by state"] td .num')]
        .map((figure) => (figure as HTMLElement).title)
        .filter((exact) => exact.endsWith('ns'))
        .reduce((sum, exact) => sum + Number(exact.replaceAll(/\D/g, '')), 0),
    );
    expect(shown).toBeGreaterThan(total.ns / 2);
    expect(shown).toBeLessThan(total.ns);
  });

  it('leads from a finding to its page, with what it is about chosen, by keys alone', async () => {
    const finding = $('section[aria-label="What stands out"]').$('button*=Goroutines wait for locks');
    await finding.waitForDisplayed();
    await tabTo(async () => (await focusedWords()).includes('Goroutines wait for locks'));
    await browser.keys([Key.Enter]);
    await browser.waitUntil(async () => /#\/blocking\?.*kind=sync.*func=main/.test(await browser.getUrl()));
    await browser.keys('1');
    await finding.waitForDisplayed();
  });

  it('leads from a group to its goroutines', async () => {
    await tabTo(async () => (await focusedWords()).includes('main.clerk'));
    await browser.keys([Key.Enter]);
    await expect(grid('Goroutines')).toBeDisplayed();
    expect(await browser.getUrl()).toContain('fn=main.clerk');
    await browser.keys('1');
    await $('aria/Drop the start function').click();
  });

  it('is about the window that is chosen in its chart', async () => {
    const [from, until] = [20e6, 60e6];
    await browser.execute((window) => {
      const query = new URLSearchParams(location.hash.split('?')[1]);
      query.set('w', window);
      location.hash = `/summary?${query.toString()}`;
    }, `${from}-${until}`);
    const window = ['--from', from.toString(), '--until', until.toString()];
    const { cycleCount } = commandLine.json('gc', ...window) as Gc;
    await expectFact('Duration', plain(durationText(durNs(until - from))));
    await expectFact('Collections', cycleCount.toString());
    const { count } = commandLine.json('goroutines', '--by', 'group', ...window) as { count: number };
    await expectFact('Goroutines', count.toString());
  });
});

/** A key figure, as it is shown. */
async function expectFact(name: string, text: string): Promise<void> {
  const shown = (): Promise<string | undefined> =>
    browser.execute(
      (wanted) =>
        [...document.querySelectorAll('dl[aria-label="Key figures"] > div')]
          .find((fact) => fact.querySelector('dt')?.textContent.trim().startsWith(wanted))
          ?.querySelector('dd')
          ?.textContent.trim(),
      name,
    );
  await browser.waitUntil(async () => (await shown()) === text, {
    timeoutMsg: `${name} is not ${text}`,
  });
}

async function tabTo(isThere: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    if (await isThere()) return;
    await browser.keys([Key.Tab]);
  }
  throw new Error('Tab does not lead there');
}

const focusedWords = (): Promise<string> =>
  browser.execute(() => {
    const focused = document.activeElement;
    return focused instanceof HTMLButtonElement ? focused.textContent : '';
  });
