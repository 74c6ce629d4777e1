import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import type { GoroutineAnalysis, GroupFigures } from '#common/analyses/goroutine-analysis.ts';
import { durationText, plain } from '#common/quantity-text.ts';
import type { DurNs } from '#common/units.ts';
import {
  closeTrace,
  columnTexts,
  consoleComplaints,
  fixture,
  grid,
  groups,
  openApp,
  openByPath,
} from '../app-page.ts';
import { CommandLine } from '../command-line.ts';
import { details, expectView, expectWords, idle, view } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');
const window = { from: 20_000_000, until: 60_000_000 };
const words = (ns: DurNs): string => plain(durationText(ns)).replace(/\s+/g, ' ');

describe('the goroutines', () => {
  let commandLine: CommandLine;
  let most: GroupFigures;
  let inWindow: GoroutineAnalysis;

  before(async () => {
    commandLine = new CommandLine(trace);
    most = commandLine.analysis('goroutines', '--by', 'group', '--sort', 'count').groups![0]!;
    const stretch = ['--from', `${window.from}ns`, '--until', `${window.until}ns`];
    inWindow = commandLine.analysis('goroutines', '--by', 'group', '--sort', 'sched', ...stretch);
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

  const show = async (options: Readonly<Record<string, string>>): Promise<void> => {
    const file = new URLSearchParams(new URL(await browser.getUrl()).hash.split('?', 2)[1]).get('file') ?? '';
    const query = new URLSearchParams({ file, ...options }).toString();
    await browser.execute((hash) => (location.hash = hash), `/goroutines?${query}`);
    await expect(grid(groups)).toBeDisplayed();
    await idle();
  };

  it('are counted and summed up by start function, with percentiles, as by the command line', async () => {
    await show({});
    await grid(groups).$('button*=Count').click();
    const name = most.name.split('.').at(-1)!;
    await browser.waitUntil(async () => (await columnTexts(groups, 0))[0]?.includes(name) === true);
    await grid(groups).$('[role="row"][aria-rowindex="2"]').click();
    await idle();
    const { p50, p99, max } = most.figures.totalNs;
    await expectWords(details(), most.count.toString(), words(p50), words(p99), words(max));
    await expectWords(details(), 'Waiting by reason', 'Lifetime');
  });

  it('obey the window: sums of a part of the trace', async () => {
    await show({ w: `${window.from}-${window.until}` });
    const [first] = inWindow.groups!;
    await grid(groups).$('button*=Sched wait').click();
    await browser.waitUntil(
      async () => (await columnTexts(groups, 0))[0]?.includes(first!.name.split('.').at(-1)!) === true,
    );
    await expectWords(
      grid(groups).$('[role="row"][aria-rowindex="2"]'),
      words(first!.figures.schedWaitNs.sum),
    );
    await expectWords($('[role="toolbar"][aria-label="Scope"]'), `${inWindow.count} of`);
  });

  it('are compared: two groups side by side', async () => {
    await show({});
    await grid(groups).$('[role="row"][aria-rowindex="2"]').click();
    await $('button=Compare').click();
    await grid(groups).$('[role="row"][aria-rowindex="3"]').click();
    await expectWords(details(), 'Comparison', 'Lifetime p99', 'Where the time went');
    await details().$('button=Stop comparing').click();
    expect(await view()).toEqual({});
  });

  it('are kept, dropped, listed and followed with the keyboard alone', async () => {
    await show({});
    await browser.keys(['1']);
    await expect($('main[aria-label="Summary"]')).toBeDisplayed();
    await browser.keys(['3']);
    await expect(grid(groups)).toBeFocused();
    await browser.keys([Key.ArrowDown]);
    await browser.keys(['k']);
    const { fn } = await expectView('the group is kept', (shown) => shown['fn'] !== undefined);
    const kept = inAll().find(({ name }) => name === fn)!;
    await expectWords($('[role="toolbar"][aria-label="Scope"]'), `${kept.count} of`);
    await browser.keys([Key.Enter]);
    await expectView('its goroutines one by one', ({ by }) => by === 'each');
    await browser.keys([Key.Ctrl, 'z']);
    await browser.keys([Key.Ctrl, 'z']);
    await expectView('all again', (shown) => shown['fn'] === undefined);
  });

  it('are found in the palette, with the keyboard alone', async () => {
    await browser.keys([Key.Ctrl, 'k']);
    await expect($('dialog[aria-label="Search or run"]').$('input')).toBeFocused();
    await browser.keys(`@${most.name}`.split(''));
    const option = $(`[role="option"][aria-selected="true"]`);
    await browser.waitUntil(async () => (await option.getText()).includes(most.name.split('.').at(-1)!));
    await idle();
    await browser.keys([Key.Shift, Key.Enter]);
    await browser.waitUntil(async () =>
      Object.keys(await view()).some((name) => name === 'fn' || name === 'g'),
    );
    await browser.keys([Key.Ctrl, 'k']);
    await browser.keys('>settings'.split(''));
    await browser.keys([Key.Enter]);
    await expect($('main[aria-label="Settings"]')).toBeDisplayed();
  });

  it('have durations as one likes them, also the next time', async () => {
    await $('div[aria-label="Durations"]').$('button=Whole nanoseconds').click();
    await show({});
    await browser.refresh();
    await expect(grid(groups)).toBeDisplayed();
    await idle();
    const row = grid(groups).$('[role="row"][aria-rowindex="2"]');
    await browser.waitUntil(async () => /\d{3} ns/.test((await row.getText()).replace(/\s+/g, ' ')));
    await browser.execute(() => localStorage.clear());
    await browser.refresh();
    await expect(grid(groups)).toBeDisplayed();
  });

  const inAll = (): readonly GroupFigures[] => commandLine.analysis('goroutines', '--by', 'group').groups!;
});
