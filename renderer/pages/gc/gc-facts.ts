import type { GcAnalysis } from '#common/analyses/gc-analysis.ts';
import { countText, durationText, plain, shareText, sizeText } from '#common/quantity-text.ts';
import { bytes, durNs } from '#common/units.ts';
import { countFact, durationFact, sizeFact, type Fact } from '../../figures/fact.ts';

export const factNames = [
  'Collections',
  'Marking',
  'Longest stop',
  'World stopped',
  'Mark assists',
  'Mark workers',
  'Swept',
] as const;

const section = 'Garbage collection';

/** What the window has of each, and which share of it that is. */
export function gcFacts(gc: GcAnalysis): readonly Fact[] {
  const length = Math.max(1, gc.untilNs - gc.fromNs);
  const ofTime = (ns: number): string => `${plain(shareText(ns / length))} of the time`;
  const longest = gc.pauseKinds.reduce((most, { maxNs }) => Math.max(most, maxNs), 0);
  const stopped = gc.pauseKinds.reduce((sum, { totalNs }) => sum + totalNs, 0);
  const { dedicatedNs, fractionalNs, idleNs } = gc.workers;
  const worked = dedicatedNs + fractionalNs + idleNs;
  const kind = gc.pauseKinds.find(({ maxNs }) => maxNs === longest)?.kind ?? 'the world was not stopped';
  return [
    countFact('Collections', gc.cycleCount, {
      figure: `${section}/cycle`,
      caption: everySo(gc.cycleCount, length),
    }),
    durationFact('Marking', gc.markNs, {
      figure: `${section}/marking (of a cycle)`,
      caption: ofTime(gc.markNs),
    }),
    durationFact('Longest stop', durNs(longest), { caption: kind }),
    durationFact('World stopped', durNs(stopped), {
      figure: `${section}/pause`,
      caption: `${plain(countText(gc.pauseCount))} stops, ${ofTime(stopped)}`,
    }),
    durationFact('Mark assists', gc.assists.totalNs, {
      figure: `${section}/mark assist`,
      caption: `${plain(countText(gc.assists.count))}, running ${plain(durationText(gc.assists.ranNs))}`,
    }),
    durationFact('Mark workers', durNs(worked), {
      figure: `${section}/dedicated, fractional, idle`,
      caption: workersCaption(gc.workers),
    }),
    sizeFact('Swept', gc.sweeps.sweptBytes, {
      figure: `${section}/sweeping`,
      caption: `${plain(sizeText(bytes(gc.sweeps.reclaimedBytes)))} free again`,
    }),
  ];
}

const everySo = (count: number, length: number): string =>
  count === 0 ? 'in the window' : `one every ${plain(durationText(durNs(length / count)))}`;

/** Only kinds that worked. */
function workersCaption(workers: GcAnalysis['workers']): string {
  const kinds = [
    ['dedicated', workers.dedicatedNs],
    ['fractional', workers.fractionalNs],
    ['idle', workers.idleNs],
  ] as const;
  const worked = kinds.filter(([, ns]) => ns > 0);
  if (worked.length === 1) return worked[0]![0];
  return worked.map(([name, ns]) => `${name} ${plain(durationText(ns))}`).join(', ') || 'none worked';
}
