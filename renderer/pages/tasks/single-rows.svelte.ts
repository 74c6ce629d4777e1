import type { RegionRow, RegionSort } from '#common/analyses/region-analysis.ts';
import type { TaskRow, TaskSort } from '#common/analyses/task-analysis.ts';
import { bucketDurations } from '#common/analyses/duration-figures.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { Scope } from '../../state/scope.ts';
import { scopeParams } from '../../state/scope.ts';
import type { PagedRows, PageOf } from '../../state/paged-rows.svelte.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { Sorting } from '../../widgets/grid-columns.ts';
import type { Choices, TypeChoice } from './choices.ts';

export interface Question {
  readonly scope: Scope;
  readonly choices: Choices;
  readonly type: TypeChoice;
}

export type TaskColumn =
  Extract<TaskSort, 'id' | 'start' | 'duration' | 'regions' | 'logs'> | 'goroutines' | 'parent';
export type RegionColumn =
  | Extract<
      RegionSort,
      'start' | 'duration' | 'goroutine' | 'exec' | 'sched-wait' | 'sync' | 'network' | 'syscall'
    >
  | 'task'
  | 'times';

/** Both lists have these in ascending order where nothing else is said. */
const ascending: readonly string[] = ['id', 'start', 'goroutine', 'name'];
const isReverse = ({ column, descending }: Sorting<string>): boolean =>
  descending === ascending.includes(column);

const about = ({ scope, choices, type }: Question) => ({
  ...scopeParams(scope),
  type: type.type,
  each: true,
  ...(choices.took ? lengths(choices.took.fromNs, choices.took.untilNs) : {}),
});

function lengths(
  fromNs: number,
  untilNs: number,
): { readonly latencyMin: number; readonly latencyMax: number } {
  const { leastNs, mostNs } = bucketDurations(fromNs, untilNs);
  return { latencyMin: leastNs, latencyMax: mostNs };
}

export type TaskParams = Omit<Params<'analyses.tasks'>, 'trace'>;
export type RegionParams = Omit<Params<'analyses.regions'>, 'trace'>;

export function taskParams(question: Question, sorting: Sorting<TaskColumn>): TaskParams {
  const { column } = sorting;
  return {
    ...about(question),
    ...(question.choices.log === '' ? {} : { logText: question.choices.log }),
    sort: column === 'goroutines' || column === 'parent' ? 'duration' : column,
    reverse: isReverse(sorting),
  };
}

export function regionParams(question: Question, sorting: Sorting<RegionColumn>): RegionParams {
  const { column } = sorting;
  return {
    ...about(question),
    at: question.type.at,
    sort: column === 'task' || column === 'times' ? 'duration' : column,
    reverse: isReverse(sorting),
  };
}

export type TaskRows = PagedRows<TaskRow, PageOf<TaskRow>>;
export type RegionRows = PagedRows<RegionRow, PageOf<RegionRow>>;

export const askTasks = (rows: TaskRows, trace: TraceState, params: TaskParams): void =>
  rows.ask(async (range, signal) => {
    const question = { trace: trace.opened.trace, ...params, ...range };
    const answer = await trace.caller.call('analyses.tasks', question, { signal });
    if (answer.kind !== 'tasks') throw new Error('single tasks were asked for');
    return { revision: trace.revision, rowCount: answer.taskCount, rows: answer.tasks };
  });

export const askRegions = (rows: RegionRows, trace: TraceState, params: RegionParams): void =>
  rows.ask(async (range, signal) => {
    const question = { trace: trace.opened.trace, ...params, ...range };
    const answer = await trace.caller.call('analyses.regions', question, { signal });
    if (answer.kind !== 'regions') throw new Error('single regions were asked for');
    return { revision: trace.revision, rowCount: answer.regionCount, rows: answer.regions };
  });
