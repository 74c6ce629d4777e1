import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { BlockingProfile, ProfileStays } from '#common/analyses/profile-analysis.ts';
import type { StayFigures } from '#common/analyses/stay-results.ts';
import { Failure } from '#common/errors.ts';
import { goId, nameIx, stackIx } from '#common/ids.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import { durNs, traceNs } from '#common/units.ts';
import App from '../../App.svelte';
import { App as AppState } from '../../state/app.svelte.ts';
import { Theme } from '../../state/theme.svelte.ts';
import { standInHost, type StandInHost } from '../../testing/stand-in-host.ts';

/** `main.serve;sync.Lock 5 2`: ns and count of a stack, the outermost function first. */
function staysOf(...lines: readonly string[]): ProfileStays {
  const rows = lines.map((line) => line.split(' '));
  const names = [...new Set(rows.flatMap(([stack = '']) => stack.split(';')))];
  const stackFrames = rows.map(([stack = '']) =>
    stack
      .split(';')
      .map((name) => names.indexOf(name))
      .reverse(),
  );
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => Number(row[at]));
  const sum = (at: number): number => column(at).reduce((so, one) => so + one, 0);
  return {
    count: sum(2),
    ns: durNs(sum(1)),
    stacks: rows.map((_, i) => stackIx(i + 1)),
    profile: {
      frames: names.map((name) => ({ function: name, file: 'f.go', line: 1, pc: 1 })),
      stackStarts: Uint32Array.from([
        0,
        ...stackFrames.map((_, i) => stackFrames.slice(0, i + 1).flat().length),
      ]),
      stackFrames: Uint32Array.from(stackFrames.flat()),
      values: [
        { type: 'contentions', unit: 'count', values: column(2) },
        { type: 'delay', unit: 'nanoseconds', values: column(1) },
      ],
    },
  };
}

function profileOf(kind: BlockingProfile['kind'], ...lines: readonly string[]): BlockingProfile {
  const ended = staysOf(...lines);
  const none = staysOf();
  const total = { count: ended.count, ns: ended.ns };
  const parts = { ended, beforeRun: none, open: none };
  return { kind, fromNs: traceNs(0), untilNs: traceNs(1000), total, parts };
}

const waits = [
  'main.serve;main.walk;main.walk;sync.Lock 500 2',
  'main.serve;net.Read 300 30',
  'main.idle 200 1',
];
const frame = (name: string): StackFrame => ({ function: name, file: 'f.go', line: 1, pc: 1 });
const stays: StayFigures = {
  revision: 1,
  ...{ fromNs: traceNs(0), untilNs: traceNs(1000) },
  ...{ total: { count: 2, ns: durNs(500) }, scanned: 1, found: { count: 2, ns: durNs(500) } },
  histogram: { counts: [1, 1], edgesNs: [durNs(100), durNs(200), durNs(500)] },
  areExact: true,
  longest: [
    {
      ...{ goroutine: goId(17), group: nameIx(1), name: 'main.serve', fromNs: traceNs(40) },
      ...{ untilNs: traceNs(440), ns: durNs(400), stateClass: 'sync', reason: 'sync', stack: stackIx(1) },
      ...{ waker: 'goroutine', wakerStack: stackIx(9) },
    },
  ],
  wakers: [
    {
      ...{ kind: 'goroutine', name: 'main.flush', count: 2, ns: durNs(500), stacks: [stackIx(9)] },
      ...{ stackCounts: Float64Array.of(2), stackNs: Float64Array.of(500) },
    },
  ],
};
const answering: Partial<Handlers> = {
  'view.last': () => ({ address: '/blocking?file=x' }),
  'profile.stays': () => stays,
  'stacks.many': ({ stacks }) => ({ stacks: stacks.map(() => [frame('sync.(*Mutex).Unlock')]) }),
  'analyses.profile': ({ kind }) => (kind === 'net' ? profileOf(kind) : profileOf(kind, ...waits)),
};

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true });
  history.replaceState(null, '', '#');
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  localStorage.clear();
});

async function opened(handlers: Partial<Handlers> = {}): Promise<StandInHost> {
  const host = standInHost({ ...answering, ...handlers });
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const app = new AppState(host, theme, window);
  render(App, { app });
  await app.start();
  await app.open('/traces/a.trace');
  await screen.findByRole('group', { name: 'What goroutines waited for' });
  return host;
}

const options = (): Readonly<Record<string, string>> => {
  const parts = new URLSearchParams(location.hash.split('?', 2)[1]);
  parts.delete('file');
  return Object.fromEntries(parts);
};
const words = (element: HTMLElement): string => element.textContent.replaceAll(/\s+/g, ' ').trim();
const table = (): HTMLElement => screen.getByRole('grid', { name: 'Top functions' });
const rows = (): readonly string[] =>
  within(table())
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('gridcell').map(words).join(' '));
const shownRows = (): Promise<void> => waitFor(() => expect(rows()[0]).toContain('ns'));
const graph = (): HTMLElement => screen.getByRole('application', { name: 'Flame graph' });
const key = (pressed: string, on: Element = document.body): Promise<boolean> =>
  fireEvent.keyDown(on, { key: pressed });

