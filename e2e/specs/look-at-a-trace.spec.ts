import { $, browser, expect } from '@wdio/globals';
import {
  closeTrace,
  columnTexts,
  consoleComplaints,
  fixture,
  goroutines,
  grid,
  groups,
  openApp,
  openByPath,
  showGroups,
} from '../app-page.ts';

describe('a trace', () => {
  before(openApp);
  after(closeTrace);
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('is opened from the start page, and shows its facts and groups', async () => {
    await openByPath(fixture('shop-go1.24.trace'));
    await showGroups();
    await expect($('footer[aria-label="Status"]')).toHaveText(expect.stringContaining('1.24'));
    await browser.waitUntil(async () => (await columnTexts(groups, 0)).join().includes('main.clerk'));
  });

  it('has a table that sorts by a column, either way', async () => {
    const header = (order: string) => grid(groups).$(`[role="columnheader"][aria-sort="${order}"]`);
    const counts = async (): Promise<readonly number[]> =>
      (await columnTexts(groups, 1)).map((text) => Number(text.replace(/\D/g, '')));
    await grid(groups).$('button*=Count').click();
    await expect(header('descending')).toHaveText(expect.stringContaining('Count'));
    await browser.waitUntil(async () => isSorted(await counts(), (a, b) => a >= b));
    await grid(groups).$('button*=Count').click();
    await expect(header('ascending')).toHaveText(expect.stringContaining('Count'));
    await browser.waitUntil(async () => isSorted(await counts(), (a, b) => a <= b));
  });

  it('lists the goroutines of a group and shows the states of one over time', async () => {
    await grid(groups).$('button[aria-label="Expand main.clerk"]').click();
    const goroutine = grid(groups).$('button.link.child.num');
    await expect(goroutine).toBeDisplayed();
    const name = await goroutine.getText();
    await goroutine.click();
    await expect($(`main[aria-label="Goroutine ${name.slice(1)}"]`)).toBeDisplayed();
    const band = $(`[role="group"][aria-label="Life of ${name}"]`);
    await expect(band).toBeDisplayed();
    await expect(band.$('canvas')).toBeDisplayed();
    await expect($('ul[aria-label="Colours of the states"]')).toHaveText(expect.stringMatching(/running/i));
    await expect($('table[aria-label="By reason"]')).toHaveText(
      expect.stringMatching(/chan (receive|send)|sync/),
    );
  });

  it('is walked through with the keyboard alone', async () => {
    await showGroups();
    await $('button=Each goroutine').click();
    await expect(grid(goroutines)).toBeDisplayed();
    await browser.waitUntil(async () => (await columnTexts(goroutines, 0)).length > 3);
    await browser.execute(() => document.querySelector<HTMLElement>('[role="grid"]')?.focus());
    await browser.keys(['ArrowDown']);
    await browser.keys(['ArrowDown']);
    await browser.keys(['Enter']);
    await expect($('main[aria-label^="Goroutine "]')).toBeDisplayed();
  });
});

const isSorted = (values: readonly number[], inOrder: (a: number, b: number) => boolean): boolean =>
  values.length > 1 && values.every((value, index) => index === 0 || inOrder(values[index - 1]!, value));
