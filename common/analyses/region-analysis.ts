import type { GoId } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';
import { choice, duration, freeText, toggle, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { DurationFigures, DurationHistogram } from './duration-figures.ts';
import type { StackFrame, StateTotals } from './goroutine-results.ts';

/** Of the goroutines while they were in the regions. */
export interface RegionTimes extends StateTotals {
  /** Waiting by Go's reason; the empty reason is waiting since before the trace. */
  readonly blockNs: Readonly<Record<string, DurNs>>;
  /** Special ranges; they overlap the other figures. */
  readonly rangeNs: Readonly<Record<string, DurNs>>;
}

/** Regions of one type that begin at one place in the code. */
export interface RegionGroupRow extends RegionTimes {
  readonly type: string;
  /** Not regions of the program: goroutines that were created inside of a region carry its task with such. */
  readonly isInherited: boolean;
  /** Where they begin; absent where that is not in the trace. */
  readonly frame?: StackFrame;
  readonly count: number;
  /** Those whose beginning and end are in the trace. */
  readonly completeCount: number;
  /** Of all of them, cut at the trace's ends. */
  readonly durationNs: DurNs;
  /** Of the complete ones, as Go of all; absent where there are none. */
  readonly durations?: DurationFigures;
  readonly histogram: DurationHistogram;
}

export interface RegionRow extends RegionTimes {
  readonly type: string;
  readonly isInherited: boolean;
  readonly frame?: StackFrame;
  readonly goroutine: GoId;
  /** 64 bits without sign; 0: none. */
  readonly task: bigint;
  /** Absent: not in the trace. */
  readonly startNs?: TraceNs;
  readonly endNs?: TraceNs;
  /** Cut at the trace's ends. */
  readonly durationNs: DurNs;
}

export type RegionAnalysis =
  | {
      readonly kind: 'groups';
      /** Regions in all groups, and how many of them are complete. */
      readonly regionCount: number;
      readonly completeCount: number;
      readonly groupCount: number;
      readonly groups: readonly RegionGroupRow[];
    }
  | { readonly kind: 'regions'; readonly regionCount: number; readonly regions: readonly RegionRow[] };

export const regionSorts = [
  'duration',
  'name',
  'count',
  'start',
  'goroutine',
  'total',
  'exec',
  'sched-wait',
  'syscall',
  'syscall-block',
  'network',
  'sync',
  'sleep',
  'gc',
  'other',
  'unknown',
] as const;
export type RegionSort = (typeof regionSorts)[number];

export const regionAnalysis = analysis<RegionAnalysis>()({
  summary: 'user regions: how long they took, and what goroutines did in them',
  about:
    'A row for each type of region and place in the code where it begins, or with --each for each region. Regions that overlap the window count ' +
    'as a whole. Durations, percentiles and histogram are those of regions that begin and end in the trace; how many do not is said beside. ' +
    '--task chooses the regions of a task, --region those of a name.',
  options: {
    type: freeText('NAME', 'only regions of this name'),
    frame: freeText('TEXT', 'only regions that begin in a function or at a FILE:LINE with this text in it'),
    at: freeText(
      'FUNCTION@FILE:LINE',
      'only regions that begin exactly there; with an empty text those whose beginning is not in the trace',
    ),
    latencyMin: duration('only regions that took so long or longer'),
    latencyMax: duration('only regions that took so long or shorter'),
    each: toggle('a row for each region, the longest first'),
    asGo: toggle(
      "groups by the outermost frame, and all regions, cut at the trace's ends, in the histogram, as go tool trace",
    ),
    sort: choice(
      regionSorts,
      'by default duration; count is for groups only, start and goroutine for regions only; the largest first, except names, starts and goroutines',
    ),
    reverse: toggle('the other way round'),
    limit: wholeNumber(0, 1e9, 'rows; 0 for all; by default 50 as text, 1000 for the method, else all'),
    offset: wholeNumber(0, 1e9, 'rows left out before the first'),
  },
});
