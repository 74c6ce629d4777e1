import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import type { SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import { durationText, plain } from '#common/quantity-text.ts';
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
import { chart, dragOver, fact, hasFocus } from '../chart-page.ts';
import { CommandLine } from '../command-line.ts';
import { expectView, expectWords, idle, view } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');
const strip = 'Scheduling in the window';

describe('the scheduler', () => {
  let commandLine: CommandLine;
  let whole: SchedulerAnalysis;

  before(async () => {
    commandLine = new CommandLine(trace);
    whole = commandLine.analysis('scheduler', '--delays', '64');
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
    await $('nav[aria-label="Pages"]').$('button=Scheduler').click();
    await expect($('main[aria-label="Scheduler"]')).toBeDisplayed();
    await idle();
  };

  it('says how long goroutines waited for a processor, and whether one was idle', async () => {
    await showPage();
    await expectWords(fact(strip, 'Waiting for a processor'), time(whole.queue.waitNs));
    await expectWords(fact(strip, 'Idle while one could run'), time(whole.idleWhileRunnable.ns));
    await expectWords(fact(strip, 'Taken from system calls'), whole.steals.count.toString());
    for (const title of ['Processors', 'Run queue', 'Missed chances', 'Goroutines by state'])
      await expect(chart(title)).toBeDisplayed();
  });

  it('lists the longest delays, and leads to them on the timeline', async () => {
    const shown = await columnTexts('Longest delays', 4);
    expect(shown.length).toBeGreaterThan(5);
    expect(shown).toEqual(whole.delays.slice(0, shown.length).map(({ ns }) => time(ns)));
    await grid('Longest delays').$('[role="row"][aria-rowindex="2"]').$('button').click();
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    const [longest] = whole.delays;
    await expectView('the delay', ({ sel }) => sel === `g${longest!.goroutine}@${longest!.startNs}`);
  });

  it('narrows the window to what is dragged over the processors', async () => {
    await showPage();
    await browser.keys(['0']);
    await idle();
    await dragOver('Processors', 0.4, 0.7);
    const { w } = await expectView('a window', (parts) => parts['w'] !== undefined);
    const part = commandLine.analysis('scheduler', ...windowOf(w!));
    expect(part.queue.waitNs).toBeLessThan(whole.queue.waitNs);
    await expectWords(fact(strip, 'Waiting for a processor'), time(part.queue.waitNs));
    await browser.keys([Key.Backspace]);
    await expectView('all of the trace', (parts) => parts['w'] === undefined);
  });

  it('is walked through with the keyboard alone', async () => {
    await browser.keys(['2']);
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await browser.keys(['7']);
    await expect($('main[aria-label="Scheduler"]')).toBeDisplayed();
    await idle();
    await tabTo(hasFocus('[role="group"][aria-label="Processors"]'));
    await browser.keys([Key.Home]);
    await browser.keys([Key.Shift, Key.PageDown]);
    await expectWords(chart('Processors').$('[aria-live]'), 'chosen', 'P0');
    await browser.keys([Key.Enter]);
    const { w } = await expectView('a window', (parts) => parts['w'] !== undefined);
    const part = commandLine.analysis('scheduler', ...windowOf(w!));
    await expectWords(fact(strip, 'Waiting for a processor'), time(part.queue.waitNs));
    await browser.keys([Key.Backspace]);
    await expectView('all of the trace', (parts) => parts['w'] === undefined);
    await tabTo(hasFocus('[role="grid"][aria-label="Longest delays"]'));
    await browser.keys([Key.ArrowDown]);
    await browser.keys([Key.Enter]);
    const [longest] = whole.delays;
    await browser.waitUntil(
      async () => (await view())['sel'] === `g${longest!.goroutine}@${longest!.startNs}`,
    );
  });
});

const time = (ns: number): string => plain(durationText(durNs(ns)));

function windowOf(written: string): readonly string[] {
  const [from = '', until = ''] = written.split('-');
  return ['--from', from, '--until', until];
}
