import { expect, it } from 'vitest';
import type { StateTotals } from '#common/analyses/goroutine-results.ts';
import { durNs } from '#common/units.ts';
import { partsInWords, stateParts } from './state-parts.ts';

const none = durNs(0);
const totals = (some: Partial<StateTotals>): StateTotals => ({
  totalNs: none,
  execNs: none,
  schedWaitNs: none,
  syscallNs: none,
  syscallBlockNs: none,
  networkNs: none,
  syncNs: none,
  sleepNs: none,
  gcNs: none,
  otherNs: none,
  unknownNs: none,
  ...some,
});

it('adds both halves of a system call', () => {
  const parts = stateParts(totals({ totalNs: durNs(30), syscallNs: durNs(10), syscallBlockNs: durNs(20) }));
  expect(parts).toEqual([{ state: 'syscall', ns: 30, share: 1 }]);
});

it('counts what no figure accounts for as unknown', () => {
  const parts = stateParts(totals({ totalNs: durNs(100), execNs: durNs(25), unknownNs: durNs(5) }));
  expect(partsInWords(parts).replaceAll('\u00a0', ' ')).toBe('Running 25 %, Unknown 75 %');
});

it('has no parts where nothing was measured', () => expect(stateParts(totals({}))).toEqual([]));
