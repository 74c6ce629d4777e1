import { $, browser, expect } from '@wdio/globals';
import {
  closeTrace,
  columnTexts,
  consoleComplaints,
  fixture,
  groups,
  openApp,
  showGroups,
} from '../app-page.ts';

describe('a file of the browser’s machine', () => {
  before(openApp);
  after(closeTrace);

  it('is handed to the host and opens', async () => {
    await $('input[type="file"]').addValue(fixture('shop-go1.25.trace'));
    await showGroups();
    await browser.waitUntil(async () => (await columnTexts(groups, 0)).join().includes('main.courier'));
    await expect($('button[aria-label="Trace shop-go1.25.trace"]')).toBeDisplayed();
    expect(await consoleComplaints()).toEqual([]);
  });

  it('is not among the recent files: the host’s copy does not last', async () => {
    await closeTrace();
    await expect($('[aria-label*="Open shop-go1.25.trace"]')).not.toBeExisting();
  });
});
