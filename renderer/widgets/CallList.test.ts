import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callTree } from '#common/flame-graph/call-tree.ts';
import { stacksWritten } from '#common/flame-graph/weighted-stacks.ts';
import CallList from './CallList.svelte';

/** Below `main`: `rare` is so small a part that it is folded at first. */
const tree = callTree(
  stacksWritten('main;serve;lock;slow 500\nmain;serve;read 300\nmain;rare;deep;deeper 5'),
);
const chosen = vi.fn<(functionIndex: number) => void>();

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  cleanup();
  chosen.mockClear();
});

function shown(): { readonly list: HTMLElement; readonly openAll: () => Promise<void> } {
  const { rerender } = render(CallList, {
    label: 'Calls',
    tree,
    top: 1,
    inkOf: () => 'frame-own' as const,
    labelOf: (at: number) => tree.functions[at]!,
    figure: createRawSnippet(() => ({ render: () => '<b></b>' })),
    onchoose: chosen,
    openings: 0,
  });
  return { list: screen.getByRole('tree', { name: 'Calls' }), openAll: () => rerender({ openings: 1 }) };
}

const rows = (list: HTMLElement): readonly string[] =>
  within(list)
    .getAllByRole('treeitem')
    .map((row) => `${row.getAttribute('aria-level') ?? ''} ${row.textContent.replace(/\s+/g, ' ').trim()}`);

async function keys(list: HTMLElement, ...pressed: readonly string[]): Promise<void> {
  for (const key of pressed) await fireEvent.keyDown(list, { key });
}
const current = (list: HTMLElement): string =>
  document.getElementById(list.getAttribute('aria-activedescendant') ?? '')?.title ?? '';

describe('a list of calls', () => {
  it('has what is called below its caller, small parts folded', () => {
    const { list } = shown();
    expect(rows(list)).toEqual(['1 ▾ serve', '2 ▾ lock', '3 slow', '2 read', '1 ▸ rare']);
  });

  it('folds and opens with the arrows, which also go through it', async () => {
    const { list } = shown();
    await keys(list, 'ArrowDown', 'ArrowLeft');
    expect(rows(list)).toEqual(['1 ▾ serve', '2 ▸ lock', '2 read', '1 ▸ rare']);
    await keys(list, 'ArrowLeft');
    expect(current(list)).toBe('serve');
    await keys(list, 'ArrowLeft', 'End', 'ArrowRight', 'ArrowRight');
    expect(rows(list)).toEqual(['1 ▸ serve', '1 ▾ rare', '2 ▸ deep']);
    expect(current(list)).toBe('deep');
  });

  it('opens everything when that is wished', async () => {
    const { list, openAll } = shown();
    await openAll();
    expect(rows(list).slice(-3)).toEqual(['1 ▾ rare', '2 ▾ deep', '3 deeper']);
  });

  it('chooses a function with Enter or a click', async () => {
    const { list } = shown();
    await keys(list, 'ArrowDown', 'Enter');
    await fireEvent.click(within(list).getByText('read'));
    expect(chosen.mock.calls.map(([at]) => tree.functions[at])).toEqual(['lock', 'read']);
  });
});
