import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { countText, inThrees, plain } from '#common/quantity-text.ts';
import { closeTrace, columnTexts, consoleComplaints, fixture, openApp, openByPath } from '../app-page.ts';
import { CommandLine } from '../command-line.ts';
import { idle } from '../timeline-page.ts';

/** As WebDriver gives texts. */
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

interface Info {
  readonly events: number;
  readonly goroutines: number;
  readonly generations: readonly { readonly generation: number; readonly events: number }[];
  readonly diagnostics: readonly { readonly sentence: string; readonly atByte: number }[];
}

describe('a damaged file', () => {
  let folder: string;
  let commandLine: CommandLine;
  let info: Info;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gopherscope-cut-'));
    const cut = join(folder, 'cut.trace');
    copyFileSync(fixture('shop-go1.26-generations.trace'), cut);
    truncateSync(cut, 100_000);
    commandLine = new CommandLine(cut);
    info = commandLine.json('info') as Info;
    await openApp();
    await openByPath(cut);
    await idle();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('has its trouble listed, with the words and the place of the command line', async () => {
    await $('button=Show diagnostics').click();
    const table = $('table[aria-label="Diagnostics"]');
    const [diagnostic] = info.diagnostics;
    await expect(table).toHaveText(expect.stringContaining(diagnostic!.sentence));
    await expect(table).toHaveText(expect.stringContaining(spaced(inThrees(diagnostic!.atByte))));
  });

  it('says which figures leave something out', async () => {
    const figures = $('section[aria-label="Figures that leave something out"]');
    await expect(figures).toHaveText(expect.stringContaining(`≥ ${spaced(plain(countText(info.events)))}`));
    await expect(figures).toHaveText(
      expect.stringContaining(`≥ ${spaced(plain(countText(info.goroutines)))}`),
    );
    await expect($('section[aria-label="What could be read"]')).toBeDisplayed();
  });

  it('has a table of its generations, which leads to them on the timeline by keys alone', async () => {
    await browser.waitUntil(async () => (await columnTexts('Generations', 0)).length > 0);
    const expected = [...info.generations].reverse();
    expect(await columnTexts('Generations', 0)).toEqual(expected.map((one) => one.generation.toString()));
    const events = await browser.execute(() =>
      [
        ...document.querySelectorAll(
          '[role="grid"][aria-label="Generations"] [role="row"][aria-busy="false"]',
        ),
      ].map((row) => row.textContent),
    );
    for (const [index, one] of expected.entries())
      expect(events[index]).toContain(plain(countText(one.events)));
    await browser.execute(() =>
      document.querySelector<HTMLElement>('[role="grid"][aria-label="Generations"]')?.focus(),
    );
    await browser.keys(Key.Home);
    await browser.keys(Key.Enter);
    await browser.waitUntil(async () => /#\/timeline\?.*w=\d+-\d+/.test(await browser.getUrl()));
  });
});
