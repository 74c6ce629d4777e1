import { describe, expect, it, vi } from 'vitest';
import { traceKey } from '#common/ids.ts';
import { Failure } from '#common/errors.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import type { LoadProgress } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { createClient } from '#common/rpc/client.ts';
import { memoryWires, portWire } from '#common/rpc/wire.ts';
import { bytes } from '#common/units.ts';
import { serve } from './server.ts';

const trace = traceKey('t1');

function connect(handlers: Partial<Handlers>, log: (error: unknown) => void = () => undefined) {
  const [near, far] = memoryWires();
  const served = serve(far, handlers, log);
  return { client: createClient(near), served, far };
}

const progress = (readBytes: number): LoadProgress => ({
  stage: 'reading',
  fromCache: false,
  readBytes: bytes(readBytes),
  totalBytes: bytes(10),
  generations: 0,
  events: 0,
  revision: 0,
  eventsPerSecond: 0,
});

describe('a served wire', () => {
  it('answers a call with its result', async () => {
    const { client } = connect({
      'trace.open': ({ path }) => ({ trace, name: 'a', path, sizeBytes: bytes(1) }),
    });
    await expect(client.call('trace.open', { path: '/a' })).resolves.toMatchObject({ path: '/a' });
  });

  it('reports progress, in order, before the result', async () => {
    const seen: number[] = [];
    const { client } = connect({
      'trace.watch': (_params, { report }) => {
        report(progress(1));
        report(progress(2));
        return progress(3);
      },
    });
    const last = await client.call('trace.watch', { trace }, { onProgress: (p) => seen.push(p.readBytes) });
    expect([...seen, last.readBytes]).toEqual([1, 2, 3]);
  });

  it('hands a failure over with its code and facts', async () => {
    const { client } = connect({
      'trace.open': () => {
        throw new Failure('file-missing', 'There is no file "/a".', { path: '/a' });
      },
    });
    const error = await client.call('trace.open', { path: '/a' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({
      code: 'file-missing',
      message: 'There is no file "/a".',
      facts: { path: '/a' },
    });
  });

  it('refuses a method that does not exist, or is not served here', async () => {
    const { client } = connect({});
    const call = client.call.bind(client) as (method: string, params: unknown) => Promise<unknown>;
    for (const method of ['trace.steal', 'toString', '__proto__', 'trace.facts'])
      await expect(call(method, {})).rejects.toMatchObject({ code: 'no-such-method' });
  });

  it('refuses wrong parameters and says which', async () => {
    const groups = vi.fn();
    const { client } = connect({ 'goroutines.groups': groups });
    const call = client.call.bind(client) as (method: string, params: unknown) => Promise<unknown>;
    const params = { trace, sort: 'name', descending: true, filter: '', offset: 0, limit: 5000 };
    await expect(call('goroutines.groups', params)).rejects.toMatchObject({
      code: 'bad-parameters',
      message: expect.stringContaining('limit') as string,
    });
    for (const wrong of [null, 'x', {}, { ...params, sort: '1; drop table' }])
      await expect(call('goroutines.groups', wrong)).rejects.toMatchObject({ code: 'bad-parameters' });
    expect(groups).not.toHaveBeenCalled();
  });

  it('logs a mistake and tells the asker in one sentence, without its stack', async () => {
    const log = vi.fn();
    const mistake = new TypeError('x is undefined');
    const { client } = connect(
      {
        'recent.clear': () => {
          throw mistake;
        },
      },
      log,
    );
    const error = (await client.call('recent.clear', {}).catch((e: unknown) => e)) as Failure;
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('x is undefined');
    expect(log).toHaveBeenCalledWith(mistake);
  });

  it('tells the handler when the asker cancels', async () => {
    const aborted = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    const { client } = connect({
      'trace.watch': (_params, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(undefined));
        started.resolve(undefined);
        return new Promise(() => undefined);
      },
    });
    const control = new AbortController();
    const call = client.call('trace.watch', { trace }, { signal: control.signal });
    await started.promise;
    control.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await aborted.promise;
  });

  it('does not send a call whose asker has already lost interest', async () => {
    const open = vi.fn();
    const { client } = connect({ 'trace.open': open });
    await expect(
      client.call('trace.open', { path: '/a' }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(open).not.toHaveBeenCalled();
  });

  it('fails calls under way, and later ones, when the wire closes; their handlers are aborted', async () => {
    const signals: AbortSignal[] = [];
    const { client, far } = connect({
      'trace.watch': (_params, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    const call = client.call('trace.watch', { trace });
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    far.close();
    await expect(call).rejects.toMatchObject({ code: 'disconnected' });
    await expect(client.call('trace.watch', { trace })).rejects.toMatchObject({ code: 'disconnected' });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('passes on what the host says unasked', async () => {
    const { client, served } = connect({});
    const heard: unknown[] = [];
    const stop = client.onNotice((notice) => heard.push(notice.name));
    served.notify({ kind: 'notice', name: 'open-trace', params: { path: '/a' } });
    await vi.waitFor(() => expect(heard).toEqual(['open-trace']));
    stop();
    served.notify({ kind: 'notice', name: 'close-trace', params: {} });
    await Promise.resolve();
    expect(heard).toHaveLength(1);
  });
});

describe('a port', () => {
  const handlers: Partial<Handlers> = { 'recent.list': () => [] };
  const overPort = (): { readonly client: Caller; readonly channel: MessageChannel } => {
    const channel = new MessageChannel();
    serve(portWire(channel.port2), handlers);
    return { client: createClient(portWire(channel.port1)), channel };
  };

  it('carries calls', async () => {
    const { client, channel } = overPort();
    await expect(client.call('recent.list', {})).resolves.toEqual([]);
    channel.port1.close();
  });

  it('reports its end to the other side', async () => {
    const { client, channel } = overPort();
    await client.call('recent.list', {});
    channel.port2.close();
    await vi.waitFor(() =>
      expect(client.call('recent.list', {})).rejects.toMatchObject({ code: 'disconnected' }),
    );
  });

  it('is closed by a message that is none', async () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { client, channel } = overPort();
    await client.call('recent.list', {});
    channel.port1.postMessage('hello');
    await vi.waitFor(() =>
      expect(client.call('recent.list', {})).rejects.toMatchObject({ code: 'disconnected' }),
    );
    silent.mockRestore();
  });
});
