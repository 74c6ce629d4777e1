import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $, browser, expect } from '@wdio/globals';
import {
  closeTrace,
  columnTexts,
  consoleComplaints,
  expectAlert,
  fixture,
  groups,
  openApp,
  openByPath,
  showGroups,
} from '../app-page.ts';

describe('a file that cannot be opened, or not all of it', () => {
  let folder: string;
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gopherscope-bad-'));
    await openApp();
  });
  after(async () => {
    await closeTrace();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('is named with the reason when it is text', async () => {
    await openByPath(file('notes.txt', 'Remember the milk.\n'));
    await expectAlert(/not a Go execution trace but text/);
  });

  it('is named with the reason when it is missing, empty, a folder or from the future', async () => {
    await openByPath(join(folder, 'none.trace'));
    await expectAlert(/There is no file/);
    await openByPath(file('empty.trace', ''));
    await expectAlert(/is empty/);
    await openByPath(folder);
    await expectAlert(/is a folder/);
    await openByPath(file('future.trace', 'go 1.41 trace\0\0\0'));
    await expectAlert(/format 1\.41/);
  });

  it('is named with the reason when nothing behind its header makes sense', async () => {
    const header = readFileSync(fixture('shop-go1.26.trace')).subarray(0, 16);
    const noise = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251);
    await openByPath(file('noise.trace', Buffer.concat([header, noise])));
    await expectAlert(/./);
  });

  it('shows the rest when it was cut in the middle, and says what is missing', async () => {
    const cut = join(folder, 'cut.trace');
    copyFileSync(fixture('shop-go1.26-generations.trace'), cut);
    truncateSync(cut, 100_000);
    await openByPath(cut);
    await showGroups();
    await expect($('button=Show diagnostics')).toBeDisplayed();
    await browser.waitUntil(async () => (await columnTexts(groups, 0)).length > 3);
  });

  it('does not keep a good one from opening after it', async () => {
    await closeTrace();
    await openByPath(fixture('shop-go1.22.trace'));
    await showGroups();
    await browser.waitUntil(async () => (await columnTexts(groups, 0)).join().includes('main.clerk'));
    await expect($('[role="alert"]')).not.toBeExisting();
  });
});
