/** What a checker of accessibility says of each page, in the light and in the dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { closeTrace, fixture, openApp, openByPath } from '../app-page.ts';
import { idle } from '../timeline-page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  summary: {},
  timeline: {},
  goroutines: {},
  'goroutines by=each': { by: 'each' },
  goroutine: { id: '1' },
  'goroutine at=1000000': { id: '24', at: '1000000' },
  blocking: {},
  'blocking kind=wall': { kind: 'wall' },
  'blocking view=sandwich': { view: 'sandwich' },
  tasks: {},
  'tasks what=regions': { what: 'regions' },
  'tasks task=11': { task: '11' },
  gc: {},
  'gc view=mmu': { view: 'mmu' },
  scheduler: {},
  events: {},
  diagnostics: {},
  settings: {},
};

/** The part before a space is the page. */
async function show(name: string, options: Readonly<Record<string, string>>): Promise<void> {
  const hash = new URL(await browser.getUrl()).hash;
  const file = new URLSearchParams(hash.split('?', 2)[1]).get('file') ?? '';
  const query = new URLSearchParams({ file, ...options }).toString();
  await browser.execute((to) => (location.hash = to), `/${name.split(' ')[0] ?? ''}?${query}`);
  await idle();
}

interface Axe {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly impact: string | null;
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
    }[];
  }>;
}

/** `color-contrast: <span …>`, for everything that is serious. */
const seriousComplaints = async (): Promise<readonly string[]> =>
  await browser.execute(async () => {
    const { violations } = await (window as unknown as { readonly axe: Axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes
          .slice(0, 5)
          .map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
      );
  });

describe('every page', () => {
  before(async () => {
    await openApp();
    await openByPath(fixture('shop-go1.26.trace'));
    await browser.waitUntil(async () => (await browser.getUrl()).includes('file='));
    await idle();
    await browser.execute(axe);
  });
  after(async () => {
    await browser.execute(() => (document.documentElement.dataset['theme'] = 'light'));
    await closeTrace();
  });

  for (const theme of ['light', 'dark'])
    for (const [name, options] of Object.entries(pages))
      it(`is usable by everybody: ${name}, ${theme}`, async () => {
        await show(name, options);
        await browser.execute((shown) => (document.documentElement.dataset['theme'] = shown), theme);
        expect(await seriousComplaints()).toEqual([]);
      });

  it('is usable by everybody: what opens over a page', async () => {
    await show('goroutines', {});
    await browser.keys([Key.Ctrl, 'k']);
    await $('dialog[aria-label="Search or run"]').$('input').setValue('main');
    await idle();
    expect(await seriousComplaints()).toEqual([]);
    await browser.keys([Key.Escape]);
    await browser.keys('?');
    await expect($('dialog[aria-label="Keys"]')).toBeDisplayed();
    expect(await seriousComplaints()).toEqual([]);
    await browser.keys([Key.Escape]);
    await $('button[aria-label="Columns"]').click();
    expect(await seriousComplaints()).toEqual([]);
    await browser.keys([Key.Escape]);
    await $('button[aria-label="How Goroutine analysis is computed"]').click();
    expect(await seriousComplaints()).toEqual([]);
    await browser.keys([Key.Escape]);
  });
});
