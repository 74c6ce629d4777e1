import { expect, it } from 'vitest';
import { traceKey } from '#common/ids.ts';
import { standInHost } from '../testing/stand-in-host.ts';
import { keepingAnswers } from './kept-answers.ts';

const trace = traceKey('t');
const mmu = (ns: number) => ({ trace, window: ns });

function counting() {
  const host = standInHost({
    'analyses.mmu': ({ window }) => ({ window }) as never,
    'trace.facts': () => ({}) as never,
  });
  let revision = 1;
  const caller = keepingAnswers(host, () => revision);
  return { host, caller, grow: () => (revision += 1) };
}

it('answers the same question about the same trace once', async () => {
  const { host, caller } = counting();
  const first = await caller.call('analyses.mmu', mmu(5));
  expect(await caller.call('analyses.mmu', mmu(5))).toBe(first);
  await caller.call('analyses.mmu', mmu(6));
  expect(host.asked).toHaveLength(2);
});

it('asks again when there is more of the trace, and what is not kept at all', async () => {
  const { host, caller, grow } = counting();
  await caller.call('analyses.mmu', mmu(5));
  grow();
  await caller.call('analyses.mmu', mmu(5));
  await caller.call('trace.facts', { trace });
  await caller.call('trace.facts', { trace });
  expect(host.asked).toHaveLength(4);
});

it('forgets what was used least lately', async () => {
  const { host, caller } = counting();
  for (let ns = 0; ns < 60; ns++) await caller.call('analyses.mmu', mmu(ns));
  await caller.call('analyses.mmu', mmu(0));
  await caller.call('analyses.mmu', mmu(100));
  expect(host.asked).toHaveLength(61);
  await caller.call('analyses.mmu', mmu(0));
  expect(host.asked).toHaveLength(61);
  await caller.call('analyses.mmu', mmu(1));
  expect(host.asked).toHaveLength(62);
});

it('keeps no answer that was given up', async () => {
  const { host, caller } = counting();
  const call = new AbortController();
  const given = caller.call('analyses.mmu', mmu(5), { signal: call.signal });
  call.abort();
  await expect(given).rejects.toThrow();
  await caller.call('analyses.mmu', mmu(5));
  expect(host.asked).toHaveLength(2);
});
