import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EventCount } from '#common/analyses/event-results.ts';
import { createClient, type Client } from '#common/rpc/client.ts';
import { memoryWires } from '#common/rpc/wire.ts';
import { serve } from '#main/rpc/server.ts';
import { fixturePath } from '../../fixtures/fixture-traces.ts';
import { createHost, type Host } from './host.ts';

const shop = fixturePath('shop-go1.26-generations.trace');
let folder: string;
let host: Host;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-events-'));
  const folders = { cacheFolder: join(folder, 'cache'), dataFolder: join(folder, 'data') };
  host = createHost({ kind: 'browser', ...folders, warn: vi.fn() });
});
afterEach(async () => {
  await host.dispose();
  rmSync(folder, { recursive: true });
});

function client(): Client {
  const [near, far] = memoryWires();
  serve(far, host.connect().handlers);
  return createClient(near);
}

it('events come from a thread of their own, with progress, until the trace is closed', async () => {
  const viewer = client();
  const { trace } = await viewer.call('trace.open', { path: shop });
  await viewer.call('trace.watch', { trace });
  const { events } = await viewer.call('trace.facts', { trace });
  const page = await viewer.call('events.page', { trace, offset: 0, limit: 5 });
  expect(page).toMatchObject({ rowCount: events, isExact: true });
  expect(page.rows.map(({ event }) => event)[0]).toBe('Sync');
  const told: EventCount[] = [];
  const choice = { trace, kinds: ['Metric'] };
  const { found } = await viewer.call('events.find', choice, { onProgress: (count) => told.push(count) });
  expect(told[0]).toMatchObject({ seen: 0, toSee: events });
  expect((await viewer.call('events.page', { ...choice, offset: 0, limit: 10 })).rowCount).toBe(found);
  await viewer.call('trace.close', { trace });
  await expect(viewer.call('events.page', { trace, offset: 0, limit: 5 })).rejects.toMatchObject({
    code: 'no-such-trace',
  });
});

it('they can be asked for while the trace is still being read', async () => {
  const viewer = client();
  const { trace } = await viewer.call('trace.open', { path: shop });
  const page = await viewer.call('events.page', { trace, offset: 0, limit: 5 });
  expect(page.rowCount).toBeGreaterThanOrEqual(page.rows.length);
});

it('a trace whose file is gone says so, answers everything else, and shows them once it is opened from elsewhere', async () => {
  const path = join(folder, 'copy.trace');
  copyFileSync(shop, path);
  const viewer = client();
  const { trace } = await viewer.call('trace.open', { path });
  await viewer.call('trace.watch', { trace });
  renameSync(path, `${path}.away`);
  const first = { trace, offset: 0, limit: 5 };
  await expect(viewer.call('events.page', first)).rejects.toMatchObject({
    code: 'file-missing',
    message: `${path} is not there any more, and events are read from the file itself; put it back to see them.`,
  });
  expect((await viewer.call('trace.facts', { trace })).events).toBeGreaterThan(0);
  expect((await viewer.call('trace.open', { path: shop })).trace).toBe(trace);
  expect((await viewer.call('events.page', first)).rows).toHaveLength(5);
});
