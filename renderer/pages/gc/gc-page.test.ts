import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GcAnalysis } from '#common/analyses/gc-analysis.ts';
import type { MmuAnalysis } from '#common/analyses/mmu-analysis.ts';
import { Failure } from '#common/errors.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import { durNs, traceNs } from '#common/units.ts';
import App from '../../App.svelte';
import { App as AppState } from '../../state/app.svelte.ts';
import { Theme } from '../../state/theme.svelte.ts';
import { standInHost, type StandInHost } from '../../testing/stand-in-host.ts';

const none = { count: 0, totalNs: durNs(0), longestNs: durNs(0) };
const quiet: GcAnalysis = {
  fromNs: traceNs(0),
  untilNs: traceNs(1e9),
  markNs: durNs(0),
  cycleCount: 0,
  cycles: [],
  pauseCount: 0,
  pauses: [],
  pauseKinds: [],
  workers: { dedicatedNs: durNs(0), fractionalNs: durNs(0), idleNs: durNs(0) },
  assists: { ...none, ranNs: durNs(0), goroutineCount: 0, goroutines: [], groups: [] },
  sweeps: {
    ...none,
    sweptBytes: 0,
    reclaimedBytes: 0,
    goroutineCount: 0,
    goroutines: [],
    groups: [],
    processors: [],
  },
  waits: null,
};
const stop = (startNs: number, durationNs: number) => ({
  startNs: traceNs(startNs),
  durationNs: durNs(durationNs),
  kind: 'GC mark termination',
  goroutine: 17,
  goroutineName: 'main.worker',
  isCutBefore: false,
  isCutAfter: false,
});
const mmu: MmuAnalysis = {
  flags: ['stw'],
  perProcessor: false,
  asGo: false,
  fromNs: traceNs(0),
  untilNs: traceNs(1e9),
  mean: 0.75,
  curve: [
    { windowNs: durNs(1e6), minimum: 0 },
    { windowNs: durNs(1e9), minimum: 0.75 },
  ],
};

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1100);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true });
  history.replaceState(null, '', '#');
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  localStorage.clear();
});

async function opened(handlers: Partial<Handlers>, options = ''): Promise<StandInHost> {
  const host = standInHost({ 'view.last': () => ({ address: `/gc?file=x${options}` }), ...handlers });
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const app = new AppState(host, theme, window);
  render(App, { app });
  await app.start();
  await app.open('/traces/a.trace');
  await screen.findByRole('main', { name: 'Garbage collection' });
  return host;
}
const words = (element: HTMLElement): string => element.textContent.replace(/[\s\u00a0]+/g, ' ').trim();

it('says that the collector did nothing', async () => {
  await opened({ 'analyses.gc': () => quiet });
  expect(await screen.findByText('No collection in this window')).toBeTruthy();
});

it('lists the longest stops of those that there are', async () => {
  const pauses = [stop(500, 90_000), stop(100, 30_000)];
  const host = await opened({ 'analyses.gc': () => ({ ...quiet, pauseCount: 7, pauses }) });
  const card = await screen.findByRole('region', { name: 'Stops of the world' });
  await waitFor(() => expect(words(card)).toContain('the 2 longest of 7'));
  const rows = within(card).getAllByRole('row').slice(1).map(words);
  expect(rows.map((row) => row.replace(/^.*worker ?/, ''))).toEqual(['90.0 µs', '30.0 µs']);
  expect(host.asked.find(({ method }) => method === 'analyses.gc')?.params).toMatchObject({ longest: true });
});

it('says which figures the choice of goroutines leaves as they are', async () => {
  await opened({ 'analyses.gc': () => quiet }, '&q=worker');
  expect(await screen.findByText(/Collections and stops are the whole program’s/)).toBeTruthy();
});

it('says why it cannot answer', async () => {
  await opened({
    'analyses.gc': () => {
      throw new Failure('bad-parameters', 'There is no such task.');
    },
  });
  expect(await screen.findByText('There is no such task.')).toBeTruthy();
});

it('asks for what counts as the collector’s as it is chosen, and only about a time', async () => {
  const host = await opened({ 'analyses.mmu': () => mmu }, '&view=mmu&q=worker');
  const last = () => host.asked.findLast(({ method }) => method === 'analyses.mmu')?.params;
  await waitFor(() =>
    expect(last()).toMatchObject({ flags: ['stw', 'background', 'assist'], window: 10_000_000 }),
  );
  expect(last()).not.toHaveProperty('text');
  await fireEvent.click(screen.getByRole('button', { name: 'Sweeping' }));
  await waitFor(() => expect(last()).toMatchObject({ flags: ['stw', 'background', 'assist', 'sweep'] }));
  await fireEvent.input(screen.getByRole('textbox', { name: 'Length of the windows' }), {
    target: { value: '2ms' },
  });
  await waitFor(() => expect(last()).toMatchObject({ window: 2_000_000 }));
  await fireEvent.input(screen.getByRole('textbox', { name: 'Length of the windows' }), {
    target: { value: 'x' },
  });
  expect(screen.getByRole('alert').textContent).toContain('10ms');
});
