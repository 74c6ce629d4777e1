import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import type { GcAnalysis } from '#common/analyses/gc-analysis.ts';
import { durationText, plain, shareText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
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
import { dragOver, fact, hasFocus } from '../chart-page.ts';
import { CommandLine } from '../command-line.ts';
import { expectView, expectWords, idle, view } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');
const strip = 'Garbage collection in the window';

describe('garbage collection', () => {
  let commandLine: CommandLine;
  let whole: GcAnalysis;

  before(async () => {
    commandLine = new CommandLine(trace);
    whole = commandLine.analysis('gc');
    await openApp();
    await openByPath(trace);
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    // It may have been left in some window.
    await browser.keys(['0']);
    await idle();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  const showPage = async (): Promise<void> => {
    await $('nav[aria-label="Pages"]').$('button=GC').click();
    await expect($('main[aria-label="Garbage collection"]')).toBeDisplayed();
    await idle();
  };

  it('says how often the collector ran, and for how long', async () => {
    await showPage();
    await expectWords(fact(strip, 'Collections'), whole.cycleCount.toString());
    await expectWords(fact(strip, 'Marking'), time(whole.markNs));
    await expectWords(fact(strip, 'Longest stop'), time(longestOf(whole)));
    await expectWords(fact(strip, 'Mark assists'), time(whole.assists.totalNs));
    expect(await columnTexts('Cycles', 3)).toEqual(
      whole.cycles.map(({ concurrentMarkNs }) => words(concurrentMarkNs)),
    );
  });

  it('leads from the longest stop of the world to the timeline', async () => {
    const [longest] = [...whole.pauses].sort((a, b) => b.durationNs - a.durationNs);
    expect((await columnTexts('Stops of the world', 3))[0]).toBe(words(longest!.durationNs));
    await grid('Stops of the world').$('[role="row"][aria-rowindex="2"]').$('button').click();
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await expectView('the stop', ({ sel }) => sel === `c1@${longest!.startNs}`);
  });

  it('counts what lies in the window that is dragged over the heap', async () => {
    await showPage();
    await browser.keys(['0']);
    await idle();
    await dragOver('Heap', 0.3, 0.6);
    const { w } = await expectView('a window', (parts) => parts['w'] !== undefined);
    const part = commandLine.analysis('gc', ...windowOf(w!));
    expect(part.cycleCount).toBeLessThan(whole.cycleCount);
    await expectWords(fact(strip, 'Collections'), part.cycleCount.toString());
    await expectWords(fact(strip, 'Marking'), time(part.markNs));
    await browser.keys([Key.Backspace]);
    await expectView('all of the trace', (parts) => parts['w'] === undefined);
  });

  it('lists the worst windows of any length', async () => {
    await showPage();
    await $('button=Utilization (MMU)').click();
    await idle();
    const length = $('input[aria-label="Length of the windows"]');
    await length.setValue('1ms');
    const { window, mean } = commandLine.analysis('mmu', '--window', '1ms', '--worst', '20');
    await expectWords($('section[aria-label="Mutator utilization"]'), share(mean!));
    await expectWords($('section[aria-label="Worst windows"]'), `at least ${share(window!.minimum)} is left`);
    await idle();
    const shown = await columnTexts('Worst windows', 2);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown).toEqual(
      window!.worst.slice(0, shown.length).map(({ utilization }) => words(shareText(utilization))),
    );
  });

  it('shows the figure of go tool trace beside its own', async () => {
    const { mean } = commandLine.analysis('mmu', '--as-go');
    await $('button[aria-label="How mutator utilization is computed"]').click();
    await expectWords($('[role="dialog"]'), 'As go tool trace', share(mean!));
    await browser.keys([Key.Escape]);
    await expect($('[role="dialog"]')).not.toBeExisting();
  });

  it('is walked through with the keyboard alone', async () => {
    await $('button=Collections').click();
    await browser.keys(['2']);
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await browser.keys(['6']);
    await expect($('main[aria-label="Garbage collection"]')).toBeDisplayed();
    await idle();
    await tabTo(hasFocus('[role="group"][aria-label="Heap"]'));
    await browser.keys([Key.Home]);
    await browser.keys([Key.Shift, Key.PageDown]);
    await browser.keys([Key.Shift, Key.PageDown]);
    await browser.keys([Key.Enter]);
    const { w } = await expectView('a window', (parts) => parts['w'] !== undefined);
    const part = commandLine.analysis('gc', ...windowOf(w!));
    await expectWords(fact(strip, 'Collections'), part.cycleCount.toString());
    await browser.keys([Key.Backspace]);
    await expectView('all of the trace', (parts) => parts['w'] === undefined);
    await tabTo(hasFocus('[role="grid"][aria-label="Cycles"]'));
    await browser.keys([Key.ArrowDown]);
    await browser.keys([Key.Enter]);
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await browser.waitUntil(async () => (await view())['sel'] === `c0@${whole.cycles[0]!.startNs}`);
  });
});

const time = (ns: number): string => plain(durationText(durNs(ns)));
const share = (ratio: number): string => plain(shareText(ratio));
const longestOf = ({ pauses }: GcAnalysis): number => Math.max(...pauses.map(({ durationNs }) => durationNs));

/** As it stands in a cell. */
const words = (value: number | ReturnType<typeof shareText>): string =>
  plain(typeof value === 'number' ? durationText(durNs(value)) : value);

function windowOf(written: string): readonly string[] {
  const [from = '', until = ''] = written.split('-');
  return ['--from', from, '--until', until];
}
