import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '#common/errors.ts';
import { generationId } from '#common/ids.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import { bytes, durNs } from '#common/units.ts';
import App from './App.svelte';
import { App as AppState } from './state/app.svelte.ts';
import { Theme } from './state/theme.svelte.ts';
import { goroutineRow, groupRow, standInHost, type StandInHost } from './testing/stand-in-host.ts';

const groups = [
  groupRow(1, 'net/http.(*conn).serve', 812_402, 41_800_000_000),
  groupRow(2, 'main.main', 1, 80_000),
  groupRow(3, '', 17, 0),
];

const listing: Partial<Handlers> = {
  'goroutines.groups': ({ filter }) => {
    const rows = groups.filter(({ name }) => name.includes(filter));
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    return { revision: 1, rowCount: rows.length, rows, sums: { count, totalNs: durNs(2), execNs: durNs(1) } };
  },
  'goroutines.list': ({ limit }) => {
    const ids = [18102, 18077, 18139, 18231, 18244].slice(0, limit);
    return { revision: 1, rowCount: 812_402, rows: ids.map((id) => goroutineRow(id, groups[0]!)) };
  },
};

beforeEach(() => {
  // No layout in the test's DOM: a grid believes to be 1100 by 600.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1100);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  location.hash = '';
  localStorage.clear();
});

async function started(handlers: Partial<Handlers> = {}): Promise<{ host: StandInHost; app: AppState }> {
  const host = standInHost({ ...listing, ...handlers });
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const app = new AppState(host, theme, window);
  render(App, { app });
  await app.start();
  return { host, app };
}

const words = (element: HTMLElement): string =>
  element.textContent.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ').trim();
