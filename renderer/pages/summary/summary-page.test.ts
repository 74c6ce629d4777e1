import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { Failure } from '#common/errors.ts';
import { collections, counted, openWaits, processors } from '#common/findings/made-up-analyses.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import { durNs, traceNs } from '#common/units.ts';
import App from '../../App.svelte';
import { App as AppState } from '../../state/app.svelte.ts';
import { Theme } from '../../state/theme.svelte.ts';
import { standInHost } from '../../testing/stand-in-host.ts';

const nobody = { count: 0, ns: durNs(0) };
const byState = { running: nobody, syscall: nobody, gc: nobody, runnable: nobody };
const noTime: WallAnalysis = {
  ...{ fromNs: traceNs(0), untilNs: traceNs(10e9), total: nobody, samples: 0, spreadNs: durNs(0) },
  byState: { ...byState, sync: nobody, network: nobody, other: nobody, sleep: nobody, unknown: nobody },
  ...{ groups: [], states: new Uint8Array(), stacks: [] },
  profile: {
    frames: [],
    stackStarts: Uint32Array.of(0),
    stackFrames: new Uint32Array(),
    values: ['stays', 'time'].map((type) => ({ type, unit: 'count', values: new Float64Array() })),
  },
};
const calm: Partial<Handlers> = {
  'analyses.counters': () => counted({ alive: [3, 3, 3] }),
  'analyses.wall': () => noTime,
  'analyses.scheduler': () => processors({}),
  'analyses.gc': () => collections({}),
  'analyses.profile': () => openWaits('main.leak', 1, 1),
  'goroutines.groups': () => ({
    ...{ revision: 1, rowCount: 0, rows: [] },
    sums: { count: 17, totalNs: durNs(0), execNs: durNs(0) },
  }),
};

afterEach(() => {
  cleanup();
  location.hash = '';
  localStorage.clear();
});

async function opened(query: string, handlers: Partial<Handlers> = {}): Promise<void> {
  const view = { 'view.last': () => ({ address: `/summary?file=x${query}` }) };
  const host = standInHost({ ...calm, ...view, ...handlers });
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const app = new AppState(host, theme, window);
  render(App, { app });
  await app.start();
  await app.open('/traces/a.trace');
  await screen.findByRole('main', { name: 'Summary' });
}

const words = (element: HTMLElement): string => element.textContent.replaceAll(/\s+/g, ' ');
const standsOut = (): HTMLElement => screen.getByRole('region', { name: 'What stands out' });

describe('the summary', () => {
  it('says calmly that nothing stands out', async () => {
    await opened('');
    await within(standsOut()).findByText(/^Nothing\./);
  });

  it('lists what stands out, and leads there', async () => {
    const stop = { kind: 'GC mark termination', at: 3e9, ns: 20e6 };
    await opened('', { 'analyses.gc': () => collections({ stops: [stop] }) });
    const finding = await within(standsOut()).findByRole('button', { name: /The world was stopped/ });
    expect(words(finding)).toMatch(/Problem: .*20\.0 ms/);
    await fireEvent.click(finding);
    expect(location.hash).toContain('#/gc?');
  });

  it('says of a filter what cannot be told with it, and drops it', async () => {
    const refuse = (): never => {
      throw new Failure('bad-parameters', 'Counters are not told by user tasks.');
    };
    await opened('&t=8', {
      'analyses.counters': (params) => (params.task === undefined ? counted({ alive: [3] }) : refuse()),
    });
    await screen.findByText('Counters are not told by user tasks.');
    await fireEvent.click(screen.getAllByRole('button', { name: 'Drop the filter' })[0]!);
    await screen.findByRole('figure', { name: 'Over time' });
    expect(location.hash).not.toContain('t=8');
  });

  it('counts the goroutines of its window, and says where nobody is left', async () => {
    await opened('&w=1000-2000');
    const facts = await screen.findByLabelText('Key figures');
    await within(facts).findByText('17');
    await screen.findByText('No goroutine is there in this window.');
  });
});
