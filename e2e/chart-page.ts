/** What a person does with charts, for the specs. */
import { $, browser, expect } from '@wdio/globals';

/** By its title. */
export const chart = (title: string) => $(`figure [role="group"][aria-label="${title}"]`);

export const fact = (strip: string, name: string) =>
  $(`dl[aria-label="${strip}"]`).$(`.//div[dt[contains(normalize-space(.), "${name}")]]`);

/** From one share of a chart's width to another. */
export async function dragOver(title: string, from: number, until: number): Promise<void> {
  const element = chart(title);
  await expect(element).toBeDisplayed();
  await element.scrollIntoView({ block: 'center' });
  const [left, top, { width }] = [
    await element.getLocation('x'),
    await topOf(title),
    await element.getSize(),
  ];
  const at = (share: number) => ({ x: Math.round(left + share * width), y: Math.round(top + 12) });
  await browser
    .action('pointer')
    .move(at(from))
    .down()
    .move(at((from + until) / 2))
    .move(at(until))
    .up()
    .perform();
}

/** In the window of the browser, wherever the page is scrolled to. */
const topOf = (title: string): Promise<number> =>
  browser.execute(
    (name) =>
      document.querySelector(`figure [role="group"][aria-label="${name}"]`)?.getBoundingClientRect().top ?? 0,
    title,
  );

export const hasFocus = (selector: string) => (): Promise<boolean> =>
  browser.execute((wanted) => document.activeElement?.matches(wanted) === true, selector);
