import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handlers } from '#common/rpc/handlers.ts';
import App from '../../App.svelte';
import { App as AppState } from '../../state/app.svelte.ts';
import { Theme } from '../../state/theme.svelte.ts';
import { facts, goroutineRow, groupRow, standInHost } from '../../testing/stand-in-host.ts';

const rows = Array.from({ length: 60 }, (_, ix) => groupRow(ix + 1, `main.worker${ix + 1}`, 3, 1_000_000));
const listing: Partial<Handlers> = {
  'view.last': () => null,
  'goroutines.groups': ({ offset }) => ({
    revision: 1,
    rowCount: rows.length,
    rows: rows.slice(offset),
    sums: { count: 180, totalNs: rows[0]!.totalNs, execNs: rows[0]!.execNs },
  }),
  'goroutines.list': () => ({
    revision: 1,
    rowCount: 3,
    rows: [17, 18, 19].map((id) => goroutineRow(id, rows[0]!)),
  }),
  'timeline.lanes': () => ({ revision: 1, lanes: [] }),
  'notes.list': () => [],
};

let nowMs: number;
let pushes: number;

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true });
  // A gesture is told from the next by the clock.
  nowMs = 10_000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  history.replaceState(null, '', '#');
  pushes = 0;
  const push = history.pushState.bind(history);
  vi.spyOn(history, 'pushState').mockImplementation((...args) => {
    pushes++;
    push(...args);
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  localStorage.clear();
});

async function opened(handlers: Partial<Handlers> = {}): Promise<void> {
  const host = standInHost({ ...listing, ...handlers });
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const app = new AppState(host, theme, window);
  render(App, { app });
  await app.start();
  await app.open('/traces/a.trace');
  await screen.findByRole('button', { name: 'Select main.worker1' });
  pushes = 0;
}

const view = (): Readonly<Record<string, string>> => {
  const parts = new URLSearchParams(location.hash.split('?', 2)[1]);
  parts.delete('file');
  return Object.fromEntries(parts);
};
const viewIs = (expected: Readonly<Record<string, unknown>>): Promise<void> =>
  waitFor(() => expect(view()).toEqual(expected));
const lanes = (): HTMLElement => screen.getByRole('application', { name: 'Lanes' });
const press = (key: string): Promise<boolean> => fireEvent.keyDown(lanes(), { key });
/** Longer than the page takes to write what it has to say: nothing came. */
const addressIsWritten = (): Promise<void> => new Promise((done) => setTimeout(done, 300));
const nextGesture = (): number => (nowMs += 1000);

/** What the browser does on Back. */
function backTo(hash: string, index: number): void {
  history.replaceState({ index }, '', hash);
  window.dispatchEvent(new PopStateEvent('popstate', { state: { index } }));
}

describe('the address', () => {
  it('says nothing of a view that is as one first sees it', async () => {
    await opened();
    expect(location.hash).toContain('/timeline?file=');
    expect(view()).toEqual({});
  });

  it('has one step for a gesture, however many windows it went through', async () => {
    await opened();
    await press('w');
    await viewIs({ w: '2080000000-10400000000' });
    nowMs += 300;
    await press('w');
    await viewIs({ w: '3466666667-9013333333' });
    nowMs += 300;
    await press('a');
    await viewIs({ w: '2357333333-7904000000' });
    expect(pushes).toBe(1);
  });

  it('has another step for the next gesture, also from one part of the trace to another', async () => {
    await opened();
    await press('w');
    await viewIs({ w: '2080000000-10400000000' });
    nextGesture();
    await press('w');
    await viewIs({ w: '3466666667-9013333333' });
    nextGesture();
    await fireEvent.click(screen.getByRole('button', { name: 'Select main.worker1' }));
    await viewIs({ w: '3466666667-9013333333', sel: 'f1' });
    expect(pushes).toBe(3);
  });

  it('has no step for scrolling', async () => {
    await opened();
    nextGesture();
    await fireEvent.wheel(lanes(), { deltaY: 120 });
    await viewIs({ y: '120' });
    nextGesture();
    await press('End');
    await waitFor(() => expect(Number(view()['y'])).toBeGreaterThan(120));
    expect(pushes).toBe(0);
  });

  it('leads back: what it said before is shown again, and nothing is written over it', async () => {
    await opened();
    const first = location.hash;
    await fireEvent.click(screen.getByRole('button', { name: /^worker1 / }));
    await screen.findByRole('button', { name: 'G17' });
    await viewIs({ open: '1' });
    backTo(first, 1);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'G17' })).toBeNull());
    await addressIsWritten();
    expect([view(), pushes]).toEqual([{}, 1]);
    nextGesture();
    await press('w');
    await waitFor(() => expect(view()['w']).toBeDefined());
    expect(pushes).toBe(2);
  });
});

describe('a window that is kept for the next time', () => {
  const address = '/timeline?file=x&w=1000000000-2000000000';

  it('is shown though the facts of the trace come late', async () => {
    let tell = (): void => undefined;
    const late = new Promise<void>((resolve) => (tell = resolve));
    await opened({
      'view.last': () => ({ address }),
      'trace.facts': async () => {
        await late;
        return facts;
      },
    });
    expect(view()).toEqual({ w: '1000000000-2000000000' });
    tell();
    await screen.findByRole('button', { name: /^1\.000 – 2\.000/ });
    await addressIsWritten();
    expect(view()).toEqual({ w: '1000000000-2000000000' });
  });

  it('ends with the trace where it is longer', async () => {
    await opened({ 'view.last': () => ({ address: '/timeline?file=x&w=12000000000-20000000000' }) });
    await viewIs({ w: '12000000000-12480000000' });
  });
});

describe('Escape', () => {
  it('closes the keys, goes back to where the focus was, and then clears what is selected', async () => {
    HTMLDialogElement.prototype.showModal = function showModal() {
      this.open = true;
      this.querySelector('button')?.focus();
    };
    await opened();
    await fireEvent.click(screen.getByRole('button', { name: 'Select main.worker1' }));
    await viewIs({ sel: 'f1' });
    lanes().focus();
    await press('?');
    await screen.findByRole('dialog', { name: 'Keys' });
    await press('Escape');
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Keys' })).toBeNull());
    expect(document.activeElement).toBe(lanes());
    await addressIsWritten();
    expect(view()).toEqual({ sel: 'f1' });
    await press('Escape');
    await viewIs({});
  });
});

it('saves what one sees as a picture with the names of the lanes', async () => {
  const saved: Blob[] = [];
  const writer = {
    measureText: (text: string) => ({ width: text.length * 6 }),
    ...{ clearRect: () => undefined, fillRect: () => undefined },
    getImageData: () => ({ data: new Uint8ClampedArray(4) }),
  };
  // Nothing is painted here, but texts have a width.
  const context = (_: string, options?: { readonly willReadFrequently?: boolean }) =>
    options?.willReadFrequently ? writer : null;
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(context as never);
  URL.createObjectURL = (blob) => `blob:${saved.push(blob as Blob)}`;
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  await opened();
  await fireEvent.click(screen.getByRole('button', { name: 'a.trace timeline: save as a picture' }));
  await fireEvent.click(await screen.findByRole('menuitem', { name: 'Save as SVG' }));
  await waitFor(() => expect(saved).toHaveLength(1));
  const svg = await saved[0]!.text();
  expect(svg).toContain('<title>a.trace timeline</title>');
  for (const text of ['main.worker1', 'main.worker2', 'Garbage collection', 'Runnable'])
    expect(svg).toContain(`>${text}</text>`);
});
