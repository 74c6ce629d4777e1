/** A host in memory for component tests: answers the contract with what a test gives it. */
import type { GoroutineRow, GroupRow, TraceFacts } from '#common/analyses/goroutine-results.ts';
import { Failure } from '#common/errors.ts';
import { goId, nameIx, traceKey } from '#common/ids.ts';
import type { Client } from '#common/rpc/client.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import type { Notice } from '#common/rpc/messages.ts';
import { bytes, clockNs, durNs, traceNs, type DurNs } from '#common/units.ts';

type AnyHandler = (params: unknown, context: unknown) => unknown;

export interface StandInHost extends Client {
  notify(notice: Notice): void;
  readonly asked: readonly { readonly method: string; readonly params: unknown }[];
}

export function standInHost(handlers: Partial<Handlers>): StandInHost {
  const all: Partial<Handlers> = { ...defaults, ...handlers };
  const listeners = new Set<(notice: Notice) => void>();
  const asked: { method: string; params: unknown }[] = [];
  const call = async (method: keyof Handlers, params: unknown, options: { signal?: AbortSignal } = {}) => {
    asked.push({ method, params });
    const handler = all[method] as AnyHandler | undefined;
    if (!handler) throw new Failure('no-such-method', `There is no method ${method}.`);
    await Promise.resolve();
    const context = { signal: options.signal ?? new AbortController().signal, report: () => undefined };
    const result = await handler(params, context);
    if (options.signal?.aborted) throw new Failure('cancelled', 'The request was cancelled.');
    return result;
  };
  return {
    asked,
    call: call as Client['call'],
    onNotice: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDisconnect: () => undefined,
    close: () => undefined,
    notify: (notice) => listeners.forEach((listener) => listener(notice)),
  };
}

export const facts: TraceFacts = {
  formatVersion: 'go 1.26',
  goVersions: 'Go 1.26',
  originNs: clockNs(0n),
  durationNs: durNs(12_480_000_000),
  events: 80_300_000,
  goroutines: 812_402,
  processors: 8,
  threads: 31,
  sizeBytes: bytes(450_000_000),
  generations: 13,
  eventsByKind: {},
  diagnostics: 0,
  complete: true,
  revision: 1,
};

export function groupRow(group: number, name: string, count: number, execNs: number): GroupRow {
  const none = durNs(0);
  return {
    group: nameIx(group),
    name,
    count,
    longestNs: durNs(execNs),
    totalNs: durNs(execNs * 2),
    execNs: durNs(execNs),
    schedWaitNs: none,
    syscallNs: none,
    syscallBlockNs: none,
    networkNs: durNs(execNs),
    syncNs: none,
    sleepNs: none,
    gcNs: none,
    otherNs: none,
    unknownNs: none,
  };
}

export function goroutineRow(id: number, group: GroupRow): GoroutineRow {
  const { count, longestNs, ...row } = group;
  const share = (ns: number): DurNs => durNs(ns / Math.max(1, count));
  return { ...row, id: goId(id), creationNs: traceNs(0), totalNs: longestNs, execNs: share(row.execNs) };
}

const defaults: Partial<Handlers> = {
  'app.describe': () => ({
    version: '1.0.0',
    host: 'browser',
    cache: { usedBytes: bytes(0), folder: '/cache' },
  }),
  'recent.list': () => [],
  'trace.open': ({ path }) => ({
    trace: traceKey('t1'),
    name: path.split('/').at(-1) ?? path,
    path,
    sizeBytes: bytes(450_000_000),
  }),
  'trace.close': () => null,
  'trace.watch': () => ({
    stage: 'ready',
    fromCache: true,
    readBytes: bytes(450_000_000),
    totalBytes: bytes(450_000_000),
    generations: 13,
    events: 80_300_000,
    revision: 1,
    eventsPerSecond: 0,
  }),
  'trace.changed': () => new Promise(() => undefined),
  // Tests of tables find them where they were left.
  'view.last': () => ({ address: '/goroutines?file=x' }),
  'view.keep': () => null,
  'trace.facts': () => facts,
  'trace.diagnostics': () => [],
  'trace.generations': () => [],
};
