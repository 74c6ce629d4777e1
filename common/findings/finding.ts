/** What stands out in a trace: found by rules from the answers of analyses, so that every number is one that some page shows. */
import type { CounterAnalysis } from '../analyses/counter-analysis.ts';
import type { GcAnalysis } from '../analyses/gc-analysis.ts';
import type { GroupRow } from '../analyses/goroutine-results.ts';
import type { BlockingProfile } from '../analyses/profile-analysis.ts';
import type { SchedulerAnalysis } from '../analyses/scheduler-analysis.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { durationText, plain, pointText } from '../quantity-text.ts';
import { durNs, traceNs, type Bytes, type DurNs, type TraceNs } from '../units.ts';
import type { WallPlace } from '../wall-places.ts';

/** What is known so far; a rule that misses something finds nothing. */
export interface Observed {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** Only some goroutines are asked about: what belongs to the whole program is not told of them. */
  readonly isFiltered: boolean;
  readonly gc?: GcAnalysis | undefined;
  readonly scheduler?: SchedulerAnalysis | undefined;
  readonly counters?: CounterAnalysis | undefined;
  /** Of all goroutines but the runtime's own. */
  readonly places?: readonly WallPlace[] | undefined;
  /** All kinds of waiting. */
  readonly waits?: BlockingProfile | undefined;
  readonly groups?: readonly GroupRow[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** `problem`: much of the time is lost. `warning`: worth a look. `note`: good to know. */
export const severities = ['problem', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

export type FindingFigure =
  | { readonly kind: 'duration'; readonly ns: DurNs }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'size'; readonly size: Bytes };

/** Where to look further. Kinds of waiting are those of the page about blocking. */
export type FindingLink =
  | { readonly page: 'gc' | 'scheduler' | 'diagnostics' }
  | { readonly page: 'blocking'; readonly kind: 'sync' | 'syscall'; readonly function?: string }
  | { readonly page: 'goroutines'; readonly group?: string }
  | { readonly page: 'timeline'; readonly goroutine: number; readonly fromNs: TraceNs; readonly ns: DurNs };

/** Words, with names of functions between them. */
export type FindingText = readonly (string | { readonly function: string })[];

export interface Finding {
  /** The name of its rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** How bad among those of one severity, about as a share of what there is. */
  readonly weight: number;
  /** The cause. */
  readonly title: string;
  readonly text: FindingText;
  readonly figure: FindingFigure;
  /** What the figure counts: `waited`. */
  readonly figureName: string;
  /** Over the window, in equal steps. */
  readonly course?: readonly number[];
  readonly link: FindingLink;
}

export type FindingRule = (observed: Observed) => Finding | undefined;

/** What a value comes to by two limits; undefined: nothing to speak of. */
export function severityOf(
  value: number,
  limits: { readonly warning: number; readonly problem: number },
): Severity | undefined {
  if (value >= limits.problem) return 'problem';
  return value >= limits.warning ? 'warning' : undefined;
}

export const lengthNs = ({ fromNs, untilNs }: Observed): number => Math.max(1, untilNs - fromNs);

export const durationWords = (ns: number): string => plain(durationText(durNs(ns)));
export const pointWords = (ns: number): string => plain(pointText(traceNs(ns), 3));

export const courseSteps = 14;

/** The sums, or the greatest, of values in equal steps of the window. */
export function courseOf(
  observed: Observed,
  values: Iterable<{ readonly at: number; readonly value: number }>,
  join: (a: number, b: number) => number = (a, b) => a + b,
): readonly number[] {
  const course = new Array<number>(courseSteps).fill(0);
  for (const { at, value } of values) {
    const step = Math.floor(((at - observed.fromNs) / lengthNs(observed)) * courseSteps);
    const place = Math.min(courseSteps - 1, Math.max(0, step));
    course[place] = join(course[place]!, value);
  }
  return course;
}

/** The same of values in buckets of 2^`level` ns. */
export const bucketCourse = (
  observed: Observed,
  { level, first }: { readonly level: number; readonly first: number },
  values: ArrayLike<number>,
): readonly number[] =>
  courseOf(
    observed,
    Array.from(values, (value, i) => ({ at: (first + i + 0.5) * 2 ** level, value: value || 0 })),
  );
