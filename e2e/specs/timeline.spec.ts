import { $, browser, expect } from '@wdio/globals';
import { Key } from 'webdriverio';
import { stateClass, type SpanState } from '#common/goroutine-state.ts';
import { durationText, exactNs, plain } from '#common/quantity-text.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import { durNs } from '#common/units.ts';
import { closeTrace, consoleComplaints, fixture, grid, groups, openApp, openByPath } from '../app-page.ts';
import { CommandLine, type Stay, type Totals } from '../command-line.ts';
import {
  clickAt,
  details,
  dragWith,
  expectView,
  expectWords,
  headOf,
  heads,
  idle,
  laneBox,
  pointAt,
  pointOf,
  showView,
  shownWindow,
  surface,
  tooltip,
  view,
  wheelWith,
  windowText,
} from '../timeline-page.ts';

const trace = fixture('shop-go1.26.trace');
const group = 'main.clerk';

describe('the timeline', () => {
  let commandLine: CommandLine;
  /** The longest wait of a goroutine of the group that another goroutine ended. */
  let wait: Stay;
  let lane: string;
  /** The number by which the page knows the group. */
  let open: string;
  let wholeNs: number;

  before(async () => {
    commandLine = new CommandLine(trace);
    wait = longest(
      commandLine
        .goroutinesOf(group)
        .flatMap((id) => commandLine.stays(id))
        .filter(({ state, endedBy }) => state === 'Waiting' && endedBy !== null),
    );
    lane = `G${wait.goroutine}`;
    wholeNs = commandLine.lengthNs();
    await openApp();
  });
  after(async () => {
    commandLine.remove();
    await closeTrace();
  });
  afterEach(async () => {
    expect(await consoleComplaints()).toEqual([]);
  });

  const around = ({ from, until }: Stay): { readonly from: number; readonly until: number } => ({
    from: Math.max(0, from - (until - from)),
    until: Math.min(wholeNs, until + (until - from)),
  });
  const showWait = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    await showView({ w: windowText(around(wait)), open, ...more });
    await expect(headOf(lane)).toBeDisplayed();
  };
  const middleOf = ({ from, until }: Stay): number => (from + until) / 2;

  it('is what a trace opens with: all of its lanes', async () => {
    await openByPath(trace);
    await expect($('main[aria-label="Timeline"]')).toBeDisplayed();
    await expect(surface().$('canvas[aria-label="Lanes"]')).toBeDisplayed();
    await expectWords(heads(), 'Garbage collection', 'Heap', 'Processors', 'P0', 'P1', 'Goroutines');
    await expect(headOf(group)).toHaveAttribute('aria-expanded', 'false');
    await expect(details()).toHaveText(expect.stringContaining('Nothing is selected'));
    expect(Object.keys(await view())).toEqual([]);
  });

  it('unfolds a group to its goroutines, and folds it again', async () => {
    await headOf(group).click();
    for (const id of commandLine.goroutinesOf(group)) await expect(headOf(`G${id}`)).toBeDisplayed();
    ({ open = '' } = await expectView('which group is open', (parts) => parts['open'] !== undefined));
    await headOf(group).click();
    await expect(headOf(lane)).not.toBeExisting();
    await expectView('that it is closed', (parts) => parts['open'] === undefined);
  });

  it('zooms with Ctrl and the wheel, and leaves the time under the pointer where it is', async () => {
    await showView({ open });
    const { left, width } = await laneBox(lane);
    const point = await pointOf(lane, middleOf(wait), { from: 0, until: wholeNs });
    const timeAtPoint = async (): Promise<number> => {
      const { from, until } = await shownWindow(wholeNs);
      return from + ((point.x - left) / width) * (until - from);
    };
    const before = await timeAtPoint();
    await wheelWith(Key.Ctrl, point, -240);
    const narrower = await expectView('a window', ({ w }) => w !== undefined);
    await wheelWith(Key.Ctrl, point, -240);
    await expectView('a narrower window', ({ w }) => w !== undefined && w !== narrower['w']);
    const { from, until } = await shownWindow(wholeNs);
    expect(until - from).toBeLessThan(wholeNs / 2);
    expect(Math.abs((await timeAtPoint()) - before)).toBeLessThan((until - from) / width);
  });

  it('says at the pointer what the command line says: state, reason and length', async () => {
    await showWait();
    await pointAt(await pointOf(lane, middleOf(wait), around(wait)));
    await expectWords(tooltip(), stateName(wait), wait.reason, length(wait), lane);
    await expect(tooltip().$(`[title="${exact(wait)}"]`)).toBeExisting();
  });

  it('shows all of a span that is clicked: length, reason, nanoseconds and stack', async () => {
    await showWait();
    await select(wait);
    await expectWords(details(), stateName(wait), length(wait), exact(wait), wait.reason);
    for (const name of commandLine.stackAt(wait.goroutine, wait.from).slice(0, 3))
      await expectWords(details().$('ol[aria-label="Stack when it stopped"]'), name);
  });

  it('follows the arrow to who ended a wait, and back', async () => {
    await showWait();
    await select(wait);
    await expectWords(details(), 'Ended by', `G${wait.endedBy}`);
    await browser.keys('[');
    await expectView('the one who ended it', ({ sel }) => sel === `g${wait.endedBy}@${wait.until}`);
    await expectWords(details(), `G${wait.endedBy}`, 'Woke', lane);
    await browser.keys(']');
    await expectView('the wait again', ({ sel }) => sel === `g${wait.goroutine}@${wait.from}`);
    await expectWords(details(), exact(wait));
  });

  it('sums up an area over a group as the command line does', async () => {
    await showWait();
    const { middle } = await laneBox(group);
    await selectArea({ y: middle }, { y: middle });
    await expectAggregates('--group', group);
  });

  it('sums up an area over single goroutines as the command line does', async () => {
    await showWait();
    const ids = commandLine.goroutinesOf(group);
    const places = await Promise.all(ids.map(async (id) => (await laneBox(`G${id}`)).middle));
    await selectArea({ y: Math.min(...places) }, { y: Math.max(...places) });
    await expectAggregates('--goroutine', ids.join());
  });

  it('keeps a pinned lane on top while the others scroll', async () => {
    await showWait({
      shut: 'none',
      in: commandLine
        .goroutinesOf(group)
        .map((id) => `g${id}`)
        .join(),
    });
    await headOf(lane).click();
    await browser.keys('p');
    await expectView('the pinned lane', ({ pin }) => pin === `g${wait.goroutine}`);
    const top = await heads().getLocation('y');
    const { left } = await laneBox(lane);
    await wheelWith(undefined, { x: Math.round(left + 50), y: Math.round(top + 200) }, 3000);
    await expectView('how far it is scrolled', ({ y }) => Number(y) > 0);
    await expect(headOf('P0')).not.toBeExisting();
    expect((await laneBox(lane)).middle - top).toBeLessThan(20);
  });

  it('finds a function and steps to it', async () => {
    await showView({});
    await browser.keys('/');
    await $('input[aria-label="Search the trace"]').setValue('clerk');
    const found = $('ol[aria-label="Found"]');
    await expectWords(found, 'function', group);
    await browser.keys([Key.Enter]);
    await expectWords(found.$('[aria-current="true"]'), group);
    await expectView('the group', ({ sel }) => sel === `f${open}`);
    await browser.keys([Key.Escape]);
    await expect(found).not.toBeExisting();
  });

  it('shows the same after it is loaded again', async () => {
    await showWait({ pin: `g${wait.goroutine}`, q: 'main', sel: `g${wait.goroutine}@${wait.from}` });
    await expectWords(details(), exact(wait));
    const before = await view();
    await browser.refresh();
    await expect(headOf(lane)).toBeDisplayed();
    await expectWords(details(), exact(wait));
    await idle();
    expect(await view()).toEqual(before);
    await expect($('[aria-label="Filter goroutines"]')).toHaveValue('main');
    await expect(headOf('runtime.bgsweep')).not.toBeExisting();
  });

  it('goes back and forth in its views', async () => {
    await showView({});
    await browser.keys('w');
    const zoomed = await expectView('a window', ({ w }) => w !== undefined);
    // Another page and back: whatever comes now is a gesture of its own.
    await browser.keys('3');
    await expect(grid(groups)).toBeDisplayed();
    await browser.keys([Key.Ctrl, 'z']);
    await expectView('the window again', ({ w }) => w === zoomed['w']);
    await headOf('P1').click();
    const selected = await expectView('a selection', ({ sel }) => sel === 'p1');
    await browser.keys([Key.Ctrl, 'z']);
    await expectView('only the window', ({ w, sel }) => w === zoomed['w'] && sel === undefined);
    await browser.keys([Key.Ctrl, 'z']);
    await expectView('all of the trace', ({ w }) => w === undefined);
    await browser.keys([Key.Ctrl, Key.Shift, 'z']);
    await browser.keys([Key.Ctrl, Key.Shift, 'z']);
    await expectView('what it was', ({ w, sel }) => w === selected['w'] && sel === 'p1');
  });

  it('keeps a mark with its note for the next time', async () => {
    await showWait({ sel: `g${wait.goroutine}@${wait.from}` });
    await expectWords(details(), exact(wait));
    await browser.keys([Key.Shift, 'm']);
    await $('input[aria-label="Text of the note"]').setValue('Why so long?');
    await browser.keys([Key.Enter]);
    const flag = $('button[aria-label="Mark Why so long?"]');
    await expect(flag).toBeDisplayed();
    const left = await view();
    await idle();
    await closeTrace();
    await openByPath(trace);
    await expect(flag).toBeDisplayed();
    expect(await view()).toEqual(left);
  });

  async function select(stay: Stay): Promise<void> {
    const name = `G${stay.goroutine}`;
    const point = await pointOf(name, middleOf(stay), around(stay));
    await pointAt(point);
    // The window has arrived when this is at the pointer.
    await expectWords(tooltip(), length(stay), name);
    await clickAt(point);
    await expectView('the span', ({ sel }) => sel === `g${stay.goroutine}@${stay.from}`);
  }

  /** Over the middle half of what is seen. */
  async function selectArea(top: { readonly y: number }, bottom: { readonly y: number }): Promise<void> {
    const { left, width } = await laneBox(lane);
    const x = (share: number): number => Math.round(left + share * width);
    await dragWith(Key.Shift, { x: x(0.25), ...top }, { x: x(0.75), ...bottom });
    await expectView('an area', ({ sel }) => sel?.startsWith('area@') ?? false);
  }

  async function expectAggregates(...choice: readonly string[]): Promise<void> {
    const [, area = ''] = (await view())['sel']?.split('@') ?? [];
    const [from = 0, until = 0] = area.split('-').map(Number);
    const totals = commandLine.totals(from, until, ...choice);
    const table = details().$('table[aria-label="Time by state"]');
    for (const [name, ns] of timesByState(totals)) await expectRow(table, name, ns);
    await expectWords(details().$('[role="group"][aria-label="Aggregates"]'), words(totals['totalNs'] ?? 0));
  }
});

