/** Sums of pieces of work by goroutine and group. */
import type { GcAssistSums, GcSweepSums, OfGoroutine, OfGroup } from '#common/analyses/gc-analysis.ts';
import type { SweepSums } from '#common/sweep-sums.ts';
import { durNs } from '#common/units.ts';

/** Assists have no bytes, sweeps none in which they ran apart from the rest. */
export interface Sums {
  count: number;
  total: number;
  longest: number;
  ran: number;
  swept: number;
  reclaimed: number;
}

export const noSums = (): Sums => ({ count: 0, total: 0, longest: 0, ran: 0, swept: 0, reclaimed: 0 });

export function addSweeps(sums: Sums, more: SweepSums): void {
  sums.count += more.count;
  sums.total += more.totalNs;
  sums.longest = Math.max(sums.longest, more.longestNs);
  sums.swept += more.sweptBytes;
  sums.reclaimed += more.reclaimedBytes;
}

export const sumsAt = <Key>(all: Map<Key, Sums>, key: Key): Sums => {
  const known = all.get(key);
  if (known) return known;
  const sums = noSums();
  all.set(key, sums);
  return sums;
};

export const assistSums = ({ count, total, longest, ran }: Sums): GcAssistSums => ({
  count,
  totalNs: durNs(total),
  longestNs: durNs(longest),
  ranNs: durNs(Math.round(ran)),
});

export const sweepSums = ({ count, total, longest, swept, reclaimed }: Sums): GcSweepSums => ({
  count,
  totalNs: durNs(total),
  longestNs: durNs(longest),
  sweptBytes: swept,
  reclaimedBytes: reclaimed,
});

const mostFirst = (a: { readonly totalNs: number }, b: { readonly totalNs: number }): number =>
  b.totalNs - a.totalNs;

/** `limit` of those with most time; a goroutine below 0 is none. */
export function goroutineRows<S extends { readonly totalNs: number }>(
  all: ReadonlyMap<number, Sums>,
  sums: (one: Sums) => S,
  limit: number,
  nameOf: (goroutine: number) => string,
): readonly OfGoroutine<S>[] {
  return [...all]
    .filter(([goroutine]) => goroutine >= 0)
    .sort(([a, x], [b, y]) => y.total - x.total || a - b)
    .slice(0, limit)
    .map(([goroutine, one]) => ({ goroutine, name: nameOf(goroutine), ...sums(one) }));
}

export function groupRows<S extends { readonly totalNs: number }>(
  all: ReadonlyMap<number, Sums>,
  sums: (one: Sums) => S,
  limit: number,
  nameOf: (goroutine: number) => string,
): readonly OfGroup<S>[] {
  const groups = new Map<string, { readonly sums: Sums; goroutines: number }>();
  for (const [goroutine, one] of all) {
    if (goroutine < 0) continue;
    const name = nameOf(goroutine);
    const group = groups.get(name) ?? { sums: noSums(), goroutines: 0 };
    groups.set(name, group);
    group.goroutines++;
    addSums(group.sums, one);
  }
  return [...groups]
    .map(([name, group]) => ({ name, goroutines: group.goroutines, ...sums(group.sums) }))
    .sort(mostFirst)
    .slice(0, limit);
}

export function addSums(to: Sums, from: Sums): void {
  to.count += from.count;
  to.total += from.total;
  to.longest = Math.max(to.longest, from.longest);
  to.ran += from.ran;
  to.swept += from.swept;
  to.reclaimed += from.reclaimed;
}