const names = (): string[] =>
  within(screen.getByRole('grid'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => words(row.querySelector('[role=gridcell]')!));

async function opened(handlers: Partial<Handlers> = {}): Promise<StandInHost> {
  const { host, app } = await started(handlers);
  await app.open('/traces/a.trace');
  await screen.findByRole('grid', { name: 'Goroutine groups' });
  await waitFor(() => expect(within(screen.getByRole('grid')).getByText('(*conn).serve')).toBeTruthy());
  return host;
}

describe('a file that changes while it is shown', () => {
  const sentence = 'a.trace has grown by 3 MB since it was opened; open it again to see what is new.';
  it('is said in a banner, from which it is opened again', async () => {
    const host = await opened({ 'trace.changed': () => ({ kind: 'grown', sentence }) });
    expect(await screen.findByText(sentence)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Open again' }));
    await waitFor(() => expect(host.asked.filter(({ method }) => method === 'trace.open')).toHaveLength(2));
  });
});

describe('opening', () => {
  it('opens a path that is typed, and shows its groups', async () => {
    await started();
    await fireEvent.input(await screen.findByLabelText('Or by its path'), {
      target: { value: '/traces/a.trace' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    await waitFor(() => expect(names()).toHaveLength(3));
    expect(words(screen.getByRole('toolbar', { name: 'Scope' }))).toContain('12.5 s');
    expect(document.title).toBe('a.trace – Gopherscope');
  });

  it('says in one banner why a file cannot be opened, and stays usable', async () => {
    const { app } = await started({
      'trace.open': () => {
        throw new Failure('not-a-trace', 'The file starts with “PK”, so it is a zip archive.');
      },
    });
    await app.open('/traces/a.zip');
    const banner = await screen.findByRole('alert');
    expect(words(banner)).toContain(
      'a.zip could not be opened. The file starts with “PK”, so it is a zip archive.',
    );
    expect(screen.getByRole('button', { name: 'Choose file…' })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Hide' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('goes back to the start page when nothing of a file can be read', async () => {
    const { app } = await started({
      'trace.watch': () => ({
        stage: 'failed',
        fromCache: false,
        readBytes: bytes(9),
        totalBytes: bytes(9),
        generations: 0,
        events: 0,
        revision: 0,
        eventsPerSecond: 0,
        failure: {
          code: 'nothing-readable',
          sentence: 'Its first generation is broken, and there is no other.',
        },
      }),
    });
    await app.open('/traces/broken.trace');
    expect(words(await screen.findByRole('alert'))).toContain('Its first generation is broken');
    await screen.findByRole('heading', { name: 'Open a trace' });
  });

  it('tells what a broken file lost, and lists it', async () => {
    await opened({
      'trace.diagnostics': () => [
        {
          severity: 'error',
          code: 'file-truncated',
          sentence: 'The file ends in the middle of a batch.',
          generation: generationId(3),
          atByte: bytes(812_034),
          lostBytes: bytes(65_122),
        },
      ],
    });
    const banner = await screen.findByText('The file ends in the middle of a batch.');
    expect(words(banner.closest('[role=status]')!)).toContain('65.1 kB of 450 MB were not used');
    await fireEvent.click(screen.getByRole('button', { name: 'Diagnostics, 1' }));
    expect(words(screen.getByRole('table', { name: 'Diagnostics' }))).toContain('812 034');
  });
});

describe('the groups', () => {
  it('sort descending first, then ascending', async () => {
    await opened();
    const header = (): HTMLElement => screen.getByRole('columnheader', { name: /^Count/ });
    await fireEvent.click(screen.getByRole('button', { name: /^Count/ }));
    expect(header().getAttribute('aria-sort')).toBe('descending');
    expect(names()).toEqual(['net/http.(*conn).serve', '(no stack in this trace)', 'main.main']);
    await fireEvent.click(screen.getByRole('button', { name: /^Count/ }));
    expect(header().getAttribute('aria-sort')).toBe('ascending');
    expect(names()).toEqual(['main.main', '(no stack in this trace)', 'net/http.(*conn).serve']);
  });

  it('sort by a second column where the first is the same', async () => {
    await opened();
    await fireEvent.click(screen.getByRole('button', { name: /^Sched wait/ }));
    await fireEvent.click(screen.getByRole('button', { name: /^Count/ }), { shiftKey: true });
    expect(names()).toEqual(['net/http.(*conn).serve', '(no stack in this trace)', 'main.main']);
    await fireEvent.click(screen.getByRole('button', { name: /^Count/ }), { shiftKey: true });
    expect(names()[0]).toBe('main.main');
  });

  it('go through the keyboard and show where the time went', async () => {
    await opened();
    const grid = screen.getByRole('grid', { name: 'Goroutine groups' });
    expect(words(screen.getByRole('complementary', { name: 'Details' }))).toContain('812 402 goroutines');
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    expect(words(screen.getByRole('complementary', { name: 'Details' }))).toContain('Group, main');
    const active = grid.getAttribute('aria-activedescendant');
    expect(document.getElementById(active!)?.getAttribute('aria-selected')).toBe('true');
  });

  it('unfold in place, and go on through what is below them', async () => {
    await opened();
    const grid = screen.getByRole('grid', { name: 'Goroutine groups' });
    await fireEvent.keyDown(grid, { key: 'ArrowRight' });
    await screen.findByText('G18102');
    expect(names().slice(0, 8)).toEqual([
      'net/http.(*conn).serve',
      'G18102',
      'G18077',
      'G18139',
      'G18231',
      'G18244',
      '812 397 more, sorted the same way',
      'main.main',
    ]);
    for (let step = 0; step < 4; step++) await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    expect(words(screen.getByRole('complementary', { name: 'Details' }))).toContain('Goroutine G18231');
    await fireEvent.keyDown(grid, { key: 'ArrowLeft' });
    expect(words(screen.getByRole('complementary', { name: 'Details' }))).toContain('Group, net/http');
    await fireEvent.keyDown(grid, { key: 'ArrowLeft' });
    await waitFor(() => expect(names()).toHaveLength(3));
  });

  it('say which filter emptied and offer to drop it', async () => {
    await opened();
    await fireEvent.input(screen.getByRole('searchbox', { name: 'Filter goroutines' }), {
      target: { value: 'nothing' },
    });
    await screen.findByText('No groups match “nothing”');
    await fireEvent.click(screen.getByRole('button', { name: 'Drop “nothing”' }));
    await waitFor(() => expect(names()).toHaveLength(3));
  });

  it('lead to the list of their goroutines and back', async () => {
    await opened();
    const grid = screen.getByRole('grid', { name: 'Goroutine groups' });
    await fireEvent.keyDown(grid, { key: 'Enter' });
    await screen.findByRole('grid', { name: 'Goroutines' });
    expect(location.hash).toContain('fn=');
    await fireEvent.click(screen.getByRole('button', { name: 'By start function' }));
    await screen.findByRole('grid', { name: 'Goroutine groups' });
  });

  it('tell a failed question apart from an empty answer', async () => {
    let broken = true;
    const { app } = await started({
      'goroutines.groups': (params, context) => {
        if (broken) throw new Failure('cache-unusable', 'The cache was removed while it was read.');
        return listing['goroutines.groups']!(params, context);
      },
    });
    await app.open('/traces/a.trace');
    await screen.findByText('The cache was removed while it was read.');
    broken = false;
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(names()).toHaveLength(3));
  });
});

describe('the window', () => {
  it('says when it is at rest', async () => {
    await opened();
    await waitFor(() => expect(document.documentElement.dataset['idle']).toBe('true'));
  });

  it('shows every key', async () => {
    await started();
    HTMLDialogElement.prototype.showModal = function showModal() {
      this.open = true;
    };
    await fireEvent.keyDown(document.body, { key: '?' });
    expect(words(await screen.findByRole('dialog', { name: 'Keys' }))).toContain('Ctrl Shift Z');
  });

  it('remembers the theme that was chosen', async () => {
    await started();
    await fireEvent.click(screen.getByRole('button', { name: 'Theme: as the system' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Theme: light' }));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('gopherscope.theme')).toBe('dark');
  });

  it('opens what another program hands over', async () => {
    const { host } = await started();
    host.notify({ kind: 'notice', name: 'open-trace', params: { path: '/traces/other.trace' } });
    await screen.findByRole('button', { name: 'Trace other.trace' });
  });
});
