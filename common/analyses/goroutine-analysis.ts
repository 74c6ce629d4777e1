import type { GoId, NameIx } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';
import { choice, toggle, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { DurationHistogram } from './duration-figures.ts';
import { totalColumns, type StackFrame, type StateTotals } from './goroutine-results.ts';

/** Figures that a goroutine has in a window: `StateTotals`, and what of its life no state is known for. */
export const windowColumns = [...totalColumns, 'restNs'] as const;
export type WindowColumn = (typeof windowColumns)[number];
export type WindowTotals = StateTotals & { readonly restNs: DurNs };

/** Of the goroutines of a group. A percentile is the value of one of them: so many hundredths have no larger one. */
export interface Spread {
  readonly sum: DurNs;
  readonly min: DurNs;
  readonly mean: number;
  readonly p50: DurNs;
  readonly p90: DurNs;
  readonly p99: DurNs;
  readonly max: DurNs;
}

export type NsByName = Readonly<Record<string, DurNs>>;

export interface GroupFigures {
  readonly group: NameIx;
  /** Empty: the start function is not known. */
  readonly name: string;
  readonly count: number;
  readonly figures: Readonly<Record<WindowColumn, Spread>>;
  /** Waiting by Go's reason. */
  readonly blockNs: NsByName;
  /** Special ranges, which overlap the states. */
  readonly rangeNs: NsByName;
  /** How their time in the window is distributed; where it is asked for. */
  readonly lives?: DurationHistogram;
}

export interface GoroutineWindowRow extends WindowTotals {
  readonly id: GoId;
  readonly group: NameIx;
  readonly name: string;
  /** Its beginning, or where what is known of it begins. */
  readonly creationNs: TraceNs;
  /** First seen running; absent if it never ran. */
  readonly startNs?: TraceNs;
  /** Absent: it is alive when the trace ends. */
  readonly endNs?: TraceNs;
  /** When it last changed its state. */
  readonly lastEventNs: TraceNs;
  readonly creator?: { readonly id: GoId; readonly name: string };
  /** The statement that created it. */
  readonly createdAt?: StackFrame;
  readonly blockNs: NsByName;
  /** Special ranges, which overlap the states. */
  readonly rangeNs: NsByName;
}

export interface GoroutineAnalysis {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Goroutines that there are in the window. */
  readonly count: number;
  /** Of all of them, and of all goroutines whatever the filter. */
  readonly totalNs: DurNs;
  readonly execNs: DurNs;
  readonly execOfAllNs: DurNs;
  /** Rows behind the page and on it. */
  readonly rowCount: number;
  readonly groups?: readonly GroupFigures[];
  readonly goroutines?: readonly GoroutineWindowRow[];
}

/** What rows are sorted by, as people call the columns. */
export const goroutineSorts = {
  total: 'totalNs',
  exec: 'execNs',
  sched: 'schedWaitNs',
  syscall: 'syscallNs',
  'syscall-block': 'syscallBlockNs',
  network: 'networkNs',
  sync: 'syncNs',
  sleep: 'sleepNs',
  gc: 'gcNs',
  other: 'otherNs',
  unknown: 'unknownNs',
  rest: 'restNs',
  count: 'count',
  name: 'name',
  id: 'id',
} as const;
export type GoroutineSort = keyof typeof goroutineSorts;

export const goroutineAnalysis = analysis<GoroutineAnalysis>()({
  summary: 'goroutine analysis: how long each was in which state',
  about:
    'How long goroutines were in which state within the window, one by one or by start function, with percentiles over the goroutines ' +
    'of a group. The states do not overlap and sum up to the total. The json of all goroutines of a whole trace is as Go computes it: ' +
    '{originNs, goroutines: [{id, name, creationNs, execNs, blockNs: {reason: ns}, rangeNs, regions, …}]}, in order of their numbers; ' +
    'points in time count from originNs and are null where they are not in the trace. Of one that is blocked in a system call when the ' +
    'trace ends, Go counts that time (pendingSyscallBlockNs) in syscallNs and in schedWaitNs.',
  options: {
    by: choice(['goroutine', 'group'], 'a row for each goroutine (default), or for each start function'),
    sort: choice(
      Object.keys(goroutineSorts) as GoroutineSort[],
      'largest first, but names and ids in order; by default total, of groups exec',
    ),
    reverse: toggle('the other way round: smallest first, but names and ids backwards'),
    limit: wholeNumber(0, 1e9, 'rows; 100 by default in text, all in tsv and json; 0 for all'),
    offset: wholeNumber(0, 1e9, 'rows left out before the first'),
    lives: toggle('of groups also how lifetimes are distributed; in json'),
  },
});
