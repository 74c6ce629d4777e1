import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import type { EventRow } from '#common/analyses/event-results.ts';
import { goId, traceKey } from '#common/ids.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import { bytes, traceNs } from '#common/units.ts';
import { TraceState } from '../../state/trace.svelte.ts';
import { standInHost } from '../../testing/stand-in-host.ts';
import { EventList } from './event-list.svelte.ts';

const rowAt = (index: number): EventRow => ({
  index,
  timeNs: traceNs(index * 10),
  kind: 'Log',
  event: 'UserLog',
  goroutine: 1,
  processor: 0,
  thread: 1,
  facts: [],
});
/** Every other event passes. */
const passing = Array.from({ length: 2000 }, (_, i) => rowAt(i * 2));
const whole = { found: passing.length, seen: 4000, toSee: 4000 };

function listOver(handlers: Partial<Handlers> = {}): EventList {
  const host = standInHost({
    'events.find': () => whole,
    'events.page': ({ offset, limit }) => ({
      offset,
      rows: passing.slice(offset, offset + limit),
      rowCount: passing.length,
      isExact: true,
    }),
    'events.place': ({ at }) => ({ offset: passing.filter(({ timeNs }) => timeNs < at).length }),
    'events.neighbour': ({ index, direction }) => rowAt(direction === 'after' ? index + 1 : index - 2),
    ...handlers,
  });
  const opened = { trace: traceKey('one'), name: 'one', path: '/one', sizeBytes: bytes(1) };
  const list = new EventList(new TraceState(host, opened));
  list.ask({});
  return list;
}

const settled = (list: EventList): Promise<void> =>
  vi.waitFor(() => {
    flushSync();
    expect(list.rows.rowCount).toBe(passing.length);
    expect(list.search.isLoading).toBe(false);
  });

test('going to a time selects the first event from then on, and brings it into view', async () => {
  const list = listOver();
  await settled(list);
  await list.goTo(12_345);
  list.rows.show(600, 640);
  expect([list.active, list.revealed?.index]).toEqual([618, 618]);
  await vi.waitFor(() => expect(list.selected?.timeNs).toBe(12_360));
});

test('a neighbour is selected if the list has it, and only looked at if it has not', async () => {
  const list = listOver();
  await settled(list);
  list.select(5);
  await list.goToNeighbour(goId(1), 'after');
  expect([list.active, list.beside?.index, list.selected?.index]).toEqual([5, 11, 11]);
  list.select(5);
  await list.goToNeighbour(goId(1), 'before');
  expect([list.active, list.beside]).toEqual([4, undefined]);
});

test('copying takes page after page, up to the most there may be', async () => {
  const list = listOver();
  expect((await list.first(5000)).rows).toEqual(passing);
  expect((await list.first(1500)).rows).toEqual(passing.slice(0, 1500));
});

test('a search that is stopped keeps what it has found, and goes on when asked', async () => {
  let searches = 0;
  const list = listOver({
    'events.find': (_params, { signal }) => {
      if (searches++ > 0) return whole;
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    },
  });
  await vi.waitFor(() => expect(list.rows.rowCount).toBe(passing.length));
  list.stop();
  expect([list.isStopped, list.search.isLoading]).toEqual([true, false]);
  expect(list.rows.rowCount).toBe(passing.length);
  list.goOn();
  await settled(list);
  expect([list.isStopped, list.count]).toEqual([false, whole]);
});
