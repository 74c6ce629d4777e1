/** What a person does with the app, for the specs: everything is found by its accessible name. Nothing waits for time. */
import { join } from 'node:path';
import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';

export const fixture = (name: string): string => join(import.meta.dirname, '..', 'fixtures', 'traces', name);

export const grid = (label: string) => $(`[role="grid"][aria-label="${label}"]`);
const alert = () => $('[role="alert"]');

/** In the desktop app the window is there; in a browser it is a page. */
export async function openApp(): Promise<void> {
  const address = process.env['GOPHERSCOPE_E2E_ADDRESS'];
  if (address !== undefined) await browser.url(address);
  await expect($('h1=Open a trace')).toBeDisplayed();
}

/** Shows the start page with no trace open. */
export async function closeTrace(): Promise<void> {
  const switcher = $('button[aria-label^="Trace "]');
  if (await switcher.isExisting()) {
    await switcher.click();
    await $('button*=Close this trace').click();
  }
  await expect($('h1=Open a trace')).toBeDisplayed();
}

/** In a browser by the path field; the desktop app has none, and is handed the file as the system does it. */
export async function openByPath(path: string): Promise<void> {
  if (process.env['GOPHERSCOPE_E2E_ADDRESS'] === undefined) {
    await desktop().execute((electron, file) => {
      electron.app.emit('open-file', { preventDefault: () => undefined }, file);
    }, path);
    return;
  }
  await $('#path').setValue(path);
  await $('form').$('button=Open').click();
}

interface Desktop {
  execute(
    script: (electron: { app: NodeJS.EventEmitter }, file: string) => void,
    file: string,
  ): Promise<void>;
}

/** What wdio-electron-service adds to the browser. */
const desktop = (): Desktop => (browser as unknown as { readonly electron: Desktop }).electron;

export async function expectAlert(words: RegExp): Promise<void> {
  await expect(alert()).toBeDisplayed();
  await expect(alert()).toHaveText(expect.stringMatching(words));
}

/** The texts of a column of the rows that are on the screen, from the top; all at once, as rows come and go while one looks. */
export const columnTexts = (gridLabel: string, index: number): Promise<readonly string[]> =>
  browser.execute(
    (label, column) => {
      const rows = document.querySelectorAll(
        `[role="grid"][aria-label="${label}"] [role="row"][aria-busy="false"]`,
      );
      return [...rows]
        .map((row) => ({ row, place: Number(row.getAttribute('aria-rowindex')) }))
        .sort((a, b) => a.place - b.place)
        .map(({ row }) => row.querySelectorAll('[role="gridcell"]')[column]?.textContent.trim() ?? '');
    },
    gridLabel,
    index,
  );

/** From wherever in the trace one is: a trace opens at its timeline, or where it was left. */
export async function showGroups(): Promise<void> {
  await $('nav[aria-label="Pages"]').$('button=Goroutines').click();
  await expect(grid(groups)).toBeDisplayed();
}

export const groups = 'Goroutine groups';
export const goroutines = 'Goroutines';

/** Warnings and errors of the page since the last look. Only Chromium's driver hands them out. */
export async function consoleComplaints(): Promise<readonly string[]> {
  if (process.env['GOPHERSCOPE_E2E_ADDRESS'] === undefined) return [];
  const entries = (await browser.getLogs('browser')) as readonly { level: string; message: string }[];
  return entries
    .filter(({ level }) => level === 'SEVERE' || level === 'WARNING')
    .map(({ message }) => message);
}

/** By Tab, from wherever the focus is. */
export async function tabTo(isThere: () => Promise<boolean>, held?: string): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (await isThere()) return;
    await browser.keys(held === undefined ? [Key.Tab] : [held, Key.Tab]);
  }
  throw new Error('Tab does not lead there.');
}
