import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { closeTrace, consoleComplaints, fixture, grid, openApp, openByPath } from '../app-page.ts';
import { CommandLine, type FunctionTimes } from '../command-line.ts';
import { expectView, idle, view, wordsOf } from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');
const functions = 'Top functions';
const locked = 'sync.(*Mutex).Lock';
const taken = 'main.(*shelf).take';
const flame = () => $('[role="application"][aria-label="Flame graph"]');
const spoken = () => flame().$('[aria-live="polite"]');

describe('where goroutines wait', () => {
  let commandLine: CommandLine;
  let times: ReadonlyMap<string, FunctionTimes>;
  before(async () => {
    commandLine = new CommandLine(trace);
    times = commandLine.functionTimes('sync');
    await openApp();
    await openByPath(trace);
    await idle();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('is found by searching a function, with the figures of the command line', async () => {
    await $('nav[aria-label="Pages"]').$('button=Blocking').click();
    await $('[role="group"][aria-label="What goroutines waited for"]').$('button*=Sync').click();
    await $('input[aria-label="Search functions"]').setValue('Mutex');
    await browser.waitUntil(async () => (await wordsOf($('.found'))).endsWith('%'));
    await $('input[aria-label="Filter functions"]').setValue(locked);
    await rowOf(locked).click();
    await expectView('the function', ({ func }) => func === locked);
    expect(await figuresOf(locked)).toEqual(times.get(locked));
    const { totalNs } = times.get(locked) ?? { totalNs: 0 };
    await expect($('section[aria-label="Callers and callees"]').$('.middle .num')).toHaveAttribute(
      'title',
      exactNs(totalNs),
    );
  });

  it('is seen from its callers, and leads to their goroutines on the timeline', async () => {
    await expect($('[role="tree"][aria-label="Called by"]').$('[role="treeitem"]')).toHaveAttribute(
      'title',
      taken,
    );
    await $('button[aria-label="Timeline of goroutines that wait here"]').click();
    await $('[role="menuitem"]').$('span*=main.clerk').click();
    await browser.waitUntil(async () => (await browser.getUrl()).includes('#/timeline'));
    await expectView('its goroutines', ({ fn }) => fn === 'main.clerk');
    await browser.back();
    await expectView('the function', ({ func, fn }) => func === locked && fn === undefined);
  });

  it('is of the goroutines and the window of every page', async () => {
    await $('button[aria-label="Keep only goroutines that wait here"]').click();
    await $('[role="menuitem"]').$('span*=main.clerk').click();
    await expectView('the goroutines', ({ fn }) => fn === 'main.clerk');
    const clerks = commandLine.functionTimes('sync', '--group', 'main.clerk');
    expect(await figuresOf(locked)).toEqual(clerks.get(locked));
    await $('button[aria-label="Drop the start function"]').click();
    await expectView('all goroutines', ({ fn }) => fn === undefined);
  });

  it('has examples, the longest first, each at its place on the timeline', async () => {
    const waits = $('section[aria-label="Who ended these waits"]');
    const stays = commandLine
      .goroutinesOf('main.clerk')
      .flatMap((goroutine) => commandLine.stays(goroutine))
      .filter(({ state, reason }) => state === 'Waiting' && reason === 'sync')
      .sort((a, b) => b.until - b.from - (a.until - a.from));
    const [longest] = stays;
    if (!longest) throw new Error('the trace has no such stays');
    const { goroutine, from, until } = longest;
    await waits.$(`button[aria-label="G${goroutine} at ${from} ns on the timeline"]`).click();
    await expectView('the stay', ({ sel }) => sel === `g${goroutine}@${from}`);
    const { w = '' } = await view();
    const [begin = 0, end = 0] = w.split('-').map(Number);
    expect(begin <= from && until <= end).toBe(true);
    await browser.back();
    await expectView('the function', ({ func }) => func === locked);
  });

  it('comes as other kinds, each with its own figures', async () => {
    await $('input[aria-label="Filter functions"]').setValue('');
    for (const [label, kind] of [
      ['Scheduler', 'sched'],
      ['Network', 'net'],
      ['Syscall', 'syscall'],
      ['Sleep', 'sleep'],
    ] as const) {
      await $('[role="group"][aria-label="What goroutines waited for"]').$(`button*=${label}`).click();
      await idle();
      const expected = commandLine.functionTimes(kind);
      const [heaviest = ''] = [...expected].sort((a, b) => b[1].totalNs - a[1].totalNs)[0] ?? [];
      if (heaviest === '') await expect($('h3*=No goroutine')).toBeDisplayed();
      else expect(await figuresOf(heaviest)).toEqual(expected.get(heaviest));
    }
  });
});

describe('where goroutines wait, with the keyboard alone', () => {
  let commandLine: CommandLine;
  let times: ReadonlyMap<string, FunctionTimes>;
  before(async () => {
    commandLine = new CommandLine(trace);
    times = commandLine.functionTimes('sync');
    await openApp();
    await openByPath(trace);
    await idle();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  it('is searched, and its functions are gone through', async () => {
    await browser.keys(['b']);
    await tabTo(async () => (await focused()) === 'Sync');
    await browser.keys([Key.Enter]);
    await expectView('waits for others', ({ kind }) => kind === undefined);
    await expect(flame()).toBeDisplayed();
    await browser.keys(['/']);
    await browser.keys(['M', 'u', 't', 'e', 'x']);
    await expectView('what is searched', ({ find }) => find === 'Mutex');
    await browser.keys([Key.Escape]);
    await expectView('no search', ({ find }) => find === undefined);
    await browser.keys([Key.Ctrl, 'f']);
    await browser.keys(Array.from(locked));
    await tabTo(async () => (await focused()) === functions);
    await browser.keys([Key.ArrowDown]);
    await expectView('the function', ({ func }) => func === locked);
    expect(await figuresOf(locked)).toEqual(times.get(locked));
  });

  it('is walked through box by box, each said aloud', async () => {
    await tabTo(async () => (await focused()) === 'Flame graph', Key.Shift);
    await expect(spoken()).toHaveText(expect.stringContaining(locked));
    await browser.keys([Key.ArrowUp]);
    await expectView('its caller', ({ func }) => func !== locked);
    const { func = '' } = await view();
    await expect(spoken()).toHaveText(expect.stringContaining(func));
    await browser.keys([Key.Enter]);
    await expectView('a zoomed box', ({ zoom }) => zoom !== undefined);
    await browser.keys([Key.Escape]);
    await expectView('all boxes', ({ zoom }) => zoom === undefined);
  });

  it('is turned around, and seen as a sandwich', async () => {
    await browser.keys(['n']);
    await expectView('inverted', ({ invert }) => invert === '1');
    await browser.keys(['v']);
    await expectView('a sandwich', ({ view: shown }) => shown === 'sandwich');
    await expect($('[role="application"][aria-label^="Callers of"]')).toBeDisplayed();
    await browser.keys([Key.Ctrl, 'z']);
    await expectView('inverted', ({ view: shown, invert }) => shown === undefined && invert === '1');
  });

  it('leads to the timeline and back', async () => {
    await tabTo(async () => (await focused()) === 'Timeline of goroutines that wait here');
    await browser.keys([Key.Enter]);
    await browser.keys([Key.Enter]);
    await browser.waitUntil(async () => (await browser.getUrl()).includes('#/timeline'));
    expect((await view())['fn']).toBeDefined();
    await idle();
    await browser.keys([Key.Ctrl, 'z']);
    await browser.waitUntil(async () => (await browser.getUrl()).includes('#/blocking'));
  });
});

const rowOf = (name: string) => grid(functions).$(`[role="row"] .frame[title="${name}"]`);

/** As the titles of the cells have them exactly. */
async function figuresOf(name: string): Promise<FunctionTimes> {
  await idle();
  await expect(rowOf(name)).toBeDisplayed();
  const [selfNs = NaN, totalNs = NaN, waits = NaN] = await browser.execute(
    (label, functionName) => {
      const frame = [...document.querySelectorAll<HTMLElement>(`[aria-label="${label}"] .frame`)].find(
        ({ title }) => title === functionName,
      );
      const cells = [...(frame?.closest('[role="row"]')?.querySelectorAll('[role="gridcell"]') ?? [])];
      return cells
        .slice(1)
        .map((cell) => Number(cell.querySelector<HTMLElement>('.num')?.title.replace(/\D/g, '')));
    },
    functions,
    name,
  );
  return { selfNs, totalNs, waits };
}

const exactNs = (ns: number): string => `${ns.toString().replace(/\B(?=(\d{3})+$)/g, '\u00a0')}\u00a0ns`;

/** What a screen reader would say that has the focus: its label, else its text. */
const focused = (): Promise<string> =>
  browser.execute(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent.trim() ?? '';
  });

async function tabTo(isThere: () => Promise<boolean>, held?: string): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (await isThere()) return;
    await browser.keys(held === undefined ? [Key.Tab] : [held, Key.Tab]);
  }
  throw new Error('Tab does not lead there.');
}
