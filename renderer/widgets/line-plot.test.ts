import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import LinePlot from './LinePlot.svelte';
import type { LineSeries } from './line-chart.ts';

const heap: LineSeries = {
  name: 'Heap',
  ink: 'state-network',
  unit: 'bytes',
  form: 'step',
  at: Float64Array.of(0, 1e9, 2e9),
  values: Float64Array.of(1e6, 4e6, 2e6),
};

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(262);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const words = (text: string | null | undefined): string => (text ?? '').replace(/[\s\u00a0]+/g, ' ').trim();

function shown() {
  const onselect = vi.fn<(range: unknown) => void>();
  const onpick = vi.fn<(at: number) => void>();
  render(LinePlot, { title: 'Memory', series: [heap], range: { from: 0, until: 4e9 }, onselect, onpick });
  const plot = screen.getByRole('group', { name: 'Memory' });
  plot.setPointerCapture = vi.fn();
  const pointer = (type: string, offsetX: number) =>
    fireEvent(
      plot,
      Object.assign(new MouseEvent(type, { bubbles: true }), { button: 0, pointerId: 1, offsetX }),
    );
  const key = (name: string, shiftKey = false) => fireEvent.keyDown(plot, { key: name, shiftKey });
  return {
    onselect,
    onpick,
    plot,
    pointer,
    key,
    said: () => words(plot.querySelector('[aria-live]')?.textContent),
  };
}

describe('a plot of lines', () => {
  it('reads its values to who moves over them with arrows', async () => {
    const { key, said } = shown();
    await key('ArrowRight');
    expect(said()).toBe('0.000 s, Heap 1.00 MB');
    await key('ArrowRight');
    expect(said()).toBe('1.000 s, Heap 4.00 MB');
    await key('End');
    expect(said()).toBe('2.000 s, Heap 2.00 MB');
  });

  it('gives the range that is dragged over', async () => {
    const { pointer, onselect, onpick } = shown();
    await pointer('pointerdown', 104);
    await pointer('pointermove', 204);
    await pointer('pointerup', 204);
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ from: 1e9, until: 3e9 });
    expect(onpick).not.toHaveBeenCalled();
  });

  it('gives the point that is clicked', async () => {
    const { pointer, onselect, onpick } = shown();
    await pointer('pointerdown', 154);
    await pointer('pointerup', 155);
    expect(onpick.mock.calls[0]![0]).toBeCloseTo(2.02e9, 0);
    expect(onselect).not.toHaveBeenCalled();
  });

  it('takes a range from Shift, arrows and Enter', async () => {
    const { key, said, onselect } = shown();
    await key('Home');
    await key('ArrowRight', true);
    await key('ArrowRight', true);
    expect(said()).toBe('0.000 s to 2.000 s chosen, 2.000 s, Heap 2.00 MB');
    expect(onselect).not.toHaveBeenCalled();
    await key('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ from: 0, until: 2e9 });
  });

  it('lists its values in a table', async () => {
    shown();
    await fireEvent.click(screen.getByRole('button', { name: 'Memory: save or show as table' }));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Show as table' }));
    expect(screen.getAllByRole('row').map((row) => words(row.textContent))).toEqual([
      'AtHeap',
      '0.000 s1.00 MB',
      '1.000 s4.00 MB',
      '2.000 s2.00 MB',
    ]);
  });
});
