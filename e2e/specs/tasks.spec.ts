import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { durationText, exactNs, plain } from '#common/quantity-text.ts';
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
import { CommandLine, type OneRegion, type OneTask } from '../command-line.ts';
import { expectWords, idle } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');

describe('tasks and regions', () => {
  let commandLine: CommandLine;
  let slowest: OneTask;
  let slowestRegion: OneRegion;

  before(async () => {
    commandLine = new CommandLine(trace);
    slowest = commandLine.slowestTask();
    slowestRegion = commandLine.slowestRegion();
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
  const choose = async (list: string, name: string): Promise<void> => {
    await grid(list).$(`.//*[@role="row"][*[normalize-space(.)="${name}"]]`).click();
    await idle();
  };

  it('lists the tasks of a type, the slowest first', async () => {
    await $('nav[aria-label="Pages"]').$('button=Tasks').click();
    await choose('Types of tasks', slowest.type);
    await expectWords(details(), slowest.type, 'Longest', words(slowest.durationNs));
    expect((await columnTexts('Tasks', 0))[0]).toBe(slowest.id);
    expect((await columnTexts('Tasks', 2))[0]).toBe(words(slowest.durationNs));
  });

  it('shows of one task how long it took, and what happened in it', async () => {
    await grid('Tasks').$(`button=${slowest.id}`).click();
    const head = $('main header');
    await expectWords(head, slowest.type, slowest.id, words(slowest.durationNs));
    await expect(head.$(`[title="${exactNs(durNs(slowest.durationNs))}"]`)).toBeExisting();
    await idle();
    // Those that are in view.
    const shown = (await columnTexts('Events of the task', 4)).map(nameOf);
    const events = commandLine.taskEvents(slowest.id);
    expect(shown).toEqual(events.slice(0, shown.length).map(({ name }) => name));
    await expectWords($('section[aria-label="Events"]'), events.length.toString());
    await expect($('[role="group"][aria-label^="Waterfall of task"]')).toBeDisplayed();
  });

  it('goes back to where one was', async () => {
    await browser.keys([Key.Backspace]);
    await expect(grid('Tasks')).toBeDisplayed();
    await expectWords(details(), slowest.type);
  });

  it('lists the regions of a type and place, the slowest first', async () => {
    await $('button=Regions').click();
    await choose('Types of regions', slowestRegion.type);
    await idle();
    expect((await columnTexts('Regions', 1))[0]).toBe(words(slowestRegion.durationNs));
    expect((await columnTexts('Regions', 2))[0]).toBe(`G${slowestRegion.goroutine}`);
  });

  it('leads from a region to its goroutine on the timeline', async () => {
    await grid('Regions').$('[role="row"][aria-rowindex="2"]').$('[role="gridcell"]').$('button').click();
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await browser.waitUntil(async () =>
      (await browser.getUrl()).includes(`sel=g${slowestRegion.goroutine}%40${slowestRegion.startNs}`),
    );
  });

  it('does the same with the keyboard alone', async () => {
    await browser.keys('5');
    await expect(grid('Types of regions')).toBeDisplayed();
    // The region was made the window.
    await browser.keys('0');
    await browser.waitUntil(async () => !(await browser.getUrl()).includes('w='));
    await tabTo(() => $('[role="group"][aria-label="Show"]').$('button=Tasks').isFocused());
    await browser.keys([Key.Enter]);
    await expect(grid('Types of tasks')).toBeDisplayed();
    await tabTo(() => isFocused('Types of tasks'));
    const types = await columnTexts('Types of tasks', 0);
    for (let at = 0; at < types.indexOf(slowest.type); at++) await browser.keys([Key.ArrowDown]);
    await expectWords(details(), slowest.type);
    await tabTo(() => isFocused('Tasks'));
    await idle();
    await browser.keys([Key.Enter]);
    await expectWords($('main header'), slowest.id, words(slowest.durationNs));
    await idle();
    await browser.keys([Key.ArrowDown]);
    await browser.keys('t');
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    const [, second] = commandLine.taskEvents(slowest.id);
    await browser.waitUntil(async () =>
      (await browser.getUrl()).includes(`sel=g${second!.goroutine}%40${second!.ns}`),
    );
  });
});

const words = (ns: number): string => plain(durationText(durNs(ns)));
/** Logs stand as `category: message`. */
const nameOf = (text: string): string => text.split(':')[0]!;
const isFocused = (label: string): Promise<boolean> =>
  browser.execute((name) => document.activeElement?.getAttribute('aria-label') === name, label);
