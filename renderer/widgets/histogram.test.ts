import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Histogram from './Histogram.svelte';

// 1 ms to 10 ms, 20 px a bar.
const edgesNs = [1_000_000, 1_584_893, 2_511_886, 3_981_071, 6_309_573, 10_000_000];
const counts = [10, 20, 40, 20, 10];

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(100);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const words = (text: string | null | undefined): string => (text ?? '').replace(/[\s\u00a0]+/g, ' ').trim();

function shown(selected?: { fromNs: number; untilNs: number }) {
  const onselect = vi.fn<(range: unknown) => void>();
  const { rerender } = render(Histogram, {
    title: 'Lifetime',
    counts,
    edgesNs,
    of: 'goroutines',
    onselect,
    selected,
  });
  const plot = screen.getByRole('group', { name: 'Lifetime, 100 goroutines' });
  const said = (): string => words(plot.querySelector('[aria-live]')?.textContent);
  const key = (name: string, shiftKey = false) => fireEvent.keyDown(plot, { key: name, shiftKey });
  return { onselect, plot, said, key, rerender };
}

describe('a histogram', () => {
  it('reads the range and count of each bar that the arrows move to', async () => {
    const { said, key } = shown();
    await key('ArrowRight');
    expect(said()).toBe('1.00 ms – 1.58 ms, goroutines 10 10 %');
    await key('ArrowRight');
    await key('ArrowRight');
    expect(said()).toBe('2.51 ms – 3.98 ms, goroutines 40 40 %');
    await key('End');
    expect(said()).toBe('6.31 ms – 10.0 ms, goroutines 10 10 %');
  });

  it('lets Shift and arrows choose bars, and Escape drop them', async () => {
    const { onselect, said, key, rerender } = shown();
    await key('ArrowRight');
    await key('ArrowRight', true);
    await key('ArrowRight', true);
    expect(onselect).toHaveBeenLastCalledWith({ fromNs: 1_000_000, untilNs: 3_981_071 });
    expect(said()).toBe('1.00 ms – 3.98 ms, goroutines 70 70 %');
    await rerender({ selected: { fromNs: 1_000_000, untilNs: 3_981_071 } });
    await key('Escape');
    expect(onselect).toHaveBeenLastCalledWith(undefined);
  });

  it('takes the bars that are dragged over, backwards too', async () => {
    const { onselect, plot } = shown();
    plot.setPointerCapture = vi.fn();
    const at = (offsetX: number) => ({ button: 0, pointerId: 1, offsetX });
    const event = (type: string, offsetX: number) =>
      fireEvent(plot, Object.assign(new MouseEvent(type, { bubbles: true }), at(offsetX)));
    await event('pointerdown', 75);
    await event('pointermove', 25);
    await event('pointerup', 25);
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ fromNs: 1_584_893, untilNs: 6_309_573 });
  });

  it('shows what is below the pointer', async () => {
    const { plot } = shown();
    await fireEvent(plot, Object.assign(new MouseEvent('pointermove', { bubbles: true }), { offsetX: 50 }));
    expect(words(plot.querySelector('.readout')?.textContent)).toBe('2.51 ms – 3.98 ms goroutines40 40 %');
  });

  it('can be shown as a table', async () => {
    shown();
    await fireEvent.click(screen.getByRole('button', { name: 'Lifetime: save or show as table' }));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Show as table' }));
    const rows = screen.getAllByRole('row').map((row) => words(row.textContent));
    expect(rows).toHaveLength(6);
    expect(rows[3]).toBe('2.51 ms3.98 ms40');
  });

  it('says that there is nothing', () => {
    render(Histogram, { title: 'Waits', counts: [], edgesNs: [], of: 'waits' });
    expect(screen.getByText('No waits')).toBeTruthy();
  });
});
