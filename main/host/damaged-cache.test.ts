import {
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { schemaVersion } from '#db/schema.ts';
import { digestOf } from '#db/digest.ts';
import { fixturePath } from '../../fixtures/fixture-traces.ts';
import { openCacheFolder } from './cache-folder.ts';
import { createHost, type Host } from './host.ts';
import { withOfflineTrace } from './offline-trace.ts';

const shop = fixturePath('shop-go1.26.trace');
const context = { signal: new AbortController().signal, report: () => undefined };
let folder: string;
let hosts: Host[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-cache-'));
  hosts = [];
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  vi.stubEnv('GOPHERSCOPE_CACHE_DIR', join(folder, 'cache'));
});
afterEach(async () => {
  for (const host of hosts) await host.dispose();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function start(): Host {
  const host = createHost({ kind: 'browser', dataFolder: join(folder, 'data'), warn: vi.fn() });
  hosts.push(host);
  return host;
}

async function read(host: Host) {
  const { trace } = await host.openTrace(shop);
  return { trace, last: await host.handlers['trace.watch']({ trace }, context) };
}

const files = (): string[] => readdirSync(join(folder, 'cache'));
const database = (): string =>
  join(
    folder,
    'cache',
    files().find((name) => name.endsWith('.sqlite'))!,
  );

/** Zeros where `share` of the file is, of so many bytes. */
function zero(path: string, share: number, count: number): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, new Uint8Array(count), 0, count, Math.floor((statSync(path).size - count) * share));
  closeSync(handle);
}

const damages: [string, (path: string) => void][] = [
  ['whose header is zeroed', (path) => zero(path, 0, 100)],
  ['with a page in the middle zeroed', (path) => zero(path, 0.5, 4096)],
  ['with a few bytes in the middle zeroed', (path) => zero(path, 0.6, 50)],
  ['that was cut short', (path) => truncateSync(path, 50_000)],
  ['that is empty', (path) => truncateSync(path, 0)],
  ['that is missing', (path) => rmSync(path)],
];

/** As the disk does, without leaving a trace in the file's times: only its contents tell. */
function quietly(path: string, damage: (path: string) => void): void {
  const { atime, mtime } = statSync(path);
  damage(path);
  utimesSync(path, atime, mtime);
}

async function expectHealed(expected: string): Promise<void> {
  for (const fromCache of [false, true]) {
    const host = start();
    const { last } = await read(host);
    expect(last).toMatchObject({ stage: 'ready', fromCache });
    await host.dispose();
    expect(digestOf(database())).toBe(expected);
    expect(files().filter((name) => name.endsWith('.sqlite'))).toHaveLength(1);
  }
}

describe('a cached database', () => {
  it.each(damages)('%s is read again', async (_what, damage) => {
    await read(start());
    await hosts.pop()!.dispose();
    const expected = digestOf(database());
    damage(database());
    await expectHealed(expected);
  });

  it('with a manifest of rubbish is read again', async () => {
    await read(start());
    await hosts.pop()!.dispose();
    const expected = digestOf(database());
    writeFileSync(
      join(
        folder,
        'cache',
        files().find((name) => name.endsWith('.json'))!,
      ),
      '{"schema',
    );
    await expectHealed(expected);
  });

  it('of another schema version is read again', async () => {
    await read(start());
    await hosts.pop()!.dispose();
    const expected = digestOf(database());
    openCacheFolder({ folder: join(folder, 'cache'), schemaVersion: schemaVersion + 1 }).dispose();
    expect(files()).toEqual(['cache.lock']);
    await expectHealed(expected);
  });

  it('that the disk spoils without a sign is read again by the app at the latest when it is opened once more', async () => {
    await read(start());
    await hosts.pop()!.dispose();
    const expected = digestOf(database());
    quietly(database(), (path) => zero(path, 0, statSync(path).size));
    await expectHealed(expected);
  });
});

test('a database that is spoiled while it is open ends a question with a sentence, and opening it again reads it anew', async () => {
  await read(start());
  await hosts.pop()!.dispose();
  const expected = digestOf(database());
  const host = start();
  const { trace } = await read(host);
  // Everything behind what was looked at so far.
  const path = database();
  const { size } = statSync(path);
  quietly(path, () => {
    const handle = openSync(path, 'r+');
    writeSync(handle, new Uint8Array(size - 8192).fill(0xa5), 0, size - 8192, 8192);
    closeSync(handle);
  });
  const list = { trace, sort: 'execNs', descending: true, filter: '', offset: 0, limit: 50 } as const;
  await expect(async () => {
    await host.handlers['goroutines.groups'](list, context);
    await host.handlers['goroutines.list'](list, context);
  }).rejects.toMatchObject({
    code: 'cache-damaged',
    message: expect.stringMatching(
      /is damaged and was thrown away; .* open it again to read it anew\.$/,
    ) as string,
  });
  await host.dispose();
  await expectHealed(expected);
});

test('the command line throws a spoiled database away, and reads the trace the next time', async () => {
  const talk = { onProgress: () => undefined, warn: vi.fn() };
  const list = () => {
    const found: number[] = [];
    return withOfflineTrace(shop, talk, async (trace) => {
      for (const { id } of trace.goroutines()) found.push(id);
      await Promise.resolve();
    }).then(() => found);
  };
  const expected = await list();
  quietly(database(), (path) => {
    const { size } = statSync(path);
    const handle = openSync(path, 'r+');
    writeSync(handle, new Uint8Array(size - 8192).fill(0xa5), 0, size - 8192, 8192);
    closeSync(handle);
  });
  // The first question may already find it out.
  const once = await list().catch((error: unknown) => error);
  if (!Array.isArray(once)) expect(once).toMatchObject({ code: 'cache-damaged' });
  expect(await list()).toEqual(expected);
});
