/** What a person does with the timeline, for the specs. */
import { $, browser, expect } from '@wdio/globals';

export const surface = () => $('[role="application"][aria-label="Lanes"]');
export const heads = () => $('[role="group"][aria-label="Lane names"]');
export const details = () => $('aside[aria-label="Details"]');
export const tooltip = () => surface().$('[role="tooltip"]');
export const spoken = () => surface().$('[aria-live="polite"]');

/** The view in the address, without the file. */
export async function view(): Promise<Readonly<Record<string, string>>> {
  const [, query = ''] = new URL(await browser.getUrl()).hash.split('?', 2);
  const parts = new URLSearchParams(query);
  parts.delete('file');
  return Object.fromEntries(parts);
}

/** Shows a view of the trace that is open, as an address that was copied does. */
export async function showView(parts: Readonly<Record<string, string>>): Promise<void> {
  const { file } = Object.fromEntries(
    new URLSearchParams(new URL(await browser.getUrl()).hash.split('?', 2)[1]),
  );
  const query = new URLSearchParams({ file: file ?? '', ...parts }).toString();
  await browser.execute((hash) => (location.hash = hash), `/timeline?${query}`);
  await idle();
}

/** No request is under way, and the window stands still. */
export async function idle(): Promise<void> {
  await browser.waitUntil(() => browser.execute(() => document.documentElement.dataset['idle'] === 'true'));
}

export const windowText = ({ from, until }: { readonly from: number; readonly until: number }): string =>
  `${Math.round(from)}-${Math.round(until)}`;

/** The window in the address, else the whole trace, whose length `wholeNs` is. */
export async function shownWindow(
  wholeNs: number,
): Promise<{ readonly from: number; readonly until: number }> {
  const { w } = await view();
  const [from = 0, until = wholeNs] = w?.split('-').map(Number) ?? [];
  return { from, until };
}

/** All text, spaces of any kind as one. Names whose parts are dimmed differently are one word. */
export const wordsOf = async (element: Named): Promise<string> =>
  String(await element.getProperty('textContent'))
    .replace(/\s+/g, ' ')
    .trim();

interface Named {
  getProperty(name: string): Promise<unknown>;
}

/** The head of a lane by its name, `G25`, `P0`; of a group by its start function. */
export const headOf = (name: string) =>
  /^[GPM]\d+$/.test(name) ? heads().$(`span.num=${name}`) : heads().$(`button[title="${name}"]`);

/** Where in the window of the browser the bars of a lane stand, and where its time begins and how much there is of it. */
export async function laneBox(
  name: string,
): Promise<{ readonly left: number; readonly width: number; readonly middle: number }> {
  const head = headOf(name);
  await expect(head).toBeDisplayed();
  const [top, { height }] = [await head.getLocation('y'), await head.getSize()];
  const [left, { width }] = [await surface().getLocation('x'), await surface().getSize()];
  return { left, width, middle: Math.round(top + height / 2) };
}

/** Where a time is on the screen. */
export async function pointOf(
  name: string,
  time: number,
  window: { readonly from: number; readonly until: number },
): Promise<{ readonly x: number; readonly y: number }> {
  const { left, width, middle } = await laneBox(name);
  const share = (time - window.from) / (window.until - window.from);
  return { x: Math.round(left + share * width), y: middle };
}

export async function pointAt(point: { readonly x: number; readonly y: number }): Promise<void> {
  await browser.action('pointer').move(point).perform();
}

export async function clickAt(point: { readonly x: number; readonly y: number }): Promise<void> {
  await browser.action('pointer').move(point).down().up().perform();
}

/** With a key held down, as `\uE008`, Shift. */
export async function dragWith(
  key: string,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): Promise<void> {
  const middle = { x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2) };
  await browser.action('key').down(key).perform(true);
  await browser.action('pointer').move(from).down().move(middle).move(to).up().perform(true);
  await browser.action('key').up(key).perform();
}

export async function wheelWith(
  key: string | undefined,
  point: { readonly x: number; readonly y: number },
  deltaY: number,
): Promise<void> {
  if (key !== undefined) await browser.action('key').down(key).perform(true);
  await browser
    .action('wheel')
    .scroll({ ...point, deltaX: 0, deltaY, duration: 0 })
    .perform(true);
  if (key !== undefined) await browser.action('key').up(key).perform();
}

/** Waits until the address holds such a view; the page writes it a moment after a gesture. */
export async function expectView(
  description: string,
  holds: (view: Readonly<Record<string, string>>) => boolean,
): Promise<Readonly<Record<string, string>>> {
  let last = await view();
  await browser.waitUntil(async () => holds((last = await view())), {
    timeoutMsg: `the address does not say: ${description}`,
  });
  await idle();
  return last;
}

/** Waits until an element says so; spaces of any kind count as one. */
export async function expectWords(element: Named, ...parts: readonly string[]): Promise<void> {
  let words = '';
  await browser.waitUntil(
    async () => {
      words = await wordsOf(element);
      return parts.every((part) => words.includes(part.replace(/\s+/g, ' ')));
    },
    { timeoutMsg: `${JSON.stringify(parts)} were expected` },
  );
}
