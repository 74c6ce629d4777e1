import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callTree, type CallTree } from '#common/flame-graph/call-tree.ts';
import { flameRowHeight } from '#common/flame-graph/flame-drawing.ts';
import { stacksWritten } from '#common/flame-graph/weighted-stacks.ts';
import FlameGraph from './FlameGraph.svelte';

/** Wide 1000 pixels: one for each. Six rows are in view. */
const tree = callTree(
  stacksWritten('main;serve;lock;slow 500\nmain;serve;read;a;b;c;d;e 200\nmain;init 100\nother 200'),
);
const nameOf = (node: number): string => tree.functions[tree.functionOf[node]!] ?? 'all';
const nodeOf = (name: string): number =>
  Array.from({ length: tree.count }, (_, node) => nameOf(node)).indexOf(name);

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(6 * flameRowHeight);
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

interface Shown {
  readonly graph: HTMLElement;
  readonly selected: () => string;
  readonly zoomed: () => string;
  readonly spoken: () => string;
}

function shown(grows: 'down' | 'up' = 'down', of: CallTree = tree): Shown {
  let [selected, zoomed] = [-1, 0];
  const props = {
    label: 'Flame graph',
    tree: of,
    theme: 'light',
    grows,
    inkOf: () => 'frame-own' as const,
    labelOf: (at: number) => of.functions[at]!,
    figureOf: () => '',
    inWords: (node: number) => `${nameOf(node)}, ${of.totals[node]!}`,
    tip: createRawSnippet((node: () => number, others: () => number) => ({
      render: () => `<span>${nameOf(node())} of ${of.totals[node()]!}, ${others()} beside</span>`,
    })),
    zoomed,
    selected,
    onzoom: (node: number) => void change({ zoomed: (zoomed = node) }),
    onselect: (node: number) => void change({ selected: (selected = node) }),
  };
  const { rerender } = render(FlameGraph, props);
  const change = (some: Partial<typeof props>): Promise<void> => rerender(some);
  const graph = screen.getByRole('application', { name: 'Flame graph' });
  return {
    graph,
    selected: () => (selected < 0 ? '' : nameOf(selected)),
    zoomed: () => nameOf(zoomed),
    spoken: () => graph.querySelector('[aria-live]')?.textContent ?? '',
  };
}

const at = (row: number, x: number): MouseEventInit =>
  ({
    offsetX: x,
    offsetY: row * flameRowHeight + 8,
  }) as MouseEventInit;

/** happy-dom takes no offsets in the constructor. */
async function mouse(graph: HTMLElement, type: string, row: number, x: number): Promise<void> {
  const event = new MouseEvent(type, { bubbles: true });
  const place = at(row, x) as unknown as Record<string, number>;
  for (const [name, value] of Object.entries(place)) Object.defineProperty(event, name, { value });
  await fireEvent(graph, event);
}

async function keys(graph: HTMLElement, ...pressed: readonly string[]): Promise<void> {
  for (const key of pressed) await fireEvent.keyDown(graph, { key });
}

describe('a flame graph by keyboard', () => {
  it('goes to what is called, to callers, and along its row, and says where it is', async () => {
    const { graph, selected, spoken } = shown();
    await keys(graph, 'ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(selected()).toBe('lock');
    await waitFor(() => expect(spoken()).toBe('lock, 500'));
    await keys(graph, 'ArrowRight');
    expect(selected()).toBe('read');
    await keys(graph, 'ArrowUp', 'ArrowRight');
    expect(selected()).toBe('init');
    await keys(graph, 'ArrowLeft', 'ArrowUp', 'ArrowRight');
    expect(selected()).toBe('other');
  });

  it('is walked through the other way where it grows up', async () => {
    const { graph, selected } = shown('up');
    await keys(graph, 'ArrowUp', 'ArrowUp');
    expect(selected()).toBe('serve');
    await keys(graph, 'ArrowDown');
    expect(selected()).toBe('main');
  });

  it('zooms with Enter, again to the caller, and out with Escape', async () => {
    const { graph, zoomed, selected } = shown();
    await keys(graph, 'ArrowDown', 'ArrowDown', 'Enter');
    expect(zoomed()).toBe('serve');
    await keys(graph, 'ArrowRight');
    expect(selected()).toBe('serve');
    await keys(graph, 'Enter');
    expect(zoomed()).toBe('main');
    await keys(graph, 'Escape');
    expect(zoomed()).toBe('all');
  });

  it('leaves Escape to others when there is nothing to zoom out of', async () => {
    const { graph } = shown();
    expect(await fireEvent.keyDown(graph, { key: 'Escape' })).toBe(true);
  });

  it('scrolls to what is selected', async () => {
    const { graph, selected } = shown();
    for (let step = 0; step < 3; step++) await keys(graph, 'ArrowDown');
    await keys(graph, 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(selected()).toBe('e');
    await mouse(graph, 'click', 5, 510);
    expect(selected()).toBe('e');
  });
});

describe('a flame graph by pointer', () => {
  it('selects with a click, nothing beside the boxes, and zooms with a double click', async () => {
    const { graph, selected, zoomed } = shown();
    await mouse(graph, 'click', 3, 600);
    expect(selected()).toBe('read');
    await mouse(graph, 'dblclick', 2, 100);
    expect(zoomed()).toBe('serve');
    await mouse(graph, 'click', 3, 800);
    expect(selected()).toBe('read');
    await mouse(graph, 'dblclick', 0, 10);
    expect(zoomed()).toBe('all');
    await mouse(graph, 'click', 3, 900);
    expect(selected()).toBe('');
  });

  it('explains what is hovered', async () => {
    const { graph } = shown();
    await mouse(graph, 'pointermove', 1, 900);
    expect((await screen.findByRole('tooltip')).textContent).toContain('other of 200, 0 beside');
    await fireEvent(graph, new MouseEvent('pointerleave'));
    await waitFor(() => expect(screen.queryByRole('tooltip')).toBeNull());
  });

  it('shows deeper calls when the wheel turns', async () => {
    const { graph, selected } = shown();
    await fireEvent(graph, new WheelEvent('wheel', { deltaY: 3 * flameRowHeight, cancelable: true }));
    await mouse(graph, 'click', 1, 600);
    expect(selected()).toBe(nameOf(nodeOf('a')));
  });
});
