import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { durationText, exactNs, inThrees, plain } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import {
  closeTrace,
  columnTexts,
  consoleComplaints,
  fixture,
  grid,
  openApp,
  openByPath,
  showGroups,
  tabTo,
} from '../app-page.ts';
import { CommandLine, type Stay } from '../command-line.ts';
import { expectWords, idle } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');

describe('one goroutine', () => {
  let commandLine: CommandLine;
  let id: number;
  let stays: readonly Stay[];
  /** The longest wait that another goroutine ended. */
  let wait: Stay;

  before(async () => {
    commandLine = new CommandLine(trace);
    [id = 0] = commandLine.goroutinesOf('main.clerk');
    stays = commandLine.stays(id);
    wait = longest(stays.filter(({ state, endedBy }) => state === 'Waiting' && endedBy !== null));
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

  const page = (goroutine: number) => $(`main[aria-label="Goroutine ${goroutine}"]`);
  const card = (name: string) => page(id).$(`section[aria-label="${name}"]`);
  const waits = 'Longest waits';

  it('says for each reason how long and how often it waited, as the command line does', async () => {
    await showGroups();
    await $('button=Each goroutine').click();
    await grid('Goroutines').$(`button=G${id}`).click();
    await expect(page(id)).toBeDisplayed();
    const reason = wait.reason;
    const own = stays.filter((stay) => stay.state === 'Waiting' && stay.reason === reason);
    const row = card('By reason').$(`.//tr[normalize-space(td[1])="${reason}"]`);
    await expectWords(row, inThrees(own.length));
    const ns = own.reduce((sum, { from, until }) => sum + until - from, 0);
    await expect(row.$(`[title="${exactNs(durNs(ns))}"]`)).toBeExisting();
  });

  it('lists the longest waits, with who ended each', async () => {
    await idle();
    const at = await placeOf(wait);
    expect((await columnTexts(waits, 3))[at]).toBe(words(wait.until - wait.from));
    expect((await columnTexts(waits, 2))[at]).toContain(`G${wait.endedBy}`);
  });

  it('shows of one that is chosen its stack, and what happened around it', async () => {
    const at = await placeOf(wait);
    await grid(waits)
      .$(`[role="row"][aria-rowindex="${at + 2}"]`)
      .$('[role="gridcell"]')
      .click();
    await expectWords(card('Selected span'), words(wait.until - wait.from), `G${wait.endedBy}`);
    for (const name of commandLine.stackAt(id, wait.from).slice(0, 2))
      await expectWords(card('Selected span'), name);
    await expectWords(card('Events'), 'GoBlock', 'GoUnblock');
  });

  it('leads to who ended it, and back', async () => {
    await browser.keys('[');
    await expect(page(wait.endedBy!)).toBeDisplayed();
    await expectWords(page(wait.endedBy!).$('section[aria-label="Selected span"]'), 'Woke', `G${id}`);
    await browser.keys(']');
    await expect(page(id)).toBeDisplayed();
    await expectWords(card('Selected span'), words(wait.until - wait.from));
  });

  it('shows it on the timeline', async () => {
    await browser.keys('t');
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await browser.waitUntil(async () => (await browser.getUrl()).includes(`sel=g${id}%40${wait.from}`));
    await browser.keys([Key.Ctrl, 'z']);
    await expect(page(id)).toBeDisplayed();
  });

  it('does the same with the keyboard alone', async () => {
    await browser.keys([Key.Backspace]);
    await browser.keys('0');
    await browser.waitUntil(async () => !(await browser.getUrl()).includes('w='));
    await expect(grid('Goroutines')).toBeDisplayed();
    await tabTo(() => isFocused('Goroutines'));
    await idle();
    const ids = await columnTexts('Goroutines', 0);
    await browser.keys([Key.Home]);
    for (let at = 0; at < ids.indexOf(`G${id}`); at++) await browser.keys([Key.ArrowDown]);
    await browser.keys([Key.Enter]);
    await expect(page(id)).toBeDisplayed();
    await tabTo(() => isFocused(waits));
    await idle();
    const at = await placeOf(wait);
    for (let step = 0; step <= at; step++) await browser.keys([Key.ArrowDown]);
    await expectWords(card('Selected span'), words(wait.until - wait.from), `G${wait.endedBy}`);
    await idle();
    await browser.keys('[');
    await expect(page(wait.endedBy!)).toBeDisplayed();
  });

  /** Its place among those that the page lists, by when it began. */
  async function placeOf({ from, until }: Stay): Promise<number> {
    const lengths = await columnTexts(waits, 3);
    const place = lengths.indexOf(words(until - from));
    if (place < 0) throw new Error(`${words(until - from)} from ${from} on is not listed.`);
    return place;
  }
});

const words = (ns: number): string => plain(durationText(durNs(ns)));
const longest = (stays: readonly Stay[]): Stay =>
  stays.reduce((best, stay) => (stay.until - stay.from > best.until - best.from ? stay : best));
const isFocused = (label: string): Promise<boolean> =>
  browser.execute((name) => document.activeElement?.getAttribute('aria-label') === name, label);
