import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '#common/rpc/client.ts';
import { createClient } from '#common/rpc/client.ts';
import type { LoadProgress } from '#common/rpc/contract.ts';
import { traceKey, type TraceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { memoryWires } from '#common/rpc/wire.ts';
import { serve } from '#main/rpc/server.ts';
import type { Connection, Host, HostOptions } from './host.ts';
import { createHost } from './host.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/traces');
const shop = join(fixtures, 'shop-go1.26.trace');
let folder: string;
let hosts: Host[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-'));
  hosts = [];
});
afterEach(async () => {
  for (const host of hosts) await host.dispose();
  rmSync(folder, { recursive: true });
});

function start(options: Partial<HostOptions> = {}): Host {
  const folders = { cacheFolder: join(folder, 'cache'), dataFolder: join(folder, 'data') };
  const host = createHost({ kind: 'browser', ...folders, warn: vi.fn(), ...options });
  hosts.push(host);
  return host;
}

function view(host: Host): { readonly client: Client; readonly connection: Connection } {
  const [near, far] = memoryWires();
  const connection = host.connect();
  serve(far, connection.handlers);
  far.onClose(() => connection.close());
  return { client: createClient(near), connection };
}

const databases = (): string[] =>
  readdirSync(join(folder, 'cache')).filter((name) => name.endsWith('.sqlite'));
const groupsOf = (client: Client, trace: TraceKey) =>
  client.call('goroutines.groups', {
    trace,
    sort: 'count',
    descending: true,
    filter: '',
    offset: 0,
    limit: 100,
  });

async function read(client: Client, path: string): Promise<{ trace: TraceKey; last: LoadProgress }> {
  const { trace } = await client.call('trace.open', { path });
  return { trace, last: await client.call('trace.watch', { trace }) };
}

describe('what the user notes', () => {
  it('is there for whoever has the same trace open, under any name, and after a restart', async () => {
    const host = start();
    const { client } = view(host);
    const { trace } = await read(client, shop);
    const note = { id: 'a', fromNs: traceNs(5), untilNs: traceNs(9), text: 'slow here' };
    await client.call('notes.keep', { trace, note });
    await client.call('view.keep', { trace, address: 'timeline' });
    await host.dispose();
    const copy = join(folder, 'copy.trace');
    copyFileSync(shop, copy);
    const { client: later } = view(start());
    const { trace: again } = await read(later, copy);
    expect(await later.call('notes.list', { trace: again })).toEqual([note]);
    expect(await later.call('view.last', { trace: again })).toEqual({ address: 'timeline' });
    await later.call('notes.remove', { trace: again, id: 'a' });
    expect(await later.call('notes.list', { trace: again })).toEqual([]);
  });

  it('is checked, and is for traces that are open', async () => {
    const { client } = view(start());
    const { trace } = await read(client, shop);
    const note = { id: 'a', fromNs: traceNs(5), untilNs: traceNs(9), text: 'slow' };
    const bad = [
      { ...note, id: '' },
      { ...note, text: 'x'.repeat(4001) },
      { ...note, fromNs: traceNs(NaN) },
    ];
    for (const one of bad)
      await expect(client.call('notes.keep', { trace, note: one })).rejects.toMatchObject({
        code: 'bad-parameters',
      });
    await expect(client.call('view.keep', { trace, address: 'x'.repeat(8193) })).rejects.toMatchObject({
      code: 'bad-parameters',
    });
    const other = traceKey('../../other');
    await expect(client.call('notes.list', { trace: other })).rejects.toMatchObject({
      code: 'no-such-trace',
    });
    expect(await client.call('notes.list', { trace })).toEqual([]);
  });
});

