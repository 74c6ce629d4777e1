import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { inThrees } from '#common/quantity-text.ts';
import {
  closeTrace,
  columnTexts,
  consoleComplaints,
  fixture,
  grid,
  openApp,
  openByPath,
  tabTo,
} from '../app-page.ts';
import { CommandLine } from '../command-line.ts';
import { expectWords, idle } from '../timeline-page.ts';

const trace = fixture('shop-go1.26-generations.trace');

describe('the events of a trace', () => {
  let commandLine: CommandLine;
  before(async () => {
    commandLine = new CommandLine(trace);
    await openApp();
    await openByPath(trace);
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  const details = () => $('aside[aria-label="Details"]');
  const kinds = () => $('button[aria-label^="Kinds of events"]');
  const expectCount = (...filter: readonly string[]): Promise<void> =>
    expectWords(
      $('[role="group"][aria-label="Totals"] [role="status"]'),
      `${spaced(inThrees(commandLine.eventTimes(...filter).length))} event`,
    );

  it('has a row for each that the command line prints', async () => {
    await $('nav[aria-label="Pages"]').$('button=Events').click();
    await expect(grid('Events')).toBeDisplayed();
    await expectCount();
  });

  it('filters them by kind, text and goroutine like the command line', async () => {
    await kinds().click();
    await $('[role="menuitemcheckbox"]*=StateTransition').click();
    await browser.keys([Key.Escape]);
    await expectCount('--kind', 'StateTransition');
    await $('input[aria-label="Text in the event"]').setValue('chan');
    await expectCount('--kind', 'StateTransition', '--text', 'chan');
    await idle();
    await rowAt(0).click();
    const [goroutine = ''] = await columnTexts('Events', 2);
    await details().$(`button*=Only ${goroutine}`).click();
    await expectCount('--kind', 'StateTransition', '--text', 'chan', '--goroutine', goroutine.slice(1));
  });

  it('shows all of one, and what its goroutine did then', async () => {
    await idle();
    const [goroutine = ''] = await columnTexts('Events', 2);
    const [, second] = commandLine.eventTimes(
      ...['--kind', 'StateTransition', '--text', 'chan', '--goroutine', goroutine.slice(1)],
    );
    await rowAt(1).click();
    await expectWords(details(), 'StateTransition', 'On goroutine', goroutine);
    await expect(details().$('ol[aria-label="Stack"]')).toBeDisplayed();
    await details().$('button*=Show on the timeline').click();
    await expectSelected(goroutine, second!);
  });

  it('says which filter leaves nothing, and drops it', async () => {
    await showEvents({ has: 'no such text', kinds: 'Metric' });
    await expect($('h3*=“no such text”')).toBeDisplayed();
    await $('button=Drop “no such text”').click();
    await expectCount('--kind', 'Metric');
  });

  it('does the same with the keyboard alone', async () => {
    await showEvents({});
    await browser.execute(() => document.querySelector<HTMLElement>('header button')?.focus());
    await tabTo(() => kinds().isFocused());
    await browser.keys([Key.Enter]);
    await browser.keys('m');
    await browser.keys([Key.Enter]);
    await browser.keys([Key.Escape]);
    await expectCount('--kind', 'Metric');
    await tabTo(() => isFocused('Events'));
    await browser.keys([Key.ArrowDown]);
    await browser.keys([Key.ArrowDown]);
    await expectWords(details(), 'Metric');
    const [, second = ''] = await columnTexts('Events', 2);
    const own = commandLine.eventTimes('--goroutine', second.slice(1));
    const [, time = 0] = commandLine.eventTimes('--kind', 'Metric');
    await browser.keys('.');
    await expectWords(details(), 'ProcsChange');
    // The goroutine's next event is of another kind.
    await browser.keys('.');
    await expectWords(details(), 'The filters leave it out of the list.');
    await browser.keys('t');
    await expectSelected(second, own[own.indexOf(time) + 2]!);
  });

  async function expectSelected(goroutine: string, ns: number): Promise<void> {
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await browser.waitUntil(async () =>
      (await browser.getUrl()).includes(`sel=${goroutine.toLowerCase()}%40${ns}`),
    );
  }
});

const rowAt = (index: number) => grid('Events').$(`[role="row"][aria-rowindex="${index + 2}"]`);

/** All of the trace, as an address that was copied shows it. */
async function showEvents(options: Readonly<Record<string, string>>): Promise<void> {
  const hash = new URL(await browser.getUrl()).hash.split('?', 2)[1];
  const file = new URLSearchParams(hash).get('file') ?? '';
  const query = new URLSearchParams({ file, ...options }).toString();
  await browser.execute((address) => (location.hash = address), `/events?${query}`);
  await expect(grid('Events')).toBeDisplayed();
  await idle();
}

/** Spaces of any kind as one. */
const spaced = (text: string): string => text.replace(/\s+/g, ' ');
const isFocused = (label: string): Promise<boolean> =>
  browser.execute((name) => document.activeElement?.getAttribute('aria-label') === name, label);
