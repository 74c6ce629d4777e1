/**
 * What the page on garbage collection shows, as it stands in the address:
 *
 *     view=mmu               utilization; else collections
 *     flags=stw,assist       what counts as the collector's; absent: what Go's page begins with
 *     each=1                 each processor by itself
 *     percentiles=1          also what most windows have at least
 *     length=10000000        the length whose worst windows are listed, ns
 */
import { utilizationFlags, type UtilizationFlag } from '#common/collector-work.ts';
import type { PageOptions } from '../../state/place.ts';

export interface GcOptions {
  readonly view: 'collections' | 'mmu';
  readonly flags: readonly UtilizationFlag[];
  readonly isPerProcessor: boolean;
  readonly hasPercentiles: boolean;
  readonly lengthNs: number;
}

export const usualFlags: readonly UtilizationFlag[] = ['stw', 'background', 'assist'];
export const usualLengthNs = 10_000_000;

export function gcOptions(options: PageOptions): GcOptions {
  const flags = options['flags']?.split(',');
  const length = Number(options['length']);
  return {
    view: options['view'] === 'mmu' ? 'mmu' : 'collections',
    flags: flags ? utilizationFlags.filter((flag) => flags.includes(flag)) : usualFlags,
    isPerProcessor: options['each'] === '1',
    hasPercentiles: options['percentiles'] === '1',
    lengthNs: Number.isFinite(length) && length >= 1 ? Math.round(length) : usualLengthNs,
  };
}

/** Only what differs from the usual. */
export function gcOptionTexts(options: GcOptions): PageOptions {
  const { view, flags, isPerProcessor, hasPercentiles, lengthNs } = options;
  return {
    ...(view === 'mmu' ? { view } : {}),
    ...(flags.join() === usualFlags.join() ? {} : { flags: flags.join() || 'none' }),
    ...(isPerProcessor ? { each: '1' } : {}),
    ...(hasPercentiles ? { percentiles: '1' } : {}),
    ...(lengthNs === usualLengthNs ? {} : { length: lengthNs.toString() }),
  };
}