describe('opening a trace', () => {
  it('reads it, answers about it, and remembers it', async () => {
    const { client } = view(start());
    const { trace, last } = await read(client, shop);
    expect(last).toMatchObject({ stage: 'ready', fromCache: false });
    expect(last.readBytes).toBe(last.totalBytes);
    const facts = await client.call('trace.facts', { trace });
    expect(facts).toMatchObject({ formatVersion: 'go 1.26', complete: true });
    expect(typeof facts.originNs).toBe('bigint');
    const groups = await groupsOf(client, trace);
    expect(groups.rows.map((row) => row.name)).toContain('main.clerk');
    expect(await client.call('recent.list', {})).toMatchObject([
      { path: shop, condition: 'ready', goroutines: facts.goroutines, durationNs: facts.durationNs },
    ]);
  });

  it('gives the waits of some goroutines in a window as a profile for other tools', async () => {
    const { client } = view(start());
    const { trace } = await read(client, shop);
    const scope = { trace, kind: 'all' as const, groups: ['main.clerk'], from: traceNs(1_000_000) };
    const profile = await client.call('analyses.profile', scope);
    const folded = await client.call('profile.file', { ...scope, format: 'folded' });
    const lines = Buffer.from(folded.contents).toString().trim().split('\n');
    const sum = lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
    expect(folded.name).toBe('shop-go1.26.trace.all.folded');
    expect(profile.total.ns).toBeGreaterThan(0);
    expect(sum).toBe(profile.total.ns);
    const pprof = await client.call('profile.file', { ...scope, format: 'pprof' });
    expect(pprof.name).toBe('shop-go1.26.trace.all.pb.gz');
    expect(gunzipSync(pprof.contents).includes('main.clerk')).toBe(true);
  });

  it('gives all of their time as a profile for other tools', async () => {
    const { client } = view(start());
    const { trace } = await read(client, shop);
    const scope = { trace, groups: ['main.clerk'], from: traceNs(1_000_000) };
    const { total } = await client.call('analyses.wall', scope);
    const file = await client.call('profile.file', { ...scope, kind: 'wall', format: 'folded' });
    const lines = Buffer.from(file.contents).toString().trim().split('\n');
    expect(file.name).toBe('shop-go1.26.trace.wall.folded');
    expect(lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)).toBe(total.ns);
    expect(lines.every((line) => line.startsWith('main.clerk;'))).toBe(true);
  });

  it('opens it from the cache the next time, and after a restart', async () => {
    const first = start();
    await read(view(first).client, shop);
    await first.dispose();
    const { client } = view(start());
    const { trace, last } = await read(client, shop);
    expect(last).toMatchObject({ stage: 'ready', fromCache: true });
    expect((await groupsOf(client, trace)).rows.length).toBeGreaterThan(0);
    expect(databases()).toHaveLength(1);
  });

  it('reads it compressed, with the progress and the size of the file', async () => {
    const { client } = view(start());
    const path = join(folder, 'shop.trace.gz');
    const packed = gzipSync(readFileSync(shop));
    writeFileSync(path, packed);
    const { trace, last } = await read(client, path);
    expect(last).toMatchObject({ stage: 'ready', totalBytes: packed.length });
    const facts = await client.call('trace.facts', { trace });
    expect(facts).toMatchObject({ formatVersion: 'go 1.26', sizeBytes: packed.length, diagnostics: 0 });
    expect((await groupsOf(client, trace)).rows.map((row) => row.name)).toContain('main.clerk');
  });

  it('reads it as text, and fails with the line that is wrong in one', async () => {
    const { client } = view(start());
    const [good, bad] = ['good.txt', 'bad.txt'].map((name) => join(folder, name)) as [string, string];
    const text = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=5 time=12 size=auto
ProcStatus dt=1 p=0 pstatus=1
`;
    writeFileSync(good, text);
    writeFileSync(bad, `${text}${'EventBatch gen=1 m=5 time=12 size=0\n'.repeat(9999)}ProcStpo dt=1\n`);
    expect((await read(client, good)).last).toMatchObject({ stage: 'ready', events: 3 });
    await expect(
      client.call('trace.open', { path: bad }).then(({ trace }) => client.call('trace.watch', { trace })),
    ).resolves.toMatchObject({
      stage: 'failed',
      failure: {
        code: 'bad-text-trace',
        sentence: expect.stringMatching(/^Line 10005 of \S+bad\.txt has/) as string,
      },
    });
  });

  it('knows it by its content, not by its name', async () => {
    const { client } = view(start());
    await read(client, shop);
    const copy = join(folder, 'copy.trace');
    copyFileSync(shop, copy);
    const opened = await client.call('trace.open', { path: copy });
    expect(opened).toMatchObject({ name: 'copy.trace', path: copy });
    expect(databases()).toHaveLength(1);
  });

  it('at the same time by two viewers reads it once; it stays open until the last one closes it', async () => {
    const host = start();
    const [one, two] = [view(host).client, view(host).client];
    const [a, b] = await Promise.all([read(one, shop), read(two, shop)]);
    expect(a.trace).toBe(b.trace);
    expect(databases()).toHaveLength(1);
    await one.call('trace.close', { trace: a.trace });
    await expect(groupsOf(two, b.trace)).resolves.toBeDefined();
    await two.call('trace.close', { trace: b.trace });
    await expect(groupsOf(two, b.trace)).rejects.toMatchObject({ code: 'no-such-trace' });
  });

  it('that is not one fails with a sentence, and the next one opens', async () => {
    const { client } = view(start());
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'Remember the milk.\n');
    await expect(client.call('trace.open', { path: text })).rejects.toMatchObject({ code: 'not-a-trace' });
    await expect(client.call('trace.open', { path: folder })).rejects.toMatchObject({
      code: 'file-is-directory',
    });
    expect((await read(client, shop)).last.stage).toBe('ready');
    expect(await client.call('recent.list', {})).toHaveLength(1);
  });

  it('of several generations, cut in the middle, shows the rest and is remembered as partial', async () => {
    const { client } = view(start());
    const cut = join(folder, 'cut.trace');
    copyFileSync(join(fixtures, 'shop-go1.26-generations.trace'), cut);
    truncateSync(cut, Math.floor(readFileSync(cut).length * 0.7));
    const { trace, last } = await read(client, cut);
    expect(last.stage).toBe('ready');
    const diagnostics = await client.call('trace.diagnostics', { trace });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect((await groupsOf(client, trace)).rows.length).toBeGreaterThan(0);
    expect(await client.call('recent.list', {})).toMatchObject([{ condition: 'partial' }]);
  });

  it('of which nothing can be read ends as failed, is not kept, and the next one opens', async () => {
    const { client } = view(start());
    const broken = join(folder, 'broken.trace');
    const noise = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251);
    writeFileSync(broken, Buffer.concat([readFileSync(shop).subarray(0, 16), noise]));
    const { trace, last } = await read(client, broken);
    expect(last.stage).toBe('failed');
    expect(last.failure?.sentence).toMatch(/^[A-Z].*\.$/);
    await client.call('trace.close', { trace });
    expect(databases()).toEqual([]);
    expect((await read(client, shop)).last.stage).toBe('ready');
  });

  it('whose database was damaged reads it again', async () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const first = start();
    await read(view(first).client, shop);
    await first.dispose();
    const files = readdirSync(join(folder, 'cache')).filter((name) => name.includes('.sqlite'));
    for (const name of files) writeFileSync(join(folder, 'cache', name), 'rubbish');
    const { client } = view(start());
    expect((await read(client, shop)).last).toMatchObject({ stage: 'ready', fromCache: false });
    silent.mockRestore();
  });
});

describe('a file that changes while it is open', () => {
  const copy = async (client: Client) => {
    const path = join(folder, 'copy.trace');
    copyFileSync(shop, path);
    utimesSync(path, new Date(0), new Date(0));
    const { trace } = await read(client, path);
    return { path, trace, facts: await client.call('trace.facts', { trace }) };
  };

  it.each([
    ['grows', (path: string) => appendFileSync(path, 'more'), 'grown', /copy\.trace has grown by 4.B since/],
    [
      'is overwritten',
      (path: string) => writeFileSync(path, 'other'),
      'replaced',
      /was replaced or overwritten/,
    ],
    [
      'is deleted',
      (path: string) => rmSync(path),
      'gone',
      /is not there any more; what is shown is what it held/,
    ],
  ])('and %s is said to its viewers, and shown as it was', async (_what, change, kind, sentence) => {
    const { client } = view(start());
    const { path, trace, facts } = await copy(client);
    const changed = client.call('trace.changed', { trace });
    change(path);
    expect(await changed).toMatchObject({ kind, sentence: expect.stringMatching(sentence) as string });
    expect(await client.call('trace.facts', { trace })).toEqual(facts);
  });

  it('and is opened again shows what it holds now', async () => {
    const { client } = view(start());
    const { path, trace } = await copy(client);
    copyFileSync(join(fixtures, 'shop-go1.24.trace'), path);
    const again = await read(client, path);
    expect(again.trace).not.toBe(trace);
    const { formatVersion } = await client.call('trace.facts', { trace: again.trace });
    // Go 1.24 writes the format of 1.23.
    expect(formatVersion).toBe('go 1.23');
  });
});

describe('closing a trace', () => {
  it('while it is read removes what was read, and watching ends as cancelled', async () => {
    const { client } = view(start());
    const { trace } = await client.call('trace.open', {
      path: join(fixtures, 'shop-go1.26-generations.trace'),
    });
    const watched = client.call('trace.watch', { trace });
    await Promise.all([
      expect(watched).rejects.toMatchObject({ code: 'cancelled' }),
      client.call('trace.close', { trace }),
    ]);
    expect(databases()).toEqual([]);
  });

  it('waits a moment for a viewer that only went away, as a page does that is reloaded', async () => {
    const host = start({ lingerMs: 300 });
    const first = view(host);
    const { trace } = await read(first.client, shop);
    first.client.close();
    const { client } = view(host);
    const again = await client.call('trace.open', { path: shop });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(groupsOf(client, again.trace)).resolves.toBeDefined();
    client.close();
    const { client: late } = view(host);
    await vi.waitFor(
      () => expect(groupsOf(late, trace)).rejects.toMatchObject({ code: 'no-such-trace' }),
      3000,
    );
  });

  it('by the end of the program leaves nothing incomplete', async () => {
    const host = start();
    await view(host).client.call('trace.open', { path: shop });
    await host.dispose();
    const left = databases();
    expect(
      left.length === 0 || readdirSync(join(folder, 'cache')).some((name) => name.endsWith('.json')),
    ).toBe(true);
  });
});

describe('a browser’s upload', () => {
  it('is opened like a file, but not remembered: it is gone after the end', async () => {
    const host = start();
    const { client } = view(host);
    const uploaded = join(host.cache.uploads.create(), 'shop.trace');
    copyFileSync(shop, uploaded);
    await read(client, uploaded);
    expect(await client.call('recent.list', {})).toEqual([]);
    await host.dispose();
    expect(existsSync(uploaded)).toBe(false);
  });
});
