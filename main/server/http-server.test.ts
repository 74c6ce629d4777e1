import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Client } from '#common/rpc/client.ts';
import { createClient } from '#common/rpc/client.ts';
import { socketWire } from '#common/rpc/wire.ts';
import type { Host } from '#main/host/host.ts';
import { createHost } from '#main/host/host.ts';
import type { RunningServer } from './http-server.ts';
import { startServer } from './http-server.ts';
import { safeName } from './upload.ts';

let folder: string;
let host: Host;
let server: RunningServer;
let cookie: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'server-'));
  const root = join(folder, 'root');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(root, 'assets', 'a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.html'), 'secret');
  host = createHost({
    kind: 'browser',
    cacheFolder: join(folder, 'cache'),
    dataFolder: join(folder, 'data'),
  });
  server = await startServer(host, { port: 0, root });
  cookie = (await ask(new URL(server.address))).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
});
afterAll(async () => {
  await server.close();
  await host.dispose();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}
interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

/** Sends exactly this path: `fetch` would tidy it up. */
const ask = (url: URL, { path, method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> =>
  new Promise((resolve, reject: (error: Error) => void) => {
    const options = {
      host: '127.0.0.1',
      port: url.port,
      path: path ?? url.pathname + url.search,
      method,
      headers,
    };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

const get = (path: string, asked: Asked = {}): Promise<Answer> =>
  ask(new URL(server.address), { path, ...asked, headers: { cookie, ...asked.headers } });
const origin = (): string => `http://127.0.0.1:${server.port}`;

describe('the loopback server', () => {
  it('exchanges the token for a cookie that scripts cannot read and other sites do not send, and drops it from the address', async () => {
    const { status, headers } = await ask(new URL(server.address));
    expect([status, headers.location]).toEqual([303, '/']);
    expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(headers['set-cookie']?.[0]).not.toContain(new URL(server.address).searchParams.get('token'));
  });

  it('serves the app to who has the cookie, with headers that keep everything else out', async () => {
    const { status, headers, text } = await get('/');
    expect([status, text]).toEqual([200, '<!doctype html><title>app</title>']);
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
    );
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    });
    expect((await get('/assets/a.js')).headers['content-type']).toContain('text/javascript');
    expect((await get('/', { method: 'HEAD' })).text).toBe('');
  });

  it.each(['/', '/assets/a.js', '/rpc', '/?token=wrong', '/?token='])(
    'refuses %s without the secret',
    async (path) => {
      const { status, text } = await get(path, { headers: { cookie: 'gopherscope=guess' } });
      expect(status).toBe(403);
      expect(text).toContain('the token at its end');
    },
  );

  it('gives out tokens that work once', async () => {
    const once = new URL(server.singleUseAddress());
    expect((await ask(once)).status).toBe(303);
    expect((await ask(once)).status).toBe(403);
  });

  it('refuses a request that names another host, as a page does that points its own name here', async () => {
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', '127.0.0.1:1'])
      expect((await get('/', { headers: { host } })).status).toBe(421);
    expect((await get('/', { headers: { host: `localhost:${server.port}` } })).status).toBe(200);
  });

  it.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/%5c..%5csecret.html',
    '//etc/passwd',
    '/%00.html',
    '/%zz.html',
    '/assets',
    '/none.js',
    'http://127.0.0.1/../secret.html',
  ])('has no file %s', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  it('takes nothing but GET and HEAD for files', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) expect((await get('/', { method })).status).toBe(405);
  });
});

describe('an upload', () => {
  const send = (asked: Asked, path = '/upload?name=my%20app.trace'): Promise<Answer> =>
    get(path, { method: 'POST', ...asked, headers: { origin: origin(), ...asked.headers } });

  it('is stored under its own name, and gone after the end', async () => {
    const body = new Uint8Array(3_000_000).fill(7);
    const [one, two] = await Promise.all([send({ body }), send({ body })]);
    const [first, second] = [one, two].map(({ text }) => (JSON.parse(text) as { path: string }).path);
    expect(basename(first!)).toBe('my app.trace');
    expect(first).not.toBe(second);
    expect(readFileSync(first!).equals(body)).toBe(true);
    expect(host.cache.uploads.has(first!)).toBe(true);
  });

  it('is refused from another page, to another path and without the secret', async () => {
    expect((await send({ headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await send({ headers: { origin: 'null' } })).status).toBe(403);
    expect((await send({ headers: { cookie: 'x=y' } })).status).toBe(403);
    expect((await send({}, '/elsewhere')).status).toBe(404);
  });

  it('leaves nothing behind when it breaks off', async () => {
    const before = host.cache.uploads.create();
    const broken = new Promise<void>((resolve) => {
      const headers = { cookie, origin: origin(), 'content-length': '1000000' };
      const options = {
        host: '127.0.0.1',
        port: server.port,
        path: '/upload?name=x',
        method: 'POST',
        headers,
      };
      const sent = request(options);
      sent.on('error', () => resolve());
      sent.write('some', () => setTimeout(() => sent.destroy(), 50));
    });
    await broken;
    const left = (): string[] =>
      readdirSync(dirname(before)).filter((name) => existsSync(join(dirname(before), name, '.part')));
    await expect.poll(left).toEqual([]);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\traces\\a.trace', 'a.trace'],
    ['..', 'upload.trace'],
    ['.hidden', 'hidden'],
    ['a\0b<c>.trace', 'a_b_c_.trace'],
    ['', 'upload.trace'],
    ['größe 世界.trace', 'größe 世界.trace'],
  ])('named %j is stored as %j', (name, stored) => {
    expect(safeName(name)).toBe(stored);
  });
});

describe('the WebSocket', () => {
  const open = (headers: Record<string, string>, path = '/rpc'): Promise<WebSocket> =>
    new Promise((resolve, reject: (error: Error) => void) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
      socket.on('open', () => resolve(socket));
      socket.on('error', reject);
    });

  it('carries the contract', async () => {
    const client: Client = createClient(socketWire(await open({ cookie, origin: origin() })));
    await expect(client.call('app.describe', {})).resolves.toMatchObject({ host: 'browser' });
    await expect(client.call('trace.open', { path: join(folder, 'none') })).rejects.toMatchObject({
      code: 'file-missing',
    });
    await expect(client.call('file.choose', {})).rejects.toMatchObject({ code: 'not-available-here' });
    client.close();
  });

  it('is refused to other pages, other hosts, without the secret and on other paths', async () => {
    await expect(open({ cookie, origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(open({ cookie })).rejects.toThrow('403');
    await expect(open({ origin: origin() })).rejects.toThrow('403');
    await expect(open({ cookie, origin: origin(), host: 'evil.example' })).rejects.toThrow('421');
    await expect(open({ cookie, origin: origin() }, '/other')).rejects.toThrow('404');
  });

  it('is closed on what is no message, and the server goes on', async () => {
    const socket = await open({ cookie, origin: origin() });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    socket.send('hello');
    await closed;
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
    expect((await get('/')).status).toBe(200);
  });
});