/** Exactly: the figure's own words, and on hover its nanoseconds. */
async function expectRow(table: ReturnType<typeof $>, name: string, ns: number): Promise<void> {
  const row = table.$(`.//tr[normalize-space(td[1])="${name}"]`);
  await expectWords(row, words(ns));
  await expect(row.$(`[title="${exactNs(durNs(ns))}"]`)).toBeExisting();
}

const words = (ns: number): string => plain(durationText(durNs(ns)));
const length = ({ from, until }: Stay): string => words(until - from);
const exact = ({ from, until }: Stay): string => exactNs(durNs(until - from));
const stateName = ({ state, reason }: Stay): string => stateNames[stateClass(state as SpanState, reason)];
const longest = (stays: readonly Stay[]): Stay =>
  stays.reduce((best, stay) => (stay.until - stay.from > best.until - best.from ? stay : best));

/** The command line's columns under the page's names of states, without those that took no time. */
const timesByState = (totals: Totals): readonly (readonly [string, number])[] =>
  (
    [
      ['Running', totals['execNs']],
      ['Runnable', totals['schedWaitNs']],
      ['Syscall', (totals['syscallNs'] ?? 0) + (totals['syscallBlockNs'] ?? 0)],
      ['Sync block', totals['syncNs']],
      ['Network', totals['networkNs']],
      ['Sleep', totals['sleepNs']],
      ['GC', totals['gcNs']],
      ['Other wait', totals['otherNs']],
    ] as const
  ).flatMap(([name, ns = 0]) => (ns > 0 ? [[name, ns] as const] : []));
