import type { GoId } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';
import { choice, duration, freeText, toggle, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { DurationFigures, DurationHistogram } from './duration-figures.ts';
import type { RegionTimes } from './region-analysis.ts';

/** Tasks of one type. */
export interface TaskGroupRow {
  readonly type: string;
  readonly count: number;
  /** Those whose beginning and end are in the trace; durations are theirs. */
  readonly completeCount: number;
  readonly durationNs: DurNs;
  /** Absent where none is complete. */
  readonly durations?: DurationFigures;
  readonly histogram: DurationHistogram;
  readonly regions: number;
  readonly logs: number;
}

export interface TaskRow {
  /** 64 bits without sign; Go counts from 1. 0 is no task: it has the regions and logs outside of any. */
  readonly id: bigint;
  readonly type: string;
  readonly parent?: bigint;
  /** Absent: not in the trace. */
  readonly startNs?: TraceNs;
  readonly endNs?: TraceNs;
  /** Cut at the trace's ends. */
  readonly durationNs: DurNs;
  readonly isComplete: boolean;
  readonly children: number;
  /** Those that began or ended it, or had a region or a log in it. */
  readonly goroutines: readonly GoId[];
  readonly regions: number;
  readonly logs: number;
}

export interface TaskEvent {
  readonly ns: TraceNs;
  /** Since the event before, of the first since the trace's beginning. */
  readonly elapsedNs: DurNs;
  readonly kind: 'begin' | 'end' | 'region-begin' | 'region-end' | 'log';
  readonly goroutine: GoId;
  /** The type of the task or region, or the log's category. */
  readonly name: string;
  /** Of a log. */
  readonly message?: string;
}

/** The regions of one type in a task. */
export interface TaskRegionRow extends RegionTimes {
  readonly type: string;
  readonly count: number;
  /** Cut at the trace's ends. */
  readonly durationNs: DurNs;
}

export type TaskAnalysis =
  | {
      readonly kind: 'groups';
      readonly taskCount: number;
      readonly completeCount: number;
      readonly groupCount: number;
      readonly groups: readonly TaskGroupRow[];
    }
  | { readonly kind: 'tasks'; readonly taskCount: number; readonly tasks: readonly TaskRow[] }
  | {
      readonly kind: 'task';
      readonly task: TaskRow;
      /** As many as the limit says, in order of their beginnings. */
      readonly children: readonly TaskRow[];
      readonly regions: readonly TaskRegionRow[];
      readonly eventCount: number;
      readonly events: readonly TaskEvent[];
    };

export const taskSorts = ['duration', 'start', 'name', 'id', 'regions', 'logs', 'count'] as const;
export type TaskSort = (typeof taskSorts)[number];

export const taskAnalysis = analysis<TaskAnalysis>()({
  summary: 'user tasks: how long they took, and what took place in them',
  about:
    'A row for each type of task, or with --each for each task; of a single task, chosen with --task, its events in order of time. Tasks that ' +
    'overlap the window count as a whole. Durations, percentiles and histogram are those of tasks that begin and end in the trace. The options of ' +
    'goroutines choose the tasks that they took part in, --region those with a region of the name. Without any option, --format json prints ' +
    '{originNs, types, tasks: [{id, parent, name, startNs, endNs, logs, regions, goroutines: [id]}]}, all tasks in order of their numbers, and ' +
    'task 0 for what is outside of any. Numbers of tasks have up to 64 bits and are written out in full; points in time count from originNs.',
  options: {
    type: freeText('NAME', 'only tasks of this name'),
    complete: choice(['yes', 'no'], 'only tasks that begin and end in the trace, or only others'),
    latencyMin: duration('only complete tasks that took so long or longer'),
    latencyMax: duration('only complete tasks that took so long or shorter'),
    logText: freeText(
      'TEXT',
      'only tasks with this text in their name, the name of a region, or the category or message of a log; case matters',
    ),
    each: toggle('a row for each task, the longest first'),
    sort: choice(
      taskSorts,
      'by default duration; id and start are for tasks only, count for types only; the largest first, except names, numbers and starts',
    ),
    reverse: toggle('the other way round'),
    limit: wholeNumber(
      0,
      1e9,
      'rows, or events of a task; 0 for all; by default 50 as text, 1000 for the method, else all',
    ),
    offset: wholeNumber(0, 1e9, 'rows, or events, left out before the first'),
  },
});
