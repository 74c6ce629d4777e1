import { utilizationFlags, type UtilizationFlag } from '../collector-work.ts';
import type { DurNs, TraceNs } from '../units.ts';
import { choices, duration, toggle, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';

/** Utilizations are shares from 0 to 1. */
export interface MmuPoint {
  readonly windowNs: DurNs;
  readonly minimum: number;
  /** Below which 0.1, 1 and 5 percent of all windows of this length lie; only where they are asked for. */
  readonly p999?: number;
  readonly p99?: number;
  readonly p95?: number;
}

export interface WorstWindow {
  readonly startNs: TraceNs;
  readonly endNs: TraceNs;
  readonly utilization: number;
  /** Where each processor has a utilization of its own. */
  readonly processor?: number;
}

export interface MmuAnalysis {
  readonly flags: readonly UtilizationFlag[];
  readonly perProcessor: boolean;
  readonly asGo: boolean;
  /** What is known of utilization lies between these. */
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Over all of that; null where nothing is known. */
  readonly mean: number | null;
  /** In order of length. */
  readonly curve: readonly MmuPoint[];
  /** The length that was asked for, and its worst windows that do not overlap. */
  readonly window?: MmuPoint & { readonly worst: readonly WorstWindow[] };
}

export const mmuAnalysis = analysis<MmuAnalysis>()({
  summary: 'minimum mutator utilization: what the garbage collector leaves to the program at worst',
  about:
    'For each length of time, the least share of the processors that was left to the program in any window of that length: ' +
    '0 % at 10 ms means that the collector once had all processors for 10 ms. Of --goroutine and the like nothing can be said here.',
  options: {
    flags: choices(
      utilizationFlags,
      'what counts as the collector’s: stw (stops of the world), background (mark workers, but idle ones), assist (allocating ' +
        'goroutines made to mark), sweep; stw,background,assist by default',
    ),
    perProc: toggle(
      'each processor by itself instead of all together; a dedicated mark worker then counts as nobody’s loss',
    ),
    percentiles: toggle('also what 99.9, 99 and 95 % of all windows have at least'),
    window: duration('also the worst windows of this length, as 10ms'),
    worst: wholeNumber(0, 1000, 'how many of them; 10 by default'),
    asGo: toggle(
      'as go tool trace computes it: a goroutine that was a mark worker once counts as one for ever, so processors seem busy with ' +
        'collecting when they are not',
    ),
  },
});
