/** How long answers take, from asking to having them: over a wire between threads, as between the window and its host. */
import { MessageChannel } from 'node:worker_threads';
import { createClient } from '#common/rpc/client.ts';
import { createHost } from '#main/host/host.ts';
import { nodePortWire } from '#main/rpc/node-port.ts';
import { serve } from '#main/rpc/server.ts';
import { queryKinds } from './query-kinds.ts';

export interface Latencies {
  readonly kind: string;
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Of a trace that is in the cache. */
export async function queryLatencies(
  path: string,
  cacheFolder: string,
): Promise<{ readonly reopenMs: number; readonly latencies: readonly Latencies[] }> {
  const host = createHost({ kind: 'browser', cacheFolder, dataFolder: `${cacheFolder}-data` });
  const { port1, port2 } = new MessageChannel();
  const connection = host.connect();
  serve(nodePortWire(port1), connection.handlers);
  const client = createClient(nodePortWire(port2));
  try {
    const started = performance.now();
    const { trace } = await client.call('trace.open', { path });
    await client.call('trace.watch', { trace });
    const page = { trace, descending: true, filter: '', offset: 0, limit: 50 } as const;
    await client.call('goroutines.groups', { ...page, sort: 'execNs' });
    const reopenMs = performance.now() - started;
    const latencies: Latencies[] = [];
    for (const { name, calls } of queryKinds)
      latencies.push(summary(name, await timesOf(await calls({ client, trace }))));
    return { reopenMs, latencies };
  } finally {
    client.close();
    await host.dispose();
  }
}

async function timesOf(calls: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const call of calls) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  return times;
}

function summary(kind: string, times: readonly number[]): Latencies {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { kind, calls: times.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}
