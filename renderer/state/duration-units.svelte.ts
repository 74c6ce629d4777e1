import { durationText, exactNs, type QuantityText } from '#common/quantity-text.ts';
import type { DurNs } from '#common/units.ts';

export const durationUnits = ['adaptive', 'nanoseconds'] as const;
export type DurationUnits = (typeof durationUnits)[number];

let chosen = $state<DurationUnits>('adaptive');

export function writeDurations(units: DurationUnits): void {
  chosen = units;
}

/** A duration as one likes them written. */
export const chosenDurationText = (ns: DurNs): QuantityText =>
  chosen === 'adaptive' ? durationText(ns) : [{ value: exactNs(ns).replace(/\sns$/, ''), unit: 'ns' }];
