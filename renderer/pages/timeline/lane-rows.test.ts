import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SvelteMap } from 'svelte/reactivity';
import { traceKey } from '#common/ids.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { bytes } from '#common/units.ts';
import { plainView } from '../../state/timeline-view.ts';
import { TraceState } from '../../state/trace.svelte.ts';
import { goroutineRow, groupRow, standInHost, type StandInHost } from '../../testing/stand-in-host.ts';
import { LaneRows, rowHeights, type Row, type RowsWish } from './lane-rows.svelte.ts';

const groups = [groupRow(1, 'main.worker', 3, 1e6), groupRow(2, 'main.main', 1, 1e5)];
const members: Readonly<Record<number, readonly number[]>> = { 1: [17, 18, 19], 2: [1] };

let host: StandInHost;
let taller: SvelteMap<LaneKey, number>;
let rows: LaneRows;

beforeEach(async () => {
  host = standInHost({
    'goroutines.groups': ({ offset, filter }) => {
      const found = groups.filter(({ name }) => name.includes(filter));
      const { totalNs, execNs } = groups[0]!;
      return {
        revision: 1,
        rowCount: found.length,
        rows: found.slice(offset),
        sums: { count: 4, totalNs, execNs },
      };
    },
    'goroutines.list': ({ group, offset, limit }) => {
      const ids = group === undefined ? [1, 17, 18, 19] : (members[group] ?? []);
      const page = ids.slice(offset, offset + limit);
      return { revision: 1, rowCount: ids.length, rows: page.map((id) => goroutineRow(id, groups[0]!)) };
    },
    'timeline.lanes': () => ({ revision: 1, lanes: [] }),
  });
  const opened = { trace: traceKey('t'), name: 'a.trace', path: '/a.trace', sizeBytes: bytes(1) };
  taller = new SvelteMap();
  rows = new LaneRows(new TraceState(host, opened), (lane) => taller.get(lane) ?? 0);
  await ask({});
});
afterEach(() => rows.leave());

const plain: RowsWish = {
  filter: plainView.filter,
  grouping: plainView.grouping,
  order: plainView.order,
  open: [],
  shut: [],
};
async function ask(wish: Partial<RowsWish>): Promise<void> {
  rows.ask({ ...plain, ...wish });
  await vi.waitFor(() => expect(list()).not.toContain('not here yet'));
}

const nameOf = (row: Row): string => {
  if (row.kind === 'goroutine') return row.lane ?? 'not here yet';
  if (row.kind === 'section') return row.title;
  return row.kind === 'group' ? row.row.name : row.kind;
};
/** Everything in the list, from the top, below the four rows that are always there. */
const placed = () => rows.rowsIn(0, rows.height).slice(4);
const list = (): string[] => placed().map(({ what, index }) => nameOf(rows.rowAt(what, index)));
const asked = (method: string): number => host.asked.filter((one) => one.method === method).length;

describe('groups', () => {
  it('are one row each until they are opened', async () => {
    await vi.waitFor(() => expect(list()).toEqual(['Goroutines', 'main.worker', 'main.main']));
    expect(asked('goroutines.list')).toBe(0);
  });

  it('have their goroutines below them while they are open', async () => {
    await vi.waitFor(() => expect(list()).toHaveLength(3));
    const shut = rows.height;
    rows.ask({ ...plain, open: [1] });
    await vi.waitFor(() =>
      expect(list()).toEqual(['Goroutines', 'main.worker', 'g17', 'g18', 'g19', 'main.main']),
    );
    expect(rows.height).toBe(shut + 3 * rowHeights.goroutines);
    rows.ask({ ...plain, open: [] });
    expect(list()).toEqual(['Goroutines', 'main.worker', 'main.main']);
    expect(rows.height).toBe(shut);
  });

  it('stay as they are when another is opened, and are not fetched again', async () => {
    rows.ask({ ...plain, open: [1] });
    await vi.waitFor(() => expect(list()).toContain('g19'));
    const before = asked('goroutines.list');
    rows.ask({ ...plain, open: [1, 2] });
    await vi.waitFor(() => expect(list().at(-1)).toBe('g1'));
    expect(list()).toContain('g19');
    expect(asked('goroutines.list')).toBe(before + 1);
    expect(asked('goroutines.groups')).toBe(1);
  });

  it('are those that pass the filter', async () => {
    rows.ask({ ...plain, filter: { text: 'worker' } });
    await vi.waitFor(() => expect(list()).toEqual(['Goroutines', 'main.worker']));
  });

  it('go with their section', () => {
    rows.ask({ ...plain, open: [1], shut: ['goroutines'] });
    expect(list()).toEqual(['Goroutines']);
  });

  it('are given up where goroutines stand for themselves', async () => {
    rows.ask({ ...plain, grouping: 'none' });
    await vi.waitFor(() => expect(list()).toEqual(['Goroutines', 'g1', 'g17', 'g18', 'g19']));
  });
});

describe('an unfolded lane', () => {
  it('is taller, and what stands below it moves down', async () => {
    rows.ask({ ...plain, open: [1] });
    await vi.waitFor(() => expect(list()).toContain('g19'));
    const [before, height] = [rows.placeOf('g18')!, rows.height];
    const below = rows.placeOf('g19')!;
    taller.set('g18', 45);
    expect(rows.placeOf('g18')).toEqual({ top: before.top, height: before.height + 45 });
    expect(rows.placeOf('g19')).toEqual({ top: below.top + 45, height: below.height });
    expect(rows.height).toBe(height + 45);
    const row = placed().find(({ what, index }) => nameOf(rows.rowAt(what, index)) === 'g18');
    expect(row).toMatchObject({ top: before.top, height: rowHeights.goroutines + 45 });
  });

  it('is found again by its place, and one that is not in the list is not', async () => {
    rows.ask({ ...plain, open: [1] });
    await vi.waitFor(() => expect(list()).toContain('g19'));
    const { top, height } = rows.placeOf('g18')!;
    const [at] = rows.rowsIn(top, height);
    expect(rows.rowAt(at!.what, at!.index)).toMatchObject({ kind: 'goroutine', lane: 'g18' });
    expect(rows.placeOf('g1')).toBeUndefined();
    expect(rows.placeOf('f2')!.top).toBeGreaterThan(top);
  });
});
