import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heatInk } from './heat-drawing.ts';
import HeatMap from './HeatMap.svelte';
import Sparkline from './Sparkline.svelte';

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(54 + 200 + 8);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const words = (text: string | null | undefined): string => (text ?? '').replace(/[\s\u00a0]+/g, ' ').trim();

function shown() {
  const onselect = vi.fn<(range: unknown) => void>();
  const onpick = vi.fn<(row: number, time: unknown) => void>();
  render(HeatMap, {
    title: 'Processors',
    rows: ['P0', 'P1'],
    ...{ start: 0, step: 1e9, columns: 4, range: { from: 0, until: 4e9 } },
    ink: (row: number, column: number) => heatInk((row + column) / 4),
    words: (row: number, column: number) => `${(row + column) * 25} %`,
    onselect,
    onpick,
  });
  const plot = screen.getByRole('group', { name: 'Processors' });
  plot.setPointerCapture = vi.fn();
  const pointer = (type: string, offsetX: number, offsetY: number) =>
    fireEvent(
      plot,
      Object.assign(new MouseEvent(type, { bubbles: true }), { button: 0, pointerId: 1, offsetX, offsetY }),
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

describe('a heat map', () => {
  it('reads the cell that the arrows move to', async () => {
    const { key, said } = shown();
    await key('ArrowRight');
    expect(said()).toBe('0 s to 1 s, P0 0 %');
    await key('ArrowRight');
    await key('ArrowDown');
    expect(said()).toBe('1 s to 2 s, P1 50 %');
  });

  it('gives the stretch of time that is dragged over, whole columns', async () => {
    const { pointer, onselect } = shown();
    await pointer('pointerdown', 120, 5);
    await pointer('pointermove', 180, 25);
    await pointer('pointerup', 180, 25);
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ from: 1e9, until: 3e9 });
  });

  it('gives the cell that is clicked, or entered', async () => {
    const { pointer, key, onpick } = shown();
    await pointer('pointerdown', 120, 25);
    await pointer('pointerup', 120, 25);
    expect(onpick).toHaveBeenLastCalledWith(1, { from: 1e9, until: 2e9 });
    await key('Home');
    await key('Enter');
    expect(onpick).toHaveBeenLastCalledWith(1, { from: 0, until: 1e9 });
  });

  it('takes a stretch of time from Shift, arrows and Enter', async () => {
    const { key, onselect } = shown();
    await key('Home');
    await key('ArrowRight', true);
    await key('Enter');
    expect(onselect).toHaveBeenCalledExactlyOnceWith({ from: 0, until: 2e9 });
  });

  it('lists its cells in a table', async () => {
    shown();
    await fireEvent.click(screen.getByRole('button', { name: 'Processors: save or show as table' }));
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Show as table' }));
    expect(screen.getAllByRole('row').map((row) => words(row.textContent))[2]).toBe('1 s25 %50 %');
  });
});

it('draws a small course of values, each at least with its foot', () => {
  render(Sparkline, { values: [0, 1, 4], label: 'Collections', width: 30, height: 20 });
  const picture = screen.getByRole('img', { name: 'Collections' });
  expect(picture.querySelector('path')?.getAttribute('d')).toBe('M0 18h9v2h-9zM10 15h9v5h-9zM20 0h9v20h-9z');
});