describe('the blocking page', () => {
  it('lists functions with what they take, one that calls itself once', async () => {
    await opened();
    await shownRows();
    expect(rows()).toEqual([
      'main.serve 0 800 ns 32',
      'main.walk 0 500 ns 2',
      'sync.Lock 500 ns 500 ns 2',
      'net.Read 300 ns 300 ns 30',
      'main.idle 200 ns 200 ns 1',
    ]);
  });

  it('filters and sorts them', async () => {
    await opened();
    await shownRows();
    await fireEvent.click(within(table()).getByRole('button', { name: /Waits/ }));
    expect(rows()[1]).toContain('net.Read');
    await fireEvent.input(screen.getByLabelText('Filter functions'), { target: { value: 'MAIN' } });
    expect(rows()).toHaveLength(3);
    await fireEvent.input(screen.getByLabelText('Filter functions'), { target: { value: 'nothing' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Drop “nothing”' }));
    expect(rows()).toHaveLength(5);
  });

  it('tells how much of all is found by a search, and that an expression is none', async () => {
    await opened();
    await shownRows();
    const search = screen.getByLabelText('Search functions');
    await fireEvent.input(search, { target: { value: 'walk' } });
    await waitFor(() => expect(words(search.parentElement!)).toContain('50 %'));
    await waitFor(() => expect(options()).toEqual({ find: 'walk' }));
    await fireEvent.input(search, { target: { value: '/(/' } });
    await waitFor(() => expect(words(search.parentElement!)).toContain('no such expression'));
  });

  it('shows who calls a function that is selected, and what it calls', async () => {
    await opened();
    await shownRows();
    await fireEvent.click(within(table()).getByText('walk'));
    await waitFor(() => expect(options()).toEqual({ func: 'main.walk' }));
    const names = (label: string): readonly string[] =>
      within(screen.getByRole('tree', { name: label }))
        .getAllByRole('treeitem')
        .map(words);
    expect(names('Called by')).toEqual(['main.serve 500 ns']);
    expect(names('Calls')).toEqual(['▾ main.walk 500 ns', 'sync.Lock 500 ns']);
    await fireEvent.click(within(screen.getByRole('tree', { name: 'Called by' })).getByText('main.serve'));
    await waitFor(() => expect(options()).toEqual({ func: 'main.serve' }));
  });

  it('is turned around, folded and seen as a sandwich by keys', async () => {
    await opened();
    await shownRows();
    await key('n');
    await waitFor(() => expect(options()).toEqual({ invert: '1' }));
    await key('v');
    await waitFor(() => expect(options()).toEqual({ invert: '1', view: 'sandwich' }));
    await screen.findByText('No function is selected');
    await key('v');
    await fireEvent.click(screen.getByRole('button', { name: 'Fold recursion' }));
    await waitFor(() => expect(options()).toEqual({ invert: '1', fold: '1' }));
  });

  it('goes along with what is selected in the graph', async () => {
    await opened();
    await shownRows();
    for (const pressed of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await key(pressed, graph());
    await waitFor(() => expect(options()).toEqual({ func: 'sync.Lock' }));
    expect(graph().querySelector('[aria-live]')?.textContent).toContain('sync.Lock, 500');
    const row = within(table()).getByText('Lock').closest('[role=row]');
    await waitFor(() => expect(row?.getAttribute('aria-selected')).toBe('true'));
  });

  it('says of the stays at a function who ended them, and leads to the longest', async () => {
    const host = await opened();
    await shownRows();
    await fireEvent.click(within(table()).getByText('walk'));
    const asked = (): unknown => host.asked.findLast(({ method }) => method === 'profile.stays')?.params;
    await waitFor(() => expect(asked()).toMatchObject({ kind: 'sync', stacks: [1] }));
    const wakers = await screen.findByRole('list', { name: 'Who ended these waits' });
    await waitFor(() => expect(words(wakers)).toContain('in sync.(*Mutex).Unlock'));
    expect(words(wakers)).toContain('main.flush');
    await fireEvent.click(screen.getByRole('button', { name: 'G17 at 40 ns on the timeline' }));
    await waitFor(() => expect(location.hash).toContain('#/timeline'));
    expect(options()).toMatchObject({ sel: 'g17@40' });
  });

  it('says it of one box of a function, and of all of it', async () => {
    const host = await opened({
      'analyses.profile': ({ kind }) => profileOf(kind, 'main.a;sync.Lock 500 2', 'main.b;sync.Lock 300 3'),
    });
    await shownRows();
    const asked = (): unknown => host.asked.findLast(({ method }) => method === 'profile.stays')?.params;
    await key('ArrowDown', graph());
    await key('ArrowDown', graph());
    await waitFor(() => expect(asked()).toMatchObject({ stacks: [1] }));
    await fireEvent.click(screen.getByRole('button', { name: 'All of the function' }));
    await waitFor(() => expect(asked()).toMatchObject({ stacks: [1, 2] }));
  });

  it('says that there is nothing of a kind', async () => {
    await opened();
    await fireEvent.click(screen.getByRole('button', { name: /Network/ }));
    await screen.findByText('No goroutine waited for the network here');
  });

  it('says what went wrong, and asks again', async () => {
    let broken = true;
    await opened({
      'analyses.profile': (params, context) => {
        if (broken) throw new Failure('cache-unusable', 'The cache was removed while it was read.');
        return answering['analyses.profile']!(params, context);
      },
    });
    await screen.findByText(/The cache was removed/);
    broken = false;
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await shownRows();
  });

  it('asks go tool trace’s figures only when they are looked for', async () => {
    const host = await opened();
    await shownRows();
    const asked = (): number =>
      host.asked.filter(({ params }) => (params as { asGo?: boolean }).asGo === true).length;
    expect(asked()).toBe(0);
    await fireEvent.click(screen.getByRole('button', { name: 'How Sync is computed' }));
    await waitFor(() => expect(asked()).toBe(1));
    const compared = await screen.findByRole('table', { name: 'As go tool trace' });
    await waitFor(() => expect(words(within(compared).getAllByRole('row')[4]!)).toContain('33'));
  });
});
